"""Encode a conversation as the messages and content blocks of Anthropic Messages.

Shapes: `anthropic.types` of anthropic 2.11; the order of tool results: Anthropic's guide "Handle tool calls", 2026-09.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typesight.exchange import sentences
from typesight.exchange.request import Request
from typesight.exchange.turns import SYSTEM, Call, Part, Reask, Result, Turn, text_in
from typesight.images.encoding.content_parts import Picture, anthropic_part

__all__ = ["blocks_of", "hoisted", "messages_of"]

# Keys of OpenAI's messages and parts, which the API refuses as extra inputs.
_FOREIGN = frozenset(
    {"name", "refusal", "annotations", "audio", "function_call", "reasoning_content", "type", "id", "status", "phase"}
)
_FOREIGN_TO_PARTS = frozenset({"prompt_cache_breakpoint", "annotations", "logprobs"})
_FOREIGN_TO_RESULTS = frozenset({"id", "status", "name", "caller", "namespace"})
_TEXTS = frozenset({"input_text", "output_text", "refusal"})


def hoisted(request: Request) -> list[dict[str, Any]]:
    """The system turns as blocks; in this API they are a parameter of their own, not messages."""
    turns = [turn for turn in request.turns if isinstance(turn, Turn) and turn.role in SYSTEM]
    return [block for turn in turns for block in _content(turn.parts)]


def blocks_of(given: Any) -> list[dict[str, Any]]:
    """Content as a list of blocks; the API also accepts a string, and None means no block."""
    if not given:
        return []
    return [{"type": "text", "text": given}] if isinstance(given, str) else [dict(block) for block in given]


def messages_of(request: Request) -> tuple[list[dict[str, Any]], int | None]:
    """The request's turns as messages, without system turns, and the index of the one that ends the first reask."""
    messages: list[dict[str, Any]] = []
    reasked: int | None = None
    for turn in request.turns:
        if isinstance(turn, Reask):
            messages += _reask(turn)
            reasked = len(messages) - 1 if reasked is None else reasked
        elif turn.role not in SYSTEM:
            _add(messages, turn)
    return messages, reasked


def _add(messages: list[dict[str, Any]], turn: Turn) -> None:
    """Add one turn to the messages; a turn without content, which the API refuses, is left out.

    OpenAI has a turn for each call and each result; this API has all calls in one assistant turn, and all their
    results in the user turn that follows it.
    """
    role = "user" if turn.role == "tool" else turn.role
    extra = {} if turn.role == "tool" else {key: value for key, value in turn.extra.items() if key not in _FOREIGN}
    if isinstance(turn.content, str):
        if turn.content.strip():
            messages.append({"role": role, "content": turn.content, **extra})
        return
    content = _content(turn.parts) or _refused(turn)
    last = messages[-1] if messages else {}
    if content and last.get("role") == role and _continues(last, content):
        last["content"] = [*blocks_of(last["content"]), *content]
    elif content:
        messages.append({"role": role, "content": content, **extra})


def _continues(last: Mapping[str, Any], content: list[dict[str, Any]]) -> bool:
    """Whether blocks belong to the message before them: results after results, calls after anything."""
    first = content[0].get("type")
    return first == "tool_use" or first == blocks_of(last["content"])[-1].get("type") == "tool_result"


def _refused(turn: Turn) -> list[dict[str, Any]]:
    """An assistant's refusal as a block; OpenAI has it in a key next to the content."""
    refusal = turn.extra.get("refusal")
    return [{"type": "text", "text": str(refusal)}] if refusal else []


def _content(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    """The blocks of a turn, tool results first, as the API requires, without blank text blocks, which it refuses."""
    blocks = [_block(part) for part in parts if (text_in(part) or "").strip() or text_in(part) is None]
    kept = [block for block in blocks if block and block.get("type") != "reasoning"]
    return sorted(kept, key=lambda block: block.get("type") != "tool_result")


def _block(part: Part) -> dict[str, Any]:
    if isinstance(part, Call | Result):
        return _call(part) if isinstance(part, Call) else _result(part)
    if isinstance(part, Picture):
        return anthropic_part(part)
    if isinstance(part, Mapping) and part.get("type") not in _TEXTS:
        return {key: value for key, value in part.items() if key not in _FOREIGN_TO_PARTS}
    text = text_in(part)
    return {} if text is None else {"type": "text", "text": text}


def _call(call: Call) -> dict[str, Any]:
    if call.given.get("type") == "tool_use":
        return dict(call.given)
    try:
        given = json.loads(call.arguments)
    except ValueError as error:
        raise ValueError(f"a tool call in the messages has arguments that are not JSON: {error}") from error
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": given}


def _result(result: Result) -> dict[str, Any]:
    content = _content(result.content) if isinstance(result.content, tuple) else result.content
    return {
        "type": "tool_result",
        "tool_use_id": result.call_id,
        **({"content": content} if content else {}),
        **({"is_error": True} if result.failed else {}),
        **{key: value for key, value in result.keys.items() if key not in _FOREIGN_TO_RESULTS},
    }


def _reask(reask: Reask) -> list[dict[str, Any]]:
    """Claude's complete turn, thinking included, then a user turn that begins with a result for each call."""
    echo = dict(reask.completion.echo)
    calls = [block["id"] for block in echo["content"] if block["type"] == "tool_use"]
    complaint: dict[str, Any] = {"type": "text", "text": reask.complaint}
    results = [
        {
            "type": "tool_result",
            "tool_use_id": call,
            "is_error": True,
            "content": sentences.OTHER_CALL if number else reask.complaint,
        }
        for number, call in enumerate(calls)
    ]
    said = [echo] if echo["content"] else []
    # A result that is an error may contain only text, so pictures come after the results.
    return [*said, {"role": "user", "content": [*(results or [complaint]), *map(_block, reask.shown)]}]
