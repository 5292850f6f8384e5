"""Deterministic token counts for requests and replies, close to the providers' own."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from typesight.testing.received import ReceivedPicture

__all__ = ["claude_image_tokens", "openai_image_tokens", "prompt_tokens", "text_tokens"]


def text_tokens(text: str) -> int:
    """Tokens of a text, at four characters per token."""
    return ceil(len(text) / 4)


def prompt_tokens(body: object) -> int:
    """Tokens of all text in a request body: keys and strings, without pictures."""
    return ceil(sum(_lengths(body)) / 4)


def claude_image_tokens(pictures: tuple[ReceivedPicture, ...]) -> int:
    """Tokens of pictures as sent: patches of 28 by 28 pixels (Anthropic docs, vision, 2026-09-20)."""
    return sum(ceil(p.size[0] / 28) * ceil(p.size[1] / 28) for p in pictures)


def openai_image_tokens(pictures: tuple[ReceivedPicture, ...]) -> int:
    """Tokens of pictures as sent: patches of 32 by 32 pixels, times 1.2 (OpenAI docs, images-vision, 2026-09)."""
    return sum(ceil(ceil(p.size[0] / 32) * ceil(p.size[1] / 32) * 1.2) for p in pictures)


def _lengths(value: Any, key: str = "") -> Iterator[int]:
    if isinstance(value, str) and key != "data" and not value.startswith("data:"):
        yield len(value)
    elif isinstance(value, list):
        for item in value:
            yield from _lengths(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield len(name)
            yield from _lengths(item, name)
