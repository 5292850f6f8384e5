"""The token limit of a request, by whatever name its options have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["TOKEN_LIMITS", "double_limit"]

TOKEN_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


def double_limit(options: Mapping[str, Any], usual: int | None) -> dict[str, Any]:
    """The options with twice the token limit, whatever it is called; none where there is no limit to raise."""
    limits = {name: 2 * options[name] for name in TOKEN_LIMITS if isinstance(options.get(name), int)}
    limits = limits or ({"max_tokens": 2 * usual} if usual else {})
    return {**options, **limits} if limits else {}
