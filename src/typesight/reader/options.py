"""An `Option`: a tick and the words it belongs to, and what the options of a label say together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from typesight.reader.lines import Line
from typesight.reader.rows import Row
from typesight.reader.ticks import ON

if TYPE_CHECKING:
    from typesight.reader.sheet import Hit, Sheet

__all__ = ["Option", "options", "own_tick", "paired"]

_ROWS = 8
"""Rows above a label from which the options of another may reach down beside its own."""

_FAR = 2.0
"""Gap in line heights from which a text at the right of an option is no option, nor a part of it."""


@dataclass(frozen=True, slots=True)
class Option:
    """A tick, and line `at` of its row, which says what it stands for (None: nothing does)."""

    tick: Line
    at: int | None

    @property
    def is_on(self) -> bool:
        """Whether it is ticked, chosen or switched on."""
        return self.tick.text == ON


def paired(row: Row, ticks: Sequence[Line]) -> tuple[Option, ...]:
    """The ticks that stand in a row, left to right, each with the text before it or after it.

    All ticks of a row stand on the same side of their words: that on which they stand nearer to them.
    """
    ordered = sorted(ticks, key=lambda tick: tick.box[0])
    before = [_neighbour(row, tick, ordered, -1) for tick in ordered]
    after = [_neighbour(row, tick, ordered, 1) for tick in ordered]
    near_before = [gap for at, gap in before if at is not None]
    near_after = [gap for at, gap in after if at is not None]
    is_after = bool(near_after) and (not near_before or fmean(near_after) <= fmean(near_before))
    return tuple(Option(tick, side[0]) for tick, side in zip(ordered, after if is_after else before, strict=True))


def _neighbour(row: Row, tick: Line, ticks: Sequence[Line], way: int) -> tuple[int | None, float]:
    """The line next to a tick on its left (-1) or right (1), and how far it is; none where another tick is nearer."""

    def gap(box: tuple[int, int, int, int]) -> int:
        return box[0] - tick.box[2] if way > 0 else tick.box[0] - box[2]

    tolerated = -tick.height / 2
    lines = [(gap(line.box), at) for at, line in enumerate(row.lines) if gap(line.box) > tolerated]
    others = [gap(other.box) for other in ticks if other is not tick and gap(other.box) > tolerated]
    if not lines or (others and min(others) < min(lines)[0]):
        return None, 0.0
    nearest, at = min(lines)
    return at, nearest


def own_tick(sheet: Sheet, hit: Hit) -> Option | None:
    """The tick whose words a label is, as in `[x] Insured`."""
    label, text = hit.label, sheet.rows[hit.row].lines[hit.label.at].text
    if text[label.end :].strip(" :?*."):
        return None
    return next((option for option in sheet.options[hit.row] if option.at == label.at), None)


def options(sheet: Sheet, hit: Hit) -> tuple[tuple[str, Option], ...]:
    """The options that a label offers, with their words: beside it, or in the rows below it."""
    return tuple(_beside(sheet, hit)) or tuple(_below(sheet, hit))


def _beside(sheet: Sheet, hit: Hit) -> Iterator[tuple[str, Option]]:
    row, label = sheet.rows[hit.row], hit.label
    own = row.lines[label.at]
    end = own.box[0]
    for option in sheet.options[hit.row]:
        if option.tick.box[0] < own.box[0] or option.at is None:
            continue
        words = row.lines[option.at]
        text = words.text[label.end :].lstrip(" :") if option.at == label.at else words.text
        if option.at < label.at or not text:
            return
        if end != own.box[0] and min(option.tick.box[0], words.box[0]) - end > 2 * _FAR * words.height:
            return  # another group
        between = [at for at in range(label.at + 1, option.at) if all(one.at != at for one in sheet.options[hit.row])]
        if between:
            return  # the label has a value of its own, and the ticks are of something else
        yield text, option
        end = max(option.tick.box[2], words.box[2])


def _below(sheet: Sheet, hit: Hit) -> Iterator[tuple[str, Option]]:
    label = sheet.rows[hit.row].lines[hit.label.at]
    if any(part.marked or part.lines[0] != label for part in sheet.right(hit)):
        return
    others = [
        (at, line)
        for at in range(max(0, hit.row - _ROWS), len(sheet.rows))
        for line in sheet.rows[at].lines
        if line in sheet.stacked and line.box[0] > label.box[2]
    ]
    taken = {option for at, line in others for _, option in _chain(sheet, at, line)}
    yield from (one for one in _chain(sheet, hit.row, label) if one[1] not in taken)


def _chain(sheet: Sheet, start: int, label: Line) -> Iterator[tuple[str, Option]]:
    """The options below a line of row `start`, right of where it begins, row by row without a gap."""
    left, bottom = label.box[0] - label.height, label.box[3]
    right = min((line.box[0] for line in sheet.rows[start].lines if line.box[0] > label.box[2]), default=math.inf)
    for at, row in enumerate(sheet.rows[start + 1 :], start + 1):
        inside = [one for one in sheet.options[at] if left <= one.tick.box[0] < right - label.height]
        if row.image != label.image or row.box[1] - bottom > _FAR * label.height:
            return
        if inside:
            yield from ((row.lines[one.at].text, one) for one in inside if one.at is not None)
            bottom = row.box[3]
        elif any(left <= line.box[0] < label.box[2] for line in row.lines):
            return
