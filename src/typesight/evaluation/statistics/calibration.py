"""Calibration: whether values that are said to be right nine times in ten are right nine times in ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

__all__ = ["Calibration", "CalibrationBin", "measure_calibration"]

_BINS = 10


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Values of like confidence: how many, how sure they are on average, and the share of them that is right."""

    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well confidence tells what is right.

    `bins` is the curve: up to ten bins of equal count, from the least sure to the surest. `ece` is the expected
    calibration error, the mean distance between confidence and share right, weighted by count. `brier` is the mean
    squared distance between each value's confidence and 1 for right or 0 for wrong (Brier 1950). `auroc` is the chance
    that a right value is surer than a wrong one; half for equally sure, None if all are right or all are wrong. `ece`
    and `brier` are None where there are no values.
    """

    count: int
    ece: float | None
    brier: float | None
    auroc: float | None
    bins: tuple[CalibrationBin, ...]


def measure_calibration(pairs: Sequence[tuple[float, bool]]) -> Calibration:
    """The calibration of values, each as (confidence from 0 to 1, is it right); their order does not matter.

    Equal confidences stay in one bin, the one that the middle of them falls into, so that bins may differ in count
    where many values are equally sure, and be fewer than ten.
    """
    groups = [
        (confidence, [right for _, right in group])
        for confidence, group in groupby(sorted(pairs), key=lambda pair: pair[0])
    ]
    bins = _fill_bins(groups, len(pairs))
    return Calibration(
        count=len(pairs),
        ece=sum(each.count * abs(each.confidence - each.right) for each in bins) / len(pairs) if pairs else None,
        brier=fmean((confidence - right) ** 2 for confidence, right in pairs) if pairs else None,
        auroc=_find_auroc(groups),
        bins=bins,
    )


def _fill_bins(groups: Sequence[tuple[float, list[bool]]], count: int) -> tuple[CalibrationBin, ...]:
    filled: dict[int, list[tuple[float, bool]]] = {}
    start = 0
    for confidence, rights in groups:
        # The middle of the group is at (start + half its size) of `count`; doubled, so that all numbers are whole.
        number = (2 * start + len(rights)) * _BINS // (2 * count)
        filled.setdefault(number, []).extend((confidence, right) for right in rights)
        start += len(rights)
    return tuple(
        CalibrationBin(len(values), fmean(each for each, _ in values), fmean(right for _, right in values))
        for values in filled.values()
    )


def _find_auroc(groups: Sequence[tuple[float, list[bool]]]) -> float | None:
    """The share of pairs of a right and a wrong value in which the right one is surer."""
    won, right, wrong = 0.0, 0, 0
    for _, rights in groups:
        both = sum(rights), len(rights) - sum(rights)
        won += both[0] * (wrong + both[1] / 2)
        right, wrong = right + both[0], wrong + both[1]
    return won / (right * wrong) if right and wrong else None
