"""All wires: those that each SDK speaks, and how each of them streams."""

from __future__ import annotations

from collections.abc import Mapping

from typesight.exchange.streamed_reply import Streaming
from typesight.exchange.wire import Wire
from typesight.wires import local
from typesight.wires.anthropic import message_stream, messages
from typesight.wires.openai import chat, chat_stream, response_stream, responses

__all__ = ["STREAMS", "WIRES"]

WIRES: Mapping[str, Mapping[str, Wire]] = {
    "openai": {"chat": chat, "responses": responses},
    "anthropic": {"messages": messages},
    "local": {"local": local},
}
"""The wires of each SDK, and of the local reader, by name; the first is the default."""

# The local reader does not stream: it has no output before it has read everything.
STREAMS: Mapping[str, Streaming] = {
    chat.NAME: chat_stream.STREAMING,
    responses.NAME: response_stream.STREAMING,
    messages.NAME: message_stream.STREAMING,
}
"""How each wire that can stream does it, by its NAME."""
