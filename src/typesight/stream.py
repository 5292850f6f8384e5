"""Streaming: the first reply of a conversation as it comes; what fails in it is asked again unstreamed, by the drive.

What a piece of the reply shows is worked out by a view: a snapshot, or the items that became complete.
Leaving the iterator closes the connection.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from typesight.course import Course, account, broken
from typesight.deadline import within_async
from typesight.drive import drive, drive_async, fetch_pictures, fetch_pictures_async, parsed
from typesight.errors import Interrupted
from typesight.providers.completion import Completion
from typesight.providers.endpoint import Reply
from typesight.providers.gathering import Gathering
from typesight.providers.request import Request
from typesight.views import View

__all__ = ["stream", "stream_async"]


def stream(course: Course[Any], view: View) -> Iterator[Any]:
    """What each piece of the first reply shows, then what the record's end shows. Raises as `drive` does."""
    fetch_pictures(course.pictures, course.conversation.request)
    while True:
        request = course.ready()
        send, asked = course.streaming(request)
        started = time.perf_counter()
        try:
            reply = send(**asked)
            break
        except Exception as error:
            if not course.asks_otherwise(error):
                raise
    gathering, events = course.gathering(request), reply.parse()
    fault: Exception | None = None
    try:
        for event in events:
            yield from view.feed(gathering.take(event))
            if course.is_late:
                break
    except Exception as error:  # the stream broke off; whoever leaves the iterator raises no Exception here
        fault = error
    finally:
        with suppress(Exception):
            events.close()
    course.conversation.saw(view.data)
    if course.is_late:
        raise course.late() from None
    yield from view.end(drive(course, _gathered(gathering, reply, request, started, fault)))


async def stream_async(course: Course[Any], view: View) -> AsyncIterator[Any]:
    """As `stream`, for asynchronous clients."""
    await fetch_pictures_async(course.pictures, course.conversation.request)
    while True:
        request = await asyncio.to_thread(course.ready)
        send, asked = course.streaming(request)
        started = time.perf_counter()
        try:
            reply = await send(**asked)
            break
        except Exception as error:
            if not course.asks_otherwise(error):
                raise
    gathering, events = course.gathering(request), await parsed(reply)
    fault: Exception | None = None
    try:
        iterator = aiter(events)
        while event := await within_async(course.deadline, anext(iterator, None)):
            for each in view.feed(gathering.take(event)):
                yield each
    except Exception as error:  # as above
        fault = error
    finally:
        with suppress(Exception):
            await events.close()
    course.conversation.saw(view.data)
    if course.is_late:
        raise course.late() from None
    for each in view.end(await drive_async(course, _gathered(gathering, reply, request, started, fault))):
        yield each


def _gathered(
    gathering: Gathering, reply: Reply, request: Request, started: float, fault: Exception | None
) -> Completion:
    """The reply that a stream added up to, or what stands for one that broke off."""
    try:
        if fault is not None:
            raise fault if isinstance(fault, Interrupted) else _broken_off(fault) from fault
        return replace(gathering.completion(), **account(reply, started))
    except Exception as error:
        return broken(reply, request, started, error)


def _broken_off(fault: Exception) -> Interrupted:
    return Interrupted(f"the stream broke off ({type(fault).__name__}); send the request again")
