"""Interval: the range that a share lies in with 95 % confidence, by drawing the documents again (bootstrap).

The values of one document stand or fall together, so documents are drawn and not values: as many as there are, with
replacement, a thousand times; the 2.5th and 97.5th percentile of the share are the interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from random import Random

__all__ = ["SEED", "Interval", "bootstrap_mean", "bootstrap_ratios"]

Interval = tuple[float, float]
"""Lower and upper end."""
_CONFIDENCE = 0.95
SEED = 20  # any number: a second look at the same documents prints the same intervals
_RESAMPLES = 1000
_UNITS = 1 << 32  # fixed point: counts stay exact, fractions are right to the ninth decimal


def bootstrap_ratios(
    documents: Sequence[Sequence[float]], ratios: Sequence[tuple[int, int]], *, is_share: bool = True
) -> tuple[Interval | None, ...]:
    """The interval of each ratio of two sums over the documents.

    `documents` has a row of counts for each document, all at least 0 and as many in each row; a ratio names the column
    that is summed above the line and the one below it. All ratios are of the same draws. None for a ratio that fewer
    than two documents have anything below the line of. `is_share`: a ratio lies between 0 and 1, so that documents that
    are all right or all wrong do not make certain what all others are.
    """
    if len(documents) < 2:
        return (None,) * len(ratios)
    sums = list(_draw_sums(documents))
    return tuple(_find_interval(documents, sums, ratio, is_share) for ratio in ratios)


def bootstrap_mean(values: Sequence[float], *, is_share: bool = True) -> Interval | None:
    """The interval of the mean of values, one for each document; None for fewer than two.

    `is_share`: all lie between 0 and 1, as of `bootstrap_ratios`; other values may be of any size, above or below 0.
    None too where a value is infinite or not a number.
    """
    if not all(map(math.isfinite, values)):
        return None
    # What is drawn is at least 0, so the lowest value is taken off and put back.
    low = 0.0 if is_share else min(values, default=0.0)
    found = bootstrap_ratios([(value - low, 1) for value in values], [(0, 1)], is_share=is_share)[0]
    return found and (found[0] + low, found[1] + low)


def _draw_sums(documents: Sequence[Sequence[float]]) -> Iterator[list[int]]:
    """The sums of all columns over each draw of the documents.

    A document's counts stand side by side in one long integer, so that one addition adds them all: 1,000 documents of
    90 columns are drawn 1,000 times in about half a second.
    """
    rows = [[round(value * _UNITS) for value in row] for row in documents]
    width = (max((max(row, default=0) for row in rows), default=0) * len(rows)).bit_length() + 1
    packed = [sum(value << (width * at) for at, value in enumerate(row)) for row in rows]
    chance, mask, shifts = Random(SEED), (1 << width) - 1, [width * at for at in range(len(rows[0]))]
    for _ in range(_RESAMPLES):
        total = sum(chance.choices(packed, k=len(packed)))
        yield [total >> shift & mask for shift in shifts]


def _find_interval(
    documents: Sequence[Sequence[float]], sums: Sequence[Sequence[int]], ratio: tuple[int, int], is_share: bool
) -> Interval | None:
    above, below = ratio
    rows = [row for row in documents if row[below]]
    if len(rows) < 2:
        return None
    if is_share and not any(row[above] for row in rows):
        return 0.0, 1 - _bound_by_count(len(rows))
    if is_share and all(row[above] == row[below] for row in rows):
        return _bound_by_count(len(rows)), 1.0
    drawn = sorted(row[above] / row[below] for row in sums if row[below])
    tail = (1 - _CONFIDENCE) / 2
    return _find_quantile(drawn, tail), _find_quantile(drawn, 1 - tail)


def _bound_by_count(documents: int) -> float:
    """The lower end where all documents are right: the draws are then all alike and would say that it is certain.

    The exact binomial interval (Clopper and Pearson 1934): with this share, one time in forty all would be right.
    """
    return float(((1 - _CONFIDENCE) / 2) ** (1 / documents))


def _find_quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which this share lies, between neighbours in proportion."""
    place = share * (len(ordered) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
