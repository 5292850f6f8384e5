"""Answer the Sandbox's requests from a file of recorded replies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from typesight.caches.described_request import describe_request
from typesight.caches.recorded import Recorded, get_recorded_replies
from typesight.exchange.reply_body import get_node, list_nodes, parse_raw_body, write_node
from typesight.testing.faults.fault import Fault
from typesight.testing.received import SandboxRequest
from typesight.testing.rejections import NO_RETRY_HEADERS
from typesight.testing.scripted_replies import Reply, Responder
from typesight.wires.anthropic import messages
from typesight.wires.openai import chat, responses

__all__ = ["answer_recorded"]


# No mode is refused with this status, so no client takes the quoted words of a prompt for a refusal.
_UNKNOWN = 410


def answer_recorded(recorded: Recorded) -> Responder:
    """Make a responder that gives each request its recorded reply, and an HTTP error to one that has none."""
    replies = get_recorded_replies(recorded)

    def answer(request: SandboxRequest) -> Reply | Fault:
        if request.wire not in _WIRES:
            return _refuse(f"replies of {request.path} are not recorded")
        wire_name, build_reply = _WIRES[request.wire]
        asked = describe_request(request.body, wire_name, replies.name_picture)
        found = replies.find(asked)
        if found is None:
            return _refuse(str(replies.make_error(asked)))
        return build_reply(parse_raw_body(found.body)) if request.body.get("stream") else Fault(200, body=found.body)

    return answer


def _refuse(message: str) -> Fault:
    return Fault(_UNKNOWN, message=message, headers=NO_RETRY_HEADERS)


def _build_chat_reply(body: Any) -> Reply:
    choice = get_node(body, "choices", 0)
    message = get_node(choice, "message")
    functions = [get_node(call, "function") for call in list_nodes(get_node(message, "tool_calls"))]
    return Reply(
        text=get_node(message, "content"),
        calls=[(get_node(each, "name"), _read_text(get_node(each, "arguments"))) for each in functions],
        refusal=get_node(message, "refusal"),
        stop=get_node(choice, "finish_reason"),
        usage=_read_usage(body),
    )


def _build_response_reply(body: Any) -> Reply:
    items = list_nodes(get_node(body, "output"))
    calls = [item for item in items if get_node(item, "type") == "function_call"]
    status = get_node(body, "status")
    return Reply(
        text=_join(_list_parts(items, "output_text", "text", commentary=False)),
        calls=[(get_node(call, "name"), _read_text(get_node(call, "arguments"))) for call in calls],
        refusal=_join(_list_parts(items, "refusal", "refusal", commentary=False)),
        stop=get_node(body, "incomplete_details", "reason") or (None if status == "completed" else status),
        thinking="" if any(get_node(item, "type") == "reasoning" for item in items) else None,
        commentary=_join(_list_parts(items, "output_text", "text", commentary=True)),
        usage=_read_usage(body),
    )


def _list_parts(items: list[Any], kind: str, key: str, *, commentary: bool) -> Iterator[str]:
    for item in items:
        is_message = get_node(item, "type") == "message"
        if is_message and (get_node(item, "phase") == "commentary") is commentary:
            parts = list_nodes(get_node(item, "content"))
            yield from (get_node(part, key) or "" for part in parts if get_node(part, "type") == kind)


def _build_message_reply(body: Any) -> Reply:
    blocks = list_nodes(get_node(body, "content"))
    return Reply(
        text=_join(_list_blocks(blocks, "text")),
        calls=[
            (get_node(block, "name"), _read_text(get_node(block, "input")))
            for block in blocks
            if get_node(block, "type") == "tool_use"
        ],
        stop=get_node(body, "stop_reason"),
        thinking=_join(_list_blocks(blocks, "thinking")),
        usage=_read_usage(body),
    )


def _list_blocks(blocks: list[Any], kind: str) -> Iterator[str]:
    yield from (get_node(block, kind) or "" for block in blocks if get_node(block, "type") == kind)


def _join(texts: Iterator[str]) -> str | None:
    """The texts as one; None if there are none."""
    said = list(texts)
    return "".join(said) if said else None


def _read_text(node: Any) -> str:
    return node if isinstance(node, str) else write_node(node)


def _read_usage(body: Any) -> Mapping[str, Any]:
    """The counts of a reply's usage as they were billed."""
    usage = json.loads(write_node(get_node(body, "usage")))
    return usage if isinstance(usage, dict) else {}


# Rows: the Sandbox's name of a wire -> the client's, and what builds a reply to stream from a recorded body.
_WIRES: Mapping[str, tuple[str, Callable[[Any], Reply]]] = {
    "openai_chat": (chat.NAME, _build_chat_reply),
    "openai_responses": (responses.NAME, _build_response_reply),
    "anthropic_messages": (messages.NAME, _build_message_reply),
}
