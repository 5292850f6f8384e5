"""DocuBench's rule: one score for a document, as that benchmark gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from typesight.evaluation.scoring.scored_data import tidy_data, write_scalar

__all__ = ["score_by_docubench"]

_PLACES = 6
"""Decimal places that numbers are compared to."""


def score_by_docubench(label: Any, answer: Any) -> float:
    """The benchmark's score of an answer, 0 to 1: agreeing leaves as a share of the union of both sides' leaves.

    Numbers are compared to six places, texts without case, white space and punctuation; what is then empty is left out.
    Items of lists are matched greedily, the pair with the largest share of agreeing leaves first; each pair and each
    item without a partner weighs as many leaves as the labelled items have on average.
    """
    score = _compare(_fold(tidy_data(label)), _fold(tidy_data(answer)))
    return score.share if score.leaves else 1.0


@dataclass(frozen=True, slots=True)
class _Agreement:
    """How many leaves agree, of how many; not whole where items of lists are weighed."""

    agreeing: float
    leaves: float

    @property
    def share(self) -> float:
        return self.agreeing / self.leaves if self.leaves else 0.0


def _fold(data: Any) -> Any:
    """Data with its values in the form they are compared in; None for what is empty then."""
    if isinstance(data, dict):
        return {key: inner for key, value in data.items() if (inner := _fold(value)) is not None} or None
    if isinstance(data, list):
        return [inner for value in data if (inner := _fold(value)) is not None] or None
    if isinstance(data, float | Decimal) or (isinstance(data, int) and not isinstance(data, bool)):
        return round(Decimal(repr(data) if isinstance(data, float) else data), _PLACES)
    return None if data is None else "".join(char for char in write_scalar(data).lower() if char.isalnum()) or None


def _compare(label: Any, answer: Any) -> _Agreement:
    if isinstance(label, dict | None) and isinstance(answer, dict | None):
        left, right = label or {}, answer or {}
        parts = [_compare(left.get(key), right.get(key)) for key in dict.fromkeys((*left, *right))]
        return _Agreement(sum(each.agreeing for each in parts), sum(each.leaves for each in parts))
    if isinstance(label, list | None) and isinstance(answer, list | None):
        return _compare_lists(label or [], answer or [])
    if isinstance(label, dict | list) or isinstance(answer, dict | list):
        return _Agreement(0, max(_count_leaves(label), _count_leaves(answer)))
    return _Agreement(label == answer, 1)


def _compare_lists(labels: Sequence[Any], answers: Sequence[Any]) -> _Agreement:
    weighed = labels or answers
    weight = sum(map(_count_leaves, weighed)) / max(1, len(weighed))
    return _Agreement(weight * _match_greedily(labels, answers), weight * max(len(labels), len(answers)))


def _match_greedily(labels: Sequence[Any], answers: Sequence[Any]) -> float:
    pairs = [
        (_compare(label, answer).share, -i, -j) for i, label in enumerate(labels) for j, answer in enumerate(answers)
    ]
    taken, used, total = set(), set(), 0.0
    for share, i, j in sorted(pairs, reverse=True):
        if i not in taken and j not in used:
            taken.add(i)
            used.add(j)
            total += share
    return total


def _count_leaves(data: Any) -> int:
    if isinstance(data, dict | list):
        return sum(map(_count_leaves, data.values() if isinstance(data, dict) else data))
    return int(data is not None)
