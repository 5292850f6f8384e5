"""Encode requests for, and decode replies of, Anthropic Messages.

Shapes: anthropic SDK 2.11 (`anthropic.types`), Anthropic guides of September 2026.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from typesight.errors import SchemaError
from typesight.exchange import sentences
from typesight.exchange.cache_marks import find_cache_minimum, place_marks
from typesight.exchange.completion import (
    Answer,
    Completion,
    StopReason,
    contains_json,
    join_texts,
    read_text_answer,
    sanitise_json,
)
from typesight.exchange.in_band_errors import make_interruption
from typesight.exchange.reply_body import get_node, list_nodes, parse_raw_body, restore_texts
from typesight.exchange.request import Request
from typesight.exchange.turns import Reask, Turn
from typesight.exchange.wire import ModeRow
from typesight.images.encoding.encode import EncodedImage
from typesight.models.model_rows import find_model
from typesight.models.modes import Capability, Mode
from typesight.schema.dialects import strict_schema
from typesight.schema.target import Target
from typesight.usage import Usage, read_counts
from typesight.wires.anthropic.blocks import encode_messages, encode_system, list_blocks

__all__ = [
    "CLIENT_PATH",
    "DEFAULT_LIMIT",
    "IS_LOCAL",
    "MODES",
    "NAME",
    "PICTURES_IN_RESULTS",
    "TOOLS_WITH_REASONING",
    "TRANSLATED",
    "decode",
    "encode",
    "extend_timeout",
    "find_limit",
]

NAME = "Anthropic Messages"
CLIENT_PATH = ("messages",)
TOOLS_WITH_REASONING = True
IS_LOCAL = False
PICTURES_IN_RESULTS = True

DEFAULT_LIMIT = 8_192
# The SDK waits ten minutes for an unstreamed reply and five seconds for a connection. It refuses a request whose reply
# may take longer, at an hour for 128,000 tokens, unless a timeout is given. Source: anthropic 2.14, `DEFAULT_TIMEOUT`
# and `_calculate_nonstreaming_timeout`.
_SDK_TIMEOUT, _SDK_CONNECT_TIMEOUT = 600.0, 5.0
_SECONDS_PER_TOKEN = 3600.0 / 128_000
# API version 2026-10-21 refuses these even at their defaults, and the SDK's call has no such arguments.
TRANSLATED = frozenset({"temperature", "top_p", "top_k"})
_STOP_REASONS = {
    "max_tokens": StopReason.LENGTH,
    "model_context_window_exceeded": StopReason.OVERFLOW,
    "refusal": StopReason.REFUSAL,
    "pause_turn": StopReason.INTERRUPTED,
}


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `client.messages.create`. Raises SchemaError."""
    given = {name: value for name, value in request.options.items() if value is not None and name not in TRANSLATED}
    options = {"max_tokens": find_limit(request.model, given), **given}
    asked: dict[str, Any] = {}
    if request.target is not None and request.mode is not None:
        row = MODES[request.mode]
        asked = row.ask(request.target, _restrict_capability(options, request.capability))
        request = (
            request.add_instructions(row.write_instructions(request.target)) if row.write_instructions else request
        )
    if "tools" in asked:
        asked["tools"] = [*options.pop("tools", ()), *asked["tools"]]
    if "output_config" in asked:
        asked["output_config"] |= options.pop("output_config", {})
    system = [*list_blocks(options.pop("system", None)), *encode_system(request)]
    spoken = {"system": system} if system else {}
    messages, reasked = encode_messages(request)
    body = {"model": request.model, "messages": messages, **spoken, **asked, **options}
    if reasked is not None and _count_prefix_tokens(request) < find_cache_minimum(request.model):
        reasked = None
    return place_marks(body, request.caching, reasked)


def find_limit(model: str, options: Mapping[str, Any]) -> int:
    """The default token limit plus the caller's thinking budget: `max_tokens` covers thinking and answer together."""
    thinking = options.get("thinking")
    budget = thinking.get("budget_tokens") if isinstance(thinking, Mapping) else None
    thought = budget if isinstance(budget, int) else 0
    row = find_model(model)
    longest = row.longest_output if row else None  # a higher limit is a 400
    return DEFAULT_LIMIT + thought if longest is None else max(min(DEFAULT_LIMIT + thought, longest), thought + 1)


def extend_timeout(asked: dict[str, Any], timeout: Any) -> dict[str, Any]:
    """The arguments with a timeout for a reply that may take longer than the SDK waits by default.

    A timeout that the caller set, for the call or for the client, is kept.
    """
    tokens, own = asked.get("max_tokens"), asked.get("timeout")
    if not _is_default_timeout(timeout) or asked.get("stream") or own or not isinstance(tokens, int):
        return asked
    return {**asked, "timeout": type(timeout)(max(_SDK_TIMEOUT, _SECONDS_PER_TOKEN * tokens), connect=timeout.connect)}


def _is_default_timeout(timeout: Any) -> bool:
    """Whether a client's timeout equals the SDK's DEFAULT_TIMEOUT in every part, so that nobody chose it."""
    parts = [getattr(timeout, part, None) for part in ("connect", "read", "write", "pool")]
    return parts == [_SDK_CONNECT_TIMEOUT, _SDK_TIMEOUT, _SDK_TIMEOUT, _SDK_TIMEOUT]


def _count_prefix_tokens(request: Request) -> int:
    """At least how many tokens there are before the first reask: as billed, or the pictures' by the published rule."""
    billed = (turn.completion.usage.input for turn in request.turns if isinstance(turn, Reask))
    pictures = [picture.payload for turn in request.turns if isinstance(turn, Turn) for picture in turn.pictures]
    sizes = [sent.size for sent in pictures if isinstance(sent, EncodedImage)]
    return max(next(billed, 0), sum(request.profile.tokens(size) or 0 for size in sizes))


