"""Items: the rows of a table, or of a bill without a head, as the objects of a list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Any

from typesight.ocr.lines import Line
from typesight.reader.fields import Field, ListField
from typesight.reader.items.bills import without_head
from typesight.reader.items.columns import NUMBERS, role_of
from typesight.reader.items.flags import flagged
from typesight.reader.items.item import Item
from typesight.reader.items.item_roles import Roles, roles
from typesight.reader.items.tables import table_of, under_head
from typesight.reader.page.sheet import Sheet
from typesight.reader.values.values import choice, spelled, truth, value
from typesight.text.amounts import FoundAmount, find_amounts

__all__ = ["items"]

_SUMS = frozenset({"total", "subtotal", "paid", "card"})
_PRICES = frozenset({"amount", "unit price", "original"})


def items(sheet: Sheet, place: ListField, claimed: Collection[Line] = ()) -> tuple[Item, ...]:
    """The items of a list; values are JSON. `claimed` are the lines that tell other fields: they begin no item."""
    fields, known = place.items, roles(place)
    table = table_of(sheet, fields)
    found = [one for one in under_head(sheet, table) if one.lines[0] not in claimed] if table else []
    asks = bool(_PRICES.intersection(known.of)) or any(role_of(one) in NUMBERS for one in fields)
    if asks and not (found and _adds_up(sheet, found, known)):
        bill = list(without_head(sheet, known, claimed))
        text = known.of.get("text")
        is_named = text is None or any(text.path in one.cells for one in found)
        found = bill if not is_named or _adds_up(sheet, bill, known) else found
    marked = flagged(found, known.of.get("text"), known.of.get("flag"))
    return tuple(made for each in marked if (made := _made(each, fields, sheet.mark)).cells)


def _adds_up(sheet: Sheet, found: Sequence[Item], known: Roles) -> bool:
    """Whether items come to a sum that is printed; they do where no amount is asked for."""
    asked = known.of.get("amount")
    if asked is None:
        return True
    given = [item.cells.get(asked.path) for item in found]
    parts = [one.value if isinstance(one, FoundAmount) else one for one in given]
    amounts_ = [part for part in parts if isinstance(part, Decimal)]
    sums = {one.value for hit in sheet.hits if hit.idea in _SUMS for one in _beside(sheet, hit.row)}
    return len(amounts_) == len(found) and sum(amounts_) in sums


def _beside(sheet: Sheet, at: int) -> Iterator[FoundAmount]:
    """The amounts in a row and, where it is one line without any, in the row below."""
    here = find_amounts(sheet.rows[at].text, sheet.mark)
    under = sheet.rows[at + 1 : at + 2] if len(sheet.rows[at].lines) == 1 else ()
    yield from here or (one for row in under for one in find_amounts(row.text, sheet.mark))


def _made(item: Item, fields: Collection[Field], mark: str | None) -> Item:
    """The item with the text of each cell as its field's value; one that does not hold it is left out."""
    cells: dict[str, Any] = {}
    for one in fields:
        given = item.cells.get(one.path)
        told = None if given is None else _value(given, one, mark)
        if told is not None:
            cells[one.path] = told
    return Item(cells, item.lines)


def _value(given: bool | str | Decimal | FoundAmount, one: Field, mark: str | None) -> Any:
    if isinstance(given, bool):
        return given
    if isinstance(given, (Decimal, FoundAmount)):
        size = given if isinstance(given, Decimal) else given.value
        return spelled(size, one.kind) if one.kind != "string" else format(size, "f")
    if one.kind == "choice":
        return choice(given, one.choices)
    if one.kind == "boolean":
        return truth(given, one.names)
    return value(given, one.kind, None, mark)
