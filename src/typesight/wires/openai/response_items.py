"""Encode a conversation as the input items of Responses.

Shapes: `openai.types.responses.response_input_item_param` of openai 3.52.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typesight.exchange import sentences
from typesight.exchange.request import Request
from typesight.exchange.turns import Call, Part, Reask, Result, Turn, text_in
from typesight.images.encoding.content_parts import Picture, responses_part

__all__ = ["items_of"]

# Keys of Chat's messages, of Claude's parts and of the SDK's helpers, which are unknown here.
_FOREIGN = frozenset(
    {"name", "refusal", "annotations", "audio", "function_call", "reasoning_content", "tool_calls", "tool_call_id"}
)
_FOREIGN_TO_PARTS = frozenset({"cache_control", "citations"})
# Claude's thinking; `reasoning` items are this wire's own.
_FOREIGN_THOUGHTS = frozenset({"thinking", "redacted_thinking"})
# The dict parts that belong in a message's content; any other dict in an assistant turn is an item of its own.
_CONTENTS = frozenset(
    {"text", "input_text", "output_text", "refusal", "input_image", "image_url", "input_file", "file", "input_audio"}
)


def items_of(request: Request) -> list[dict[str, Any]]:
    """The request's turns as input items."""
    return [
        item
        for turn in request.turns
        for item in (_reask(turn, request) if isinstance(turn, Reask) else _spelled(turn, request))
    ]


def _spelled(turn: Turn, request: Request) -> Iterator[dict[str, Any]]:
    """One turn's items, in order: a message for the text between calls, results and reasoning."""
    if not isinstance(turn.content, tuple):
        yield from _message(turn, turn.content, request)
        return
    said: list[Part] = []
    for part in turn.parts:
        item = _item(part, turn, request)
        if item is None:
            said.append(part)
            continue
        yield from _message(turn, tuple(said), request)
        said = []
        yield item
    yield from _message(turn, tuple(said), request)


def _item(part: Part, turn: Turn, request: Request) -> dict[str, Any] | None:
    """A part that is an item of its own in Responses; None for a part of a message."""
    if isinstance(part, Call):
        return _call(part)
    if isinstance(part, Result):
        return {
            "type": "function_call_output",
            "call_id": part.call_id,
            "output": _result(part, request),
            **{key: value for key, value in part.keys.items() if key not in _FOREIGN_TO_PARTS},
        }
    if turn.role == "assistant" and isinstance(part, Mapping):
        kind = part.get("type")
        return None if kind in _CONTENTS or kind in _FOREIGN_THOUGHTS else dict(part)
    return None


def _call(call: Call) -> dict[str, Any]:
    if call.given.get("type") == "function_call":
        return dict(call.given)
    return {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments}


def _result(result: Result, request: Request) -> Any:
    if isinstance(result.content, tuple):
        return [_part(part, "input_text", request) for part in result.content]
    return result.content or ""


def _message(turn: Turn, said: str | tuple[Part, ...] | None, request: Request) -> Iterator[dict[str, Any]]:
    extra = {key: value for key, value in turn.extra.items() if key not in _FOREIGN}
    content = _content(turn, said, request) or turn.extra.get("refusal")
    if content:
        yield {"role": turn.role, "content": content, **extra}


def _content(turn: Turn, said: str | tuple[Part, ...] | None, request: Request) -> Any:
    """The content in the form of Responses; an assistant message takes parts only if it has its id."""
    if not isinstance(said, tuple):
        return said
    if turn.role != "assistant":
        return [_part(part, "input_text", request) for part in said]
    texts = [part for part in said if text_in(part) is not None]
    if "id" in turn.extra:  # an output item, sent back unchanged
        return [_part(part, "output_text", request) for part in texts]
    return "".join(text_in(part) or "" for part in texts)


def _part(part: Part, text_type: str, request: Request) -> dict[str, Any]:
    if isinstance(part, Picture):
        return responses_part(part, request.profile)
    if isinstance(part, str):
        return {"type": text_type, "text": part}
    if not isinstance(part, Mapping):
        return {}
    if part.get("type") == "file" and isinstance(part.get("file"), Mapping):
        return {"type": "input_file", **part["file"]}
    own = {key: value for key, value in part.items() if key not in _FOREIGN_TO_PARTS}
    return own | {"type": text_type} if own.get("type") in {"text", "input_text", "output_text"} else own


def _reask(reask: Reask, request: Request) -> list[dict[str, Any]]:
    """The output items unchanged, then an output for each call, or a user message if none; then the pictures."""
    echoed: list[dict[str, Any]] = [dict(item) for item in reask.completion.echo["items"]]
    calls = [item["call_id"] for item in echoed if item.get("type") == "function_call"]
    results = [
        {
            "type": "function_call_output",
            "call_id": call,
            "output": sentences.OTHER_CALL if number else reask.complaint,
        }
        for number, call in enumerate(calls)
    ]
    shown = [_part(part, "input_text", request) for part in reask.shown]
    answers = results or [{"role": "user", "content": reask.complaint}]
    return [*echoed, *answers, *([{"role": "user", "content": shown}] if shown else [])]
