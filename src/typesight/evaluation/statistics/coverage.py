"""Coverage: the share of values that can be taken unseen, if 99 % of what is taken shall be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

__all__ = ["PRECISION", "Coverage", "find_coverage"]

PRECISION = 0.99


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of all values that are at or above `threshold`, where at least the share `precision` of them is right.

    `threshold` is the lowest confidence at which that is so; None, and a share of 0, where there is none. `taken` are
    the values at or above it, `right` those of them that are right, `values` all there are.
    """

    precision: float
    share: float
    threshold: float | None
    taken: int
    right: int
    values: int


def find_coverage(pairs: Sequence[tuple[float, bool]], unanswered: int = 0, precision: float = PRECISION) -> Coverage:
    """The largest coverage of values, each as (confidence, is it right).

    Equally sure values are taken together. `unanswered` is how many further values there are that cannot be taken: they
    count among all values.
    """
    values = len(pairs) + unanswered
    taken = right = 0
    best = Coverage(precision, 0.0, None, 0, 0, values)
    for confidence, group in groupby(sorted(pairs, reverse=True), key=lambda pair: pair[0]):
        rights = [is_right for _, is_right in group]
        taken, right = taken + len(rights), right + sum(rights)
        if right / taken >= precision:
            best = Coverage(precision, taken / values, confidence, taken, right, values)
    return best