def _restrict_capability(options: Mapping[str, Any], can: Capability) -> Capability:
    """What a model supports with these options: manual thinking (type `enabled`) forbids a forced tool call."""
    by_hand = dict(options.get("thinking") or {}).get("type") == "enabled"
    return can.drop_feature("forced_tools") if by_hand else can


def decode(reply: Any, request: Request, body: bytes | None = None) -> Completion:
    """Convert the SDK's Message into a Completion. Raises Interrupted for anything but a Message."""
    blocks = getattr(reply, "content", None)
    if not isinstance(blocks, list):
        raise make_interruption("message", body, reply)
    said = _join_text(blocks)
    answers = MODES[request.mode].read(blocks) if request.mode else ()
    thought = any(block.type == "thinking" and contains_json(block.thinking) for block in blocks)
    return Completion(
        answers=_restore_inputs(answers, body),
        stop=_STOP_REASONS.get(getattr(reply, "stop_reason", None) or "", StopReason.DONE),
        usage=_read_usage(getattr(reply, "usage", None)),
        echo=sanitise_json(
            {"role": "assistant", "content": [_echo_block(block) for block in blocks if not _is_blank(block)]}
        ),
        model=getattr(reply, "model", None) or request.model,
        text=said or None,
        json_place="a thinking block" if thought and not answers else None,
        raw=reply,
    )


def _restore_inputs(answers: tuple[Answer, ...], body: bytes | None) -> tuple[Answer, ...]:
    """The answers that are tool calls, with the raw text of their inputs, which the SDK has parsed."""
    if body is None or not any(answer.tool for answer in answers):
        return answers
    blocks = list_nodes(get_node(parse_raw_body(body), "content"))
    return restore_texts(
        answers, [get_node(block, "input") for block in blocks if get_node(block, "type") == "tool_use"]
    )


def _ask_tools(target: Target[Any], can: Capability) -> dict[str, Any]:
    several = bool(target.tools)
    forced = {"type": "any"} if several else {"type": "tool", "name": target.name}
    choice: dict[str, Any] = forced if can.forced_tools else {"type": "auto"}
    return {
        "tools": _build_tools(target, can),
        "tool_choice": choice if several else {**choice, "disable_parallel_tool_use": True},
    }


def _build_tools(target: Target[Any], can: Capability) -> list[dict[str, Any]]:
    """A tool for each kind of record; strict only if all can be, since strict mode's limits apply to all together."""
    members, asking = (
        (target.tools, sentences.MULTI_CALL_DESCRIPTION)
        if target.tools
        else ((target,), sentences.SINGLE_CALL_DESCRIPTION)
    )
    schemas = (_build_strict_schemas(members) if can.strict_tools else None) or [
        {"input_schema": member.write_plain(short_keys=True)} for member in members
    ]
    return [
        {"name": member.name, "description": _describe_tool(member, asking), **schema}
        for member, schema in zip(members, schemas, strict=True)
    ]


def _build_strict_schemas(members: Sequence[Target[Any]]) -> list[dict[str, Any]] | None:
    try:
        written = [member.write_strict(strict_schema.CLAUDE, short_keys=True) for member in members]
        strict_schema.check_schema_limits(written, strict_schema.CLAUDE)
    except SchemaError:
        return None
    return [{"input_schema": schema, "strict": True} for schema in written]


def _describe_tool(target: Target[Any], asking: str) -> str:
    """The tool's description; it asks for the call, since a call cannot always be forced."""
    return f"{target.description}\n{asking}" if target.description else asking


def _read_tools(blocks: list[Any]) -> tuple[Answer, ...]:
    calls = [block for block in blocks if block.type == "tool_use"]
    return tuple(Answer(json.dumps(call.input, ensure_ascii=False), call.id, call.name) for call in calls)


def _ask_json_schema(target: Target[Any], can: Capability) -> dict[str, Any]:
    del can
    schema = target.write_strict(strict_schema.CLAUDE, short_keys=True)
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def _ask_nothing(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {}


def _write_instructions(target: Target[Any]) -> str:
    return sentences.write_schema_prompt(target.write_plain())


def _read_text(blocks: list[Any]) -> tuple[Answer, ...]:
    return read_text_answer(_join_text(blocks))


MODES: Mapping[Mode, ModeRow] = {
    Mode.TOOLS: ModeRow(_ask_tools, _read_tools),
    Mode.JSON_SCHEMA: ModeRow(_ask_json_schema, _read_text),
    Mode.JSON: ModeRow(_ask_nothing, _read_text, _write_instructions),  # Claude has no JSON mode
    Mode.PROMPTED: ModeRow(_ask_nothing, _read_text, _write_instructions),
}


def _join_text(blocks: list[Any]) -> str:
    return join_texts([block.text or "" for block in blocks if block.type == "text"])


def _is_blank(block: Any) -> bool:
    return block.type == "text" and not (block.text or "").strip()


def _echo_block(block: Any) -> dict[str, Any]:
    """A content block as an input parameter: without null fields, thinking unchanged."""
    return dict(block.model_dump(mode="json", exclude_none=True, by_alias=True))


def _read_usage(used: Any) -> Usage:
    """The usage; `input_tokens` counts only what follows the last cache mark. Source: anthropic.types.Usage."""
    if used is None:
        return Usage()
    rest, made, read, written, reasoning = read_counts(
        (used, "input_tokens"),
        (used, "output_tokens"),
        (used, "cache_read_input_tokens"),
        (used, "cache_creation_input_tokens"),
        (getattr(used, "output_tokens_details", None), "thinking_tokens"),
    )
    return Usage(rest + read + written, made, read, written, reasoning=reasoning)
