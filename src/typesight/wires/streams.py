"""Which wires stream, and how. The local reader does not: it has no output before it has read everything."""

from __future__ import annotations

from collections.abc import Mapping

from typesight.exchange.streamed_reply import Streaming
from typesight.wires.anthropic import message_stream, messages
from typesight.wires.openai import chat, chat_stream, response_stream, responses

__all__ = ["STREAMS"]

STREAMS: Mapping[str, Streaming] = {
    chat.NAME: chat_stream.STREAMING,
    responses.NAME: response_stream.STREAMING,
    messages.NAME: message_stream.STREAMING,
}
