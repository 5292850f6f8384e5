"""A `Run`: text without a gap in it; and a block, the runs that stand one below the other in a column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from typesight.ocr.lines import Box, Line, enclose_lines
from typesight.ocr.rows import Row
from typesight.reader.page.sheet import FAR

__all__ = ["APART", "Run", "below", "beside", "block", "in_runs", "runs"]

APART, TOGETHER = 1.3, 0.75
"""Gaps in heights of the lower line within which a block begins below its label, and goes on below its last line."""

ALIGNED = 0.7
"""How far apart, in line heights, the edges or the middles of two runs in one column may be."""

MOST = 9
"""Runs in a block."""


@dataclass(frozen=True)
class Run:
    """Neighbouring lines of a row without a column gap, and the text they make."""

    text: str
    lines: tuple[Line, ...]

    @cached_property
    def box(self) -> Box:
        """The box round its lines, in pixels."""
        return enclose_lines(self.lines)

    @cached_property
    def height(self) -> int:
        """Height of its tallest line in pixels."""
        return max(line.height for line in self.lines)

    @property
    def image(self) -> int:
        """The index of the picture it is in."""
        return self.lines[0].image


def runs(rows: Iterable[Row]) -> tuple[Run, ...]:
    """All runs of these rows, top to bottom, left to right."""
    return tuple(Run(" ".join(line.text for line in lines), lines) for row in rows for lines in in_runs(row))


def in_runs(row: Row) -> tuple[tuple[Line, ...], ...]:
    """The lines of a row, in runs without a column gap."""
    kept: list[list[Line]] = []
    for line in row.lines:
        if kept and line.box[0] - kept[-1][-1].box[2] < FAR * line.height:
            kept[-1].append(line)
        else:
            kept.append([line])
    return tuple(tuple(lines) for lines in kept)


def block(start: Run, others: Sequence[Run]) -> tuple[Run, ...]:
    """A run with those that go on below it in its column, line under line."""
    found = [start]
    while len(found) < MOST:
        following = below(found[-1], others, TOGETHER, found[0])
        if following is None:
            break
        found.append(following)
    return tuple(found)


def below(run: Run, others: Sequence[Run], gap: float, first: Run | None = None) -> Run | None:
    """The nearest run within a gap (in its heights) below one, in its column or that of the `first` of the block."""
    near = [
        one
        for one in others
        if one.image == run.image
        and -0.5 * one.height < one.box[1] - run.box[3] <= gap * one.height
        and one.lines[0].middle > run.box[3] - 0.1 * run.height
        and (_in_column(one, run) or (first is not None and _in_column(one, first)))
    ]
    return min(near, key=lambda one: one.box[1], default=None)


def beside(run: Run, others: Sequence[Run]) -> Run | None:
    """The nearest run right of one, level with it."""
    level = [
        one
        for one in others
        if one.image == run.image
        and one.box[0] >= run.box[2]
        and abs(one.lines[0].middle - run.lines[-1].middle) < 0.5 * min(one.height, run.height)
    ]
    return min(level, key=lambda one: one.box[0], default=None)


def _in_column(one: Run, other: Run) -> bool:
    """Whether two runs have a left edge, a right edge or a middle in common."""
    near = ALIGNED * max(one.height, other.height)
    left, right = abs(one.box[0] - other.box[0]), abs(one.box[2] - other.box[2])
    return min(left, right, abs(one.box[0] + one.box[2] - other.box[0] - other.box[2]) / 2) <= near
