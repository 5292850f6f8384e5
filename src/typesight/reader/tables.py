"""Tables: the rows under a head, as items.

A row with a number in one of the columns is an item; a row of nothing but text goes on with the text of the item it
stands nearer to. The table ends where the sums begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from typesight.reader.amounts import FoundAmount, amounts
from typesight.reader.columns import Column, Span, Table, apart, head_above, span_of
from typesight.reader.item import Item, is_sum
from typesight.reader.lines import Line
from typesight.reader.rows import Row
from typesight.reader.sheet import Sheet

__all__ = ["under_head"]

_FAR = 3.0
"""Distance to the row above, in usual distances, from which text is no part of the table."""


_COUNT = re.compile(r"^\d{1,6}\s+(?=\S*[^\W\d_])")
"""A number before a text: `2 Tea`."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a row: its text, where it stands, and the number it is, if it is one."""

    text: str
    span: Span
    line: Line
    number: FoundAmount | None


def under_head(sheet: Sheet, table: Table) -> Iterator[Item]:
    """The items of a table, texts that wrap joined."""
    body = [(row, _filled(sheet, row, table.columns)) for row in _body(sheet, table)]
    opening = [column for column in table.columns if column.is_number] or [
        column for column in table.columns if column.field
    ][:1]
    texts = [column for column in table.columns if not column.is_number]
    opens = [any(column in cells for column in opening) for _, cells in body]
    current, above = None, Item()
    for at, (row, cells) in enumerate(body):
        following = body[at + 1][1] if at + 1 < len(body) and opens[at + 1] else None
        if opens[at]:
            if current is not None:
                yield current
            current, above = above, Item()
            _add(current, cells, row)
        elif current is None or (following is not None and not any(column in following for column in texts)):
            _add(above, cells, row)  # the item below has no text of its own
        else:
            _add(current, cells, row)
    if current is not None:
        yield current


def _body(sheet: Sheet, table: Table) -> Iterator[Row]:
    """The rows under a head, up to the sums."""
    rows = sheet.rows[table.row + 1 :]
    pitch = _pitch(sheet.rows[table.row :])
    above = sheet.rows[table.row]
    for at, row in enumerate(rows, table.row + 1):
        if is_sum(sheet, at) or (row.image == above.image and row.box[1] - above.box[3] > _FAR * pitch):
            return
        if row.text == sheet.rows[table.row].text:  # the head again, on the next page
            continue
        yield row
        above = row


def _pitch(rows: Sequence[Row]) -> float:
    """The usual distance of a row from the one above, from top to top, in pixels."""
    steps = [below.box[1] - row.box[1] for row, below in pairwise(rows) if row.image == below.image]
    return median(steps) if steps else 1.0


def _filled(sheet: Sheet, row: Row, columns: Sequence[Column]) -> dict[Column, Any]:
    """The pieces of a row by their columns: texts joined, one number each."""
    cells: dict[Column, Any] = {}
    numbers = [column for column in columns if column.is_number]
    texts = [column for column in columns if not column.is_number]
    for piece in (part for whole in _pieces(row, sheet.mark) for part in _cut(whole, columns, sheet.mark)):
        near = _nearest(piece.span, columns)
        if near.is_number and piece.number is None:
            near = _nearest(piece.span, texts) if texts else near
        if near.is_number and piece.number is not None and near not in cells:
            cells[near] = piece.number
        elif near.is_number and piece.number is not None and (rest := [one for one in numbers if one not in cells]):
            cells[_nearest(piece.span, rest)] = piece.number
        elif not near.is_number:
            cells[near] = f"{cells[near]} {piece.text}" if near in cells else piece.text
    return cells


def _nearest(span: Span, columns: Sequence[Column]) -> Column:
    """The column that a piece is aligned with: at its left, its right or its middle."""
    return min(columns, key=lambda column: apart(span, column.span))


def _cut(piece: _Piece, columns: Sequence[Column], mark: str | None) -> Iterator[_Piece]:
    """A piece in two, where a number at its beginning stands under another head than the text after it."""
    count = _COUNT.match(piece.text) if piece.number is None else None
    if count is None:
        yield piece
        return
    left, right = piece.span
    cut = left + (right - left) * count.end() / len(piece.text)
    spans = [column.span for column in columns]
    before = columns[spans.index(head_above((left, left + (cut - left) * 0.6), spans))]
    after = columns[spans.index(head_above((cut, right), spans))]
    found = amounts(count[0].strip(), mark)
    if before is after or not before.is_number or after.is_number or not found:
        yield piece
        return
    yield _Piece(count[0].strip(), (left, cut), piece.line, found[0])
    yield _Piece(piece.text[count.end() :], (cut, right), piece.line, None)


def _pieces(row: Row, mark: str | None) -> Iterator[_Piece]:
    """A row's lines, numbers at their beginning and end split off."""
    for at, line in enumerate(row.lines):
        found = [one for one in amounts(line.text, mark) if not one.percent or len(line.text) <= one.end + 2]
        cut, end = 0, len(line.text)
        trailing: list[_Piece] = []
        for one in reversed(found):
            if line.text[one.end : end].strip(" |%") or not _set_off(line.text, one):
                break
            end = one.start
            trailing.insert(0, _Piece(line.text[one.start : one.end], span_of(row, at, one.start, one.end), line, one))
        rest = line.text[cut:end].strip(" |")
        if rest:
            number = next((one for one in found if one.start == 0 and not line.text[one.end : end].strip()), None)
            yield _Piece(rest, span_of(row, at, cut, end), line, number)
        yield from trailing


def _set_off(text: str, one: FoundAmount) -> bool:
    """Whether a number at the end of a text is one of its own: `Tea 2.50`, not `Paper A 4`."""
    return one.fraction or one.start == 0 or text[one.start - 1 : one.start] == " "


def _add(item: Item, cells: Mapping[Column, Any], row: Row) -> None:
    """Put a row's cells into an item; texts go on, a number stays as it was first read."""
    for column, given in cells.items():
        if column.field is None:
            continue
        path = column.field.path
        known = item.cells.get(path)
        if known is None:
            item.cells[path] = given
        elif isinstance(known, str) and isinstance(given, str):
            item.cells[path] = f"{known} {given}"
    item.lines += row.lines
