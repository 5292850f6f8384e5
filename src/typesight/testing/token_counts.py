"""Deterministic token counts for requests and replies, close to the providers' own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from typesight.testing.received import ReceivedPicture

__all__ = ["count_claude_image_tokens", "count_openai_image_tokens", "count_prompt_tokens", "count_text_tokens"]


# How the reply is sent is no part of what the model reads.
_STREAM_KEYS = frozenset({"stream", "stream_options"})


def count_text_tokens(text: str) -> int:
    """Tokens of a text, at four characters per token."""
    return ceil(len(text) / 4)


def count_prompt_tokens(body: Mapping[str, Any]) -> int:
    """Tokens of all text in a request body: keys and strings, without pictures; the same if the reply is streamed."""
    read = {key: value for key, value in body.items() if key not in _STREAM_KEYS}
    return ceil(sum(_measure_texts(read)) / 4)


def count_claude_image_tokens(pictures: tuple[ReceivedPicture, ...]) -> int:
    """Tokens of pictures as sent: patches of 28 by 28 pixels (Anthropic docs, vision, 2026-09-20)."""
    return sum(ceil(p.size[0] / 28) * ceil(p.size[1] / 28) for p in pictures)


def count_openai_image_tokens(pictures: tuple[ReceivedPicture, ...]) -> int:
    """Tokens of pictures as sent: patches of 32 by 32 pixels, times 1.2 (OpenAI docs, images-vision, 2026-09)."""
    return sum(ceil(ceil(p.size[0] / 32) * ceil(p.size[1] / 32) * 1.2) for p in pictures)


def _measure_texts(value: Any, key: str = "") -> Iterator[int]:
    if isinstance(value, str) and key != "data" and not value.startswith("data:"):
        yield len(value)
    elif isinstance(value, list):
        for item in value:
            yield from _measure_texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield len(name)
            yield from _measure_texts(item, name)
