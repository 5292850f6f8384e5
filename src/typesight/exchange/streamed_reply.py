"""Gathering: the events of one streamed reply, as they come, and the reply that they add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from typesight.exchange.completion import Completion
from typesight.exchange.request import Request

__all__ = ["Gathering", "Streaming"]


class Gathering(Protocol):
    """What a stream has said so far; has state because a stream comes in pieces."""

    def take(self, event: Any) -> str:
        """The next piece of the answer's JSON that an event brings; `""` for an event that brings none."""
        ...

    def completion(self) -> Completion:
        """The reply, once the stream has ended. Raises Interrupted for one that ended before the model was done."""
        ...


@dataclass(frozen=True, slots=True)
class Streaming:
    """How a wire streams: what a request says for it, and what gathers the events."""

    options: Mapping[str, Any]
    gather: Callable[[Request], Gathering]
