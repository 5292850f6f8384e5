"""Items: the rows of a table, or of a bill without a head, as the objects of a list.

A row with a number in one of the columns is an item; a row of nothing but text goes on with the text of the item it
stands nearer to. The table ends where the sums begin.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Any

from typesight.reader.amounts import FoundAmount, amounts
from typesight.reader.columns import NUMBERS, Column, Span, Table, apart, head_above, head_of, role_of, span_of
from typesight.reader.dates import dates
from typesight.reader.fields import Field
from typesight.reader.lines import Line
from typesight.reader.money import MONEY
from typesight.reader.rows import Row
from typesight.reader.sheet import Sheet
from typesight.reader.values import choice, spelled, value

__all__ = ["Item", "items"]

_SUMS = (MONEY | {"card", "carried over"}) - {"discount"}
"""Ideas whose label, at the beginning of a row, ends a table."""

_FAR = 3.0
"""Distance to the row above, in usual distances, from which text is no part of the table."""

_TIMES = re.compile(
    r"(?P<count>\d{1,4})\s*(?:[xX\u00d7*@]|pcs?\.?|ea\.?|stk\.?)\s*(?:[@xX\u00d7]\s*)?(?=\D{0,4}\d|$)"
    r"|[xX\u00d7]\s?(?P<after>\d{1,4})(?!\S)"
)
"""How many of a thing: `2 x 3.50`, `2 pcs @ 3.50`, `Tea x2`."""

_LEADING = re.compile(r"^(?P<count>\d{1,3})\s*[xX\u00d7]?\s+(?=[^\W\d_]{2})")
"""The count before a name: `2 Tea`."""

_COUNT = re.compile(r"^\d{1,6}\s+(?=\S*[^\W\d_])")
"""A number before a text: `2 Tea`."""

_LETTER = re.compile(r"[^\W\d_]")
_MEASURE = re.compile(r"\s?(?:kg|g|mg|lb|oz|l|ml|cl|m|mm|cm|km|in|ft|w|v|kwh|gb|mb)\b", re.I)
"""A unit behind a number: `1.2 kg` is no price."""

_TRAILING = re.compile(r"(\d{1,3})\s*$")
_AFTER_PRICE = " *|ABCDEFGSRTXZ"
"""What may follow an amount at the end of a row: marks of a tax rate."""


@dataclass
class Item:
    """One object under construction: the text or number of each field, by its path, and the lines they came from."""

    cells: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a row: its text, where it stands, and the number it is, if it is one."""

    text: str
    span: Span
    line: Line
    number: FoundAmount | None


def items(sheet: Sheet, fields: Sequence[Field]) -> tuple[Item, ...]:
    """The items of a list whose objects have these fields; values are JSON."""
    sums = {at for at in range(len(sheet.rows)) if _is_sum(sheet, at)}
    table = head_of(sheet.rows, fields, sums)
    found = list(_under_head(sheet, table)) if table else []
    if not found and any(role_of(one) in NUMBERS for one in fields):
        found = list(_without_head(sheet, fields))
    return tuple(made for each in found if (made := _made(each, fields, sheet.mark)).cells)


def _made(item: Item, fields: Sequence[Field], mark: str | None) -> Item:
    """The item with the text of each cell as its field's value; one that does not hold it is left out."""
    cells: dict[str, Any] = {}
    for one in fields:
        given = item.cells.get(one.path)
        told = None if given is None else _value(given, one, mark)
        if told is not None:
            cells[one.path] = told
    return Item(cells, item.lines)


def _value(given: str | FoundAmount, one: Field, mark: str | None) -> Any:
    if isinstance(given, FoundAmount):
        return spelled(given.value, one.kind) if one.kind != "string" else format(given.value, "f")
    if one.kind == "choice":
        return choice(given, one.choices)
    return value(given, one.kind, None, mark)


# A table with a head.


def _under_head(sheet: Sheet, table: Table) -> Iterator[Item]:
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
        if _is_sum(sheet, at) or (row.image == above.image and row.box[1] - above.box[3] > _FAR * pitch):
            return
        if row.text == sheet.rows[table.row].text:  # the head again, on the next page
            continue
        yield row
        above = row


