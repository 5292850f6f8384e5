"""Stacking: labels that have their values in the row below, as in the cells of a form.

Such a label stands closer to its value than to what is above it or comes after, or is printed smaller, and at its
right is another label, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from typesight.ocr.lines import Line, is_tick
from typesight.ocr.rows import Row
from typesight.reader.page.beneath import REACH, beneath, is_aligned, is_long, is_narrower, is_smaller, nearness, shares
from typesight.reader.page.options import Option
from typesight.text.letters import COLONS

__all__ = ["stacked"]

CLOSE, CLOSER = 0.9, 0.8
"""Distance of a label to the line below it, in distances to the next lines of its column, up to which they are a pair:
where the upper one is printed smaller, and where it is not."""

_LONG = 60
"""Letters of a text that is no label where it runs over most of the page."""

PITCH = 1.4
"""Distance of the second row below a head, in that of the first, up to which the two are rows of one table."""

CLEAR = 1.6
"""The same where the label is clearly smaller: in narrow cells the next label is nearer than the value's own."""

_SAYS_ITSELF = re.compile(r"[:\uff1a]\s*\S\S\S")
"""A label and its value in one line."""


def stacked(
    rows: Sequence[Row],
    labels: Sequence[Collection[int]],
    options: Sequence[Sequence[Option]],
    tables: Collection[int] = (),
) -> Mapping[Line, Line]:
    """The lines that have their values, or the first of their ticks, below them, with these.

    `labels` are the lines of each row that are known labels, `options` what is ticked, or not, in it; rows of `tables`
    have none.
    """
    below = _Stacks(rows, labels, options, tables)
    if below.is_upside_down():
        return _mirrored(rows, labels, options, tables)
    return below.found


def _mirrored(
    rows: Sequence[Row],
    labels: Sequence[Collection[int]],
    options: Sequence[Sequence[Option]],
    tables: Collection[int],
) -> Mapping[Line, Line]:
    """The same for a page whose labels stand below their values: found in its mirror image."""
    turned = {line: _flipped(line) for row in rows for line in row.lines}
    ticks = {one.tick: _flipped(one.tick) for row in options for one in row}
    back = {mirror: line for line, mirror in (turned | ticks).items()}
    found = _Stacks(
        [Row(tuple(turned[line] for line in row.lines)) for row in reversed(rows)],
        labels[::-1],
        [[replace(one, tick=ticks[one.tick]) for one in row] for row in reversed(options)],
        {len(rows) - 1 - at for at in tables},
    ).found
    return {back[label]: back[value] for label, value in found.items()}


def _flipped(line: Line) -> Line:
    left, top, right, bottom = line.box
    return replace(line, box=(left, -bottom, right, -top))


