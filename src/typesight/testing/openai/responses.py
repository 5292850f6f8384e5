"""OpenAI Responses in the Sandbox: how a reply is encoded, and the wire that holds all its parts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from typesight.testing.openai.response_body import formed, sent_pictures, wanted_schema
from typesight.testing.openai.response_rules import RULES
from typesight.testing.openai.response_stream import events
from typesight.testing.openai.terms import KEY_RULES, arguments_text, frame, spell_refusal
from typesight.testing.rejections import Refusal
from typesight.testing.sandbox_wire import Asked, Wire
from typesight.testing.scripted_replies import Said
from typesight.testing.token_counts import openai_image_tokens, prompt_tokens, text_tokens

__all__ = ["RESPONSES"]

_REASONS = ("max_output_tokens", "content_filter")
_STATUSES = ("failed", "cancelled", "in_progress", "queued", "incomplete")


def _output(reply: Said, number: int) -> Iterator[dict[str, Any]]:
    if reply.thinking is not None:
        reasoning = {"type": "reasoning", "id": f"rs_sandbox_{number:06d}", "summary": []}
        yield {**reasoning, "encrypted_content": f"sandbox-thought-{number:06d}"}
    if reply.commentary is not None:
        yield _message([_text(reply.commentary)], f"{number:06d}_0", "commentary")
    refusal = [] if reply.refusal is None else [{"type": "refusal", "refusal": reply.refusal}]
    said = [*([] if reply.text is None else [_text(reply.text)]), *refusal]
    if said:
        yield _message(said, f"{number:06d}_1", None if reply.commentary is None else "final_answer")
    for place, (name, arguments) in enumerate(reply.calls):
        tail = f"sandbox_{number:06d}_{place}"
        call = {"type": "function_call", "id": f"fc_{tail}", "call_id": f"call_{tail}", "name": name}
        yield {**call, "arguments": arguments_text(arguments), "status": "completed"}


def _text(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _message(content: list[dict[str, Any]], tail: str, phase: str | None) -> dict[str, Any]:
    message = {"type": "message", "id": f"msg_sandbox_{tail}", "role": "assistant", "status": "completed"}
    return {**message, "content": content, **({"phase": phase} if phase else {})}


def _spell(reply: Said, asked: Asked, number: int) -> dict[str, Any]:
    body = asked.body
    return {
        "id": f"resp_sandbox_{number:06d}",
        "object": "response",
        "created_at": int(time.time()),
        **_ending(reply.stop),
        "model": asked.model,
        "output": list(_output(reply, number)),
        "usage": _usage(reply, asked) | dict(reply.usage),
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "metadata": body.get("metadata") or {},
        "parallel_tool_calls": body.get("parallel_tool_calls", True),
        "previous_response_id": body.get("previous_response_id"),
        "store": body.get("store", True),
        "text": body.get("text") or {"format": {"type": "text"}},
        "tool_choice": body.get("tool_choice", "auto"),
        "tools": body.get("tools") or [],
        "truncation": "disabled",
        "service_tier": "default",
    }


def _ending(stop: str | None) -> dict[str, Any]:
    """The status fields for a scripted `stop`, which is a reason for an incomplete response, or a status."""
    if stop in _REASONS:
        return {"status": "incomplete", "error": None, "incomplete_details": {"reason": stop}}
    error = {"code": "server_error", "message": "The sandbox was told to fail."} if stop == "failed" else None
    return {"status": stop if stop in _STATUSES else "completed", "error": error, "incomplete_details": None}


def _usage(reply: Said, asked: Asked) -> dict[str, Any]:
    given = prompt_tokens(asked.body) + openai_image_tokens(asked.received)
    words = [reply.text or "", reply.refusal or "", *(name + arguments_text(given) for name, given in reply.calls)]
    said = text_tokens("".join([*words, reply.commentary or ""]))
    thought = text_tokens(reply.thinking or "")
    return {
        "input_tokens": given,
        "output_tokens": said + thought,
        "total_tokens": given + said + thought,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": thought},
    }


RESPONSES = Wire(
    name="openai_responses",
    path="/v1/responses",
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
    stream=lambda reply, asked, number: events(reply, asked, number, _spell),
    frame=frame,
    done=b"",
    spell_refusal=spell_refusal,
)
