"""Stacking: rows of labels that have their values in the row below, as in the cells of a form.

Such a row stands closer to its values than to the next pair, or is printed smaller, or names several things at once
that the row below has one value for each.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from typesight.reader.lines import Line, overlap
from typesight.reader.rows import Row

__all__ = ["is_aligned", "stacked"]

CLOSE, CLOSER = 0.92, 0.8
"""Distance of a row to the one below it, in distances to the next rows, up to which the two are a pair: where the upper
one is printed smaller, and where it is not."""

SMALLER = 0.92
"""Height of a label in heights of its value up to which it counts as printed smaller."""

_SAYS_ITSELF = re.compile(r"[:\uff1a]\s*\S")
"""A label and its value in one line."""


def stacked(rows: Sequence[Row], labels: Sequence[Collection[int]]) -> tuple[bool, ...]:
    """Of each row, whether the row below holds its values; `labels` are the lines of each row that are known labels."""
    found: list[bool] = []
    for at in range(len(rows)):
        is_value = bool(found) and found[-1]
        found.append(not is_value and at + 1 < len(rows) and _may_pair(rows, at) and _is_pair(rows, at, labels))
    return tuple(found)


def is_aligned(label: Line, value: Line) -> bool:
    """Whether a line begins where a line above it begins."""
    return abs(label.box[0] - value.box[0]) <= 0.7 * max(label.height, value.height)


def _may_pair(rows: Sequence[Row], at: int) -> bool:
    """Whether a row may hold labels for the row below: words without values, each of these below one of them."""
    row, under = rows[at], rows[at + 1]
    worded = all(2 * sum(char.isalpha() for char in line.text) >= len(line.text) for line in row.lines)
    alone = not any(_SAYS_ITSELF.search(line.text) for line in row.lines)
    aligned = all(any(is_aligned(line, one) for line in row.lines) for one in under.lines)
    goes_on = len(under.lines) < 2 and not is_aligned(row.lines[0], under.lines[0])
    return row.image == under.image and worded and alone and aligned and not goes_on


def _is_pair(rows: Sequence[Row], at: int, labels: Sequence[Collection[int]]) -> bool:
    row, under = rows[at], rows[at + 1]
    near = _nearness(rows, at)
    if max(line.height for line in row.lines) <= SMALLER * max(line.height for line in under.lines):
        return near <= CLOSE
    if labels[at + 1]:
        return False
    if len(under.lines) > 1 and 2 * len(labels[at]) >= len(row.lines) and not _is_table(rows, at):
        return True
    return near <= CLOSER and len(labels[at]) == len(row.lines)


def _nearness(rows: Sequence[Row], at: int) -> float:
    """The distance between two rows, in distances to the nearest row that is neither."""
    row, under = rows[at], rows[at + 1]
    others = [*rows[max(0, at - 1) : at], *rows[at + 2 : at + 3]]
    apart = [min(abs(other.middle - row.middle), abs(other.middle - under.middle)) for other in others]
    return (under.middle - row.middle) / max(1.0, min(apart, default=0.0))


def _is_table(rows: Sequence[Row], at: int) -> bool:
    """Whether the second row below a row goes on with its columns, as the items of a table do."""
    second = rows[at + 2].lines if at + 2 < len(rows) else ()
    return sum(any(_shares(line, one) for line in rows[at].lines) for one in second) > 1


def _shares(label: Line, value: Line) -> bool:
    """Whether a line shares its width with a line above it, for the most part."""
    return overlap((label.box[0], label.box[2]), (value.box[0], value.box[2])) > 0.5
