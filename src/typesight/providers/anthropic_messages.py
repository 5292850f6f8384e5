"""Anthropic Messages, as Claude takes it.

Shapes: anthropic SDK 2.11 (`anthropic.types`), Anthropic guides of September 2026.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typesight.errors import Interrupted, ModeError, SchemaError
from typesight.images.parts import Picture, anthropic_part
from typesight.providers import words
from typesight.providers.completion import Answer, Completion, Stop
from typesight.providers.modes import Mode, capability
from typesight.providers.request import Request
from typesight.providers.turns import Part, Reask, Turn
from typesight.providers.wire import Row
from typesight.schema import dialects
from typesight.schema.target import Target
from typesight.usage import Usage

__all__ = ["METHOD", "MODES", "decode", "encode"]

METHOD = ("messages",)

MAX_TOKENS = 8_192
_SYSTEM = frozenset({"system", "developer"})
_STOPS = {
    "max_tokens": Stop.LENGTH,
    "model_context_window_exceeded": Stop.LENGTH,
    "refusal": Stop.REFUSAL,
    "pause_turn": Stop.INTERRUPTED,
}


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `client.messages.create`. Raises SchemaError and ModeError."""
    options = {"max_tokens": MAX_TOKENS, **request.options}
    system = [*_blocks(options.pop("system", None)), *_hoisted(request)]
    body: dict[str, Any] = {"model": request.model, "messages": _messages(request)}
    if system:
        body["system"] = system
    if request.target is not None and request.mode is not None:
        asked = MODES[request.mode].ask(request.target, request.model)
        if "tools" in asked:
            asked["tools"] = [*options.pop("tools", ()), *asked["tools"]]
        if "output_config" in asked:
            asked["output_config"] |= options.pop("output_config", {})
        body |= asked
    return body | options


def decode(reply: Any, request: Request) -> Completion:
    """The SDK's Message in our shape. Raises Interrupted for what is no message."""
    blocks = getattr(reply, "content", None)
    if not isinstance(blocks, list):
        raise Interrupted("the endpoint answered with something that is no message; check its base URL")
    said = "".join(block.text for block in blocks if block.type == "text")
    return Completion(
        answers=MODES[request.mode].read(blocks) if request.mode else (),
        stop=_STOPS.get(reply.stop_reason or "", Stop.DONE),
        usage=_usage(reply.usage),
        echo={"role": "assistant", "content": [_echoed(block) for block in blocks]},
        model=reply.model or request.model,
        said=said or None,
        raw=reply,
    )


def _ask_tools(target: Target[Any], model: str) -> dict[str, Any]:
    forced = {"type": "tool", "name": target.name, "disable_parallel_tool_use": True}
    free = {"type": "auto", "disable_parallel_tool_use": True}
    return {
        "tools": [{"name": target.name, "description": _tool_description(target), **_input_schema(target)}],
        "tool_choice": forced if capability(model).forced_tools else free,
    }


def _tool_description(target: Target[Any]) -> str:
    """Where calling cannot be forced, the description is what makes a model call."""
    return f"{target.description}\n{words.TOOL}" if target.description else words.TOOL


def _input_schema(target: Target[Any]) -> dict[str, Any]:
    """Strict where the schema can be; a tool that is not strict carries everything else."""
    try:
        return {"input_schema": dialects.strict(target.schema, dialects.CLAUDE), "strict": True}
    except SchemaError:
        return {"input_schema": dialects.plain(target.schema)}


def _read_tools(blocks: list[Any]) -> tuple[Answer, ...]:
    calls = [block for block in blocks if block.type == "tool_use"]
    return tuple(Answer(json.dumps(call.input, ensure_ascii=False), call.id, call.name) for call in calls)


def _ask_json_schema(target: Target[Any], model: str) -> dict[str, Any]:
    if Mode.JSON_SCHEMA not in capability(model).modes:
        raise ModeError(f"{model} has no native JSON output: use mode=Mode.TOOLS")
    schema = dialects.strict(target.schema, dialects.CLAUDE)
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def _read_text(blocks: list[Any]) -> tuple[Answer, ...]:
    text = "".join(block.text for block in blocks if block.type == "text")
    return (Answer(text),) if text.strip() else ()


MODES: Mapping[Mode, Row] = {
    Mode.TOOLS: Row(_ask_tools, _read_tools),
    Mode.JSON_SCHEMA: Row(_ask_json_schema, _read_text),
}


def _hoisted(request: Request) -> list[dict[str, Any]]:
    turns = [turn for turn in request.turns if isinstance(turn, Turn) and turn.role in _SYSTEM]
    return [block for turn in turns for block in _content(turn)]


def _messages(request: Request) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for turn in request.turns:
        if isinstance(turn, Reask):
            messages += _reask(turn)
        elif turn.role not in _SYSTEM:
            whole = turn.content if isinstance(turn.content, str) else _content(turn)
            messages.append({"role": turn.role, "content": whole, **turn.extra})
    return messages


def _content(turn: Turn) -> list[dict[str, Any]]:
    return [_part(part) for part in turn.parts if part != ""]  # the API refuses empty text blocks


def _blocks(system: Any) -> list[dict[str, Any]]:
    """The `system` option, a string or blocks, as blocks."""
    if not system:
        return []
    return [{"type": "text", "text": system}] if isinstance(system, str) else [dict(block) for block in system]


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if isinstance(part, Picture):
        return anthropic_part(part)
    return dict(part) if isinstance(part, Mapping) else {}


def _reask(reask: Reask) -> list[dict[str, Any]]:
    """Claude's turn whole, thinking included, then a user turn that begins with a result for each call."""
    echo = dict(reask.completion.echo)
    calls = [block["id"] for block in echo["content"] if block["type"] == "tool_use"]
    complaint: dict[str, Any] = {"type": "text", "text": reask.complaint}
    results = [
        {
            "type": "tool_result",
            "tool_use_id": call,
            "is_error": True,
            "content": words.OTHER_CALL if number else reask.complaint,
        }
        for number, call in enumerate(calls)
    ]
    said = [echo] if echo["content"] else []
    return [*said, {"role": "user", "content": results or [complaint]}]


def _echoed(block: Any) -> dict[str, Any]:
    """A content block as a parameter: what the API left empty stays out, thinking comes back as it was."""
    return dict(block.model_dump(mode="json", exclude_none=True, by_alias=True))


def _usage(used: Any) -> Usage:
    """`input_tokens` is only what follows the last cache mark. Source: anthropic.types.Usage."""
    if used is None:
        return Usage()
    read, written = used.cache_read_input_tokens or 0, used.cache_creation_input_tokens or 0
    made = getattr(used, "output_tokens_details", None)
    return Usage(
        input=used.input_tokens + read + written,
        output=used.output_tokens,
        cache_read=read,
        cache_write=written,
        reasoning=getattr(made, "thinking_tokens", None) or getattr(made, "reasoning_tokens", None) or 0,
    )
