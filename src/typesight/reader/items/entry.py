"""An `Entry`: one item of a bill under construction, before it is known which fields want what of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from typesight.ocr.lines import Line
from typesight.reader.items.item_roles import Roles
from typesight.reader.values.reductions import Reduction

__all__ = ["Entry", "cells"]


@dataclass
class Entry:
    """What the rows of an item tell so far; mutable, as each row adds to it.

    `is_bare` says that the count may be a part of the text; `others` are texts by the paths of their fields.
    """

    text: str
    count: Decimal | None
    unit: Decimal | None
    amount: Decimal
    lines: list[Line]
    is_bare: bool = False
    code: str | None = None
    original: Decimal | None = None
    percent: Decimal | None = None
    off: Decimal | None = None
    others: dict[str, str] = field(default_factory=dict)

    @property
    def due(self) -> Decimal:
        """What is left to pay for it, reductions taken off."""
        return self.original - self.off if self.original is not None and self.off is not None else self.amount

    def reduce(self, less: Reduction, *, is_final: bool) -> None:
        """Take a reduction in; `is_final` says that the amount is what is left, though it may not be printed."""
        self.original = self.original or self.amount
        self.percent = less.percent if less.percent is not None else self.percent
        self.off = (self.off or Decimal(0)) + less.off if less.off is not None else self.off
        if less.now is not None:
            self.amount = less.now
        elif is_final and less.off is not None:
            self.amount -= less.off


def cells(entry: Entry, roles: Roles) -> dict[str, Any]:
    """What an entry tells by the paths of the fields that want it; a thing that is weighed is one thing."""
    count = entry.count
    asked = roles.of.get("quantity")
    if count is not None and asked is not None and asked.kind == "integer" and count != count.to_integral_value():
        count = Decimal(1)
    told = {
        "text": entry.text,
        "code": entry.code,
        "quantity": count,
        "unit price": entry.unit,
        "original": entry.original or entry.amount,
        "reduction": entry.percent if roles.is_percent else entry.off,
        "amount": entry.amount,
    }
    made = {roles.of[role].path: given for role, given in told.items() if role in roles and given is not None}
    return entry.others | made