class _Stacks:
    """What is found of the pairs of a page, row by row; `values` are the lines that stand below a label."""

    def __init__(
        self,
        rows: Sequence[Row],
        labels: Sequence[Collection[int]],
        options: Sequence[Sequence[Option]],
        tables: Collection[int],
    ) -> None:
        self._rows = rows
        self._ticks = [[option.tick for option in row] for row in options]
        self._known = {row.lines[at] for row, own in zip(rows, labels, strict=True) for at in own}
        self.found: dict[Line, Line] = {}
        self._words = frozenset(
            row.lines[one.at] for row, own in zip(rows, options, strict=True) for one in own if one.at is not None
        )
        self._values = set(self._words)
        for at in (at for at in range(len(rows)) if at not in tables):
            self._take(at, self._is_pair)
            if any(line in self.found for line in rows[at].lines):  # what holds for one holds for its neighbours
                self._take(at, self._may_follow)

    def is_upside_down(self) -> bool:
        """Whether known labels stand below their values: more of them have a larger line above than one below."""
        above = [self._over(at, line) for at, row in enumerate(self._rows) for line in row.lines if line in self._known]
        below = [
            self._beneath(at, line) for at, row in enumerate(self._rows) for line in row.lines if line in self._known
        ]
        alone = [
            (over is not None, under is not None and not is_tick(under))
            for over, under in zip(above, below, strict=True)
        ]
        return sum(up and not down for up, down in alone) > 1 + 2 * sum(down and not up for up, down in alone)

    def _over(self, at: int, line: Line) -> Line | None:
        """A line that stands just above one, is no label and is printed larger: what it may be the label of."""
        for row in self._rows[max(0, at - 2) : at]:
            for one in row.lines:
                near = 0 < line.middle - one.middle <= REACH * max(line.height, one.height) and row.image == line.image
                if near and is_aligned(one, line) and one not in self._known and is_narrower(line, one):
                    return one
        return None

    def _take(self, at: int, holds: Callable[[int, Line, Line], bool]) -> None:
        for line in self._rows[at].lines:
            if line in self._values or line in self.found or self._is_answer(at, line):
                continue
            under = self._beneath(at, line)
            if under is None or under.text.rstrip().endswith(COLONS):
                continue
            if under not in self._known and _is_worded(line, under) and holds(at, line, under):
                self.found[line] = under
                self._values.add(under)

    def _beneath(self, at: int, line: Line) -> Line | None:
        return beneath(self._rows, at, line, self._ticks)

    def _right(self, at: int, line: Line) -> Line | None:
        return next((one for one in self._rows[at].lines if one.box[0] >= line.box[2]), None)

    def _is_answer(self, at: int, line: Line) -> bool:
        """Whether a line is no known label, but has one at its left that has no value below it."""
        before = [one for one in self._rows[at].lines if one.box[2] <= line.box[0]]
        if line in self._known or not before or before[-1] not in self._known or before[-1] in self.found:
            return False
        under = self._beneath(at, line)
        return under is None or is_tick(under) or not is_narrower(line, under)

    def _is_pair(self, at: int, line: Line, under: Line) -> bool:
        """Whether a line is the label of the line beneath it."""
        right = self._right(at, line)
        may_be = self._may_head(at, line, under) if right is None else self._may_stand_beside(at, line, under, right)
        if not may_be:
            return False
        near, following = nearness(self._rows, at, line, under)
        if near <= CLOSER:
            return right is not None or line in self._known or is_smaller(line, under)
        if is_tick(under):
            return near <= CLEAR
        clear = line.height <= under.height and is_narrower(line, under)
        if clear and (following is None or is_narrower(following, under)):
            return near <= CLEAR
        if is_smaller(line, under):
            return near <= CLOSE
        return right is not None and line in self._known and right in self._known

    def _may_head(self, at: int, line: Line, under: Line) -> bool:
        """Whether a line with nothing at its right may be the label of the line beneath it."""
        is_paragraph = is_long(self._rows, under) and len(under.text) > 2 * len(line.text)
        if line.text[-1:].isdigit() or (self._is_beside(at, line) and not is_paragraph):
            return False
        return not self._has_own(at, under)

    def _may_stand_beside(self, at: int, line: Line, under: Line, right: Line) -> bool:
        """Whether a line may be a label with this one at its right: another label, and not two heads of a table.

        What is printed smaller below a label that has something at its right is a note.
        """
        note = is_narrower(under, line) and under.height <= line.height
        return not note and not self._is_table(at) and self._is_caption(at, right)

    def _is_beside(self, at: int, line: Line) -> bool:
        """Whether the line above it, at the same left, has its value beside it."""
        above = self._rows[at - 1].lines if at else ()
        taken = self._values.union(self.found)
        same = next((one for one in above if is_aligned(one, line) and one not in taken), None)
        return same is not None and any(one.box[0] >= same.box[2] for one in above)

    def _has_own(self, at: int, under: Line) -> bool:
        """Whether a line below row `at` has its value beside it: others stand in its row, with none above them."""
        row = next((row for row in self._rows[at + 1 :] if under in row.lines), None)
        others = [line for line in row.lines if line not in self._words] if row else []
        return len(others) > len(self._rows[at].lines) and others[0] == under

    def _is_caption(self, at: int, line: Line) -> bool:
        """Whether a line may be a label that has no value at its right."""
        if line in self._words:
            return False
        under = self._beneath(at, line)
        if is_long(self._rows, line) and len(line.text) > _LONG:
            return False
        return _is_worded(line, under) and (line in self._known or (under is not None and under not in self._known))

    def _is_table(self, at: int) -> bool:
        """Whether the second row below a row goes on with its columns, as the items of a table do."""
        first, second = (self._rows[at + step].lines if at + step < len(self._rows) else () for step in (1, 2))
        goes_on = [one for one in second if any(shares(line, one) > 0.5 for line in self._rows[at].lines)]
        if len(goes_on) < 2 or not self._known.isdisjoint(second):
            return False
        rows = self._rows[at : at + 3]
        if rows[2].middle - rows[1].middle > PITCH * (rows[1].middle - rows[0].middle):
            return False
        pairs = [(one, line) for line in goes_on for one in first if shares(one, line) > 0.5]
        unlike = sum(is_smaller(line, one) or _is_number(line) is not _is_number(one) for one, line in pairs)
        return 2 * unlike <= len(pairs)

    def _may_follow(self, at: int, line: Line, under: Line) -> bool:
        """Whether the line beneath is as near as a value would be, in a row that has other such pairs."""
        right = self._right(at, line)
        return nearness(self._rows, at, line, under)[0] <= CLEAR and (right is None or self._is_caption(at, right))


def _is_number(line: Line) -> bool:
    return sum(map(str.isdigit, line.text)) > sum(map(str.isalpha, line.text))


def _is_worded(line: Line, under: Line | None) -> bool:
    """Whether a line may be a label without its value: mostly letters, and nothing behind a colon.

    `Collected: date` may be one, printed smaller than what stands `under` it.
    """
    letters = sum(char.isalpha() for char in line.text)
    said = _SAYS_ITSELF.search(line.text)
    alone = said is None or (under is not None and said[0][-1].isalpha() and is_narrower(line, under))
    return 2 * letters >= len(line.text) and alone
