"""Tables: the rows under a head, as items.

A row with a number in one of the columns is an item; a row of nothing but text goes on with the text of the item it
stands nearer to. The table ends where the sums begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from typesight.ocr.lines import ON, Line
from typesight.ocr.rows import Row
from typesight.reader.fields import Field
from typesight.reader.items.columns import QUANTIFIED, Column, Span, apart, head_above, span_of
from typesight.reader.items.heads import COUNTED, Table, head_of
from typesight.reader.items.item import Item, is_sum
from typesight.reader.page.sheet import Sheet
from typesight.text.amounts import FoundAmount, find_amounts

__all__ = ["rows_of", "table_of", "under_head"]

_FAR = 3.0
"""Distance to the row above, in usual distances, from which text is no part of the table."""


_APART = 1.25
"""The same, in the largest so far, for a row that fills less than half of the columns."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a row: its text, where it stands, and the number it is, if it is one."""

    text: str
    span: Span
    line: Line
    number: FoundAmount | None


def table_of(sheet: Sheet, fields: Sequence[Field]) -> Table | None:
    """The table whose items have these fields, if there is one; a summary of taxes is none."""
    sums = {at for at in range(len(sheet.rows)) if is_sum(sheet, at)}
    summaries = {hit.row for hit in sheet.hits if hit.idea == "summary" and hit.label.leads}
    return head_of(sheet.rows, fields, sums, summaries)


def rows_of(sheet: Sheet, fields: Sequence[Field]) -> frozenset[int]:
    """The rows, by number, of the table whose items have these fields, its head among them."""
    table = table_of(sheet, fields)
    if table is None:
        return frozenset()
    return frozenset({table.row, *_body(sheet, table)})


def under_head(sheet: Sheet, table: Table) -> Iterator[Item]:
    """The items of a table, texts that wrap joined."""
    body = [(sheet.rows[at], _filled(sheet, at, table.columns)) for at in _body(sheet, table)]
    opening = [column for column in table.columns if column.is_number] or [
        column for column in table.columns if column.field
    ][:1]
    texts = [column for column in table.columns if not column.is_number]
    least = 2 if len(table.columns) > 2 and not any(column.is_number for column in table.columns) else 1
    opens = [len(cells) >= least and any(column in cells for column in opening) for _, cells in body]
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


def _body(sheet: Sheet, table: Table) -> Iterator[int]:
    """The rows under a head, by number, up to the sums."""
    rows = sheet.rows[table.row + 1 :]
    pitch = _pitch(sheet.rows[table.row :])
    above, steps = sheet.rows[table.row], list[float]()
    for at, row in enumerate(rows, table.row + 1):
        if row.image != above.image and row.text == sheet.rows[table.row].text:  # the head again, on the next page
            above = row
            continue
        if is_sum(sheet, at) or (row.image == above.image and row.box[1] - above.box[3] > _FAR * pitch):
            return
        following = rows[at - table.row : at - table.row + 1]
        if _is_prose(row, table.columns) or _is_worded(row, table.columns) or (steps and _is_aside(row, table)):
            return
        step = row.middle - above.middle if row.image == above.image else 0.0
        if len(steps) > 1 and step > _APART * max(steps) and 2 * len(row.lines) < len(table.columns):
            return
        if len(row.lines) == 1 and any(_is_worded(next_, table.columns) for next_ in following):
            return  # the heading of another table
        steps.append(step)
        yield at
        above = row


def _is_prose(row: Row, columns: Sequence[Column]) -> bool:
    """Whether a row is a text that runs through the columns."""
    line = row.lines[0]
    own = _nearest((line.box[0], line.box[2]), columns)
    beyond = [column.span for column in columns if column.span[0] >= own.span[1]]
    return len(row.lines) == 1 and len(beyond) > 1 and line.box[2] > beyond[1][0] and COUNTED.match(line.text) is None


def _is_worded(row: Row, columns: Sequence[Column]) -> bool:
    """Whether a row has words in columns of numbers, and no number in any: a head of its own, or a caption."""
    under = [(line, _nearest((line.box[0], line.box[2]), columns)) for line in row.lines]
    numbers = [line.text for line, column in under if column.is_number]
    return bool(numbers) and len(under) > 1 and all(_is_said(text) for text in numbers)


def _is_said(text: str) -> bool:
    """Whether a text is words and no number, though it may have one: `12 Total weight`."""
    digits, letters = (sum(map(test, text)) for test in (str.isdigit, str.isalpha))
    return digits == 0 or (letters > 2 * digits and not QUANTIFIED.fullmatch(text))


