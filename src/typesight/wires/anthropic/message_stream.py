"""Collect a streamed reply of Anthropic Messages. Shapes: `anthropic.types.RawMessageStreamEvent` of anthropic 2.11."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from typesight.errors import Interrupted
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.exchange.streamed_reply import Streaming
from typesight.models.modes import Mode
from typesight.wires.anthropic import messages

__all__ = ["STREAMING"]

# Rows: type of delta -> (its field, the field of the block that it adds to).
_ADDED = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "signature_delta": ("signature", "signature"),
}


class _Gathering:
    """Collects events into a Message."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._message: dict[str, Any] = {}
        self._blocks: dict[int, dict[str, Any]] = {}
        self._pieces: dict[tuple[int, str], list[str]] = {}
        self._ended = False
        self._readers: Mapping[str, Callable[[Any], str]] = {
            "message_start": self._started,
            "content_block_start": self._begun,
            "content_block_delta": self._added,
            "message_delta": self._closing,
            "message_stop": self._stopped,
        }

    def take(self, event: Any) -> str:
        """Add an event and return its piece of the text, or of the first call's input."""
        read = self._readers.get(event.type)
        return read(event) if read else ""

    def _started(self, event: Any) -> str:
        self._message = event.message.model_dump(mode="json", warnings=False)
        return ""

    def _begun(self, event: Any) -> str:
        self._blocks[event.index] = event.content_block.model_dump(mode="json", exclude_none=True, warnings=False)
        return ""

    def _added(self, event: Any) -> str:
        delta = event.delta
        if delta.type == "input_json_delta":
            self._pieces.setdefault((event.index, "input"), []).append(delta.partial_json)
            return delta.partial_json if event.index == self._first_call and self._by_tools else ""
        if delta.type not in _ADDED:
            return ""
        read, field = _ADDED[delta.type]
        piece = str(getattr(delta, read) or "")
        self._pieces.setdefault((event.index, field), []).append(piece)
        return piece if field == "text" and not self._by_tools else ""

    def _closing(self, event: Any) -> str:
        """The counts in a message_delta are totals; those that it leaves out keep their values."""
        self._message |= event.delta.model_dump(mode="json", exclude_none=True, warnings=False)
        used = event.usage.model_dump(mode="json", exclude_none=True, warnings=False)
        self._message["usage"] = {**(self._message.get("usage") or {}), **used}
        return ""

    def _stopped(self, event: Any) -> str:
        del event
        self._ended = True
        return ""

    @property
    def _by_tools(self) -> bool:
        return self._request.mode is Mode.TOOLS

    @property
    def _first_call(self) -> int | None:
        return next((index for index, block in self._blocks.items() if block["type"] == "tool_use"), None)

    def completion(self) -> Completion:
        """The reply, as if it had not been streamed; a call's input keeps the text that was sent."""
        from anthropic.types import Message

        if not self._ended and not self._message.get("stop_reason"):
            raise Interrupted("the stream ended before the model was done; send the request again")
        for (index, field), pieces in self._pieces.items():
            block, said = self._blocks[index], "".join(pieces)
            block[field] = _object(said) if field == "input" else str(block.get(field) or "") + said
        reply = Message.model_validate({**self._message, "content": list(self._blocks.values())})
        got = messages.decode(reply, self._request)
        if not self._by_tools:
            return got
        calls = [index for index, block in self._blocks.items() if block["type"] == "tool_use"]
        inputs = ("".join(self._pieces.get((index, "input"), ())) for index in calls)
        answers = (replace(each, text=text or each.text) for each, text in zip(got.answers, inputs, strict=True))
        return replace(got, answers=tuple(answers))


def _object(text: str) -> Any:
    """A call's input as data; an empty object if it is not a JSON object."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


STREAMING = Streaming({"stream": True}, _Gathering)
