"""OpenAI Responses in the Sandbox: how a reply is encoded, and the wire that holds all its parts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from typesight.testing.openai.response_body import build_reply, find_pictures, find_reply_schema
from typesight.testing.openai.response_rules import RULES
from typesight.testing.openai.response_stream import stream_events
from typesight.testing.openai.shared import OPENAI_WIRE, encode_event, find_error_type
from typesight.testing.rejections import Rejection
from typesight.testing.sandbox_wire import ParsedRequest, SandboxWire
from typesight.testing.scripted_replies import JoinedReply, dump_arguments
from typesight.testing.token_counts import count_openai_image_tokens, count_prompt_tokens, count_text_tokens

__all__ = ["RESPONSES"]

_INCOMPLETE_REASONS = ("max_output_tokens", "content_filter")
_STATUSES = ("failed", "cancelled", "in_progress", "queued", "incomplete")


def _build_output(reply: JoinedReply, number: int) -> Iterator[dict[str, Any]]:
    if reply.thinking is not None:
        reasoning = {"type": "reasoning", "id": f"rs_sandbox_{number:06d}", "summary": []}
        yield {**reasoning, "encrypted_content": f"sandbox-thought-{number:06d}"}
    if reply.commentary is not None:
        yield _build_message([_build_text_part(reply.commentary)], f"{number:06d}_0", "commentary")
    refusal = [] if reply.refusal is None else [{"type": "refusal", "refusal": reply.refusal}]
    said = [*([] if reply.text is None else [_build_text_part(reply.text)]), *refusal]
    if said:
        yield _build_message(said, f"{number:06d}_1", None if reply.commentary is None else "final_answer")
    for place, (name, arguments) in enumerate(reply.calls):
        tail = f"sandbox_{number:06d}_{place}"
        call = {"type": "function_call", "id": f"fc_{tail}", "call_id": f"call_{tail}", "name": name}
        yield {**call, "arguments": dump_arguments(arguments), "status": "completed"}


def _build_text_part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _build_message(content: list[dict[str, Any]], tail: str, phase: str | None) -> dict[str, Any]:
    message = {"type": "message", "id": f"msg_sandbox_{tail}", "role": "assistant", "status": "completed"}
    return {**message, "content": content, **({"phase": phase} if phase else {})}


def _encode_reply(reply: JoinedReply, asked: ParsedRequest, number: int) -> dict[str, Any]:
    body = asked.body
    return {
        "id": f"resp_sandbox_{number:06d}",
        "object": "response",
        "created_at": int(time.time()),
        **_build_status(reply.stop),
        "model": asked.model,
        "output": list(_build_output(reply, number)),
        "usage": _count_usage(reply, asked) | dict(reply.usage),
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


def _build_status(stop: str | None) -> dict[str, Any]:
    """The status fields for a scripted `stop`, which is a reason for an incomplete response, or a status."""
    if stop in _INCOMPLETE_REASONS:
        return {"status": "incomplete", "error": None, "incomplete_details": {"reason": stop}}
    error = {"code": "server_error", "message": "The sandbox was told to fail."} if stop == "failed" else None
    return {"status": stop if stop in _STATUSES else "completed", "error": error, "incomplete_details": None}


def _count_usage(reply: JoinedReply, asked: ParsedRequest) -> dict[str, Any]:
    given = count_prompt_tokens(asked.body) + count_openai_image_tokens(asked.received_pictures)
    words = [reply.text or "", reply.refusal or "", *(name + dump_arguments(given) for name, given in reply.calls)]
    said = count_text_tokens("".join([*words, reply.commentary or ""]))
    thought = count_text_tokens(reply.thinking or "")
    return {
        "input_tokens": given,
        "output_tokens": said + thought,
        "total_tokens": given + said + thought,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": thought},
    }


def _encode_stream_error(refusal: Rejection, request_id: str, sent: int) -> bytes:
    """An error in a stream (`openai.types.responses.ResponseErrorEvent` of openai 3.57)."""
    del request_id
    said = {"code": refusal.code or find_error_type(refusal), "message": refusal.message, "param": refusal.param}
    return encode_event({"type": "error", **said, "sequence_number": sent})


RESPONSES: SandboxWire = OPENAI_WIRE(
    name="openai_responses",
    path="/v1/responses",
    rules=RULES,
    find_pictures=find_pictures,
    find_reply_schema=find_reply_schema,
    build_reply=build_reply,
    encode_reply=_encode_reply,
    stream_events=lambda reply, asked, number: stream_events(reply, asked, number, _encode_reply),
    stream_end=b"",
    encode_stream_error=_encode_stream_error,
)
