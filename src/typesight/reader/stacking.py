"""Stacking: labels that have their values in the row below, as in the cells of a form.

Such a label stands closer to its value than to what is above it or comes after, or is printed smaller, and at its
right is another label, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from typesight.reader.lines import Line, overlap
from typesight.reader.options import Option
from typesight.reader.rows import Row
from typesight.reader.ticks import is_tick

__all__ = ["beneath", "is_aligned", "stacked"]

CLOSE, CLOSER = 0.92, 0.8
"""Distance of a label to the line below it, in distances to the next lines of its column, up to which the two are a pair:
where the upper one is printed smaller, and where it is not."""

SMALLER, NARROWER = 0.92, 0.8
"""Height, and width of a letter, of a label in those of its value, up to which it counts as printed smaller."""

CLEAR = 1.6
"""The same where the label is clearly smaller: in narrow cells the next label is nearer than the value's own."""

REACH = 2.6
"""Distance from middle to middle, in heights of the higher one, within which a line stands below another."""

_SAYS_ITSELF = re.compile(r"[:\uff1a]\s*\S\S\S")
"""A label and its value in one line."""


def stacked(
    rows: Sequence[Row], labels: Sequence[Collection[int]], options: Sequence[Sequence[Option]]
) -> frozenset[Line]:
    """The lines that have their values, or their ticks, below them.

    `labels` are the lines of each row that are known labels, `options` what is ticked, or not, in it.
    """
    return frozenset(_Stacks(rows, labels, options).found)


class _Stacks:
    """What is found of the pairs of a page, row by row; `values` are the lines that stand below a label."""

    def __init__(
        self, rows: Sequence[Row], labels: Sequence[Collection[int]], options: Sequence[Sequence[Option]]
    ) -> None:
        self._rows = rows
        self._ticks = [[option.tick for option in row] for row in options]
        self._known = {row.lines[at] for row, own in zip(rows, labels, strict=True) for at in own}
        self.found: set[Line] = set()
        self._values = {
            row.lines[one.at] for row, own in zip(rows, options, strict=True) for one in own if one.at is not None
        }
        for at in range(len(rows)):
            self._take(at, self._is_pair)
            if any(line in self.found for line in rows[at].lines):  # what holds for one holds for its neighbours
                self._take(at, self._may_follow)

    def _take(self, at: int, holds: Callable[[int, Line, Line], bool]) -> None:
        for line in self._rows[at].lines:
            if line in self._values or line in self.found:
                continue
            under = beneath(self._rows, at, line, self._ticks)
            if under is not None and under not in self._known and _is_worded(line, under) and holds(at, line, under):
                self.found.add(line)
                self._values.add(under)

    def _is_pair(self, at: int, line: Line, under: Line) -> bool:
        """Whether a line is the label of the line beneath it."""
        right = next((one for one in self._rows[at].lines if one.box[0] >= line.box[2]), None)
        if right is None and (self._is_beside(at, line) or line.text[-1:].isdigit()):
            return False
        near = _nearness(self._rows, at, line, under)
        smaller = is_smaller(line, under)
        if is_tick(under) or (line.height <= under.height and _is_narrower(line, under)):
            return near <= CLEAR and (right is None or self._is_caption(at, right))
        if right is None:
            return near <= (CLOSE if smaller else CLOSER) and (smaller or line in self._known)
        if not self._is_caption(at, right):
            return False
        if smaller:
            return near <= CLOSE
        return near <= CLOSER or (line in self._known and right in self._known and not _is_table(self._rows, at))

    def _is_beside(self, at: int, line: Line) -> bool:
        """Whether the line above it, at the same left, has its value beside it."""
        above = self._rows[at - 1].lines if at else ()
        same = next((one for one in above if is_aligned(one, line) and one not in self.found), None)
        return same is not None and any(one.box[0] >= same.box[2] for one in above)

    def _is_caption(self, at: int, line: Line) -> bool:
        """Whether a line may be a label that has no value at its right."""
        under = beneath(self._rows, at, line, self._ticks)
        return _is_worded(line, under) and (line in self._known or (under is not None and under not in self._known))

    def _may_follow(self, at: int, line: Line, under: Line) -> bool:
        """Whether the line beneath is as near as a value would be."""
        return _nearness(self._rows, at, line, under) <= CLOSE and (
            all(one.box[0] < line.box[2] for one in self._rows[at].lines)
            or self._is_caption(at, next(one for one in self._rows[at].lines if one.box[0] >= line.box[2]))
        )


