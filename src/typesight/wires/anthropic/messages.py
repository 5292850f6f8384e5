"""Encode requests for, and decode replies of, Anthropic Messages.

Shapes: anthropic SDK 2.11 (`anthropic.types`), Anthropic guides of September 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from typesight.errors import SchemaError
from typesight.exchange import sentences
from typesight.exchange.cache_marks import least_cached, with_marks
from typesight.exchange.completion import Answer, Completion, Stop, holds_json, joined, said_in, sendable
from typesight.exchange.in_band_errors import no_reply
from typesight.exchange.reply_body import as_said, at, items, opened
from typesight.exchange.request import Request
from typesight.exchange.turns import Reask, Turn
from typesight.exchange.wire import Row
from typesight.images.encoding.encode import EncodedImage
from typesight.models.modes import Capability, Mode
from typesight.schema.dialects import dialects
from typesight.schema.target import Target
from typesight.usage import Usage, count_of
from typesight.wires.anthropic.blocks import blocks_of, hoisted, messages_of

__all__ = [
    "LIMIT",
    "METHOD",
    "MODES",
    "NAME",
    "PICTURES_IN_RESULTS",
    "TOOLS_BESIDE_REASONING",
    "decode",
    "encode",
    "limit",
    "patient",
]

NAME = "Anthropic Messages"
METHOD = ("messages",)
TOOLS_BESIDE_REASONING = True
PICTURES_IN_RESULTS = True

LIMIT = 8_192
# Rows: (pattern of a model's name, its longest reply in tokens); first match wins. A higher limit is a 400. Source:
# Anthropic's models overview, 2024 to 2026; later models allow 128,000 tokens.
_LONGEST = (
    (re.compile(r"claude-3-(opus|sonnet|haiku)"), 4_096),
    (re.compile(r"claude-3-5"), 8_192),
    (re.compile(r"claude-(opus-4-[01]|opus-4(-|@)?2|4-opus)"), 32_000),
    (re.compile(r"claude-3-7|claude-(sonnet|opus|haiku)-4-5|claude-(sonnet-4-0|sonnet-4(-|@)?2|4-sonnet)"), 64_000),
)
# The SDK waits ten minutes for an unstreamed reply and five seconds for a connection. It refuses a request whose reply
# may take longer, at an hour for 128,000 tokens, unless a timeout is given. Source: anthropic 2.14, `DEFAULT_TIMEOUT`
# and `_calculate_nonstreaming_timeout`.
_USUAL_WAIT, _USUAL_CONNECT = 600.0, 5.0
_SECONDS_A_TOKEN = 3600.0 / 128_000
# API version 2026-10-21 refuses these even at their defaults, and the SDK's call has no such arguments.
_SAMPLING = frozenset({"temperature", "top_p", "top_k"})
_STOPS = {
    "max_tokens": Stop.LENGTH,
    "model_context_window_exceeded": Stop.OVERFLOW,
    "refusal": Stop.REFUSAL,
    "pause_turn": Stop.INTERRUPTED,
}


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `client.messages.create`. Raises SchemaError."""
    given = {name: value for name, value in request.options.items() if value is not None and name not in _SAMPLING}
    options = {"max_tokens": limit(request.model, given), **given}
    asked: dict[str, Any] = {}
    if request.target is not None and request.mode is not None:
        row = MODES[request.mode]
        asked = row.ask(request.target, _unforced_by(options, request.can))
        request = request.telling(row.tell(request.target)) if row.tell else request
    if "tools" in asked:
        asked["tools"] = [*options.pop("tools", ()), *asked["tools"]]
    if "output_config" in asked:
        asked["output_config"] |= options.pop("output_config", {})
    system = [*blocks_of(options.pop("system", None)), *hoisted(request)]
    spoken = {"system": system} if system else {}
    messages, reasked = messages_of(request)
    body = {"model": request.model, "messages": messages, **spoken, **asked, **options}
    return with_marks(body, request.caching, reasked if _prefix(request) >= least_cached(request.model) else None)


def limit(model: str, options: Mapping[str, Any]) -> int:
    """The default token limit plus the caller's thinking budget: `max_tokens` covers thinking and answer together."""
    thinking = options.get("thinking")
    budget = thinking.get("budget_tokens") if isinstance(thinking, Mapping) else None
    thought = budget if isinstance(budget, int) else 0
    longest = next((most for pattern, most in _LONGEST if pattern.search(model)), None)
    return LIMIT + thought if longest is None else max(min(LIMIT + thought, longest), thought + 1)


def patient(asked: dict[str, Any], timeout: Any) -> dict[str, Any]:
    """The arguments with a timeout for a reply that may take longer than the SDK waits by default.

    A timeout that the caller set, for the call or for the client, is kept.
    """
    tokens, own = asked.get("max_tokens"), asked.get("timeout")
    if not _is_usual(timeout) or asked.get("stream") or own or not isinstance(tokens, int):
        return asked
    return {**asked, "timeout": type(timeout)(max(_USUAL_WAIT, _SECONDS_A_TOKEN * tokens), connect=timeout.connect)}


def _is_usual(timeout: Any) -> bool:
    """Whether a client's timeout equals the SDK's DEFAULT_TIMEOUT in every part, so that nobody chose it."""
    parts = [getattr(timeout, part, None) for part in ("connect", "read", "write", "pool")]
    return parts == [_USUAL_CONNECT, _USUAL_WAIT, _USUAL_WAIT, _USUAL_WAIT]


