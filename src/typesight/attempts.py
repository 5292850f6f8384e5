"""Attempt: what is kept about one request and its reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from typesight.errors import ReplyError
from typesight.usage import Usage

__all__ = ["Attempt"]


@dataclass(frozen=True)
class Attempt:
    """One request of a call, and its result.

    `number` counts from 1; `asked` is "all", or the paths that were asked for; `errors` maps failing paths to
    what is wrong, empty for the attempt that gave the record; `error` is the ReplyError, if any; `reply` is the
    model's answer as text; `cost` is in US dollars (None if unknown); `seconds` is the wall time from request to
    reply; `http_requests` counts all HTTP requests, including the SDK's own transport retries. `cached` says that the
    reply came from a cache or a recording: nothing was sent or paid for it now, so `usage`, `cost` and `http_requests`
    are zero.
    """

    number: int
    model: str
    mode: str
    asked: str | tuple[str, ...] = "all"
    errors: Mapping[str, str] = field(default_factory=dict)
    error: ReplyError | None = field(default=None, compare=False)  # an exception equals only itself
    reply: str | None = field(default=None, repr=False)
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    seconds: float = 0.0
    http_requests: int = 1
    request_id: str | None = None
    cached: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the attempt as JSON data; the error as the name of its class."""
        return {
            "number": self.number,
            "model": self.model,
            "mode": self.mode,
            "asked": self.asked if isinstance(self.asked, str) else list(self.asked),
            "errors": dict(self.errors),
            "error": type(self.error).__name__ if self.error else None,
            "reply": self.reply,
            "usage": self.usage.to_dict(),
            "cost": self.cost,
            "seconds": round(self.seconds, 3),
            "http_requests": self.http_requests,
            "request_id": self.request_id,
            "cached": self.cached,
        }
