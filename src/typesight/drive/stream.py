"""Streams the first reply of a call; if it is not valid, `drive` reasks without streaming.

A view turns each piece of the reply into what the caller sees: a snapshot, or the items that became complete.
Leaving the iterator closes the connection.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from typesight.deadline import (
    DeadlinePassed,
    await_within,
    iterate_within,
    mark_network_wait,
    run_within,
    yield_to_loop,
)
from typesight.drive.course import Course
from typesight.drive.run import drive, drive_async
from typesight.drive.send import fetch_pictures, fetch_pictures_async, parse, read_body, send, send_async
from typesight.drive.stream_views import View
from typesight.drive.transport_errors import build_broken_completion, measure_sending
from typesight.endpoints.endpoint import RawReply
from typesight.errors import Interrupted
from typesight.exchange.completion import Completion
from typesight.exchange.in_band_errors import find_body_error, make_interruption, read_error_message
from typesight.exchange.request import Request
from typesight.exchange.streamed_reply import StreamCollector

__all__ = ["stream", "stream_async"]


@dataclass(frozen=True, slots=True)
class _OpenStream:
    """A streamed reply whose HTTP headers have arrived."""

    request: Request
    reply: RawReply
    events: Any
    collector: StreamCollector
    started: float

    def build_completion(self, fault: Exception | None) -> Completion:
        """Build the completion from the events, or one with a transport error if the stream broke off."""
        try:
            if fault is not None:
                raise fault if isinstance(fault, Interrupted) else _make_interruption(fault) from fault
            if _is_whole(self.reply) and find_body_error(read_body(self.reply)):
                raise make_interruption("stream", read_body(self.reply), None)
            return measure_sending(self.collector.build_completion(), self.reply, self.started)
        except Exception as error:
            return build_broken_completion(self.reply, self.request, self.started, error)


def stream(course: Course[Any], view: View) -> Iterator[Any]:
    """Yield what the view shows of each piece of the first reply, then of the outcome. Raises the errors of `drive`."""
    try:
        open_stream = run_within(course.deadline, partial(_open, course))
    except DeadlinePassed:
        raise course.make_late_error() from None
    fault: Exception | None = None
    try:
        for event in iterate_within(course.deadline, open_stream.events):
            yield from view.feed(open_stream.collector.add_event(event))
    except DeadlinePassed:
        pass
    except Exception as error:  # the stream broke off; leaving the iterator raises GeneratorExit, not an Exception
        fault = error
    finally:
        with suppress(Exception):
            open_stream.events.close()
    yield from view.end(drive(course, _hand_over(course, view, open_stream.build_completion(fault))))


def _hand_over(course: Course[Any], view: View, reply: Completion) -> Completion:
    """Record the streamed reply in the conversation, and return it for `drive`. Raises DeadlineExceeded."""
    course.conversation.keep_streamed(view.data)
    if not reply.transport_error:
        course.conversation.record_reply(reply)
    if course.is_late:
        raise course.make_late_error() from None
    return reply


def _open(course: Course[Any]) -> _OpenStream:
    fetch_pictures(course.pictures, course.conversation.request, course.deadline)
    while True:
        request = course.prepare_request()
        sender, arguments = course.prepare_streaming(request)
        started = time.perf_counter()
        try:
            reply = send(sender, arguments, course.deadline)
            if course.is_late:  # the caller has already got the error
                reply.http_response.close()
                raise DeadlinePassed
            if _is_whole(reply):
                with mark_network_wait():
                    reply.http_response.read()
            return _OpenStream(request, reply, reply.parse(), course.make_collector(request), started)
        except Exception as error:
            if not course.switch_mode(error):
                raise


async def stream_async(course: Course[Any], view: View) -> AsyncIterator[Any]:
    """As `stream`, for `async for`."""
    try:
        open_stream = await await_within(course.deadline, _open_async(course))
    except DeadlinePassed:
        raise course.make_late_error() from None
    fault: Exception | None = None
    try:
        iterator = aiter(open_stream.events)
        while event := await await_within(course.deadline, anext(iterator, None)):
            for each in view.feed(open_stream.collector.add_event(event)):
                yield each
            await await_within(course.deadline, asyncio.sleep(0))  # lets other tasks run
    except DeadlinePassed:
        pass
    except Exception as error:  # the stream broke off
        fault = error
    finally:
        with suppress(Exception):
            await open_stream.events.close()
    for each in view.end(await drive_async(course, _hand_over(course, view, open_stream.build_completion(fault)))):
        yield each


async def _open_async(course: Course[Any]) -> _OpenStream:
    await fetch_pictures_async(course.pictures, course.conversation.request)
    while True:
        request = await asyncio.to_thread(course.prepare_request)
        sender, arguments = course.prepare_streaming(request)
        started = time.perf_counter()
        try:
            reply = _pace(await send_async(sender, arguments, course.deadline))
            if _is_whole(reply):
                await reply.http_response.aread()
            return _OpenStream(request, reply, await parse(reply), course.make_collector(request), started)
        except Exception as error:
            if not course.switch_mode(error):
                raise


def _pace(reply: RawReply) -> RawReply:
    """Make a reply yield its body line by line, and let other tasks run in between.

    A read brings up to 64 kB, which the SDK splits without a pause. Until a blank line comes, it joins all lines again
    for each new one (anthropic to 2.14, openai before 3), which takes longer the more there are.
    """
    response = reply.http_response
    response.aiter_bytes = partial(_split_lines, response.aiter_bytes)
    return reply


async def _split_lines(parts: Callable[[], AsyncIterator[bytes]]) -> AsyncIterator[bytes]:
    began = time.monotonic()
    async for part in parts():
        for line in part.splitlines(keepends=True):
            yield line
            began = await yield_to_loop(began)


def _is_whole(reply: RawReply) -> bool:
    """Whether the reply to a streamed request is plain JSON, as when an endpoint returns only an error."""
    headers = getattr(reply, "headers", {})
    return str(headers.get("content-type", "")).startswith("application/json")


def _make_interruption(fault: Exception) -> Interrupted:
    return Interrupted(
        f"the stream broke off ({read_error_message(fault) or type(fault).__name__}); send the request again"
    )
