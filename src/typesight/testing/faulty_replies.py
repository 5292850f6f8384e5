"""What each fault makes of a reply, on whatever wire it goes out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, TypeAlias

from typesight.testing.faults.fault import Fault, FaultKind
from typesight.testing.loopback.http_messages import HttpResponse
from typesight.testing.sandbox_wire import ParsedRequest, SandboxWire
from typesight.testing.scripted_replies import Reply, dump_arguments, dump_record, join_pieces

__all__ = ["FAULTY_REPLIES", "BodyEdit", "FaultyReply", "build_fault_headers", "spoil_response"]

FILLER = '{"sandbox": "a reply that does not come whole, because a fault was asked for"}'
"""What is said where a fault cuts a reply, none is given, and the wire has none of its own."""

STOPS: Mapping[str, Mapping[str, str]] = {
    "length": {
        "openai_chat": "length",
        "openai_responses": "max_output_tokens",
        "anthropic_messages": "max_tokens",
    },
    "content_filter": {
        "openai_chat": "content_filter",
        "openai_responses": "content_filter",
        "anthropic_messages": "refusal",
    },
}
"""By kind of fault and wire: the provider's word for why a reply stopped (openai 3.57, anthropic 2.14)."""

ReplyMaker: TypeAlias = "Callable[[Fault, SandboxWire, ParsedRequest], Reply]"
BodyEdit: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class FaultyReply:
    """How a kind of fault is made: what the model says, and what is then done to the body or each event."""

    say: ReplyMaker
    edit: BodyEdit = lambda body: body


def _say_all(fault: Fault, wire: SandboxWire, asked: ParsedRequest) -> Reply:
    """The fault's own reply, or a filler, in the form that the request asked for."""
    given = fault.reply
    if isinstance(given, Reply):
        return given
    if given is None:
        given = FILLER if wire.answer_unscripted is None else wire.answer_unscripted(asked.body)
    return wire.build_reply(asked.body, dump_record(given))


def _say_part(fault: Fault, wire: SandboxWire, asked: ParsedRequest) -> Reply:
    """The beginning of the reply, stopped for the reason that the fault's kind has on the wire."""
    whole = join_pieces(_say_all(fault, wire, asked))
    calls = tuple((name, _cut_text(dump_arguments(given), fault.keep)) for name, given in whole.calls)
    stop = STOPS.get(fault.kind, {}).get(wire.name, whole.stop)
    text = None if whole.text is None else _cut_text(whole.text, fault.keep)
    return Reply(text, calls, whole.refusal, stop, whole.thinking, whole.commentary, whole.usage)


def _say_until_error(fault: Fault, wire: SandboxWire, asked: ParsedRequest) -> Reply:
    """The beginning of the reply, as one piece, and then the error as the next."""
    whole = join_pieces(_say_all(fault, wire, asked))
    error = Fault(fault.status, fault.code, fault.message)
    if whole.calls:
        name, given = whole.calls[0]
        calls = ((name, (_cut_text(dump_arguments(given), fault.keep), error)),)
        return Reply(whole.text, calls, thinking=whole.thinking, commentary=whole.commentary)
    return Reply((_cut_text(whole.text or "", fault.keep), error), thinking=whole.thinking, commentary=whole.commentary)


def _say_to_wrong_tool(fault: Fault, wire: SandboxWire, asked: ParsedRequest) -> Reply:
    whole = join_pieces(_say_all(fault, wire, asked))
    given = [arguments for _, arguments in whole.calls] or [whole.text or "{}"]
    return Reply(calls=[(fault.message or "", arguments) for arguments in given])


def _say_nothing(*_: object) -> Reply:
    return Reply()


def _say_empty_text(*_: object) -> Reply:
    return Reply(text="")


def _refuse(fault: Fault, *_: object) -> Reply:
    return Reply(refusal=fault.message)


def _empty_choices(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body, or an event of a stream, without choices; the other wires' replies are empty already."""
    return {**body, "choices": []} if "choices" in body else body


def _cut_text(text: str, keep: float) -> str:
    return text[: math.floor(len(text) * keep)]


FAULTY_REPLIES: Mapping[FaultKind, FaultyReply] = {
    "broken": FaultyReply(_say_all),
    "late": FaultyReply(_say_all),
    "truncated": FaultyReply(_say_all),
    "stream_error": FaultyReply(_say_until_error),
    "bad_arguments": FaultyReply(_say_part),
    "length": FaultyReply(_say_part),
    "content_filter": FaultyReply(_say_part),
    "wrong_tool": FaultyReply(_say_to_wrong_tool),
    "no_choices": FaultyReply(_say_nothing, _empty_choices),
    "empty_text": FaultyReply(_say_empty_text),
    "refusal": FaultyReply(_refuse),
}
"""Rows by kind; the kind `status` is no reply but an HTTP error."""


def build_fault_headers(fault: Fault) -> dict[str, str]:
    """The headers of a fault, with the time after which to try again."""
    wait = fault.retry_after
    if wait is None:
        return dict(fault.headers)
    if isinstance(wait, timedelta):
        return {"retry-after-ms": f"{wait / timedelta(milliseconds=1):g}", **fault.headers}
    said = format_datetime(wait.astimezone(UTC), usegmt=True) if isinstance(wait, datetime) else f"{wait:g}"
    return {"retry-after": said, **fault.headers}


def spoil_response(response: HttpResponse, fault: Fault) -> HttpResponse:
    """The response as the fault lets it out: cut, or delivered otherwise."""
    if fault.kind == "truncated":
        if response.stream is not None:
            return replace(response, stream=_cut_stream(response.stream, fault.keep))
        return replace(response, body=response.body[: math.floor(len(response.body) * fault.keep)])
    how = fault.delivery
    if how is not None and response.stream is None:
        # The last byte comes after the stall, and never after a stop, however short the body is.
        last = len(response.body) - 1
        marks = {name: getattr(how, name) for name in ("stall_after", "stop_after")}
        how = replace(how, **{name: max(1, min(mark, last)) for name, mark in marks.items() if mark})
    return replace(response, delivery=how)


def _cut_stream(events: Iterator[bytes], keep: float) -> Iterator[bytes]:
    """The first events of a stream; never the last two, with which it would be at its end."""
    whole = list(events)
    yield from whole[: min(math.floor(len(whole) * keep), max(0, len(whole) - 2))]
