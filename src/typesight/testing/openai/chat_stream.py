"""Stream a Chat Completions reply as chunks (`openai.types.chat.ChatCompletionChunk` of openai 3.52)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from typesight.testing.sandbox_wire import ParsedRequest
from typesight.testing.scripted_replies import JoinedReply, Reply, drop_pieces, take_pieces

__all__ = ["stream_chunks"]


def stream_chunks(
    reply: Reply, asked: ParsedRequest, number: int, usage: Callable[[JoinedReply, ParsedRequest], Mapping[str, Any]]
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
    for delta in _stream_deltas(reply, number, text, calls):
        yield {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}]}
    finish = reply.stop or ("tool_calls" if reply.calls else "stop")
    yield {**head, "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": finish}]}
    if (asked.body.get("stream_options") or {}).get("include_usage"):
        said = replace(drop_pieces(reply), text="".join(text), calls=tuple(calls))
        yield {**head, "choices": [], "usage": {**usage(said, asked), **reply.usage}}


def _stream_deltas(
    reply: Reply, number: int, text: list[str], calls: list[tuple[str, str]]
) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": None if reply.calls else "", "refusal": None}
    for piece in take_pieces(reply.text, text) if reply.text is not None else ():
        yield {"content": piece}
    for piece in take_pieces(reply.refusal, []) if reply.refusal is not None else ():
        yield {"refusal": piece}
    for place, (name, arguments) in enumerate(reply.calls):
        head = {"index": place, "id": f"call_sandbox_{number:06d}_{place}", "type": "function"}
        yield {"tool_calls": [{**head, "function": {"name": name, "arguments": ""}}]}
        said: list[str] = []
        for piece in take_pieces(arguments, said):
            yield {"tool_calls": [{"index": place, "function": {"arguments": piece}}]}
        calls.append((name, "".join(said)))
