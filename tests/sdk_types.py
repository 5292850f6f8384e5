"""A request body held against the SDK's own parameter types, closed: an unknown key anywhere is an error.

An SDK of the first generation that is supported, which is still on httpx, has no types for what came later: there the
Sandbox alone judges.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter

# Rows: wire -> where its two parameter types are: of a request that does not stream, and of one that does.
_TYPES = {
    "anthropic_messages": ("anthropic.types.message_create_params", "MessageCreateParams"),
    "openai_responses": ("openai.types.responses.response_create_params", "ResponseCreateParams"),
    "openai_chat": ("openai.types.chat.completion_create_params", "CompletionCreateParams"),
}


def is_old(sdk: str) -> bool:
    """Whether an SDK is of the generation that is still on httpx."""
    return int(version(sdk).partition(".")[0]) < {"openai": 3, "anthropic": 1}[sdk]


@cache
def _adapter(wire: str, kind: str) -> TypeAdapter[Any]:
    module, name = _TYPES[wire]
    return TypeAdapter(getattr(import_module(module), f"{name}{kind}"))


def check_body(wire: str, body: dict[str, Any]) -> None:
    """Raise ValidationError where the body is not what the SDK's types say."""
    if is_old("anthropic" if wire == "anthropic_messages" else "openai"):
        return
    kind = "Streaming" if body.get("stream") else "NonStreaming"
    _walk(_adapter(wire, kind).validate_python(body, extra="forbid"))


def _walk(value: Any) -> None:
    """Iterables are validated lazily: what is not walked is not checked."""
    if isinstance(value, dict):
        for each in value.values():
            _walk(each)
    elif hasattr(value, "__iter__") and not isinstance(value, str | bytes):
        for each in value:
            _walk(each)
