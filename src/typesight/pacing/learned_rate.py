"""LearnedRate: how many requests a second the limits allow, where 429s are all that a provider says of them."""

from __future__ import annotations

import math
from collections import deque

__all__ = ["LearnedRate"]

_COUNTED = 20  # good replies: their rate is what the limit lets through
_CUT = 0.8  # of that rate, what a 429 leaves: enough below it that the next 429 is some twenty requests away
# Seconds in which the rate grows e-fold after a 429: slowly at first, then faster, as in TCP CUBIC (RFC 9438). By time
# and not by requests, so that of two processes the slower one catches up. With 60 s, two processes at 60 requests a
# minute got 7.5 % 429s, with 100 s 5.6 % (simulated, 2026-12).
_GROWTH = 100.0
_SLOWEST = 1 / 60  # requests a second


class LearnedRate:
    """No limit until the first 429. Has state; its owner's lock guards it. Times are in seconds."""

    def __init__(self) -> None:
        self._good: deque[float] = deque(maxlen=_COUNTED)
        self._rate = math.inf
        self._cut_at = 0.0

    def tell_good(self, now: float) -> None:
        """A good reply has come."""
        self._good.append(now)

    def cut(self, now: float) -> None:
        """A 429 has come."""
        if len(self._good) < 2:
            return
        measured = (len(self._good) - 1) / max(now - self._good[0], 1e-3)
        self._rate = max(_SLOWEST, min(self._find_rate(now), measured) * _CUT)
        self._cut_at = now

    def find_spacing(self, now: float) -> float:
        """Seconds between two requests; 0 for no limit."""
        return 1 / self._find_rate(now)

    def _find_rate(self, now: float) -> float:
        """Requests a second."""
        if self._rate == math.inf:
            return math.inf
        grown = (now - self._cut_at) / _GROWTH
        return self._rate * math.exp(min(grown * grown, 20.0))
