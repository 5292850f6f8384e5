"""RateLimits: how much a Sandbox lets through, for all its clients together."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["RateLimits"]


@dataclass(frozen=True)
class RateLimits:
    """Limits per minute, as an account at a provider has them; None for no limit.

    Each is a bucket that fills up steadily and that every valid request drains: by one, or by its tokens of text and
    pictures. A request for which too little is left is answered with a 429 and `retry-after`, and drains nothing. Every
    answer to a valid request has the provider's headers: `x-ratelimit-*`, or `anthropic-ratelimit-*`.

    `burst` is the share of a minute's amount that a bucket holds: with `requests_per_minute=600, burst=0.1` sixty
    requests may come at once, and then ten a second.

    Raises:
        ValueError: a limit below 1, a burst that is not above 0, or one of them infinite.

    """

    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    burst: float = 1.0

    def __post_init__(self) -> None:
        for name in ("requests_per_minute", "tokens_per_minute"):
            limit = getattr(self, name)
            if limit is not None and not 1 <= limit < math.inf:
                raise ValueError(f"{name}={limit}: give a number of 1 or more, or None for no limit")
        if not 0 < self.burst < math.inf:
            raise ValueError(f"burst={self.burst}: give the share of a minute's amount that may come at once, above 0")
