"""Collect a streamed reply of Responses. Shapes: `openai.types.responses.ResponseStreamEvent` of openai 3.52."""

from __future__ import annotations

from typing import Any

from typesight.errors import Interrupted
from typesight.exchange.completion import Completion
from typesight.exchange.in_band_errors import told_by
from typesight.exchange.request import Request
from typesight.exchange.streamed_reply import Streaming
from typesight.models.modes import Mode
from typesight.wires.openai import responses

__all__ = ["STREAMING"]

_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})


class _Gathering:
    """Passes on the answer's pieces; the last event has the complete Response."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._reply: Any = None
        self._commentary: set[str] = set()
        self._call: str | None = None

    def take(self, event: Any) -> str:
        """Add an event and return its piece of the text, commentary left out, or of the first call's arguments."""
        if event.type in _ENDS:
            self._reply = event.response
        elif event.type == "error":
            raise Interrupted(f"the endpoint broke the stream off: {told_by(event) or 'no reason given'}")
        elif event.type == "response.output_item.added":
            self._begun(event.item)
        elif event.type == "response.output_text.delta" and self._request.mode is not Mode.TOOLS:
            return "" if event.item_id in self._commentary else str(event.delta)
        elif event.type == "response.function_call_arguments.delta" and event.item_id == self._call:
            return str(event.delta)
        return ""

    def _begun(self, item: Any) -> None:
        if item.type == "message" and getattr(item, "phase", None) == "commentary":
            self._commentary.add(item.id)
        elif item.type == "function_call" and self._call is None:
            self._call = item.id

    def completion(self) -> Completion:
        """The reply, as if it had not been streamed."""
        if self._reply is None:
            raise Interrupted("the stream ended before the model was done; send the request again")
        return responses.decode(self._reply, self._request)


STREAMING = Streaming({"stream": True}, _Gathering)
