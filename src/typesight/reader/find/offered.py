"""Offered: the options of a label, beside it, below it or at the head of a grid; and the tick that is its own."""

from __future__ import annotations

import math
from collections.abc import Iterator

from typesight.ocr.lines import Line, is_tick
from typesight.reader.labels.hits import Hit
from typesight.reader.page.options import Option
from typesight.reader.page.sheet import Sheet

__all__ = ["offered", "own_tick"]

_ROWS = 8
"""Rows above a label from which the options of another may reach down beside its own."""

_FAR = 2.0
"""Gap in line heights from which a text at the right of an option is no option, nor a part of it."""


def own_tick(sheet: Sheet, hit: Hit) -> Option | None:
    """The tick whose words a label is, as in `[x] Insured`; the ticks of a grid have their words at its head."""
    label, text = hit.label, sheet.rows[hit.row].lines[hit.label.at].text
    if text[label.end :].strip(" :?*.") or hit.row in sheet.grids:
        return None
    return next((option for option in sheet.options[hit.row] if option.at == label.at), None)


def offered(sheet: Sheet, hit: Hit) -> tuple[tuple[str, Option], ...]:
    """The options that a label offers, with their words: beside it, or in the rows below it."""
    under = sheet.stacked.get(sheet.rows[hit.row].lines[hit.label.at])
    if under is not None and not is_tick(under):
        return ()
    return tuple(_gridded(sheet, hit)) or tuple(_beside(sheet, hit)) or tuple(_below(sheet, hit))


def _gridded(sheet: Sheet, hit: Hit) -> Iterator[tuple[str, Option]]:
    """The options of a row of a grid, their words at its head."""
    first = sheet.grids.get(hit.row, ())
    if first and sheet.rows[hit.row].lines[hit.label.at].box[2] <= first[0][1].tick.box[0]:
        yield from first


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
    if end != own.box[0]:
        yield from _going_on(sheet, hit)


def _going_on(sheet: Sheet, hit: Hit) -> Iterator[tuple[str, Option]]:
    """The options in the rows below those beside a label, in their columns, with nothing at their left."""
    above = sheet.rows[hit.row]
    label = above.lines[hit.label.at]
    columns = [one.tick.box[0] for one in sheet.options[hit.row] if one.tick.box[0] >= label.box[2]]
    if not columns:
        return
    step = _FAR * above.height
    for at, row in enumerate(sheet.rows[hit.row + 1 :], hit.row + 1):
        found = sheet.options[at]
        in_columns = all(any(abs(one.tick.box[0] - left) <= one.tick.height / 2 for left in columns) for one in found)
        alone = found and row.lines[0].box[0] >= min(columns)
        if row.image != above.image or row.middle - above.middle > 1.3 * step or not alone or not in_columns:
            return
        yield from ((row.lines[one.at].text, one) for one in found if one.at is not None)
        step, above = row.middle - above.middle, row


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
    indent = math.inf
    right = min((line.box[0] for line in sheet.rows[start].lines if line.box[0] > label.box[2]), default=math.inf)
    for at, row in enumerate(sheet.rows[start + 1 :], start + 1):
        inside = [one for one in sheet.options[at] if left <= one.tick.box[0] < right - label.height]
        words = {one.at for one in sheet.options[at]}
        if not words and row.lines[0].box[0] >= indent and row.box[1] - bottom <= _FAR * label.height:
            bottom = row.box[3]  # what an option means
            continue
        ends = any(left <= line.box[0] < label.box[2] for place, line in enumerate(row.lines) if place not in words)
        if row.image != label.image or row.box[1] - bottom > _FAR * label.height or ends:
            return
        if inside:
            told = [(row.lines[one.at], one) for one in inside if one.at is not None]
            yield from ((line.text, one) for line, one in told)
            bottom = row.box[3]
            indent = min(
                [line.box[0] - line.height / 2 for line, one in told if line.box[0] > one.tick.box[0]] or [indent]
            )
