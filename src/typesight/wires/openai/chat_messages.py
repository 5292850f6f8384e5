"""Encode a conversation as the messages of Chat Completions.

Parts of another wire's messages are converted where this wire has a form for them; thinking from another wire is
dropped. Shapes: `openai.types.chat` of openai 3.52.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from typesight.exchange import sentences
from typesight.exchange.completion import joined
from typesight.exchange.request import Request
from typesight.exchange.turns import THOUGHTS, Call, Part, Reask, Result, Turn, text_in
from typesight.images.encoding.content_parts import Picture, chat_part

__all__ = ["messages_of", "text_of"]

# Keys of other wires' messages and parts, which OpenAI refuses as unknown. Gateways may use a cache mark: OpenRouter
# passes it on to Claude (its prompt-caching page, 2026).
_FOREIGN = frozenset({"type", "id", "status", "phase"})
_FOREIGN_TO_PARTS = frozenset({"citations", "annotations", "logprobs"})
_STRICT_VENDORS = frozenset({"openai", "azure"})


def messages_of(request: Request) -> list[dict[str, Any]]:
    """The request's turns as messages."""
    messages: list[dict[str, Any]] = []
    for turn in request.turns:
        if isinstance(turn, Reask):
            messages += _reask(turn, request)
            continue
        for message in _spelled(turn, request):
            if not _joined(messages, message):
                messages.append(message)
    return messages


def text_of(content: Any) -> str:
    """A message's text; some gateways send it in parts."""
    if isinstance(content, list):
        return joined([str(part.get("text") or "") for part in content if isinstance(part, Mapping)])
    return content if isinstance(content, str) else ""


def _joined(messages: list[dict[str, Any]], message: dict[str, Any]) -> bool:
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


def _spelled(turn: Turn, request: Request) -> Iterator[dict[str, Any]]:
    """One turn's messages: first one for each tool result, since results must follow their calls."""
    results = [part for part in turn.parts if isinstance(part, Result)]
    for result in results:
        extra = turn.extra if turn.role == "tool" else {}
        yield {"role": "tool", "tool_call_id": result.call_id, "content": _result(result, request), **extra}
    rest = [part for part in turn.parts if not isinstance(part, Result)]
    if rest or not results:
        yield from _message(turn, rest, request)


def _message(turn: Turn, parts: Sequence[Part], request: Request) -> Iterator[dict[str, Any]]:
    calls = [_call(part) for part in parts if isinstance(part, Call)]
    said = [part for part in parts if not isinstance(part, Call) and not _is_thought(part)]
    if parts and not calls and not said:
        return  # nothing but thinking
    extra = {key: value for key, value in turn.extra.items() if key not in _FOREIGN}
    yield {
        "role": "system" if turn.role == "developer" and not request.can.developer else turn.role,
        "content": _content(turn, said, request, plain=bool(calls)),
        **({"tool_calls": calls} if calls else {}),
        **extra,
    }


def _content(turn: Turn, said: Sequence[Part], request: Request, *, plain: bool) -> Any:
    """The content in the form it came in; next to calls a single text is a string, which every endpoint reads."""
    if not isinstance(turn.content, tuple):
        return turn.content
    if plain and len(said) < 2:
        text = text_in(said[0]) if said else None
        if text is not None or not said:
            return text
    return [_part(part, request) for part in said]


def _result(result: Result, request: Request) -> Any:
    if isinstance(result.content, tuple):
        return [_part(part, request) for part in result.content]
    return result.content or ""


def _is_thought(part: Part) -> bool:
    return isinstance(part, Mapping) and part.get("type") in THOUGHTS


def _call(call: Call) -> dict[str, Any]:
    if "function" in call.given or "custom" in call.given:
        return dict(call.given)
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _part(part: Part, request: Request) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    if isinstance(part, Picture):
        return chat_part(part, request.profile)
    if not isinstance(part, Mapping):
        return {}
    foreign = _FOREIGN_TO_PARTS | ({"cache_control"} if request.vendor in _STRICT_VENDORS else frozenset())
    if part.get("type") == "input_file":
        return {"type": "file", "file": {key: value for key, value in part.items() if key not in {"type", "detail"}}}
    own = {key: value for key, value in part.items() if key not in foreign}
    return own | {"type": "text"} if own.get("type") in {"input_text", "output_text"} else own


def _reask(reask: Reask, request: Request) -> list[dict[str, Any]]:
    """The assistant's message unchanged, then a result for each of its calls, or a user message if it has none.

    Results can only be text: pictures shown with a complaint go into a user message after them.
    """
    echo = dict(reask.completion.echo)
    calls = echo.get("tool_calls", ())
    shown = [_part(part, request) for part in reask.shown]
    if not calls:
        said = [echo] if echo.get("content") else []
        content = [{"type": "text", "text": reask.complaint}, *shown] if shown else reask.complaint
        return [*said, {"role": "user", "content": content}]
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": sentences.OTHER_CALL if number else reask.complaint}
        for number, call in enumerate(calls)
    ]
    return [echo, *results, *([{"role": "user", "content": shown}] if shown else [])]
