"""Bills: rows that end in a price, without a head, as items."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from typesight.reader.amounts import FoundAmount, amounts
from typesight.reader.columns import role_of
from typesight.reader.dates import dates
from typesight.reader.fields import Field
from typesight.reader.item import Item, is_sum
from typesight.reader.sheet import Sheet

__all__ = ["without_head"]

_TIMES = re.compile(
    r"(?P<count>\d{1,4})\s*(?:[xX\u00d7*@]|pcs?\.?|ea\.?|stk\.?)\s*(?:[@xX\u00d7]\s*)?(?=\D{0,4}\d|$)"
    r"|[xX\u00d7]\s?(?P<after>\d{1,4})(?!\S)"
)
"""How many of a thing: `2 x 3.50`, `2 pcs @ 3.50`, `Tea x2`."""

_LEADING = re.compile(r"^(?P<count>\d{1,3})\s*[xX\u00d7]?\s+(?=[^\W\d_]{2})")
"""The count before a name: `2 Tea`."""

_LETTER = re.compile(r"[^\W\d_]")
_MEASURE = re.compile(r"\s?(?:kg|g|mg|lb|oz|l|ml|cl|m|mm|cm|km|in|ft|w|v|kwh|gb|mb)\b", re.I)
"""A unit behind a number: `1.2 kg` is no price."""

_TRAILING = re.compile(r"(\d{1,3})\s*$")
_AFTER_PRICE = " *|ABCDEFGSRTXZ"
"""What may follow an amount at the end of a row: marks of a tax rate."""


_AFTER_PRICE = " *|ABCDEFGSRTXZ"
"""What may follow an amount at the end of a row: marks of a tax rate."""


def without_head(sheet: Sheet, fields: Sequence[Field]) -> Iterator[Item]:
    """The rows that end in a price, up to the sums, as items of these fields."""
    roles, above = _roles(fields), Item()
    begun = False
    for at, row in enumerate(sheet.rows):
        ends = is_sum(sheet, at)
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
