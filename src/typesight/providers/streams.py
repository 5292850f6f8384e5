"""Streams: which wires stream, and how. The local reader does not: it has nothing to say until it has read."""

from __future__ import annotations

from collections.abc import Mapping

from typesight.providers import (
    anthropic_messages,
    chat_stream,
    claude_stream,
    openai_chat,
    openai_responses,
    response_stream,
)
from typesight.providers.gathering import Streaming

__all__ = ["STREAMS"]

STREAMS: Mapping[str, Streaming] = {
    openai_chat.NAME: chat_stream.STREAMING,
    openai_responses.NAME: response_stream.STREAMING,
    anthropic_messages.NAME: claude_stream.STREAMING,
}
