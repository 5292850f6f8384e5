"""A `Row`: the lines side by side at one height of a page, left to right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from typesight.ocr.lines import Box, Line, around, overlap

__all__ = ["LEVEL", "Row", "rows"]

LEVEL = 0.4
"""Largest distance between the middles of two neighbours in a row, in heights of the smaller (about 4 degrees)."""

TALLER = 2.6
"""How many times higher a neighbour may be: totals are often printed in double height; stamps are larger."""


@dataclass(frozen=True)
class Row:
    """Lines of one picture at one height, left to right; at least one."""

    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        """The texts with one space between them."""
        return " ".join(line.text for line in self.lines)

    @cached_property
    def image(self) -> int:
        """The index of the picture the row is in."""
        return self.lines[0].image

    @cached_property
    def box(self) -> Box:
        """The box around all its lines, in pixels."""
        return around(self.lines)

    @cached_property
    def middle(self) -> float:
        """The mean y of the centres of its lines, in pixels."""
        return sum(line.middle for line in self.lines) / len(self.lines)

    @cached_property
    def height(self) -> int:
        """Height of its tallest line in pixels."""
        return max(line.height for line in self.lines)


def rows(lines: Iterable[Line]) -> tuple[Row, ...]:
    """Group all lines with text into rows, picture by picture, top to bottom."""
    printed = [line for line in lines if line.text.strip()]
    found: list[Row] = []
    for image in sorted({line.image for line in printed}):
        found.extend(_rows_of([line for line in printed if line.image == image]))
    return tuple(found)


def _rows_of(lines: Sequence[Line]) -> list[Row]:
    """The rows of one picture; each line joins the row whose nearest line is most level with it."""
    open_rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.box[0])):
        near = [(_apart(line, row), at) for at, row in enumerate(open_rows[-6:], max(0, len(open_rows) - 6))]
        distance, best = min(near, default=(1.0, -1))
        if distance < LEVEL:
            open_rows[best].append(line)
        else:
            open_rows.append([line])
    made = [Row(tuple(sorted(row, key=lambda line: line.box[0]))) for row in open_rows]
    return sorted(made, key=lambda row: (row.middle, row.box[0]))


def _apart(line: Line, row: Sequence[Line]) -> float:
    """The vertical distance of a line from a row, in line heights; 1 or more if it cannot belong to the row."""
    span = line.box[0], line.box[2]
    if any(overlap(span, (other.box[0], other.box[2])) > 0.3 for other in row):
        return 1.0
    nearest = min(row, key=lambda other: _gap(line, other))
    low, high = sorted((line.height, nearest.height))
    return 1.0 if high > TALLER * low else abs(line.middle - nearest.middle) / low


def _gap(first: Line, second: Line) -> int:
    return max(first.box[0] - second.box[2], second.box[0] - first.box[2])
