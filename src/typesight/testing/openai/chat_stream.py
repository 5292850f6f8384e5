"""Stream a Chat Completions reply as chunks (`openai.types.chat.ChatCompletionChunk` of openai 3.52)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from typesight.testing.sandbox_wire import Asked
from typesight.testing.scripted_replies import Reply, Said, begun, pieces_of

__all__ = ["chunks"]


def chunks(
    reply: Reply, asked: Asked, number: int, usage: Callable[[Said, Asked], Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The chunks of a reply; the last one has the usage, if the request asks for it."""
    head = {
        "id": f"chatcmpl-sandbox-{number:06d}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": asked.model,
    }
    text: list[str] = []
    calls: list[tuple[str, str]] = []
    for delta in _deltas(reply, number, text, calls):
        yield {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}]}
    finish = reply.stop or ("tool_calls" if reply.calls else "stop")
    yield {**head, "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": finish}]}
    if (asked.body.get("stream_options") or {}).get("include_usage"):
        said = replace(begun(reply), text="".join(text), calls=tuple(calls))
        yield {**head, "choices": [], "usage": {**usage(said, asked), **reply.usage}}


def _deltas(reply: Reply, number: int, text: list[str], calls: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": None if reply.calls else "", "refusal": None}
    for piece in pieces_of(reply.text, text) if reply.text is not None else ():
        yield {"content": piece}
    for piece in pieces_of(reply.refusal, []) if reply.refusal is not None else ():
        yield {"refusal": piece}
    for place, (name, arguments) in enumerate(reply.calls):
        head = {"index": place, "id": f"call_sandbox_{number:06d}_{place}", "type": "function"}
        yield {"tool_calls": [{**head, "function": {"name": name, "arguments": ""}}]}
        said: list[str] = []
        for piece in pieces_of(arguments, said):
            yield {"tool_calls": [{"index": place, "function": {"arguments": piece}}]}
        calls.append((name, "".join(said)))
