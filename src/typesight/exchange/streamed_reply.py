"""The protocol that collects the events of one streamed reply into a Completion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from typesight.exchange.completion import Completion
from typesight.exchange.request import Request

__all__ = ["Gathering", "Streaming"]


class Gathering(Protocol):
    """Collects a stream's events; has state because a stream comes in pieces."""

    def take(self, event: Any) -> str:
        """Add an event and return its piece of the answer's JSON; `""` if it has none."""
        ...

    def completion(self) -> Completion:
        """The reply, once the stream has ended. Raises Interrupted for one that ended before the model was done."""
        ...


@dataclass(frozen=True, slots=True)
class Streaming:
    """How a wire streams: the arguments that turn streaming on, and what collects the events."""

    options: Mapping[str, Any]
    gather: Callable[[Request], Gathering]
