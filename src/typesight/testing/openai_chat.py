"""OpenAI Chat Completions as a wire: how a reply and an error are spelled."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from typesight.testing.openai_body import formed, sent_pictures, wanted_schema
from typesight.testing.openai_rules import KEY_RULES, RULES
from typesight.testing.refusals import Refusal
from typesight.testing.replies import Reply
from typesight.testing.tokens import openai_image_tokens, prompt_tokens, text_tokens
from typesight.testing.wire import Asked, Wire

__all__ = ["CHAT"]


def _arguments(arguments: str | Mapping[str, Any]) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(dict(arguments), ensure_ascii=False)


def _spell(reply: Reply, asked: Asked, number: int) -> dict[str, Any]:
    calls = [
        {
            "id": f"call_sandbox_{number:06d}_{place}",
            "type": "function",
            "function": {"name": name, "arguments": _arguments(arguments)},
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


def _usage(reply: Reply, asked: Asked) -> dict[str, Any]:
    image = openai_image_tokens(asked.received)
    prompt = prompt_tokens(asked.body) + image
    words = [reply.text or "", reply.refusal or "", *(name + _arguments(given) for name, given in reply.calls)]
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


KINDS: Mapping[int, str] = {429: "requests", 500: "server_error", 502: "server_error", 503: "server_error"}
"""Error types by status (OpenAI docs, error-codes); every other status is an `invalid_request_error`."""

NO_MONEY = re.compile(r"credit_balance_exhausted|insufficient_quota|.*_(spend|usage)_limit_exceeded")


def _spell_refusal(refusal: Refusal, request_id: str) -> dict[str, Any]:  # noqa: ARG001  the id is in a header only
    by_code = "insufficient_quota" if NO_MONEY.fullmatch(refusal.code or "") else None
    kind = refusal.kind or by_code or KINDS.get(refusal.status, "invalid_request_error")
    error = {"message": refusal.message, "type": kind, "param": refusal.param, "code": refusal.code}
    return {"error": error}


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
    spell_refusal=_spell_refusal,
)
