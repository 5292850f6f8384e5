"""Anthropic Messages in the Sandbox: how replies and errors are encoded, and the wire that holds all its parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.anthropic.message_body import formed, sent_pictures, wanted_schema
from typesight.testing.anthropic.message_rules import KEY_RULES, RULES
from typesight.testing.anthropic.message_stream import events
from typesight.testing.rejections import Refusal
from typesight.testing.sandbox_wire import Asked, Wire
from typesight.testing.scripted_replies import Said
from typesight.testing.token_counts import claude_image_tokens, prompt_tokens, text_tokens
from typesight.testing.verbatim import Verbatim

__all__ = ["MESSAGES"]


def _object(arguments: str | Mapping[str, Any]) -> dict[str, Any] | None:
    """The input of a tool use, an object on this wire. JSON text is sent verbatim; None if it is not an object."""
    if not isinstance(arguments, str):
        return dict(arguments)
    try:
        value = json.loads(arguments)
    except ValueError:
        return None
    return Verbatim(value, arguments) if isinstance(value, dict) else None


def _spoken(reply: Said, number: int) -> Iterator[dict[str, Any]]:
    if reply.thinking is not None:
        yield {"type": "thinking", "thinking": reply.thinking, "signature": f"sandbox-signature-{number:06d}"}
    if reply.text is not None:
        yield {"type": "text", "text": reply.text, "citations": None}
    for place, (name, arguments) in enumerate(reply.calls):
        given = _object(arguments)
        if given is None:
            yield {"type": "text", "text": str(arguments), "citations": None}
        else:
            yield {"type": "tool_use", "id": f"toolu_sandbox_{number:06d}_{place}", "name": name, "input": given}


def _stop(reply: Said, content: list[dict[str, Any]]) -> str:
    if reply.stop is not None:
        return reply.stop
    if reply.refusal is not None:
        return "refusal"
    return "tool_use" if any(block["type"] == "tool_use" for block in content) else "end_turn"


def _spell(reply: Said, asked: Asked, number: int) -> dict[str, Any]:
    content = list(_spoken(reply, number))
    details = {"type": "refusal", "category": None, "explanation": reply.refusal}
    return {
        "id": f"msg_sandbox_{number:06d}",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": content,
        "stop_reason": _stop(reply, content),
        "stop_sequence": None,
        "stop_details": details if reply.refusal is not None else None,
        "usage": _usage(content, asked) | dict(reply.usage),
    }


def _usage(content: list[dict[str, Any]], asked: Asked) -> dict[str, Any]:
    said_text = "".join(
        block.get("text") or block.get("thinking") or json.dumps(block.get("input", ""), ensure_ascii=False)
        for block in content
    )
    return {
        "input_tokens": prompt_tokens(asked.body) + claude_image_tokens(asked.received),
        "output_tokens": text_tokens(said_text),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "service_tier": "standard",
    }


KINDS: Mapping[int, str] = {
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


def _spell_refusal(refusal: Refusal, request_id: str) -> dict[str, Any]:
    other = "api_error" if refusal.status >= 500 else "invalid_request_error"
    error: dict[str, Any] = {
        "type": refusal.kind or KINDS.get(refusal.status, other),
        "message": refusal.message,
    }
    if refusal.code is not None:
        error["details"] = {"error_code": refusal.code}
    return {"type": "error", "error": error, "request_id": request_id}


MESSAGES = Wire(
    name="anthropic_messages",
    path="/v1/messages",
    max_request=32 * 1024 * 1024,
    request_id_header="request-id",
    key_rules=KEY_RULES,
    rules=RULES,
    unparsable=Refusal("The request body is not valid JSON: expected one object"),
    too_large=Refusal("Request exceeds the maximum size", status=413),
    pictures=sent_pictures,
    schema=wanted_schema,
    form=formed,
    spell=_spell,
    stream=lambda reply, asked, number: events(reply, asked, number, _spell),
    frame=lambda event: f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode(),
    done=b"",
    spell_refusal=_spell_refusal,
)
