"""The token limit of a request, whichever option sets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["TOKEN_LIMITS", "double_limit"]

TOKEN_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


def double_limit(options: Mapping[str, Any], usual: int | None) -> dict[str, Any]:
    """Return the options with twice the token limit, or {} if there is no limit; `usual` is the wire's default."""
    limits = {name: 2 * options[name] for name in TOKEN_LIMITS if isinstance(options.get(name), int)}
    limits = limits or ({"max_tokens": 2 * usual} if usual else {})
    return {**options, **limits} if limits else {}
