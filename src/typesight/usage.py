"""Usage: a call's tokens, counted in the same way for every provider, and their price in dollars.

The providers count differently. OpenAI's `prompt_tokens` include cached tokens; Anthropic's `input_tokens`
are only those after the last cache breakpoint, and cached tokens are counted separately. Here `input` is
always *all* input tokens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.util import find_spec

__all__ = ["FREE", "Usage", "add_known", "compute_cost", "has_price_list", "read_counts"]

FREE = "local"
"""The price list of what costs nothing; `prices` in the row of an endpoint names its list."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one reply, or of several added up.

    `input` counts all input tokens, cached ones included; `cache_read` and `cache_write` are the parts of
    it that were read from and written to the prompt cache; `image` is the part for pictures, if the
    provider reports it; `reasoning` is the part of `output` that the model spent on reasoning.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    image: int = 0
    reasoning: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def to_dict(self) -> dict[str, int]:
        """The six counts by name."""
        return asdict(self)


def read_counts(*places: tuple[object, str]) -> list[int]:
    """Counts by their names in an SDK's usage object or a part of it; 0 where a gateway omits the count or the part."""
    return [getattr(part, name, None) or 0 for part, name in places]


def add_known(numbers: Iterable[float | None]) -> float | None:
    """The sum of dollars or seconds; None if one of them is unknown."""
    listed = list(numbers)
    return None if None in listed else sum(each for each in listed if each is not None)


def has_price_list() -> bool:
    """Whether the extra `prices` is installed."""
    return find_spec("genai_prices") is not None


def compute_cost(usage: Usage, *, model: str, vendor: str) -> float | None:
    """The price of `usage` in US dollars by the price list of genai-prices (extra `prices`).

    `vendor` is the name of a provider there, or `FREE`. None if the extra is not installed, or the provider or the
    model is not on the list.
    """
    if vendor == FREE:
        return 0.0
    try:
        import genai_prices
    except ImportError:
        return None
    counted = genai_prices.Usage(
        input_tokens=usage.input,
        output_tokens=usage.output,
        cache_read_tokens=usage.cache_read or None,
        cache_write_tokens=usage.cache_write or None,
    )
    try:
        price = genai_prices.calc_price(counted, model_ref=model, provider_id=vendor)
    except (LookupError, ValueError):  # the model is not on the list, or the counts are invalid
        return None
    return float(price.total_price)
