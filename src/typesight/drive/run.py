"""Driving: one conversation, sent and received until there is a record, by sync and by async code.

Everything that decides is in the conversation and in the course; what is written twice is only the sending.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from tenacity import AsyncRetrying, RetryError, Retrying

from typesight.conversation.extraction import Extraction
from typesight.deadline import Deadline, Late, waiting, within, within_async
from typesight.drive.course import Course, Ended, account, broken, check_late, last_of, late
from typesight.drive.log_lines import log_raw_reply, log_request
from typesight.endpoints.endpoint import Reply
from typesight.endpoints.ways import Way
from typesight.errors import ReplyError
from typesight.exchange.call_pictures import Pictures
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.images.download import fetch, fetch_async

__all__ = [
    "ask_once",
    "ask_once_async",
    "body_of",
    "drive",
    "drive_async",
    "fetch_pictures",
    "fetch_pictures_async",
    "parsed",
    "sent",
    "sent_async",
]

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
                send, asked = course.sending(request)
                started = time.perf_counter()
                try:
                    reply = sent(send, asked, course.deadline)
                except Exception as error:
                    if course.asks_otherwise(error):
                        continue
                    raise
                completion = _received(reply, request, course.way, started)
                if not course.is_resent(completion) and not course.is_longer(completion):
                    return course.received(completion)
        except Exception as error:
            return course.outcome(error)
        except BaseException as error:  # no policy may take Ctrl-C or the deadline for a fault, and try again
            return Ended(error)

    try:
        result: Any = course.policy(Retrying).wraps(attempt)()
    except (ReplyError, RetryError) as error:
        result = Ended(last_of(error))
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
                return await _judged(course, given.pop())
            given.clear()
            await fetch_pictures_async(course.pictures, course.conversation.request)
            while True:
                request = await asyncio.to_thread(course.ready)
                send, asked = course.sending(request)
                started = time.perf_counter()
                try:
                    reply = await sent_async(send, asked, course.deadline)
                except Exception as error:
                    if course.asks_otherwise(error):
                        continue
                    raise
                completion = await _received_async(reply, request, course.way, started)
                if not course.is_resent(completion) and not course.is_longer(completion):
                    return await _judged(course, completion)
        except Exception as error:
            return course.outcome(error)
        except BaseException as error:  # as above, and a cancellation
            return Ended(error)

    try:
        result: Any = await course.policy(AsyncRetrying).wraps(attempt)()
    except (ReplyError, RetryError) as error:
        result = Ended(last_of(error))
    return course.concluded(result)


async def _judged(course: Course[T], completion: Completion) -> Extraction[T]:
    """What the course makes of a completion: in a thread where that takes long, or reads the pictures."""
    if course.verify == "off" and sum(len(answer.text) for answer in completion.answers) < _LONG:
        return course.received(completion)
    course.conversation.came(completion)  # a thread may be long in coming
    return await asyncio.to_thread(course.received, completion)


def ask_once(request: Request, way: Way, pictures: Pictures, deadline: Deadline | None = None) -> Any:
    """The SDK's own reply to one request, its pictures encoded. Raises DeadlineExceeded."""

    def ask() -> Any:
        fetch_pictures(pictures, request, deadline)
        send, asked = _once(pictures.settled(request), way, deadline)
        started = time.perf_counter()
        reply = sent(send, asked, deadline)
        log_raw_reply(reply, started)
        return reply.parse()

    try:
        return within(deadline, ask)
    except Late:
        raise late(request, deadline) from None


async def ask_once_async(request: Request, way: Way, pictures: Pictures, deadline: Deadline | None = None) -> Any:
    """As `ask_once`, for asynchronous clients."""

    async def ask() -> Any:
        await fetch_pictures_async(pictures, request)
        settled = await asyncio.to_thread(pictures.settled, request)
        send, asked = _once(settled, way, deadline)
        started = time.perf_counter()
        reply = await sent_async(send, asked, deadline)
        log_raw_reply(reply, started)
        return await parsed(reply)

    try:
        return await within_async(deadline, ask())
    except Late:
        raise late(request, deadline) from None


def sent(send: Callable[..., Reply], asked: Mapping[str, Any], deadline: Deadline | None) -> Reply:
    """What comes of a request: the reply, the SDK's error, or Late."""
    try:
        return send(**asked)
    except Exception as error:
        check_late(error, deadline)
        raise


async def sent_async(
    send: Callable[..., Awaitable[Reply]], asked: Mapping[str, Any], deadline: Deadline | None
) -> Reply:
    """As `sent`, for asynchronous code."""
    try:
        return await send(**asked)
    except Exception as error:
        check_late(error, deadline)
        raise


def _once(request: Request, way: Way, deadline: Deadline | None) -> tuple[Callable[..., Any], dict[str, Any]]:
    """As `Course.sending`, for a call that is one request."""
    log_request(request, way)
    return way.endpoint.sender(way.endpoint.max_retries, deadline), way.wire.encode(request)


def fetch_pictures(pictures: Pictures, request: Request, deadline: Deadline | None = None) -> None:
    """Fetch those of a request's pictures that the endpoint does not fetch itself."""
    for image, url in pictures.to_fetch(request):
        with waiting():
            pictures.fetched[image] = fetch(url, pictures.how.downloads, deadline)


async def fetch_pictures_async(pictures: Pictures, request: Request) -> None:
    """As `fetch_pictures`, without holding the event loop up."""
    for image, url in pictures.to_fetch(request):
        pictures.fetched[image] = await fetch_async(url, pictures.how.downloads)


def _received(reply: Reply, request: Request, way: Way, started: float) -> Completion:
    try:
        return _completion(reply, reply.parse(), request, way, started)
    except Exception as error:  # a 200 whose body the SDK or the wire cannot read
        return broken(reply, request, started, error)


async def _received_async(reply: Reply, request: Request, way: Way, started: float) -> Completion:
    try:
        return _completion(reply, await parsed(reply), request, way, started)
    except Exception as error:  # as above
        return broken(reply, request, started, error)


def _completion(reply: Reply, parsed: Any, request: Request, way: Way, started: float) -> Completion:
    return account(way.wire.decode(parsed, request, body_of(reply)), reply, started)


def body_of(reply: Reply) -> bytes | None:
    """The body that an SDK's reply was parsed from; None where no HTTP carried it."""
    content = getattr(reply.http_response, "content", None)
    return content if isinstance(content, bytes) else None


async def parsed(reply: Reply) -> Any:
    """The SDK's own object of a raw reply; some asynchronous clients have to be waited for."""
    found = reply.parse()
    return await found if inspect.isawaitable(found) else found
