"""Budget: what one record may cost, held against what has been spent and what the next request is likely to take."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import ceil

from typesight.errors import MissingExtra
from typesight.usage import Usage, dollars, prices_are_known

__all__ = ["Budget", "next_usage"]

# A token of English is about four bytes of text; of JSON, digits and other languages fewer.
_BYTES_A_TOKEN = 3


@dataclass(frozen=True, slots=True)
class Budget:
    """What one call may spend in all: US dollars, tokens (input and output together), or both.

    It is held before each request against what has been spent and an estimate of the request, so that a call ends
    before it is over, not after. Raises ValueError for one that allows nothing.
    """

    usd: float | None = None
    tokens: int | None = None

    def __post_init__(self) -> None:
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        if not any(value is not None for value in given.values()):
            raise ValueError("a Budget has usd=, tokens=, or both")
        for name, value in given.items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value <= 0):
                raise ValueError(f"{name}={value!r} is no budget: give a number above 0")

    def check(self, *, model: str, vendor: str) -> None:
        """Raise MissingExtra or ValueError where dollars are set and the model's price cannot be known."""
        if self.usd is None or dollars(Usage(), model=model, vendor=vendor) is not None:
            return
        if not prices_are_known():
            raise MissingExtra("prices", "a budget in dollars")
        raise ValueError(f"no price is known for {model!r} at {vendor or 'its endpoint'}: give the budget in tokens=")

    def excess(self, spent: Usage, cost: float | None, coming: Usage, coming_cost: float | None) -> str | None:
        """What is over if a request like that is sent, in words; None where it fits."""
        tokens = spent.input + spent.output + coming.input + coming.output
        if self.tokens is not None and tokens > self.tokens:
            return f"about {tokens:,} tokens, and the budget is {self.tokens:,}"
        usd = (cost or 0.0) + (coming_cost or 0.0)
        if self.usd is not None and usd > self.usd:
            return f"about ${usd:.4f}, and the budget is ${self.usd:.4f}"
        return None


def next_usage(last: Usage, added: str) -> Usage:
    """What a request is likely to use that follows another, longer by its reply and by a text."""
    return Usage(input=last.input + last.output + ceil(len(added.encode()) / _BYTES_A_TOKEN), output=last.output)
