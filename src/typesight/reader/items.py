"""Items: the rows of a table, or of a bill without a head, as the objects of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from typesight.reader.amounts import FoundAmount
from typesight.reader.bills import without_head
from typesight.reader.columns import NUMBERS, head_of, role_of
from typesight.reader.fields import Field
from typesight.reader.item import Item, is_sum
from typesight.reader.sheet import Sheet
from typesight.reader.tables import under_head
from typesight.reader.values import choice, spelled, value

__all__ = ["items"]


def items(sheet: Sheet, fields: Sequence[Field]) -> tuple[Item, ...]:
    """The items of a list whose objects have these fields; values are JSON."""
    sums = {at for at in range(len(sheet.rows)) if is_sum(sheet, at)}
    table = head_of(sheet.rows, fields, sums)
    found = list(under_head(sheet, table)) if table else []
    if not found and any(role_of(one) in NUMBERS for one in fields):
        found = list(without_head(sheet, fields))
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
