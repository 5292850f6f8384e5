"""Encode a conversation as the messages of Chat Completions.

Parts of another wire's messages are converted where this wire has a form for them; thinking from another wire is
dropped. Shapes: `openai.types.chat` of openai 3.52.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from typesight.exchange import sentences
from typesight.exchange.request import Request
from typesight.exchange.turns import THINKING_TYPES, ContentPart, Reask, ToolCall, ToolResult, Turn, read_part_text
from typesight.images.encoding.content_parts import PreparedPicture, build_chat_part

__all__ = ["encode_messages"]

# Keys of other wires' messages and parts, which OpenAI refuses as unknown.
_FOREIGN_KEYS = frozenset({"type", "id", "status", "phase"})
_FOREIGN_PART_KEYS = frozenset({"citations", "annotations", "logprobs"})


def encode_messages(request: Request) -> list[dict[str, Any]]:
    """The request's turns as messages."""
    messages: list[dict[str, Any]] = []
    for turn in request.turns:
        if isinstance(turn, Reask):
            messages += _encode_reask(turn, request)
            continue
        for message in _encode_turn(turn, request):
            if "tool_calls" not in message or not _merge_calls(messages, message):
                messages.append(message)
    return messages


def _merge_calls(messages: list[dict[str, Any]], message: dict[str, Any]) -> bool:
    """Move the calls of a message that has nothing else to the assistant message before it; False if there is none.

    Responses has an item for each call; here all calls of a turn are in one message, since their results must follow
    it immediately.
    """
    last = messages[-1] if messages else {}
    if last.get("role") != "assistant" or message.keys() != {"role", "content", "tool_calls"} or message["content"]:
        return False
    if message["role"] != "assistant":
        return False
    messages[-1] = {**last, "tool_calls": [*(last.get("tool_calls") or ()), *message["tool_calls"]]}
    return True


def _encode_turn(turn: Turn, request: Request) -> Iterator[dict[str, Any]]:
    """One turn's messages: first one for each tool result, since results must follow their calls."""
    results = [part for part in turn.parts if isinstance(part, ToolResult)]
    for result in results:
        extra = turn.extra if turn.role == "tool" else {}
        yield {"role": "tool", "tool_call_id": result.call_id, "content": _encode_result(result, request), **extra}
    rest = [part for part in turn.parts if not isinstance(part, ToolResult)]
    if rest or not results:
        yield from _encode_message(turn, rest, request)


def _encode_message(turn: Turn, parts: Sequence[ContentPart], request: Request) -> Iterator[dict[str, Any]]:
    calls = [_encode_call(part) for part in parts if isinstance(part, ToolCall)]
    said = [
        part
        for part in parts
        if not (isinstance(part, ToolCall) or (isinstance(part, Mapping) and part.get("type") in THINKING_TYPES))
    ]
    if parts and not calls and not said:
        return  # nothing but thinking
    extra = {key: value for key, value in turn.extra.items() if key not in _FOREIGN_KEYS}
    yield {
        "role": "system" if turn.role == "developer" and not request.capability.developer_role else turn.role,
        "content": _encode_content(turn, said, request, plain=bool(calls)),
        **({"tool_calls": calls} if calls else {}),
        **extra,
    }


def _encode_content(turn: Turn, said: Sequence[ContentPart], request: Request, *, plain: bool) -> Any:
    """The content in the form it came in; next to calls a single text is a string, which every endpoint reads."""
    if not isinstance(turn.content, tuple):
        return turn.content
    if plain and len(said) < 2:
        text = read_part_text(said[0]) if said else None
        if text is not None or not said:
            return text
    return [_encode_part(part, request) for part in said]


def _encode_result(result: ToolResult, request: Request) -> Any:
    if isinstance(result.content, tuple):
        return [_encode_part(part, request) for part in result.content]
    return result.content or ""


def _encode_call(call: ToolCall) -> dict[str, Any]:
    if "function" in call.original or "custom" in call.original:
        return dict(call.original)
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _encode_part(part: ContentPart, request: Request) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if isinstance(part, PreparedPicture):
        return build_chat_part(part, request.profile)
    if not isinstance(part, Mapping):
        return {}
    foreign = _FOREIGN_PART_KEYS | (frozenset() if request.capability.cache_marks else {"cache_control"})
    if part.get("type") == "input_file":
        return {"type": "file", "file": {key: value for key, value in part.items() if key not in {"type", "detail"}}}
    own = {key: value for key, value in part.items() if key not in foreign}
    return own | {"type": "text"} if own.get("type") in {"input_text", "output_text"} else own


def _encode_reask(reask: Reask, request: Request) -> list[dict[str, Any]]:
    """The assistant's message unchanged, then a result for each of its calls, or a user message if it has none.

    Results can only be text: pictures shown with a complaint go into a user message after them.
    """
    echo = dict(reask.completion.echo)
    calls = echo.get("tool_calls", ())
    shown = [_encode_part(part, request) for part in reask.attachments]
    if not calls:
        said = [echo] if echo.get("content") else []
        content = [{"type": "text", "text": reask.complaint}, *shown] if shown else reask.complaint
        return [*said, {"role": "user", "content": content}]
    results = [
        {
            "role": "tool",
            "tool_call_id": call["id"],
            "content": sentences.OTHER_CALL_RESULT if number else reask.complaint,
        }
        for number, call in enumerate(calls)
    ]
    return [echo, *results, *([{"role": "user", "content": shown}] if shown else [])]
