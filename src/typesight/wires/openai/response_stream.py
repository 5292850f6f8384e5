"""Collect a streamed reply of Responses. Shapes: `openai.types.responses.ResponseStreamEvent` of openai 3.52."""

from __future__ import annotations

from typing import Any

from typesight.errors import Interrupted
from typesight.exchange.completion import Completion
from typesight.exchange.in_band_errors import read_error_message
from typesight.exchange.request import Request
from typesight.exchange.streamed_reply import Streaming
from typesight.models.modes import Mode
from typesight.wires.openai import responses

__all__ = ["STREAMING"]

_END_EVENTS = frozenset({"response.completed", "response.incomplete", "response.failed"})


class _ResponseCollector:
    """Passes on the answer's pieces; the last event has the complete Response."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._reply: Any = None
        self._commentary: set[str] = set()
        self._first_call: str | None = None

    def add_event(self, event: Any) -> str:
        """Add an event and return its piece of the text, commentary left out, or of the first call's arguments."""
        if event.type in _END_EVENTS:
            self._reply = event.response
        elif event.type == "error":
            raise Interrupted(f"the endpoint broke off the stream: {read_error_message(event) or 'no reason given'}")
        elif event.type == "response.output_item.added":
            self._start_item(event.item)
        elif event.type == "response.output_text.delta" and self._request.mode is not Mode.TOOLS:
            return "" if event.item_id in self._commentary else str(event.delta)
        elif event.type == "response.function_call_arguments.delta" and event.item_id == self._first_call:
            return str(event.delta)
        return ""

    def _start_item(self, item: Any) -> None:
        if item.type == "message" and getattr(item, "phase", None) == "commentary":
            self._commentary.add(item.id)
        elif item.type == "function_call" and self._first_call is None:
            self._first_call = item.id

    def build_completion(self) -> Completion:
        """The reply, as if it had not been streamed."""
        if self._reply is None:
            raise Interrupted("the stream ended before the model was done; send the request again")
        return responses.decode(self._reply, self._request)


STREAMING = Streaming({"stream": True}, _ResponseCollector)
