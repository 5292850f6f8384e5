"""Encode a conversation as the messages and content blocks of Anthropic Messages.

Shapes: `anthropic.types` of anthropic 2.11; the order of tool results: Anthropic's guide "Handle tool calls", 2026-09.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typesight.exchange import sentences
from typesight.exchange.request import Request
from typesight.exchange.turns import SYSTEM_ROLES, ContentPart, Reask, ToolCall, ToolResult, Turn, read_part_text
from typesight.images.encoding.content_parts import PreparedPicture, build_anthropic_part

__all__ = ["encode_messages", "encode_system", "list_blocks"]

# Keys of OpenAI's messages and parts, which the API refuses as extra inputs.
_FOREIGN_KEYS = frozenset(
    {"name", "refusal", "annotations", "audio", "function_call", "reasoning_content", "type", "id", "status", "phase"}
)
_FOREIGN_PART_KEYS = frozenset({"prompt_cache_breakpoint", "annotations", "logprobs"})
_FOREIGN_RESULT_KEYS = frozenset({"id", "status", "name", "caller", "namespace"})
_OPENAI_TEXT_TYPES = frozenset({"input_text", "output_text", "refusal"})


def encode_system(request: Request) -> list[dict[str, Any]]:
    """The system turns as blocks; in this API they are a parameter of their own, not messages."""
    turns = [turn for turn in request.turns if isinstance(turn, Turn) and turn.role in SYSTEM_ROLES]
    return [block for turn in turns for block in _encode_content(turn.parts)]


def list_blocks(given: Any) -> list[dict[str, Any]]:
    """Content as a list of blocks; the API also accepts a string, and None means no block."""
    if not given:
        return []
    return [{"type": "text", "text": given}] if isinstance(given, str) else [dict(block) for block in given]


def encode_messages(request: Request) -> tuple[list[dict[str, Any]], int | None]:
    """The request's turns as messages, without system turns, and the index of the one that ends the first reask."""
    messages: list[dict[str, Any]] = []
    reasked: int | None = None
    for turn in request.turns:
        if isinstance(turn, Reask):
            messages += _encode_reask(turn)
            reasked = len(messages) - 1 if reasked is None else reasked
        elif turn.role not in SYSTEM_ROLES:
            _add_turn(messages, turn)
    return messages, reasked


def _add_turn(messages: list[dict[str, Any]], turn: Turn) -> None:
    """Add one turn to the messages; a turn without content, which the API refuses, is left out.

    OpenAI has a turn for each call and each result; this API has all calls in one assistant turn, and all their
    results in the user turn that follows it.
    """
    role = "user" if turn.role == "tool" else turn.role
    extra = {} if turn.role == "tool" else {key: value for key, value in turn.extra.items() if key not in _FOREIGN_KEYS}
    if isinstance(turn.content, str):
        if turn.content.strip():
            messages.append({"role": role, "content": turn.content, **extra})
        return
    content = _encode_content(turn.parts) or _encode_refusal(turn)
    last = messages[-1] if messages else {}
    if content and last.get("role") == role and _continues(last, content):
        last["content"] = [*list_blocks(last["content"]), *content]
    elif content:
        messages.append({"role": role, "content": content, **extra})


def _continues(last: Mapping[str, Any], content: list[dict[str, Any]]) -> bool:
    """Whether blocks belong to the message before them: results after results, calls after anything."""
    first = content[0].get("type")
    return first == "tool_use" or first == list_blocks(last["content"])[-1].get("type") == "tool_result"


def _encode_refusal(turn: Turn) -> list[dict[str, Any]]:
    """An assistant's refusal as a block; OpenAI has it in a key next to the content."""
    refusal = turn.extra.get("refusal")
    return [{"type": "text", "text": str(refusal)}] if refusal else []


def _encode_content(parts: tuple[ContentPart, ...]) -> list[dict[str, Any]]:
    """The blocks of a turn, tool results first, as the API requires, without blank text blocks, which it refuses."""
    texts = [(part, read_part_text(part)) for part in parts]
    blocks = [_encode_block(part, text) for part, text in texts if text is None or text.strip()]
    kept = [block for block in blocks if block and block.get("type") != "reasoning"]
    return sorted(kept, key=lambda block: block.get("type") != "tool_result")


def _encode_block(part: ContentPart, text: str | None) -> dict[str, Any]:
    """A part as a block; `text` is its text, if it is a text part."""
    if isinstance(part, ToolCall | ToolResult):
        return _encode_call(part) if isinstance(part, ToolCall) else _encode_result(part)
    if isinstance(part, PreparedPicture):
        return build_anthropic_part(part)
    if isinstance(part, Mapping) and part.get("type") not in _OPENAI_TEXT_TYPES:
        return {key: value for key, value in part.items() if key not in _FOREIGN_PART_KEYS}
    return {} if text is None else {"type": "text", "text": text}


def _encode_call(call: ToolCall) -> dict[str, Any]:
    if call.original.get("type") == "tool_use":
        return dict(call.original)
    try:
        given = json.loads(call.arguments)
    except ValueError as error:
        raise ValueError(f"a tool call in the messages has arguments that are not JSON: {error}") from error
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": given}


def _encode_result(result: ToolResult) -> dict[str, Any]:
    content = _encode_content(result.content) if isinstance(result.content, tuple) else result.content
    return {
        "type": "tool_result",
        "tool_use_id": result.call_id,
        **({"content": content} if content else {}),
        **({"is_error": True} if result.failed else {}),
        **{key: value for key, value in result.extra.items() if key not in _FOREIGN_RESULT_KEYS},
    }


def _encode_reask(reask: Reask) -> list[dict[str, Any]]:
    """Claude's complete turn, thinking included, then a user turn that begins with a result for each call."""
    echo = dict(reask.completion.echo)
    calls = [block["id"] for block in echo["content"] if block["type"] == "tool_use"]
    complaint: dict[str, Any] = {"type": "text", "text": reask.complaint}
    results = [
        {
            "type": "tool_result",
            "tool_use_id": call,
            "is_error": True,
            "content": sentences.OTHER_CALL_RESULT if number else reask.complaint,
        }
        for number, call in enumerate(calls)
    ]
    said = [echo] if echo["content"] else []
    shown = [_encode_block(part, read_part_text(part)) for part in reask.attachments]
    # A result that is an error may contain only text, so pictures come after the results.
    return [*said, {"role": "user", "content": [*(results or [complaint]), *shown]}]
