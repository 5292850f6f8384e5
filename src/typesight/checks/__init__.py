"""Pydantic validators for records, with messages that a model can act on.

Each message names the fields that were compared, so that a reask asks for these and nothing else. For any model:

    class Invoice(BaseModel):
        items: list[Item]
        subtotal: Decimal
        tax: Decimal
        total: Decimal
        issued: Annotated[date, dated(before="today")]
        due: date | None = None
        currency: Currency

        _items = sums_to("items.*.price", "subtotal")
        _total = adds_up("subtotal", "tax", "total")
        _dates = in_order("issued", "due")

`IBAN`, `VatNumber`, `LuhnNumber` and `checksum` need the extra `checks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typesight.checks.codes import Currency
from typesight.checks.date_ranges import dated, in_order
from typesight.checks.numbers import NAMED, checked_text, checksum
from typesight.checks.totals import adds_up, sums_to

if TYPE_CHECKING:
    IBAN = str
    LuhnNumber = str
    VatNumber = str

__all__ = ["IBAN", "Currency", "LuhnNumber", "VatNumber", "adds_up", "checksum", "dated", "in_order", "sums_to"]


def __getattr__(name: str) -> Any:
    """Make `IBAN`, `VatNumber` and `LuhnNumber` on first use, since they need the extra `checks`."""
    if name not in NAMED:
        raise AttributeError(f"module 'typesight.checks' has no attribute {name!r}")
    return checked_text(name)
