"""The token limit of a request, whichever option sets it, and the higher one after a reply that it cut off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.exchange.completion import Completion, StopReason

__all__ = ["TOKEN_LIMITS", "find_higher_limit"]

TOKEN_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


def find_higher_limit(completion: Completion, options: Mapping[str, Any], usual: int | None) -> dict[str, Any]:
    """The options with twice the token limit if the reply stopped at it; {} if it did not, or if there is no limit.

    `usual` is the limit that the wire sets if the options have none.
    """
    if completion.stop is not StopReason.LENGTH or completion.transport_error:
        return {}
    limits = {name: 2 * options[name] for name in TOKEN_LIMITS if isinstance(options.get(name), int)}
    limits = limits or ({"max_tokens": 2 * usual} if usual else {})
    return {**options, **limits} if limits else {}
