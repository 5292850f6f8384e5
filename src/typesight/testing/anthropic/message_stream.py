"""Stream a Messages reply as events (`anthropic.types.RawMessageStreamEvent` of anthropic 2.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from typesight.testing.sandbox_wire import Asked, Spell
from typesight.testing.scripted_replies import Reply, begun, pieces_of

__all__ = ["events"]


def events(reply: Reply, asked: Asked, number: int, spell: Spell) -> Iterator[Mapping[str, Any]]:
    """The events of a reply; the usage at its end is the total."""
    message = spell(begun(reply), asked, number)
    opening = {**message, "content": [], "stop_reason": None, "stop_details": None}
    yield {"type": "message_start", "message": {**opening, "usage": {**message["usage"], "output_tokens": 1}}}
    text: list[str] = []
    calls: list[tuple[str, str]] = []
    for index, block in enumerate(message["content"]):
        yield {"type": "content_block_start", "index": index, "content_block": _empty(block)}
        for delta in _deltas(block, reply, text, calls):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    said = spell(replace(begun(reply), text="".join(text) or None, calls=tuple(calls)), asked, number)
    ending = {name: message[name] for name in ("stop_reason", "stop_sequence", "stop_details")}
    yield {"type": "message_delta", "delta": ending, "usage": said["usage"]}
    yield {"type": "message_stop"}


def _empty(block: Mapping[str, Any]) -> dict[str, Any]:
    """A content block without its content, as it starts."""
    empty: dict[str, dict[str, Any]] = {
        "text": {"text": ""},
        "thinking": {"thinking": "", "signature": ""},
        "tool_use": {"input": {}},
    }
    return {**block, **empty.get(block["type"], {})}


def _deltas(
    block: Mapping[str, Any], reply: Reply, text: list[str], calls: list[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    if block["type"] == "thinking":
        for piece in pieces_of(block["thinking"], []):
            yield {"type": "thinking_delta", "thinking": piece}
        yield {"type": "signature_delta", "signature": block["signature"]}
    elif block["type"] == "text":
        for piece in pieces_of(reply.text or "", text):
            yield {"type": "text_delta", "text": piece}
    else:
        name, arguments = reply.calls[len(calls)]
        said: list[str] = []
        for piece in pieces_of(arguments, said):
            yield {"type": "input_json_delta", "partial_json": piece}
        calls.append((name, "".join(said)))