def is_smaller(label: Line, value: Line) -> bool:
    """Whether a line is printed smaller than another, by its height or by how wide its letters are."""
    narrow = label.height <= 1.02 * value.height and _is_narrower(label, value)
    return label.height <= SMALLER * value.height or narrow


def _is_narrower(label: Line, value: Line) -> bool:
    """Whether the letters of a line are clearly narrower than those of another, which are enough to tell."""
    wide, wider = ((one.box[2] - one.box[0]) / max(1, len(one.text)) for one in (label, value))
    return len(value.text) > 2 and wide <= NARROWER * wider


def is_aligned(label: Line, value: Line) -> bool:
    """Whether a line begins where a line above it begins."""
    return abs(label.box[0] - value.box[0]) <= 0.7 * max(label.height, value.height)


def beneath(rows: Sequence[Row], at: int, line: Line, ticks: Sequence[Sequence[Line]] = ()) -> Line | None:
    """The line, or the tick, that stands just below one of row `at`: begins where it begins, or is centred under it."""
    for below in range(at + 1, min(at + 3, len(rows))):
        row = rows[below]
        if row.image != line.image:
            return None
        near = [
            one
            for one in (*row.lines, *(ticks[below] if ticks else ()))
            if one.middle - line.middle <= REACH * max(line.height, one.height)
            and one.box[1] > line.middle
            and (is_aligned(line, one) or _is_centred(line, one))
        ]
        if near:
            return min(near, key=lambda one: abs(one.box[0] - line.box[0]))
        if any(overlap((line.box[0], line.box[2]), (one.box[0], one.box[2])) > 0 for one in row.lines):
            return None
    return None


def _is_centred(label: Line, value: Line) -> bool:
    return abs(sum(label.box[::2]) - sum(value.box[::2])) <= 0.6 * max(label.height, value.height)


def _is_worded(line: Line, under: Line | None) -> bool:
    """Whether a line may be a label without its value: mostly letters, and nothing behind a colon.

    `Collected: date` may be one, printed smaller than what stands `under` it.
    """
    letters = sum(char.isalpha() for char in line.text)
    said = _SAYS_ITSELF.search(line.text)
    alone = said is None or (under is not None and said[0][-1].isalpha() and _is_narrower(line, under))
    return 2 * letters >= len(line.text) and alone


def _nearness(rows: Sequence[Row], at: int, line: Line, under: Line) -> float:
    """The distance of a label to its value, in distances to what comes next in their column.

    What stands above the label may be as near: it is a heading then. Only where nothing comes next it counts.
    """
    apart = under.middle - line.middle
    column = list(_column(rows[max(0, at - 3) : at + 5], line, under))
    after = min((one.middle - under.middle for one in column if one.middle > under.middle), default=None)
    before = min((line.middle - one.middle for one in column if one.middle < line.middle), default=None)
    if after is None:
        return apart / max(1.0, before) if before is not None else 0.0
    return max(apart / max(1.0, after), apart / max(1.0, 1.2 * before) if before is not None else 0.0)


def _column(rows: Sequence[Row], line: Line, under: Line) -> Iterator[Line]:
    span = min(line.box[0], under.box[0]), max(line.box[2], under.box[2])
    for row in rows:
        if row.image == line.image:
            for one in row.lines:
                if one not in (line, under) and overlap(span, (one.box[0], one.box[2])) > 0:
                    yield one


def _is_table(rows: Sequence[Row], at: int) -> bool:
    """Whether the second row below a row goes on with its columns, as the items of a table do."""
    second = rows[at + 2].lines if at + 2 < len(rows) else ()
    return sum(any(_shares(line, one) for line in rows[at].lines) for one in second) > 1


def _shares(label: Line, value: Line) -> bool:
    """Whether a line shares its width with a line above it, for the most part."""
    return overlap((label.box[0], label.box[2]), (value.box[0], value.box[2])) > 0.5
