"""Sending: the SDK's call for one request, its reply as a Completion, and the pictures that are fetched before."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from typesight.deadline import Deadline, mark_network_wait
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
    "read_body",
    "read_reply",
    "read_reply_async",
    "send",
    "send_async",
]


def send(sender: Callable[..., RawReply], asked: Mapping[str, Any], deadline: Deadline | None) -> RawReply:
    """What comes of a request: the reply, the SDK's error, or Late."""
    try:
        return sender(**asked)
    except Exception as error:
        check_deadline(error, deadline)
        raise


async def send_async(
    sender: Callable[..., Awaitable[RawReply]], asked: Mapping[str, Any], deadline: Deadline | None
) -> RawReply:
    """As `send`, for asynchronous code."""
    try:
        return await sender(**asked)
    except Exception as error:
        check_deadline(error, deadline)
        raise


def fetch_pictures(pictures: CallPictures, request: Request, deadline: Deadline | None = None) -> None:
    """Fetch those of a request's pictures that the endpoint does not fetch itself."""
    for image, url in pictures.list_downloads(request):
        with mark_network_wait():
            pictures.fetched[image] = fetch(url, pictures.preparation.downloads, deadline)


async def fetch_pictures_async(pictures: CallPictures, request: Request) -> None:
    """As `fetch_pictures`, without holding the event loop up."""
    for image, url in pictures.list_downloads(request):
        pictures.fetched[image] = await fetch_async(url, pictures.preparation.downloads)


def read_reply(reply: RawReply, request: Request, way: WireMode, started: float) -> Completion:
    """A reply as a Completion; `started` is of `time.perf_counter`."""
    try:
        return _build_completion(reply, reply.parse(), request, way, started)
    except Exception as error:  # a 200 whose body the SDK or the wire cannot read
        return build_broken_completion(reply, request, started, error)


async def read_reply_async(reply: RawReply, request: Request, way: WireMode, started: float) -> Completion:
    """As `read_reply`, for asynchronous clients."""
    try:
        return _build_completion(reply, await parse(reply), request, way, started)
    except Exception as error:  # a 200 whose body the SDK or the wire cannot read
        return build_broken_completion(reply, request, started, error)


def _build_completion(reply: RawReply, parsed: Any, request: Request, way: WireMode, started: float) -> Completion:
    return measure_sending(way.wire.decode(parsed, request, read_body(reply)), reply, started)


def read_body(reply: RawReply) -> bytes | None:
    """The body that an SDK's reply was parsed from; None where no HTTP carried it."""
    content = getattr(reply.http_response, "content", None)
    return content if isinstance(content, bytes) else None


async def parse(reply: RawReply) -> Any:
    """The SDK's own object of a raw reply; some asynchronous clients have to be waited for."""
    found = reply.parse()
    return await found if inspect.isawaitable(found) else found
