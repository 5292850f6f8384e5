"""OpenAI Chat Completions in the Sandbox: how a reply is encoded, and the wire that holds all its parts."""

from __future__ import annotations

import time
from typing import Any

from typesight.testing.openai.chat_body import build_reply, find_pictures, find_reply_schema
from typesight.testing.openai.chat_rules import RULES
from typesight.testing.openai.chat_stream import stream_chunks
from typesight.testing.openai.shared import OPENAI_WIRE, encode_stream_error
from typesight.testing.sandbox_wire import ParsedRequest, SandboxWire
from typesight.testing.scripted_replies import JoinedReply, dump_arguments
from typesight.testing.token_counts import count_openai_image_tokens, count_prompt_tokens, count_text_tokens

__all__ = ["CHAT"]


def _encode_reply(reply: JoinedReply, asked: ParsedRequest, number: int) -> dict[str, Any]:
    calls = [
        {
            "id": f"call_sandbox_{number:06d}_{place}",
            "type": "function",
            "function": {"name": name, "arguments": dump_arguments(arguments)},
        }
        for place, (name, arguments) in enumerate(reply.calls)
    ]
    message: dict[str, Any] = {"role": "assistant", "content": reply.text, "refusal": reply.refusal, "annotations": []}
    return {
        "id": f"chatcmpl-sandbox-{number:06d}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": asked.model,
        "choices": [
            {
                "index": 0,
                "message": message | ({"tool_calls": calls} if calls else {}),
                "logprobs": None,
                "finish_reason": reply.stop or ("tool_calls" if calls else "stop"),
            }
        ],
        "usage": _count_usage(reply, asked) | dict(reply.usage),
        "service_tier": "default",
        "system_fingerprint": "fp_sandbox",
    }


def _count_usage(reply: JoinedReply, asked: ParsedRequest) -> dict[str, Any]:
    image = count_openai_image_tokens(asked.received_pictures)
    prompt = count_prompt_tokens(asked.body) + image
    words = [reply.text or "", reply.refusal or "", *(name + dump_arguments(given) for name, given in reply.calls)]
    completion = count_text_tokens("".join(words))
    details = {"cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0, "image_tokens": image}
    spent = ("reasoning_tokens", "audio_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens")
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": details,
        "completion_tokens_details": dict.fromkeys(spent, 0),
    }


CHAT: SandboxWire = OPENAI_WIRE(
    name="openai_chat",
    path="/v1/chat/completions",
    rules=RULES,
    find_pictures=find_pictures,
    find_reply_schema=find_reply_schema,
    build_reply=build_reply,
    encode_reply=_encode_reply,
    stream_events=lambda reply, asked, number: stream_chunks(reply, asked, number, _count_usage),
    stream_end=b"data: [DONE]\n\n",
    encode_stream_error=encode_stream_error,
)
