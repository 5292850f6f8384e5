"""Anthropic Messages in the Sandbox: how replies and errors are encoded, and the wire that holds all its parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.anthropic.message_body import build_reply, find_pictures, find_reply_schema
from typesight.testing.anthropic.message_rules import KEY_RULES, RULES
from typesight.testing.anthropic.message_stream import stream_events
from typesight.testing.rejections import Rejection
from typesight.testing.sandbox_wire import ParsedRequest, SandboxWire
from typesight.testing.scripted_replies import JoinedReply
from typesight.testing.token_counts import count_claude_image_tokens, count_prompt_tokens, count_text_tokens
from typesight.testing.verbatim import VerbatimObject

__all__ = ["MESSAGES"]


def _parse_arguments(arguments: str | Mapping[str, Any]) -> dict[str, Any] | None:
    """The input of a tool use, an object on this wire. JSON text is sent verbatim; None if it is not an object."""
    if not isinstance(arguments, str):
        return dict(arguments)
    try:
        value = json.loads(arguments)
    except ValueError:
        return None
    return VerbatimObject(value, arguments) if isinstance(value, dict) else None


def _build_content(reply: JoinedReply, number: int) -> Iterator[dict[str, Any]]:
    if reply.thinking is not None:
        yield {"type": "thinking", "thinking": reply.thinking, "signature": f"sandbox-signature-{number:06d}"}
    if reply.text is not None:
        yield {"type": "text", "text": reply.text, "citations": None}
    for place, (name, arguments) in enumerate(reply.calls):
        given = _parse_arguments(arguments)
        if given is None:
            yield {"type": "text", "text": str(arguments), "citations": None}
        else:
            yield {"type": "tool_use", "id": f"toolu_sandbox_{number:06d}_{place}", "name": name, "input": given}


def _find_stop_reason(reply: JoinedReply, content: list[dict[str, Any]]) -> str:
    if reply.stop is not None:
        return reply.stop
    if reply.refusal is not None:
        return "refusal"
    return "tool_use" if any(block["type"] == "tool_use" for block in content) else "end_turn"


def _encode_reply(reply: JoinedReply, asked: ParsedRequest, number: int) -> dict[str, Any]:
    content = list(_build_content(reply, number))
    details = {"type": "refusal", "category": None, "explanation": reply.refusal}
    return {
        "id": f"msg_sandbox_{number:06d}",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": content,
        "stop_reason": _find_stop_reason(reply, content),
        "stop_sequence": None,
        "stop_details": details if reply.refusal is not None else None,
        "usage": _count_usage(content, asked) | dict(reply.usage),
    }


def _count_usage(content: list[dict[str, Any]], asked: ParsedRequest) -> dict[str, Any]:
    said_text = "".join(
        block.get("text") or block.get("thinking") or json.dumps(block.get("input", ""), ensure_ascii=False)
        for block in content
    )
    return {
        "input_tokens": count_prompt_tokens(asked.body) + count_claude_image_tokens(asked.received_pictures),
        "output_tokens": count_text_tokens(said_text),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "service_tier": "standard",
    }


ERROR_TYPES: Mapping[int, str] = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""Error types by status; other 4xx are `invalid_request_error`, other 5xx `api_error`."""


def _encode_event(event: Mapping[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def _encode_error(refusal: Rejection, request_id: str) -> dict[str, Any]:
    other = "api_error" if refusal.status >= 500 else "invalid_request_error"
    error: dict[str, Any] = {
        "type": refusal.kind or ERROR_TYPES.get(refusal.status, other),
        "message": refusal.message,
    }
    if refusal.code is not None:
        error["details"] = {"error_code": refusal.code}
    return {"type": "error", "error": error, "request_id": request_id}


MESSAGES = SandboxWire(
    name="anthropic_messages",
    path="/v1/messages",
    max_request_bytes=32 * 1024 * 1024,
    request_id_header="request-id",
    key_rules=KEY_RULES,
    rules=RULES,
    invalid_json=Rejection("The request body is not valid JSON: expected one object"),
    too_large=Rejection("Request exceeds the maximum size", status=413),
    find_pictures=find_pictures,
    find_reply_schema=find_reply_schema,
    build_reply=build_reply,
    encode_reply=_encode_reply,
    stream_events=lambda reply, asked, number: stream_events(reply, asked, number, _encode_reply),
    encode_event=_encode_event,
    stream_end=b"",
    encode_error=_encode_error,
    encode_stream_error=lambda refusal, request_id, _: _encode_event(_encode_error(refusal, request_id)),
)