def _prefix(request: Request) -> int:
    """At least how many tokens there are before the first reask: as billed, or the pictures' by the published rule."""
    billed = (turn.completion.usage.input for turn in request.turns if isinstance(turn, Reask))
    pictures = [picture.sent for turn in request.turns if isinstance(turn, Turn) for picture in turn.pictures]
    sizes = [sent.size for sent in pictures if isinstance(sent, EncodedImage)]
    return max(next(billed, 0), sum(request.profile.tokens(size) or 0 for size in sizes))


def _unforced_by(options: Mapping[str, Any], can: Capability) -> Capability:
    """What a model supports with these options: manual thinking (type `enabled`) forbids a forced tool call."""
    by_hand = dict(options.get("thinking") or {}).get("type") == "enabled"
    return can.without("forced_tools") if by_hand else can


def decode(reply: Any, request: Request, body: bytes | None = None) -> Completion:
    """Convert the SDK's Message into a Completion. Raises Interrupted for anything but a Message."""
    blocks = getattr(reply, "content", None)
    if not isinstance(blocks, list):
        raise no_reply("message", body, reply)
    said = _text(blocks)
    answers = MODES[request.mode].read(blocks) if request.mode else ()
    thought = any(block.type == "thinking" and holds_json(block.thinking) for block in blocks)
    return Completion(
        answers=as_said(answers, [at(block, "input") for block in _calls(opened(body))]) if body else answers,
        stop=_STOPS.get(getattr(reply, "stop_reason", None) or "", Stop.DONE),
        usage=_usage(getattr(reply, "usage", None)),
        echo={"role": "assistant", "content": [sendable(_echoed(block)) for block in blocks if not _is_blank(block)]},
        model=getattr(reply, "model", None) or request.model,
        said=said or None,
        elsewhere="a thinking block" if thought and not answers else None,
        raw=reply,
    )


def _calls(body: Any) -> list[Any]:
    """The tool calls in a parsed body."""
    return [block for block in items(at(body, "content")) if at(block, "type") == "tool_use"]


def _ask_tools(target: Target[Any], can: Capability) -> dict[str, Any]:
    several = bool(target.tools)
    forced = {"type": "any"} if several else {"type": "tool", "name": target.name}
    choice: dict[str, Any] = forced if can.forced_tools else {"type": "auto"}
    return {
        "tools": _tools(target, can),
        "tool_choice": choice if several else {**choice, "disable_parallel_tool_use": True},
    }


def _tools(target: Target[Any], can: Capability) -> list[dict[str, Any]]:
    """A tool for each kind of record; strict only if all can be, since strict mode's limits apply to all together."""
    members, asking = (target.tools, sentences.SEVERAL) if target.tools else ((target,), sentences.TOOL)
    schemas = (_strict_schemas(members) if can.strict else None) or [
        {"input_schema": member.plain(short_keys=True)} for member in members
    ]
    return [
        {"name": member.name, "description": _asked_for(member, asking), **schema}
        for member, schema in zip(members, schemas, strict=True)
    ]


def _strict_schemas(members: Sequence[Target[Any]]) -> list[dict[str, Any]] | None:
    try:
        written = [member.strict(dialects.CLAUDE, short_keys=True) for member in members]
        dialects.check_together(written, dialects.CLAUDE)
    except SchemaError:
        return None
    return [{"input_schema": schema, "strict": True} for schema in written]


def _asked_for(target: Target[Any], asking: str) -> str:
    """The tool's description; it asks for the call, since a call cannot always be forced."""
    return f"{target.description}\n{asking}" if target.description else asking


def _read_tools(blocks: list[Any]) -> tuple[Answer, ...]:
    calls = [block for block in blocks if block.type == "tool_use"]
    return tuple(Answer(json.dumps(call.input, ensure_ascii=False), call.id, call.name) for call in calls)


def _ask_json_schema(target: Target[Any], can: Capability) -> dict[str, Any]:
    del can
    schema = target.strict(dialects.CLAUDE, short_keys=True)
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def _ask_nothing(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {}


def _tell_schema(target: Target[Any]) -> str:
    return sentences.schema_prompt(target.plain())


def _read_text(blocks: list[Any]) -> tuple[Answer, ...]:
    return said_in(_text(blocks))


MODES: Mapping[Mode, Row] = {
    Mode.TOOLS: Row(_ask_tools, _read_tools),
    Mode.JSON_SCHEMA: Row(_ask_json_schema, _read_text),
    Mode.JSON: Row(_ask_nothing, _read_text, _tell_schema),  # Claude has no JSON mode
    Mode.PROMPTED: Row(_ask_nothing, _read_text, _tell_schema),
}


def _text(blocks: list[Any]) -> str:
    return joined([block.text or "" for block in blocks if block.type == "text"])


def _is_blank(block: Any) -> bool:
    return block.type == "text" and not (block.text or "").strip()


def _echoed(block: Any) -> dict[str, Any]:
    """A content block as an input parameter: without null fields, thinking unchanged."""
    return dict(block.model_dump(mode="json", exclude_none=True, by_alias=True))


def _usage(used: Any) -> Usage:
    """The usage; `input_tokens` counts only what follows the last cache mark. Source: anthropic.types.Usage."""
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
