"""Sending one request: fetch its pictures, call the SDK, and read the reply into a Completion."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from typesight.deadline import Deadline, mark_network_wait
from typesight.drive.log_lines import log_request
from typesight.drive.transport_errors import build_broken_completion, check_deadline, measure_sending
from typesight.endpoints.endpoint import RawReply
from typesight.endpoints.mode_selection import WireMode
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.images.download import fetch, fetch_async

__all__ = [
    "fetch_pictures",
    "fetch_pictures_async",
    "parse",
    "prepare_call",
    "read_body",
    "read_reply",
    "read_reply_async",
    "send",
    "send_async",
]


def prepare_call(
    request: Request, wire_mode: WireMode, retries: int, deadline: Deadline | None
) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Log a request whose pictures are ready; return the SDK's call for it and its arguments.

    `retries` is how often the SDK may repeat the request by itself after a transport error.
    """
    log_request(request, wire_mode)
    return wire_mode.endpoint.make_sender(retries, deadline), wire_mode.wire.encode(request)


def send(sender: Callable[..., RawReply], arguments: Mapping[str, Any], deadline: Deadline | None) -> RawReply:
    """Call the SDK and return its raw reply. Raises the SDK's error, or DeadlinePassed."""
    try:
        return sender(**arguments)
    except Exception as error:
        check_deadline(error, deadline)
        raise


async def send_async(
    sender: Callable[..., Awaitable[RawReply]], arguments: Mapping[str, Any], deadline: Deadline | None
) -> RawReply:
    """As `send`, for an asynchronous client."""
    try:
        return await sender(**arguments)
    except Exception as error:
        check_deadline(error, deadline)
        raise


def fetch_pictures(pictures: CallPictures, request: Request, deadline: Deadline | None = None) -> None:
    """Download the pictures of a request that the endpoint does not download itself."""
    for image, url in pictures.list_downloads(request):
        with mark_network_wait():
            pictures.fetched[image] = fetch(url, pictures.preparation.downloads, deadline)


async def fetch_pictures_async(pictures: CallPictures, request: Request) -> None:
    """As `fetch_pictures`, without blocking the event loop."""
    for image, url in pictures.list_downloads(request):
        pictures.fetched[image] = await fetch_async(url, pictures.preparation.downloads)


def read_reply(reply: RawReply, request: Request, wire_mode: WireMode, started: float) -> Completion:
    """Read a reply into a Completion; `started` is the `time.perf_counter()` at which it was sent."""
    try:
        return _build_completion(reply, reply.parse(), request, wire_mode, started)
    except Exception as error:  # a 200 whose body the SDK or the wire cannot read
        return build_broken_completion(reply, request, started, error)


async def read_reply_async(reply: RawReply, request: Request, wire_mode: WireMode, started: float) -> Completion:
    """As `read_reply`, for an asynchronous client."""
    try:
        return _build_completion(reply, await parse(reply), request, wire_mode, started)
    except Exception as error:  # a 200 whose body the SDK or the wire cannot read
        return build_broken_completion(reply, request, started, error)


def _build_completion(
    reply: RawReply, parsed: Any, request: Request, wire_mode: WireMode, started: float
) -> Completion:
    return measure_sending(wire_mode.wire.decode(parsed, request, read_body(reply)), reply, started)


def read_body(reply: RawReply) -> bytes | None:
    """Return the HTTP body of an SDK's reply; None for a reply without HTTP."""
    content = getattr(reply.http_response, "content", None)
    return content if isinstance(content, bytes) else None


async def parse(reply: RawReply) -> Any:
    """Parse a raw reply into the SDK's own object; on some asynchronous clients `parse` has to be awaited."""
    parsed = reply.parse()
    return await parsed if inspect.isawaitable(parsed) else parsed
