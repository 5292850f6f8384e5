"""Reads an SDK's raw reply into a Completion, with how long it took and how many HTTP requests."""

from __future__ import annotations

import inspect
import time
from dataclasses import replace
from typing import Any

from typesight.drive.send import Sending
from typesight.endpoints.connections import RawReply
from typesight.endpoints.request_redirects import count_requests, find_waited_seconds
from typesight.errors import Interrupted
from typesight.exchange.completion import Completion, StopReason
from typesight.usage import Usage

__all__ = [
    "build_broken_completion",
    "measure_sending",
    "parse",
    "read_body",
    "read_parsed_reply",
    "read_reply",
    "read_reply_async",
]


def read_reply(reply: RawReply, sending: Sending, started: float) -> Completion:
    """Read a reply into a Completion; `started` is the `time.perf_counter()` at which its request was sent."""
    try:
        return _build_completion(reply, reply.parse(), sending, started)
    except Exception as error:  # a 200 whose body the SDK or the wire cannot read
        return build_broken_completion(reply, sending, started, error)


async def read_reply_async(reply: RawReply, sending: Sending, started: float) -> Completion:
    """As `read_reply`, for an asynchronous client."""
    try:
        return _build_completion(reply, await parse(reply), sending, started)
    except Exception as error:  # a 200 whose body the SDK or the wire cannot read
        return build_broken_completion(reply, sending, started, error)


def _build_completion(reply: RawReply, parsed: Any, sending: Sending, started: float) -> Completion:
    completion = sending.wire_mode.wire.decode(parsed, sending.request, read_body(reply))
    return measure_sending(completion, reply, sending, started)


def read_parsed_reply(parsed: Any, reply: RawReply, sending: Sending, started: float) -> Completion:
    """Read a reply that is parsed already, since the caller gets it so; of a stream, only its head has come."""
    if sending.request.options.get("stream"):
        head = Completion(answers=(), stop=StopReason.OPEN, usage=Usage(), echo={}, model=sending.request.model)
        return measure_sending(head, reply, sending, started)
    try:
        return _build_completion(reply, parsed, sending, started)
    except Exception as error:  # the caller gets what the SDK makes of it
        return build_broken_completion(reply, sending, started, error)


def read_body(reply: RawReply) -> bytes | None:
    """Return the HTTP body of an SDK's reply; None for a reply without HTTP."""
    content = getattr(reply.http_response, "content", None)
    return content if isinstance(content, bytes) else None


async def parse(reply: RawReply) -> Any:
    """Parse a raw reply into the SDK's own object; on some asynchronous clients `parse` has to be awaited."""
    parsed = reply.parse()
    return await parsed if inspect.isawaitable(parsed) else parsed


def build_broken_completion(reply: RawReply, sending: Sending, started: float, error: Exception) -> Completion:
    """Build the completion for a body that is not a reply, or for a stream that broke off."""
    why = str(error) if isinstance(error, Interrupted) else f"the response body is not a reply ({type(error).__name__})"
    nothing = Completion(
        answers=(),
        stop=StopReason.INTERRUPTED,
        usage=Usage(),
        echo={},
        model=sending.request.model,
        transport_error=why,
    )
    return measure_sending(nothing, reply, sending, started)


def measure_sending(completion: Completion, reply: RawReply, sending: Sending, started: float) -> Completion:
    """Add the seconds, the number of HTTP requests and the request id to a completion, and tell the watch of it."""
    seconds, sent = time.perf_counter() - started - find_waited_seconds(reply), count_requests(reply)
    completion = replace(completion, seconds=seconds, http_requests=sent, request_id=reply.request_id)
    if sending.pace is not None:
        sending.pace.tell_tokens(completion.usage.input, completion.usage.output)
    sending.watch.tell_reply(completion, sending.request, sending.attempt)
    return completion
