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
from typesight.providers.completion import Answer, Completion, Stop, sendable
from typesight.providers.modes import Mode, capability
from typesight.providers.request import Request
from typesight.providers.turns import Part, Reask, Turn
from typesight.providers.wire import Row
from typesight.schema import dialects
from typesight.schema.target import Target
from typesight.usage import Usage, count_of

__all__ = ["METHOD", "MODES", "decode", "encode"]

METHOD = ("messages",)

MAX_TOKENS = 8_192
# Above this the SDK refuses to wait for an unstreamed reply unless it is told how long (its own rule: an hour for
# 128,000 tokens). Source: anthropic 2.11, `_base_client.py`.
_UNSTREAMED = 21_333
_FREE_CHOICE = {"type": "auto", "disable_parallel_tool_use": True}
_SYSTEM = frozenset({"system", "developer"})
# API version 2026-10-21 refuses these even at their defaults, and the SDK's call has no such arguments.
_SAMPLING = frozenset({"temperature", "top_p", "top_k"})
_STOPS = {
    "max_tokens": Stop.LENGTH,
    "model_context_window_exceeded": Stop.OVERFLOW,
    "refusal": Stop.REFUSAL,
    "pause_turn": Stop.INTERRUPTED,
}


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `client.messages.create`. Raises SchemaError and ModeError."""
    given = {name: value for name, value in request.options.items() if value is not None and name not in _SAMPLING}
    options = {"max_tokens": MAX_TOKENS, **given}
    system = [*_blocks(options.pop("system", None)), *_hoisted(request)]
    body: dict[str, Any] = {"model": request.model, "messages": _messages(request)}
    if system:
        body["system"] = system
    if options["max_tokens"] > _UNSTREAMED:
        options.setdefault("timeout", 3600.0 * options["max_tokens"] / 128_000)
    if request.target is not None and request.mode is not None:
        asked = MODES[request.mode].ask(request.target, request.model)
        if "tools" in asked:
            asked["tools"] = [*options.pop("tools", ()), *asked["tools"]]
            if dict(options.get("thinking", {})).get("type") == "enabled":  # thinking by hand forbids a forced call
                asked["tool_choice"] = _FREE_CHOICE
        if "output_config" in asked:
            asked["output_config"] |= options.pop("output_config", {})
        body |= asked
    return body | options


def decode(reply: Any, request: Request) -> Completion:
    """The SDK's Message in our shape. Raises Interrupted for what is no message."""
    blocks = getattr(reply, "content", None)
    if not isinstance(blocks, list):
        raise Interrupted("the endpoint answered with something that is no message; check its base URL")
    said = _text(blocks)
    return Completion(
        answers=MODES[request.mode].read(blocks) if request.mode else (),
        stop=_STOPS.get(getattr(reply, "stop_reason", None) or "", Stop.DONE),
        usage=_usage(getattr(reply, "usage", None)),
        echo={"role": "assistant", "content": [sendable(_echoed(block)) for block in blocks if not _is_blank(block)]},
        model=getattr(reply, "model", None) or request.model,
        said=said or None,
        raw=reply,
    )


def _ask_tools(target: Target[Any], model: str) -> dict[str, Any]:
    forced = {"type": "tool", "name": target.name, "disable_parallel_tool_use": True}
    return {
        "tools": [{"name": target.name, "description": _tool_description(target), **_input_schema(target)}],
        "tool_choice": forced if capability(model).forced_tools else _FREE_CHOICE,
    }


def _tool_description(target: Target[Any]) -> str:
    """Where calling cannot be forced, the description is what makes a model call."""
    return f"{target.description}\n{words.TOOL}" if target.description else words.TOOL


def _input_schema(target: Target[Any]) -> dict[str, Any]:
    """Strict where the schema can be; a tool that is not strict carries everything else."""
    try:
        return {"input_schema": target.strict(dialects.CLAUDE), "strict": True}
    except SchemaError:
        return {"input_schema": dialects.plain(target.schema)}


def _read_tools(blocks: list[Any]) -> tuple[Answer, ...]:
    calls = [block for block in blocks if block.type == "tool_use"]
    return tuple(Answer(json.dumps(call.input, ensure_ascii=False), call.id, call.name) for call in calls)


def _ask_json_schema(target: Target[Any], model: str) -> dict[str, Any]:
    if Mode.JSON_SCHEMA not in capability(model).modes:
        raise ModeError(f"{model} has no native JSON output: use mode=Mode.TOOLS")
    schema = target.strict(dialects.CLAUDE)
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def _read_text(blocks: list[Any]) -> tuple[Answer, ...]:
    text = _text(blocks)
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
        elif turn.role == "tool":
            _add_result(messages, turn)
        elif turn.role not in _SYSTEM:
            messages += _message(turn)
    return messages


def _message(turn: Turn) -> list[dict[str, Any]]:
    """One turn; one without content, which the API refuses, is none."""
    calls = [_call(call) for call in turn.extra.get("tool_calls") or ()]
    if isinstance(turn.content, str) and not calls:
        return [{"role": turn.role, "content": turn.content}] if turn.content.strip() else []
    content = [*_content(turn), *calls]
    return [{"role": turn.role, "content": content}] if content else []


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    """An OpenAI tool call as a block of Claude's; a block of its own kind passes in `content`."""
    function = call.get("function", {})
    try:
        given = json.loads(function.get("arguments") or "{}")
    except ValueError as error:
        raise ValueError(f"a tool call in the messages has arguments that are no JSON: {error}") from error
    return {
        "type": "tool_use",
        "id": call.get("id"),
        "name": function.get("name"),
        "input": given,
    }


def _add_result(messages: list[dict[str, Any]], turn: Turn) -> None:
    """An OpenAI tool turn as a result; the results of one turn's calls stand together in one user turn."""
    content = turn.content if isinstance(turn.content, str) else _content(turn)
    result = {"type": "tool_result", "tool_use_id": turn.extra.get("tool_call_id"), "content": content}
    last = messages[-1] if messages else {}
    if last.get("role") == "user" and isinstance(last["content"], list) and last["content"][0]["type"] == "tool_result":
        last["content"].append(result)
    else:
        messages.append({"role": "user", "content": [result]})


def _content(turn: Turn) -> list[dict[str, Any]]:
    """The parts of a turn; the API refuses blank text blocks."""
    return [_part(part) for part in turn.parts if not (isinstance(part, str) and not part.strip())]


def _text(blocks: list[Any]) -> str:
    return "".join(block.text or "" for block in blocks if block.type == "text")


def _is_blank(block: Any) -> bool:
    return block.type == "text" and not (block.text or "").strip()


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

    read, written = count_of(used, "cache_read_input_tokens"), count_of(used, "cache_creation_input_tokens")
    return Usage(
        input=count_of(used, "input_tokens") + read + written,
        output=count_of(used, "output_tokens"),
        cache_read=read,
        cache_write=written,
        reasoning=count_of(getattr(used, "output_tokens_details", None), "thinking_tokens"),
    )
