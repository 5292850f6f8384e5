"""What a call used: tokens, counted one way for every provider, and the dollars they come to.

The providers count in opposite ways. OpenAI's `prompt_tokens` includes cached tokens; Anthropic's
`input_tokens` is only what follows the last cache mark, and cached tokens stand beside it. Here
`input` is always *all* input tokens.
"""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from importlib.util import find_spec

__all__ = ["Usage", "count_of", "dollars", "prices_are_known"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one reply, or of several added up.

    `input` counts all input tokens, cached ones included; `cache_read` and `cache_write` are the parts of
    it that were read from and written to the prompt cache; `image` is the part that pictures took, where
    the provider says so; `reasoning` is the part of `output` that the model spent thinking.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    image: int = 0
    reasoning: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def to_dict(self) -> dict[str, int]:
        """The six counts by name."""
        return asdict(self)


def count_of(counts: object, name: str) -> int:
    """One count of an SDK's usage object; 0 where a gateway leaves it, or the whole object, out."""
    return getattr(counts, name, None) or 0


def prices_are_known() -> bool:
    """Whether the extra `prices` is installed."""
    return find_spec("genai_prices") is not None


def dollars(usage: Usage, *, model: str, vendor: str) -> float | None:
    """What `usage` costs in US dollars by the price list of genai-prices (extra `prices`).

    None when the extra is not installed or the list does not know the model; `0.0` for this machine's own
    reader (`vendor="local"`).
    """
    if vendor == "local":
        return 0.0
    if not prices_are_known():
        return None
    import genai_prices

    counted = genai_prices.Usage(
        input_tokens=usage.input,
        output_tokens=usage.output,
        cache_read_tokens=usage.cache_read or None,
        cache_write_tokens=usage.cache_write or None,
    )
    try:
        price = genai_prices.calc_price(counted, model_ref=model, provider_id=vendor)
    except (LookupError, ValueError):  # the model is not on the list; or the counts make no sense
        return None
    return float(price.total_price)