def _is_sum(sheet: Sheet, at: int) -> bool:
    """Whether a row begins with the label of a sum and holds its amount."""
    row = sheet.rows[at]
    return sheet.leading(at, _SUMS, row.lines[:1]) and bool(amounts(row.text, sheet.mark))


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


# A bill without a head.


def _without_head(sheet: Sheet, fields: Sequence[Field]) -> Iterator[Item]:
    roles, above = _roles(fields), Item()
    begun = False
    for at, row in enumerate(sheet.rows):
        ends = _is_sum(sheet, at)
        if ends and begun:
            return
        priced = None if ends else _priced(row.text, sheet.mark, "quantity" in roles)
        if priced is None:
            told = "" if ends or dates(row.text) else row.text
            above = Item({"text": told}, list(row.lines)) if told else Item()
            continue
        if not priced.text:
            priced = _named(priced, above.cells.get("text", ""))
        if priced.text:
            begun = True
            yield Item(
                priced.cells(roles), [*above.lines, *row.lines] if not _LETTER.search(row.text) else list(row.lines)
            )
        above = Item()


def _roles(fields: Sequence[Field]) -> dict[str, Field]:
    """The field of each role; a price is the amount where no other field is."""
    roles: dict[str, Field] = {}
    for one in fields:
        role = role_of(one)
        if role is not None:
            roles.setdefault(role, one)
    if "price" in roles:
        roles.setdefault("amount" if "amount" not in roles else "unit price", roles.pop("price"))
    if "text" not in roles:
        named = [one for one in fields if one.kind == "string" and one not in roles.values()]
        roles |= {"text": named[0]} if named else {}
    return roles


@dataclass(frozen=True, slots=True)
class _Priced:
    """What a row of a bill tells: the text, the count, the price of one and the amount."""

    text: str
    count: str | None
    unit: FoundAmount | None
    amount: FoundAmount

    def cells(self, roles: Mapping[str, Field]) -> dict[str, Any]:
        """The same by the paths of the fields that have these roles; one of a thing costs what it costs."""
        unit = self.amount if self.count == "1" and self.unit is None else self.unit
        told = {"text": self.text, "quantity": self.count, "unit price": unit, "amount": self.amount}
        return {roles[role].path: given for role, given in told.items() if role in roles and given is not None}


def _named(priced: _Priced, text: str) -> _Priced:
    """A row of numbers with the text of the row above it."""
    leading = _LEADING.match(text)
    if leading and priced.count is None:
        return replace(priced, text=text[leading.end() :], count=leading["count"])
    return replace(priced, text=text)


def _priced(text: str, mark: str | None, counted: bool) -> _Priced | None:
    """What a row tells whose last word is an amount; None for any other row.

    `counted` says that the quantity is asked for: else it is a part of the text.
    """
    found = [one for one in amounts(text, mark) if not one.percent and not _MEASURE.match(text, one.end)]
    large = 1000 if mark is None else math.inf  # where some amounts have decimals, all have
    money = [one for one in found if one.fraction or one.currency or abs(one.value) >= large]
    if dates(text) or not money or text[money[-1].end :].strip(_AFTER_PRICE):
        return None
    amount, unit = money[-1], money[-2] if len(money) > 1 else None
    times = _TIMES.search(text, 0, amount.start)
    count = times["count"] or times["after"] if times else None
    if counted and times and times["count"] and unit is None and times.end() + 4 >= amount.start:
        unit = amount  # `2 x 3.50` alone tells the price of one
    stops = [amount.start, *([times.start()] if times and (counted or unit) else []), *([unit.start] if unit else [])]
    told = text[: min(stops)]
    leading, trailing = _LEADING.match(told), _TRAILING.search(told)
    if count is None and leading:
        told, count = told[leading.end() :], leading["count"]
    elif count is None and unit is not None and trailing:
        told, count = told[: trailing.start()], trailing[1]
    told = told.strip(" -:|@")
    return _Priced(told if len(_LETTER.findall(told)) > 1 else "", count, unit, amount)
