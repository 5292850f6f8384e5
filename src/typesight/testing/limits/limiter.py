"""Limiter: counts a Sandbox's requests against its rate limits, and words what the providers say of them.

Sources: OpenAI docs, rate-limits and error-codes; Anthropic docs, api/rate-limits and api/errors (2026-11).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor

from typesight.testing.limits.rate_limits import RateLimits
from typesight.testing.rejections import Rejection

__all__ = ["Limiter", "Verdict"]

_ANTHROPIC = "anthropic_messages"  # the name of the wire
# Rows: kind of limit -> the names that Anthropic's headers have for it.
_ANTHROPIC_NAMES = {"requests": ("requests",), "tokens": ("tokens", "input-tokens")}
_SHORT = {"requests": "RPM", "tokens": "TPM"}


@dataclass(frozen=True)
class Verdict:
    """What the limits say of one request: the headers of its answer, and the error if it is too many."""

    headers: Mapping[str, str]
    refusal: Rejection | None = None


class Limiter:
    """The buckets of a Sandbox, shared by all its clients. Has state, guarded by a lock. `now` is in seconds."""

    def __init__(self, limits: RateLimits, now: Callable[[], float] = time.monotonic) -> None:
        per_minute = {"requests": limits.requests_per_minute, "tokens": limits.tokens_per_minute}
        self._buckets = {kind: _Bucket(each, limits.burst, now()) for kind, each in per_minute.items() if each}
        self._now = now
        self._lock = threading.Lock()

    def judge(self, wire: str, tokens: int) -> Verdict:
        """Count a request of so many tokens on this wire, or refuse it."""
        needs = {"requests": 1, "tokens": tokens}
        with self._lock:
            now = self._now()
            waits = {kind: bucket.find_wait(needs[kind], now) for kind, bucket in self._buckets.items()}
            short = max(waits, key=lambda kind: waits[kind], default=None)
            if short is not None and waits[short] > 0:
                refusal = self._word_refusal(short, needs[short], waits[short], wire)
                return Verdict(self._build_headers(wire), refusal)
            for kind, bucket in self._buckets.items():
                bucket.level -= min(needs[kind], bucket.size)
            return Verdict(self._build_headers(wire))

    def _build_headers(self, wire: str) -> dict[str, str]:
        headers: dict[str, str] = {}
        for kind, bucket in self._buckets.items():
            stated = {"limit": f"{floor(bucket.size)}", "remaining": f"{floor(bucket.level)}"}
            if wire == _ANTHROPIC:
                full = datetime.now(UTC) + timedelta(seconds=ceil(bucket.seconds_to_full))
                stated["reset"] = full.strftime("%Y-%m-%dT%H:%M:%SZ")
                names = _ANTHROPIC_NAMES[kind]
                headers |= {
                    f"anthropic-ratelimit-{name}-{part}": each for name in names for part, each in stated.items()
                }
            else:
                stated["reset"] = _format_duration(bucket.seconds_to_full)
                headers |= {f"x-ratelimit-{part}-{kind}": each for part, each in stated.items()}
        return headers

    def _word_refusal(self, kind: str, need: float, wait: float, wire: str) -> Rejection:
        bucket = self._buckets[kind]
        retry_after = {"retry-after": f"{ceil(wait)}"}
        if wire == _ANTHROPIC:
            words = (
                f"This request would exceed your organization's rate limit of {bucket.per_minute:g} {kind} per minute."
            )
            return Rejection(words, status=429, headers=retry_after)
        words = (
            f"Rate limit reached in organization org-sandbox on {kind} per min ({_SHORT[kind]}): Limit "
            f"{bucket.per_minute:g}, Used {bucket.size - bucket.level:.0f}, Requested {need:g}. Please try again in "
            f"{_format_duration(wait)}."
        )
        headers = {**retry_after, "retry-after-ms": f"{ceil(wait * 1_000)}"}
        return Rejection(words, status=429, kind=kind, code="rate_limit_exceeded", headers=headers)


class _Bucket:
    """One limit; `level` is what it holds."""

    def __init__(self, per_minute: float, burst: float, now: float) -> None:
        self.per_minute = per_minute
        self.size = max(1.0, per_minute * burst)
        self.level = self.size
        self._at = now

    def find_wait(self, need: float, now: float) -> float:
        """Fill up until `now`; the seconds until it holds `need`. One that needs more than all finds it full."""
        self.level = min(self.size, self.level + self.per_minute / 60 * (now - self._at))
        self._at = now
        return max(0.0, min(need, self.size) - self.level) * 60 / self.per_minute

    @property
    def seconds_to_full(self) -> float:
        return (self.size - self.level) * 60 / self.per_minute


def _format_duration(seconds: float) -> str:
    """As OpenAI writes it: `120ms`, `7.66s`, `6m0s`."""
    if seconds < 1:
        return f"{ceil(seconds * 1_000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    return f"{minutes:.0f}m{rest:g}s" if minutes else f"{rest:g}s"
