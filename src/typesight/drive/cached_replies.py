"""Asks the cache of a call before each request, and tells it each reply: the same step in both colours."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future

from typesight.deadline import Deadline, DeadlinePassed, mark_network_wait
from typesight.drive.replies import read_body, read_reply, read_reply_async
from typesight.drive.send import Sending, send, send_async
from typesight.exchange.completion import Completion

__all__ = [
    "find_reply",
    "find_reply_async",
    "keep_reply",
    "keep_reply_async",
    "obtain_reply",
    "obtain_reply_async",
]


def obtain_reply(sending: Sending) -> Completion:
    """The reply to a request: a cached one, or that of the endpoint. Raises as `send`, and NotRecorded."""
    if (found := find_reply(sending)) is not None:
        return found
    started = time.perf_counter()
    reply = send(sending)
    completion = read_reply(reply, sending, started)
    keep_reply(sending, completion, read_body(reply))
    return completion


async def obtain_reply_async(sending: Sending) -> Completion:
    """As `obtain_reply`, for an asynchronous client."""
    if (found := await find_reply_async(sending)) is not None:
        return found
    started = time.perf_counter()
    reply = await send_async(sending)
    completion = await read_reply_async(reply, sending, started)
    await keep_reply_async(sending, completion, read_body(reply))
    return completion


def find_reply(sending: Sending) -> Completion | None:
    """The cached reply to a request; None if it has to be sent. Waits while another call sends the same."""
    if sending.replies is None:
        return None
    while isinstance(found := _find(sending), Future):
        _wait(found, sending.deadline)
    return _tell(sending, found)


async def find_reply_async(sending: Sending) -> Completion | None:
    """As `find_reply`, without blocking the event loop."""
    if sending.replies is None:
        return None
    while isinstance(found := await asyncio.to_thread(_find, sending), Future):
        await asyncio.wrap_future(found)
    return _tell(sending, found)


def keep_reply(sending: Sending, completion: Completion, body: bytes | None) -> None:
    """Give the cache a reply that has come; `body` is None for a streamed one."""
    if sending.replies is not None:
        sending.replies.keep(completion, sending.request, sending.wire_mode.wire, body)


async def keep_reply_async(sending: Sending, completion: Completion, body: bytes | None) -> None:
    """As `keep_reply`, without blocking the event loop."""
    if sending.replies is not None:
        await asyncio.to_thread(keep_reply, sending, completion, body)


def _find(sending: Sending) -> Completion | Future[None] | None:
    assert sending.replies is not None
    return sending.replies.find(sending.request, sending.wire_mode.wire, may_lead=not sending.is_streamed)


def _wait(other: Future[None], deadline: Deadline | None) -> None:
    """Wait until another call has ended. Raises DeadlinePassed."""
    try:
        with mark_network_wait():
            other.result(deadline.seconds_left if deadline else None)
    except TimeoutError:
        raise DeadlinePassed from None


def _tell(sending: Sending, found: Completion | None) -> Completion | None:
    if found is not None:
        sending.watch.tell_reply(found, sending.request, sending.attempt)
    return found
