"""OpenAI Chat Completions, as OpenAI and the endpoints that copy it speak it.

Shapes: openai SDK 3.52 (`openai.types.chat`), OpenAI guides of September 2026.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typesight.errors import Interrupted, ModeError, SchemaError
from typesight.images.parts import Picture, chat_part
from typesight.providers import words
from typesight.providers.completion import Answer, Completion, Stop, sendable
from typesight.providers.modes import Mode, capability
from typesight.providers.request import Request
from typesight.providers.turns import Part, Reask, Turn
from typesight.providers.wire import Row
from typesight.schema import dialects
from typesight.schema.target import Target
from typesight.usage import Usage, count_of

__all__ = ["METHOD", "MODES", "decode", "encode"]

METHOD = ("chat", "completions")

_STOPS = {
    "length": Stop.LENGTH,
    "content_filter": Stop.FILTER,
    "error": Stop.INTERRUPTED,  # a gateway whose upstream failed after the reply had begun
}


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `client.chat.completions.create`. Raises SchemaError and ModeError."""
    can = capability(request.model)
    options = {name: value for name, value in request.options.items() if value is not None}
    if request.target is not None and options.get("n", 1) != 1:
        raise TypeError(f"n={options['n']} asks for several records where one is wanted: leave n out")
    if can.token_limit != "max_tokens" and "max_tokens" in options:
        options.setdefault(can.token_limit, options.pop("max_tokens"))
    body: dict[str, Any] = {"model": request.model, "messages": _messages(request)}
    if request.target is not None and request.mode is not None:
        asked = MODES[request.mode].ask(request.target, request.model)
        if "tools" in asked:
            asked["tools"] = [*options.pop("tools", ()), *asked["tools"]]
        body |= asked
    return body | options


def decode(reply: Any, request: Request) -> Completion:
    """The SDK's ChatCompletion in our shape. Raises Interrupted for what is no completion."""
    choices = getattr(reply, "choices", None)
    messages = [choice.message for choice in choices or () if choice.message is not None]
    if not messages or not choices:
        raise Interrupted("the endpoint answered with something that is no chat completion; check its base URL")
    refusal = getattr(messages[0], "refusal", None)
    return Completion(
        answers=tuple(answer for message in messages for answer in _read(message, request)),
        stop=Stop.REFUSAL if refusal else _STOPS.get(choices[0].finish_reason or "", Stop.DONE),
        usage=_usage(getattr(reply, "usage", None)),
        echo=sendable(_echo(messages[0])),
        model=getattr(reply, "model", None) or request.model,
        said=refusal or _text(messages[0].content) or None,
        raw=reply,
    )


def _read(message: Any, request: Request) -> tuple[Answer, ...]:
    return MODES[request.mode].read(message) if request.mode else ()


def _text(content: Any) -> str:
    """A message's text; some gateways give it in parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""


def _ask_tools(target: Target[Any], model: str) -> dict[str, Any]:
    can = capability(model)
    if Mode.TOOLS not in can.modes:
        raise ModeError(f"{model} takes no function tools in Chat Completions: use mode=Mode.JSON_SCHEMA")
    function = {"name": target.name, "description": target.description or words.TOOL, **_parameters(target)}
    asked = {
        "tools": [{"type": "function", "function": function}],
        "tool_choice": {"type": "function", "function": {"name": target.name}},
        "parallel_tool_calls": False,
    }
    return asked | ({"reasoning_effort": can.tools_effort} if can.tools_effort else {})


def _parameters(target: Target[Any]) -> dict[str, Any]:
    """Strict where the schema can be; a tool that is not strict carries everything else."""
    try:
        return {"parameters": target.strict(dialects.OPENAI), "strict": True}
    except SchemaError:
        return {"parameters": dialects.plain(target.schema), "strict": False}


def _read_tools(message: Any) -> tuple[Answer, ...]:
    calls = [call for call in message.tool_calls or () if call.type == "function"]
    return tuple(Answer(_arguments(call.function.arguments), call.id, call.function.name) for call in calls)


def _arguments(given: Any) -> str:
    """A call's arguments as JSON text; some gateways give them as an object."""
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


def _ask_json_schema(target: Target[Any], model: str) -> dict[str, Any]:
    if Mode.JSON_SCHEMA not in capability(model).modes:
        raise ModeError(f"{model} has no native JSON schema output: use mode=Mode.TOOLS")
    wanted = {"name": target.name, "schema": target.strict(dialects.OPENAI), "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": wanted}}


def _read_text(message: Any) -> tuple[Answer, ...]:
    text = _text(message.content)
    return (Answer(text),) if text.strip() else ()


MODES: Mapping[Mode, Row] = {
    Mode.TOOLS: Row(_ask_tools, _read_tools),
    Mode.JSON_SCHEMA: Row(_ask_json_schema, _read_text),
}


def _messages(request: Request) -> list[dict[str, Any]]:
    return [
        message
        for turn in request.turns
        for message in (_reask(turn) if isinstance(turn, Reask) else [_turn(turn, request)])
    ]


def _turn(turn: Turn, request: Request) -> dict[str, Any]:
    content = [_part(part, request) for part in turn.parts] if isinstance(turn.content, tuple) else turn.content
    return {"role": turn.role, "content": content, **turn.extra}


def _part(part: Part, request: Request) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if isinstance(part, Picture):
        return chat_part(part, request.profile)
    return dict(part) if isinstance(part, Mapping) else {}


def _reask(reask: Reask) -> list[dict[str, Any]]:
    """The assistant's turn as it was, then a result for each of its calls at once, else a user turn."""
    echo = dict(reask.completion.echo)
    calls = echo.get("tool_calls", ())
    if not calls:
        said = [echo] if echo.get("content") else []
        return [*said, {"role": "user", "content": reask.complaint}]
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": words.OTHER_CALL if number else reask.complaint}
        for number, call in enumerate(calls)
    ]
    return [echo, *results]


def _echo(message: Any) -> dict[str, Any]:
    echo: dict[str, Any] = {"role": "assistant", "content": _text(message.content) or None}
    if message.tool_calls:
        echo["tool_calls"] = [_echoed(call) for call in message.tool_calls]
    return echo


def _echoed(call: Any) -> dict[str, Any]:
    spelled: dict[str, Any] = call.model_dump(exclude_none=True, warnings=False)
    if call.type == "function":
        spelled["function"]["arguments"] = _arguments(call.function.arguments)
    return spelled


def _usage(used: Any) -> Usage:
    """`prompt_tokens` includes cached tokens. Source: openai.types.completion_usage."""
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
