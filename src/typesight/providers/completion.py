"""Completion: one reply of any provider, in one shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from typesight.usage import Usage

__all__ = ["Answer", "Completion", "Stop", "sendable"]


class Stop(StrEnum):
    """Why a reply ended."""

    DONE = "done"
    LENGTH = "length"
    OVERFLOW = "overflow"
    REFUSAL = "refusal"
    FILTER = "filter"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Answer:
    """One record as the model gave it: JSON text, and for a tool call its id and the tool's name."""

    text: str
    call_id: str | None = None
    tool: str | None = None


@dataclass(frozen=True)
class Completion:
    """A reply: its answers, why it ended, what it used, and how its wire wants it said back.

    `echo` is the assistant turn as this wire takes it back (JSON data); `said` is text beside or instead of an
    answer; `raw` is the SDK's own object; `broken` says why a body was no reply at all, a fault of transport.
    `seconds`, `http_requests` and `request_id` are set by whoever sent the request.
    """

    answers: tuple[Answer, ...]
    stop: Stop
    usage: Usage
    echo: Mapping[str, Any]
    model: str
    said: str | None = None
    request_id: str | None = None
    seconds: float = 0.0
    http_requests: int = 1
    broken: str | None = None
    raw: Any = field(default=None, repr=False, compare=False)


def sendable(data: Any) -> Any:
    """JSON data whose texts can go over a wire: half a character (a lone surrogate) becomes U+FFFD."""
    if isinstance(data, str):
        return data.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(data, Mapping):
        return {sendable(key): sendable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [sendable(each) for each in data]
    return data
