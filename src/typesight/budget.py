"""The budget of one record, checked against what has been spent and an estimate of the next request."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import ceil

from typesight.errors import MissingExtra
from typesight.usage import Usage, compute_cost, has_price_list

__all__ = ["Budget", "check_price", "estimate_next_usage"]

# A token of English is about four bytes of text; a token of JSON, digits or other languages is fewer.
_BYTES_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that one call may spend: US dollars, tokens (input and output together), or both.

    It is checked before each request against what has been spent plus an estimate of the request, so that a call ends
    before it exceeds the budget, not after. Raises ValueError for a budget without limits or with one not above 0.
    """

    usd: float | None = None
    tokens: int | None = None

    def __post_init__(self) -> None:
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        if not any(value is not None for value in given.values()):
            raise ValueError("a Budget needs usd=, tokens=, or both")
        for name, value in given.items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value <= 0):
                raise ValueError(f"{name}={value!r}: give a number above 0")


def check_price(budget: Budget, *, model: str, vendor: str) -> None:
    """Raise MissingExtra or ValueError for a budget in dollars if the model's price is unknown."""
    if budget.usd is None or compute_cost(Usage(), model=model, vendor=vendor) is not None:
        return
    if not has_price_list():
        raise MissingExtra("prices", "a budget in dollars")
    raise ValueError(f"no price is known for {model!r} at {vendor or 'its endpoint'}: give the budget in tokens=")


def estimate_next_usage(last: Usage, added: str) -> Usage:
    """An estimate for the request after `last`, whose input is longer by the last reply and the text `added`."""
    return Usage(input=last.input + last.output + ceil(len(added.encode()) / _BYTES_PER_TOKEN), output=last.output)
