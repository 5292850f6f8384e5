"""Streams the first reply of a call; if it is not valid, `drive` reasks without streaming.

A view turns each piece of the reply into what the caller sees: a snapshot, or the items that became complete.
Leaving the iterator closes the connection.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, suppress
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
from typesight.drive.cached_replies import find_reply, find_reply_async, keep_reply, keep_reply_async
from typesight.drive.replies import build_broken_completion, measure_sending, parse, read_body
from typesight.drive.run import Run, drive, drive_async, proceed, proceed_async
from typesight.drive.send import Sending, send, send_async
from typesight.drive.stream_views import View
from typesight.endpoints.connections import RawReply
from typesight.errors import Interrupted
from typesight.exchange.completion import Completion
from typesight.exchange.in_band_errors import find_body_error, make_interruption, read_error_message
from typesight.exchange.short_keys import restore_stream_keys
from typesight.exchange.streamed_reply import StreamCollector
from typesight.loop.needs import Failed, Replied, Send
from typesight.wires.wire_table import STREAMS

__all__ = ["stream", "stream_async"]


@dataclass(frozen=True, slots=True)
class _OpenStream:
    """A streamed reply whose HTTP headers have arrived."""

    sending: Sending
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
            return measure_sending(self.collector.build_completion(), self.reply, self.sending, self.started)
        except Exception as error:
            return build_broken_completion(self.reply, self.sending, self.started, error)


def stream(run: Run, view: View) -> Iterator[Any]:
    """Yield what the view shows of each piece of the first reply, then of the outcome. Raises the errors of `drive`.

    Of a wire that cannot stream, and of a reply from a cache, it shows only the outcome.
    """
    with run.means.watch.watch_stream():
        yield from _stream(run, view)


def _stream(run: Run, view: View) -> Iterator[Any]:
    deadline, first = run.means.deadline, None
    try:
        with run.means.watch_call():
            opened = run_within(deadline, partial(_open, run))
    except DeadlinePassed:
        opened = None
    if isinstance(opened, Replied):
        first = opened
    elif opened is not None:
        fault: Exception | None = None
        try:
            for event in iterate_within(deadline, opened.events):
                yield from view.feed(opened.collector.add_event(event))
        except DeadlinePassed:
            pass
        except Exception as error:  # the stream broke off; leaving the iterator raises GeneratorExit, not an Exception
            fault = error
        finally:
            with suppress(Exception):
                opened.events.close()
        first = _record_stream(run, view, opened.build_completion(fault))
        keep_reply(opened.sending, first.completion, None)
    yield from view.end(drive(run, first))


def _record_stream(run: Run, view: View, reply: Completion) -> Replied:
    """Record a streamed reply before it is judged, which a deadline may keep from happening."""
    conversation = run.loop.conversation
    conversation.keep_streamed(view.data)
    if not reply.transport_error:
        conversation.record_reply(reply)
    return Replied(reply, was_streamed=True)


def _open(run: Run) -> _OpenStream | Replied | None:
    """Go on until a stream is open, or its reply found in the cache.

    None if the call ends or fails without either, or if the wire cannot stream.
    """
    while (need := proceed(run, to_send=True)) and _can_stream(need):
        try:
            sending = run.means.prepare(need, is_streamed=True)
            found = find_reply(sending)
            return _open_stream(sending) if found is None else Replied(found)
        except Exception as error:
            run.tell(Failed(error))
    return None


def _can_stream(need: Send) -> bool:
    return need.wire_mode.wire.NAME in STREAMS


def _open_stream(sending: Sending) -> _OpenStream:
    started = time.perf_counter()
    reply = send(sending)
    if sending.deadline and sending.deadline.has_passed:  # the caller has already got the error
        reply.http_response.close()
        raise DeadlinePassed
    if _is_whole(reply):
        with mark_network_wait():
            reply.http_response.read()
    return _OpenStream(sending, reply, reply.parse(), _make_collector(sending), started)


def _make_collector(sending: Sending) -> StreamCollector:
    """Make the collector that adds up the events of a streamed reply."""
    collector = STREAMS[sending.wire_mode.wire.NAME].make_collector(sending.request)
    return restore_stream_keys(collector, sending.request)


async def stream_async(run: Run, view: View) -> AsyncIterator[Any]:
    """As `stream`, for `async for`."""
    with run.means.watch.watch_stream():
        async with aclosing(_stream_async(run, view)) as pieces:
            async for each in pieces:
                yield each


async def _stream_async(run: Run, view: View) -> AsyncGenerator[Any, None]:
    deadline, first = run.means.deadline, None
    try:
        with run.means.watch_call():
            opened = await await_within(deadline, _open_async(run))
    except DeadlinePassed:
        opened = None
    if isinstance(opened, Replied):
        first = opened
    elif opened is not None:
        fault: Exception | None = None
        try:
            iterator = aiter(opened.events)
            while event := await await_within(deadline, anext(iterator, None)):
                for each in view.feed(opened.collector.add_event(event)):
                    yield each
                await await_within(deadline, asyncio.sleep(0))  # lets other tasks run
        except DeadlinePassed:
            pass
        except Exception as error:  # the stream broke off
            fault = error
        finally:
            with suppress(Exception):
                await opened.events.close()
        first = _record_stream(run, view, opened.build_completion(fault))
        await keep_reply_async(opened.sending, first.completion, None)
    for each in view.end(await drive_async(run, first)):
        yield each


async def _open_async(run: Run) -> _OpenStream | Replied | None:
    while (need := await proceed_async(run, to_send=True)) and _can_stream(need):
        try:
            sending = run.means.prepare(need, is_streamed=True)
            found = await find_reply_async(sending)
            return await _open_stream_async(sending) if found is None else Replied(found)
        except Exception as error:
            run.tell(Failed(error))
    return None


async def _open_stream_async(sending: Sending) -> _OpenStream:
    started = time.perf_counter()
    reply = _pace(await send_async(sending))
    if _is_whole(reply):
        await reply.http_response.aread()
    return _OpenStream(sending, reply, await parse(reply), _make_collector(sending), started)


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
