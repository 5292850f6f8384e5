"""Encode requests for, and decode replies of, OpenAI Chat Completions and compatible endpoints.

Shapes: openai SDK 3.52 (`openai.types.chat`), OpenAI guides of September 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from typesight.exchange.completion import (
    Answer,
    Completion,
    StopReason,
    contains_json,
    join_texts,
    read_text_answer,
    sanitise_json,
)
from typesight.exchange.in_band_errors import make_interruption, read_error_message
from typesight.exchange.reply_body import get_node, list_nodes, parse_raw_body, restore_texts
from typesight.exchange.request import Request
from typesight.exchange.wire import ModeRow, find_no_limit
from typesight.models.modes import Capability, Mode
from typesight.schema.target import Target
from typesight.wires.openai.chat_messages import encode_messages
from typesight.wires.openai.shared import (
    encode_format,
    encode_functions,
    encode_tool_choice,
    read_options,
    read_usage,
    write_arguments,
    write_schema_instructions,
)

__all__ = [
    "CLIENT_PATH",
    "IS_LOCAL",
    "MODES",
    "NAME",
    "PICTURES_IN_RESULTS",
    "REASONING_FIELDS",
    "TOOLS_WITH_REASONING",
    "TRANSLATED",
    "decode",
    "encode",
    "extend_timeout",
    "find_limit",
]

NAME = "OpenAI Chat Completions"
CLIENT_PATH = ("chat", "completions")
find_limit = find_no_limit
extend_timeout = None
TOOLS_WITH_REASONING = False
IS_LOCAL = False
PICTURES_IN_RESULTS = False
TRANSLATED = frozenset[str]()

# The fields where servers put reasoning: vLLM, DeepSeek and SGLang the first; OpenRouter and Groq the second.
REASONING_FIELDS = ("reasoning_content", "reasoning")
_STOP_REASONS = {
    "length": StopReason.LENGTH,
    "content_filter": StopReason.FILTER,
    "error": StopReason.INTERRUPTED,  # a gateway whose upstream failed after the reply had begun
}


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `client.chat.completions.create`. Raises SchemaError."""
    options = read_options(request)
    most = options.pop("max_tokens", None)
    if most is not None and "max_completion_tokens" not in options:  # both together are a 400; the newer name wins
        options[request.capability.token_limit_name] = most
    asked: dict[str, Any] = {}
    if request.target is not None and request.mode is not None:
        row = MODES[request.mode]
        asked = row.ask(request.target, request.capability)
        asked = {name: value for name, value in asked.items() if name not in request.capability.omitted_parameters}
        request = (
            request.add_instructions(row.write_instructions(request.target)) if row.write_instructions else request
        )
    if "tools" in asked:
        asked["tools"] = [*options.pop("tools", ()), *asked["tools"]]
    return {"model": request.model, "messages": encode_messages(request), **asked, **options}


def decode(reply: Any, request: Request, body: bytes | None = None) -> Completion:
    """Convert the SDK's ChatCompletion into a Completion. Raises Interrupted for anything else."""
    choices = getattr(reply, "choices", None)
    messages = [choice.message for choice in choices or () if choice.message is not None]
    if not messages or not choices:
        raise make_interruption("chat completion", body, reply)
    refusal = getattr(messages[0], "refusal", None)
    errors = [error for each in (choices[0], reply) if (error := getattr(each, "error", None))]
    trouble = read_error_message(*errors) if errors else None
    stop = StopReason.INTERRUPTED if trouble else _STOP_REASONS.get(choices[0].finish_reason or "", StopReason.DONE)
    read = MODES[request.mode].read if request.mode else None
    answers = tuple(answer for message in messages for answer in read(message)) if read else ()
    said = _join_content_text(messages[0].content)
    return Completion(
        answers=_restore_arguments(answers, messages, body),
        stop=StopReason.REFUSAL if refusal else stop,
        usage=read_usage(getattr(reply, "usage", None), "prompt", "completion"),
        echo=sanitise_json(_echo_message(messages[0], said)),
        model=getattr(reply, "model", None) or request.model,
        text=refusal or said or None,
        endpoint_error=trouble,
        json_place=None if answers else next(filter(partial(_has_json_reasoning, messages[0]), REASONING_FIELDS), None),
        raw=reply,
    )


def _join_content_text(content: Any) -> str:
    """A message's text; some gateways send it in parts."""
    if isinstance(content, list):
        return join_texts([str(part.get("text") or "") for part in content if isinstance(part, Mapping)])
    return content if isinstance(content, str) else ""


def _restore_arguments(answers: tuple[Answer, ...], messages: list[Any], body: bytes | None) -> tuple[Answer, ...]:
    """The answers, with the raw text of their arguments if a gateway sent these as an object."""
    functions = [call.function for message in messages for call in message.tool_calls or () if call.type == "function"]
    if all(isinstance(function.arguments, str) for function in functions):
        return answers
    said = [get_node(choice, "message") for choice in list_nodes(get_node(parse_raw_body(body), "choices"))]
    calls = [call for message in said for call in list_nodes(get_node(message, "tool_calls"))]
    return restore_texts(
        answers, [get_node(call, "function", "arguments") for call in calls if get_node(call, "type") == "function"]
    )


def _has_json_reasoning(message: Any, field: str) -> bool:
    return contains_json(getattr(message, field, None))


def _ask_tools(target: Target[Any], can: Capability) -> dict[str, Any]:
    named = {"type": "function", "function": {"name": target.name}}
    effort = {"reasoning_effort": "none"} if can.chat_tools == "unreasoned" else {}
    tools = [{"type": "function", "function": function} for function in encode_functions(target, can)]
    return {"tools": tools, **encode_tool_choice(target, can, named), **effort}


def _read_tools(message: Any) -> tuple[Answer, ...]:
    calls = [call for call in message.tool_calls or () if call.type == "function"]
    return tuple(Answer(write_arguments(call.function.arguments), call.id, call.function.name) for call in calls)


def _ask_json_schema(target: Target[Any], can: Capability) -> dict[str, Any]:
    return {"response_format": {"type": "json_schema", "json_schema": encode_format(target, can)}}


def _ask_json(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {"response_format": {"type": "json_object"}}


def _ask_nothing(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {}


def _read_text(message: Any) -> tuple[Answer, ...]:
    return read_text_answer(_join_content_text(message.content))


MODES: Mapping[Mode, ModeRow] = {
    Mode.TOOLS: ModeRow(_ask_tools, _read_tools),
    Mode.JSON_SCHEMA: ModeRow(_ask_json_schema, _read_text),
    Mode.JSON: ModeRow(_ask_json, _read_text, write_schema_instructions),
    Mode.PROMPTED: ModeRow(_ask_nothing, _read_text, write_schema_instructions),
}


def _echo_message(message: Any, said: str) -> dict[str, Any]:
    echo: dict[str, Any] = {"role": "assistant", "content": said or None}
    if message.tool_calls:
        echo["tool_calls"] = [_echo_call(call) for call in message.tool_calls]
    return echo


def _echo_call(call: Any) -> dict[str, Any]:
    spelled: dict[str, Any] = call.model_dump(exclude_none=True, warnings=False)
    if call.type == "function":
        spelled["function"]["arguments"] = write_arguments(call.function.arguments)
    return spelled
