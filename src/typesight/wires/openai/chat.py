"""Encode requests for, and decode replies of, OpenAI Chat Completions and compatible endpoints.

Shapes: openai SDK 3.52 (`openai.types.chat`), OpenAI guides of September 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from typesight.exchange.completion import Answer, Completion, Stop, holds_json, said_in, sendable
from typesight.exchange.in_band_errors import no_reply, told_by
from typesight.exchange.reply_body import as_said, at, items, opened
from typesight.exchange.request import Request
from typesight.exchange.wire import Row, as_patient, no_limit
from typesight.models.modes import Capability, Mode
from typesight.schema.target import Target
from typesight.usage import Usage, count_of
from typesight.wires.openai.chat_messages import messages_of, text_of
from typesight.wires.openai.terms import (
    arguments_of,
    calling,
    format_of,
    functions_of,
    given_options,
    tell_schema,
)

__all__ = [
    "METHOD",
    "MODES",
    "NAME",
    "PICTURES_IN_RESULTS",
    "REASONING",
    "TOOLS_BESIDE_REASONING",
    "decode",
    "encode",
    "limit",
    "patient",
]

NAME = "OpenAI Chat Completions"
METHOD = ("chat", "completions")
limit = no_limit
patient = as_patient
TOOLS_BESIDE_REASONING = False
PICTURES_IN_RESULTS = False

# The fields where servers put reasoning: vLLM, DeepSeek and SGLang the first; OpenRouter and Groq the second.
REASONING = ("reasoning_content", "reasoning")
_STOPS = {
    "length": Stop.LENGTH,
    "content_filter": Stop.FILTER,
    "error": Stop.INTERRUPTED,  # a gateway whose upstream failed after the reply had begun
}


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `client.chat.completions.create`. Raises SchemaError."""
    options = given_options(request)
    most = options.pop("max_tokens", None)
    if most is not None and "max_completion_tokens" not in options:  # both together are a 400; the newer name wins
        options[request.can.token_limit] = most
    asked: dict[str, Any] = {}
    if request.target is not None and request.mode is not None:
        row = MODES[request.mode]
        asked = row.ask(request.target, request.can)
        asked = {name: value for name, value in asked.items() if name not in request.can.left_out}
        request = request.telling(row.tell(request.target)) if row.tell else request
    if "tools" in asked:
        asked["tools"] = [*options.pop("tools", ()), *asked["tools"]]
    return {"model": request.model, "messages": messages_of(request), **asked, **options}


def decode(reply: Any, request: Request, body: bytes | None = None) -> Completion:
    """Convert the SDK's ChatCompletion into a Completion. Raises Interrupted for anything else."""
    choices = getattr(reply, "choices", None)
    messages = [choice.message for choice in choices or () if choice.message is not None]
    if not messages or not choices:
        raise no_reply("chat completion", body, reply)
    refusal = getattr(messages[0], "refusal", None)
    trouble = told_by(getattr(choices[0], "error", None)) or told_by(getattr(reply, "error", None))
    stop = Stop.INTERRUPTED if trouble else _STOPS.get(choices[0].finish_reason or "", Stop.DONE)
    answers = tuple(answer for message in messages for answer in _read(message, request))
    return Completion(
        answers=_as_said(answers, messages, body),
        stop=Stop.REFUSAL if refusal else stop,
        usage=_usage(getattr(reply, "usage", None)),
        echo=sendable(_echo(messages[0])),
        model=getattr(reply, "model", None) or request.model,
        said=refusal or text_of(messages[0].content) or None,
        trouble=trouble,
        elsewhere=None if answers else next(filter(partial(_thinks_json, messages[0]), REASONING), None),
        raw=reply,
    )


def _as_said(answers: tuple[Answer, ...], messages: list[Any], body: bytes | None) -> tuple[Answer, ...]:
    """The answers, with the raw text of their arguments if a gateway sent these as an object."""
    functions = [call.function for message in messages for call in message.tool_calls or () if call.type == "function"]
    if all(isinstance(function.arguments, str) for function in functions):
        return answers
    said = [at(choice, "message") for choice in items(at(opened(body), "choices"))]
    calls = [call for message in said for call in items(at(message, "tool_calls"))]
    return as_said(answers, [at(call, "function", "arguments") for call in calls if at(call, "type") == "function"])


def _thinks_json(message: Any, field: str) -> bool:
    return holds_json(getattr(message, field, None))


def _read(message: Any, request: Request) -> tuple[Answer, ...]:
    return MODES[request.mode].read(message) if request.mode else ()


def _ask_tools(target: Target[Any], can: Capability) -> dict[str, Any]:
    named = {"type": "function", "function": {"name": target.name}}
    effort = {"reasoning_effort": "none"} if can.chat_tools == "unreasoned" else {}
    tools = [{"type": "function", "function": function} for function in functions_of(target, can)]
    return {"tools": tools, **calling(target, can, named), **effort}


def _read_tools(message: Any) -> tuple[Answer, ...]:
    calls = [call for call in message.tool_calls or () if call.type == "function"]
    return tuple(Answer(arguments_of(call.function.arguments), call.id, call.function.name) for call in calls)


def _ask_json_schema(target: Target[Any], can: Capability) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": format_of(target, can)}}


def _ask_json(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {"response_format": {"type": "json_object"}}


def _ask_nothing(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {}


def _read_text(message: Any) -> tuple[Answer, ...]:
    return said_in(text_of(message.content))


MODES: Mapping[Mode, Row] = {
    Mode.TOOLS: Row(_ask_tools, _read_tools),
    Mode.JSON_SCHEMA: Row(_ask_json_schema, _read_text),
    Mode.JSON: Row(_ask_json, _read_text, tell_schema),
    Mode.PROMPTED: Row(_ask_nothing, _read_text, tell_schema),
}


def _echo(message: Any) -> dict[str, Any]:
    echo: dict[str, Any] = {"role": "assistant", "content": text_of(message.content) or None}
    if message.tool_calls:
        echo["tool_calls"] = [_echoed(call) for call in message.tool_calls]
    return echo


def _echoed(call: Any) -> dict[str, Any]:
    spelled: dict[str, Any] = call.model_dump(exclude_none=True, warnings=False)
    if call.type == "function":
        spelled["function"]["arguments"] = arguments_of(call.function.arguments)
    return spelled


def _usage(used: Any) -> Usage:
    """The usage; `prompt_tokens` includes cached tokens. Source: openai.types.completion_usage."""
    if used is None:
        return Usage()
    given = getattr(used, "prompt_tokens_details", None)
    made = getattr(used, "completion_tokens_details", None)

    return Usage(
        input=count_of(used, "prompt_tokens"),
        output=count_of(used, "completion_tokens"),
        cache_read=count_of(given, "cached_tokens"),
        cache_write=count_of(given, "cache_write_tokens"),
        image=count_of(given, "image_tokens"),
        reasoning=count_of(made, "reasoning_tokens"),
    )
