"""Driving: one conversation, sent and received until there is a record, by sync and by async code.

Everything that decides is in the conversation and in the course; what is written twice is only the sending.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from typesight.conversation.extraction import Extraction
from typesight.deadline import Deadline, Late, within, within_async
from typesight.drive.course import Course, Ended
from typesight.drive.faults import build_deadline_error
from typesight.drive.log_lines import log_raw_reply, log_request
from typesight.drive.policy import GIVEN_UP, find_last_error
from typesight.drive.send import (
    fetch_pictures,
    fetch_pictures_async,
    parse,
    read_reply,
    read_reply_async,
    send,
    send_async,
)
from typesight.endpoints.ways import Way
from typesight.exchange.call_pictures import Pictures
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request

__all__ = ["ask_once", "ask_once_async", "drive", "drive_async"]

T = TypeVar("T")

# Characters of a reply from which on it is judged in a thread. Measured on a list of 20,000 items, 2026-11: 738,000
# characters take 0.5 to 1.4 s, so that this many hold an event loop up by less than 0.1 s.
_LONG = 50_000


def drive(course: Course[T], first: Completion | None = None) -> Any:
    """Ask until there is an Extraction; `first` is a reply that was streamed and takes the first attempt's place.

    Raises ExtractionFailed, ImageError, SchemaError or the SDK's errors.
    """
    try:
        return within(course.deadline, partial(_drive, course, first))
    except Late:
        if (accepted := course.accepted()) is not None:
            return accepted
        raise course.late() from None


def _drive(course: Course[T], first: Completion | None) -> Any:
    given = [first] if first else []

    def attempt() -> Extraction[T] | Ended:
        try:
            if given and not course.is_longer(given[0]):
                return course.received(given.pop())
            given.clear()
            fetch_pictures(course.pictures, course.conversation.request, course.deadline)
            while True:
                request = course.ready()
                sender, asked = course.sending(request)
                started = time.perf_counter()
                try:
                    reply = send(sender, asked, course.deadline)
                except Exception as error:
                    if course.asks_otherwise(error):
                        continue
                    raise
                completion = read_reply(reply, request, course.way, started)
                if not course.is_resent(completion) and not course.is_longer(completion):
                    return course.received(completion)
        except Exception as error:
            return course.outcome(error)
        except BaseException as error:  # no policy may take Ctrl-C or the deadline for a fault, and try again
            return Ended(error)

    try:
        result: Any = course.limit.loop(course.deadline).wraps(attempt)()
    except GIVEN_UP as error:
        result = Ended(find_last_error(error))
    return course.concluded(result)


async def drive_async(course: Course[T], first: Completion | None = None) -> Any:
    """As `drive`, for asynchronous clients; pictures are encoded in a thread."""
    try:
        return await within_async(course.deadline, _drive_async(course, first))
    except Late:
        if (accepted := course.accepted()) is not None:
            return accepted
        raise course.late() from None


async def _drive_async(course: Course[T], first: Completion | None) -> Any:
    given = [first] if first else []

    async def attempt() -> Extraction[T] | Ended:
        try:
            if given and not course.is_longer(given[0]):
                return await _judge(course, given.pop())
            given.clear()
            await fetch_pictures_async(course.pictures, course.conversation.request)
            while True:
                request = await asyncio.to_thread(course.ready)
                sender, asked = course.sending(request)
                started = time.perf_counter()
                try:
                    reply = await send_async(sender, asked, course.deadline)
                except Exception as error:
                    if course.asks_otherwise(error):
                        continue
                    raise
                completion = await read_reply_async(reply, request, course.way, started)
                if not course.is_resent(completion) and not course.is_longer(completion):
                    return await _judge(course, completion)
        except Exception as error:
            return course.outcome(error)
        except BaseException as error:  # no policy may take Ctrl-C, a cancellation or the deadline for a fault
            return Ended(error)

    try:
        result: Any = await course.limit.loop_async(course.deadline).wraps(attempt)()
    except GIVEN_UP as error:
        result = Ended(find_last_error(error))
    return course.concluded(result)


async def _judge(course: Course[T], completion: Completion) -> Extraction[T]:
    """What the course makes of a completion: in a thread where that takes long, or reads the pictures."""
    if course.verify == "off" and sum(len(answer.text) for answer in completion.answers) < _LONG:
        return course.received(completion)
    course.conversation.came(completion)  # a thread may be long in coming
    return await asyncio.to_thread(course.received, completion)


def ask_once(request: Request, way: Way, pictures: Pictures, deadline: Deadline | None = None) -> Any:
    """The SDK's own reply to one request, its pictures encoded. Raises DeadlineExceeded."""

    def ask() -> Any:
        fetch_pictures(pictures, request, deadline)
        sender, asked = _once(pictures.settled(request), way, deadline)
        started = time.perf_counter()
        reply = send(sender, asked, deadline)
        log_raw_reply(reply, started)
        return reply.parse()

    try:
        return within(deadline, ask)
    except Late:
        raise build_deadline_error(request, deadline) from None


async def ask_once_async(request: Request, way: Way, pictures: Pictures, deadline: Deadline | None = None) -> Any:
    """As `ask_once`, for asynchronous clients."""

    async def ask() -> Any:
        await fetch_pictures_async(pictures, request)
        settled = await asyncio.to_thread(pictures.settled, request)
        sender, asked = _once(settled, way, deadline)
        started = time.perf_counter()
        reply = await send_async(sender, asked, deadline)
        log_raw_reply(reply, started)
        return await parse(reply)

    try:
        return await within_async(deadline, ask())
    except Late:
        raise build_deadline_error(request, deadline) from None


def _once(request: Request, way: Way, deadline: Deadline | None) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The SDK's call for a request that is sent once, and its arguments; it is about to be sent."""
    log_request(request, way)
    return way.endpoint.sender(way.endpoint.max_retries, deadline), way.wire.encode(request)
