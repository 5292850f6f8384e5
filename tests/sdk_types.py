"""A request body held against the SDK's own parameter types, closed: an unknown key anywhere is an error."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter


@cache
def _adapter(wire: str) -> TypeAdapter[Any]:
    if wire == "anthropic_messages":
        from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

        return TypeAdapter(MessageCreateParamsNonStreaming)
    if wire == "openai_responses":
        from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming

        return TypeAdapter(ResponseCreateParamsNonStreaming)
    from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

    return TypeAdapter(CompletionCreateParamsNonStreaming)


def check_body(wire: str, body: dict[str, Any]) -> None:
    """Raise ValidationError where the body is not what the SDK's types say."""
    _walk(_adapter(wire).validate_python(body, extra="forbid"))


def _walk(value: Any) -> None:
    """Iterables are validated lazily: what is not walked is not checked."""
    if isinstance(value, dict):
        for each in value.values():
            _walk(each)
    elif hasattr(value, "__iter__") and not isinstance(value, str | bytes):
        for each in value:
            _walk(each)