def _is_aside(row: Row, table: Table) -> bool:
    """Whether a row is a sum, whatever it is called: a text and a number that stand in the right half of the table."""
    left, right = table.columns[0].span[0], table.columns[-1].extent[1]
    texts = [line for line in row.lines if any(map(str.isalpha, line.text))]
    return len(row.lines) == 2 and texts[:1] == [row.lines[0]] and row.lines[0].box[0] > (left + right) / 2


def _pitch(rows: Sequence[Row]) -> float:
    """The usual distance of a row from the one above, from top to top, in pixels."""
    steps = [below.box[1] - row.box[1] for row, below in pairwise(rows) if row.image == below.image]
    return median(steps) if steps else 1.0


def _filled(sheet: Sheet, at: int, columns: Sequence[Column]) -> dict[Column, Any]:
    """The pieces of row `at` by their columns: texts joined, one number each."""
    row = sheet.rows[at]
    cells: dict[Column, Any] = {}
    numbers = [column for column in columns if column.is_number]
    texts = [column for column in columns if not column.is_number]
    for tick in (one.tick for one in sheet.options[at]):
        column = _nearest((tick.box[0], tick.box[2]), columns)
        if column.field is not None and column.field.kind == "boolean":
            cells[column] = tick.text
        elif column.field is None and column.chosen is not None and tick.text == ON:
            cells[replace(column, field=column.chosen)] = column.head
    for piece in (part for whole in _pieces(row, sheet.mark, columns) for part in _cut(whole, columns, sheet.mark)):
        if not any(map(str.isalnum, piece.text)):
            continue  # a mark beside a text
        near = _nearest(piece.span, columns)
        number = piece.number
        if near.is_number and number is None:
            number = _quantity(piece.text, mark=sheet.mark)
        if near.is_number and number is None:
            near = _nearest(piece.span, texts) if texts else near
        if near.is_number and number is not None and near not in cells:
            cells[near] = number
        elif near.is_number and number is not None and (rest := [one for one in numbers if one not in cells]):
            cells[_nearest(piece.span, rest)] = number
        elif not near.is_number:
            cells[near] = f"{cells[near]} {piece.text}" if near in cells else piece.text
    return cells


def _quantity(text: str, mark: str | None) -> FoundAmount | None:
    """The number of a text that is a number and its unit."""
    found = find_amounts(text, mark) if QUANTIFIED.fullmatch(text) else ()
    return found[0] if len(found) == 1 else None


def _nearest(span: Span, columns: Sequence[Column]) -> Column:
    """The column that a piece is aligned with: at its left, its right or its middle."""
    return min(columns, key=lambda column: apart(span, column.span))


def _cut(piece: _Piece, columns: Sequence[Column], mark: str | None) -> Iterator[_Piece]:
    """A piece in two, where a number at its beginning stands under another head than the text after it."""
    count = COUNTED.match(piece.text) if piece.number is None else None
    if count is None:
        yield piece
        return
    left, right = piece.span
    cut = left + (right - left) * count.end() / len(piece.text)
    spans = [column.span for column in columns]
    before = columns[spans.index(head_above((left, left + (cut - left) * 0.6), spans))]
    after = columns[spans.index(head_above((cut, right), spans))]
    found = find_amounts(count[0].strip(), mark)
    if before is after or not before.is_number or after.is_number or not found:
        yield piece
        return
    yield _Piece(count[0].strip(), (left, cut), piece.line, found[0])
    yield _Piece(piece.text[count.end() :], (cut, right), piece.line, None)


def _pieces(row: Row, mark: str | None, columns: Sequence[Column]) -> Iterator[_Piece]:
    """A row's lines, numbers at their end split off that stand in a column of numbers."""
    numbers = [column.extent for column in columns if column.is_number]
    for at, line in enumerate(row.lines):
        found = [one for one in find_amounts(line.text, mark) if not one.is_percent or len(line.text) <= one.end + 2]
        end = len(line.text)
        trailing: list[_Piece] = []
        for one in reversed(found):
            left, right = span_of(row, at, one.start, one.end)
            in_column = one.start == 0 or any(left < other[1] and other[0] < right for other in numbers)
            if line.text[one.end : end].strip(" |%") or not _set_off(line.text, one) or not in_column:
                break
            end = one.start
            trailing.insert(0, _Piece(line.text[one.start : one.end], (left, right), line, one))
        rest = line.text[:end].strip(" |")
        if rest:
            number = next((one for one in found if one.start == 0 and not line.text[one.end : end].strip()), None)
            yield _Piece(rest, span_of(row, at, 0, end), line, number)
        yield from trailing


def _set_off(text: str, one: FoundAmount) -> bool:
    """Whether a number at the end of a text is one of its own: `Tea 2.50`, not `Paper A 4`."""
    return one.has_decimals or one.start == 0 or text[one.start - 1 : one.start] == " "


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
