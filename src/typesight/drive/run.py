"""The loop of a call, for sync and for async code: send and receive until there is a record.

All decisions are in the conversation and in the course; only the sending is written twice.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any, TypeVar

from typesight.conversation.extraction import Extraction
from typesight.deadline import Deadline, DeadlinePassed, await_within, run_within
from typesight.drive.course import Course, Ended
from typesight.drive.log_lines import log_raw_reply
from typesight.drive.policy import GIVEN_UP, find_last_error
from typesight.drive.send import (
    fetch_pictures,
    fetch_pictures_async,
    parse,
    prepare_call,
    read_reply,
    read_reply_async,
    send,
    send_async,
)
from typesight.drive.transport_errors import build_deadline_error
from typesight.endpoints.mode_selection import WireMode
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request

__all__ = ["ask_once", "ask_once_async", "drive", "drive_async"]

T = TypeVar("T")

# Replies with at least this many characters are validated in a thread. Measured on a list of 20,000 items, 2026-11:
# 738,000 characters take 0.5 to 1.4 s, so that this many block an event loop for less than 0.1 s.
_LONG_REPLY = 50_000


def drive(course: Course[T], first: Completion | None = None) -> Any:
    """Ask until there is an Extraction; `first` is a reply that was already streamed and counts as the first attempt.

    Raises ExtractionFailed, ImageError, SchemaError or the SDK's errors.
    """
    try:
        return run_within(course.deadline, partial(_drive, course, first))
    except DeadlinePassed:
        if (accepted := course.accept_challenged()) is not None:
            return accepted
        raise course.make_late_error() from None


def _drive(course: Course[T], first: Completion | None) -> Any:
    streamed = [first] if first else []

    def attempt() -> Extraction[T] | Ended:
        try:
            if streamed and not course.raise_token_limit(streamed[0]):
                return course.receive(streamed.pop())
            streamed.clear()
            fetch_pictures(course.pictures, course.conversation.request, course.deadline)
            while True:
                request = course.prepare_request()
                sender, arguments = course.prepare_sending(request)
                started = time.perf_counter()
                try:
                    reply = send(sender, arguments, course.deadline)
                except Exception as error:
                    if course.switch_mode(error):
                        continue
                    raise
                completion = read_reply(reply, request, course.wire_mode, started)
                if not course.take_resend(completion) and not course.raise_token_limit(completion):
                    return course.receive(completion)
        except Exception as error:
            return course.judge_error(error)
        except BaseException as error:  # a retry policy must not retry Ctrl-C or the deadline
            return Ended(error)

    try:
        result: Any = course.limit.make_loop(course.deadline).wraps(attempt)()
    except GIVEN_UP as error:
        result = Ended(find_last_error(error))
    return course.conclude(result)


async def drive_async(course: Course[T], first: Completion | None = None) -> Any:
    """As `drive`, for asynchronous clients: pictures are encoded in a thread."""
    try:
        return await await_within(course.deadline, _drive_async(course, first))
    except DeadlinePassed:
        if (accepted := course.accept_challenged()) is not None:
            return accepted
        raise course.make_late_error() from None


async def _drive_async(course: Course[T], first: Completion | None) -> Any:
    streamed = [first] if first else []

    async def attempt() -> Extraction[T] | Ended:
        try:
            if streamed and not course.raise_token_limit(streamed[0]):
                return await _judge(course, streamed.pop())
            streamed.clear()
            await fetch_pictures_async(course.pictures, course.conversation.request)
            while True:
                request = await asyncio.to_thread(course.prepare_request)
                sender, arguments = course.prepare_sending(request)
                started = time.perf_counter()
                try:
                    reply = await send_async(sender, arguments, course.deadline)
                except Exception as error:
                    if course.switch_mode(error):
                        continue
                    raise
                completion = await read_reply_async(reply, request, course.wire_mode, started)
                if not course.take_resend(completion) and not course.raise_token_limit(completion):
                    return await _judge(course, completion)
        except Exception as error:
            return course.judge_error(error)
        except BaseException as error:  # a retry policy must not retry Ctrl-C, a cancellation or the deadline
            return Ended(error)

    try:
        result: Any = await course.limit.make_loop_async(course.deadline).wraps(attempt)()
    except GIVEN_UP as error:
        result = Ended(find_last_error(error))
    return course.conclude(result)


async def _judge(course: Course[T], completion: Completion) -> Extraction[T]:
    """Call `course.receive`, in a thread if the reply is long or the pictures have to be read."""
    if course.verify == "off" and sum(len(answer.text) for answer in completion.answers) < _LONG_REPLY:
        return course.receive(completion)
    course.conversation.record_reply(completion)  # before the thread, which may start late
    return await asyncio.to_thread(course.receive, completion)


def ask_once(request: Request, wire_mode: WireMode, pictures: CallPictures, deadline: Deadline | None = None) -> Any:
    """Send one request and return the SDK's own reply. Raises DeadlineExceeded."""

    def ask() -> Any:
        fetch_pictures(pictures, request, deadline)
        prepared = pictures.prepare_request(request)
        sender, arguments = prepare_call(prepared, wire_mode, wire_mode.endpoint.max_retries, deadline)
        started = time.perf_counter()
        reply = send(sender, arguments, deadline)
        log_raw_reply(reply, started)
        return reply.parse()

    try:
        return run_within(deadline, ask)
    except DeadlinePassed:
        raise build_deadline_error(request, deadline) from None


async def ask_once_async(
    request: Request, wire_mode: WireMode, pictures: CallPictures, deadline: Deadline | None = None
) -> Any:
    """As `ask_once`, for asynchronous clients: pictures are encoded in a thread."""

    async def ask() -> Any:
        await fetch_pictures_async(pictures, request)
        prepared = await asyncio.to_thread(pictures.prepare_request, request)
        sender, arguments = prepare_call(prepared, wire_mode, wire_mode.endpoint.max_retries, deadline)
        started = time.perf_counter()
        reply = await send_async(sender, arguments, deadline)
        log_raw_reply(reply, started)
        return await parse(reply)

    try:
        return await await_within(deadline, ask())
    except DeadlinePassed:
        raise build_deadline_error(request, deadline) from None
