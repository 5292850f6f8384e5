"""Reads the rate limits and the Retry-After that come in the headers of a reply.

Sources: OpenAI docs, rate-limits; Anthropic docs, api/rate-limits; both SDKs' `_parse_retry_after_header` (2026-11).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["MAX_WAIT", "RateLimit", "read_rate_limits", "read_retry_after"]

# Seconds. Limits fill up again within a minute, so a longer wait is a limit per day, or a header gone wrong: rather
# than sleep through it, a run asks again after ten minutes, and learns from the error.
MAX_WAIT = 600.0

_MAX_NUMBER = 1e12  # no limit comes near it, and sums of such numbers stay exact enough
# A reset of so many seconds would take thirty years: it is a time since 1970, in seconds, or past 2286 in milliseconds.
_EPOCH_SECONDS, _EPOCH_MILLISECONDS = 1e9, 1e10
_REQUESTS = "requests"
# Rows: how a provider's headers begin and end, and the kinds of limit it has. {} is "limit", "remaining" or "reset".
_HEADERS = (
    ("x-ratelimit-{}-requests", _REQUESTS),
    ("x-ratelimit-{}-tokens", "tokens"),
    ("anthropic-ratelimit-requests-{}", _REQUESTS),
    ("anthropic-ratelimit-tokens-{}", "tokens"),
    ("anthropic-ratelimit-input-tokens-{}", "input tokens"),
    ("anthropic-ratelimit-output-tokens-{}", "output tokens"),
)
_DURATION = re.compile(r"(?:\d{1,12}(?:\.\d{0,9})?(?:ms|us|µs|ns|h|m|s|d))+")
_PART = re.compile(r"([\d.]+)(ms|us|µs|ns|h|m|s|d)")
_SECONDS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One limit of an account, as a reply states it: a bucket that fills up steadily and that each request drains."""

    kind: str
    """`requests`, `tokens`, `input tokens` or `output tokens`."""
    limit: float
    """How much the bucket holds, 1 or more."""
    remaining: float
    """How much it held when the reply was sent, from 0 to `limit`."""
    reset: float
    """Seconds until it is full, 0 or more."""

    @property
    def counts_requests(self) -> bool:
        """Whether each request takes 1, and not its tokens."""
        return self.kind == _REQUESTS


def read_rate_limits(headers: Mapping[str, str], wall_time: float) -> tuple[RateLimit, ...]:
    """The limits that the headers of a reply state in full; what is missing or makes no sense is left out.

    `headers` has names in lower case, or ignores case. `wall_time` is seconds since 1970, for resets that are dates;
    the reply's own `date` is used instead if there is one, since this machine's clock may be wrong.
    """
    return tuple(_find_limits(headers, _read_date(headers.get("date")) or wall_time))


def _find_limits(headers: Mapping[str, str], sent_at: float) -> Iterator[RateLimit]:
    for name, kind in _HEADERS:
        limit, remaining = (_read_number(headers.get(name.format(part))) for part in ("limit", "remaining"))
        reset = _read_reset(headers.get(name.format("reset")), sent_at)
        if limit is not None and limit >= 1 and remaining is not None and reset is not None:
            yield RateLimit(kind, limit, min(remaining, limit), reset)


def read_retry_after(headers: Mapping[str, str], wall_time: float) -> float | None:
    """The seconds after which a reply allows the next request, from 0 to MAX_WAIT; None if it does not say.

    `wall_time` is seconds since 1970, for a `retry-after` that is a date.
    """
    milliseconds = _read_seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return min(milliseconds / 1_000, MAX_WAIT)
    said = headers.get("retry-after")
    seconds = _read_seconds(said)
    if seconds is None and (date := _read_date(said)) is not None:
        seconds = max(0.0, date - (_read_date(headers.get("date")) or wall_time))
    return None if seconds is None else min(seconds, MAX_WAIT)


def _read_seconds(text: str | None) -> float | None:
    """A finite number of 0 or more."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < math.inf else None


def _read_number(text: str | None) -> float | None:
    number = _read_seconds(text)
    return number if number is not None and number <= _MAX_NUMBER else None


def _read_reset(text: str | None, sent_at: float) -> float | None:
    """Seconds until a reset: a duration (`6m0s`, `120ms`, `12`), a date (RFC 3339) or a time since 1970; else None."""
    if text is None:
        return None
    said = text.strip()
    if _DURATION.fullmatch(said):
        return sum(float(amount) * _SECONDS[unit] for amount, unit in _PART.findall(said))
    if (number := _read_seconds(said)) is not None:
        return _read_reset_number(number, sent_at)
    try:
        date = datetime.fromisoformat(said)
        return max(0.0, _find_timestamp(date) - sent_at)
    except (ValueError, OverflowError):
        return None


def _read_reset_number(number: float, sent_at: float) -> float | None:
    """Seconds until a reset that is a bare number: of seconds, or a time since 1970 as some gateways write it."""
    if number < _EPOCH_SECONDS:
        return number
    since_1970 = number if number < _EPOCH_MILLISECONDS else number / 1_000
    return max(0.0, since_1970 - sent_at) if since_1970 < _EPOCH_MILLISECONDS else None


def _read_date(text: str | None) -> float | None:
    """An HTTP date as seconds since 1970."""
    try:
        return _find_timestamp(parsedate_to_datetime(text or ""))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _find_timestamp(date: datetime) -> float:
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
