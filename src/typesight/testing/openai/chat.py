"""OpenAI Chat Completions in the Sandbox: how a reply is encoded, and the wire that holds all its parts."""

from __future__ import annotations

import time
from typing import Any

from typesight.testing.openai.chat_body import formed, sent_pictures, wanted_schema
from typesight.testing.openai.chat_rules import RULES
from typesight.testing.openai.chat_stream import chunks
from typesight.testing.openai.terms import KEY_RULES, arguments_text, frame, spell_refusal
from typesight.testing.rejections import Refusal
from typesight.testing.sandbox_wire import Asked, Wire
from typesight.testing.scripted_replies import Said
from typesight.testing.token_counts import openai_image_tokens, prompt_tokens, text_tokens

__all__ = ["CHAT"]


def _spell(reply: Said, asked: Asked, number: int) -> dict[str, Any]:
    calls = [
        {
            "id": f"call_sandbox_{number:06d}_{place}",
            "type": "function",
            "function": {"name": name, "arguments": arguments_text(arguments)},
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
        "usage": _usage(reply, asked) | dict(reply.usage),
        "service_tier": "default",
        "system_fingerprint": "fp_sandbox",
    }


def _usage(reply: Said, asked: Asked) -> dict[str, Any]:
    image = openai_image_tokens(asked.received)
    prompt = prompt_tokens(asked.body) + image
    words = [reply.text or "", reply.refusal or "", *(name + arguments_text(given) for name, given in reply.calls)]
    completion = text_tokens("".join(words))
    details = {"cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0, "image_tokens": image}
    spent = ("reasoning_tokens", "audio_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens")
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": details,
        "completion_tokens_details": dict.fromkeys(spent, 0),
    }


CHAT = Wire(
    name="openai_chat",
    path="/v1/chat/completions",
    max_request=512 * 1024 * 1024,
    request_id_header="x-request-id",
    key_rules=KEY_RULES,
    rules=RULES,
    unparsable=Refusal("We could not parse the JSON body of your request: the API expects a JSON object."),
    too_large=Refusal("The request is larger than 512 MB.", status=413),
    pictures=sent_pictures,
    schema=wanted_schema,
    form=formed,
    spell=_spell,
    stream=lambda reply, asked, number: chunks(reply, asked, number, _usage),
    frame=frame,
    done=b"data: [DONE]\n\n",
    spell_refusal=spell_refusal,
)
