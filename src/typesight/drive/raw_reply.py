"""Asks once for the SDK's own reply, as with `response_model=None`: no loop, since nothing is validated."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from typing import Any

from typesight.conversation.transcript import write_transcript
from typesight.deadline import Deadline, DeadlinePassed, await_within, run_within
from typesight.drive.cached_replies import find_reply, find_reply_async, keep_reply, keep_reply_async
from typesight.drive.perform import Means, perform, perform_async
from typesight.drive.replies import parse, read_body, read_parsed_reply
from typesight.drive.send import send, send_async
from typesight.endpoints.mode_selection import WireMode
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.completion import StopReason
from typesight.exchange.request import Request
from typesight.failures import DeadlineExceeded
from typesight.loop.needs import Came, Fetch, Fetched, Read, Send, WasRead
from typesight.usage import Usage

__all__ = ["ask_once", "ask_once_async"]

Steps = Generator[Fetch | Read, Came, Send]


def ask_once(request: Request, wire_mode: WireMode, pictures: CallPictures, means: Means) -> Any:
    """Send one request and return the SDK's own reply. Raises DeadlineExceeded."""

    def ask() -> Any:
        need = _run(_prepare(request, wire_mode, pictures, means.connections[0].max_retries), means)
        sending = means.prepare(need)
        if (found := find_reply(sending)) is not None:
            return found.raw
        started = time.perf_counter()
        reply = send(sending)
        parsed = reply.parse()
        completion = read_parsed_reply(parsed, reply, sending, started)
        if completion.stop is not StopReason.OPEN:
            keep_reply(sending, completion, read_body(reply))
        if completion.stop is StopReason.DONE:
            means.accept_replies()
        return parsed

    with means.watch.watch_raw_call():
        try:
            return run_within(means.deadline, ask)
        except DeadlinePassed:
            raise _build_deadline_error(request, means.deadline) from None
        finally:
            means.release_replies()


async def ask_once_async(request: Request, wire_mode: WireMode, pictures: CallPictures, means: Means) -> Any:
    """As `ask_once`, for asynchronous clients: pictures are encoded in a thread."""

    async def ask() -> Any:
        need = await _run_async(_prepare(request, wire_mode, pictures, means.connections[0].max_retries), means)
        sending = means.prepare(need)
        if (found := await find_reply_async(sending)) is not None:
            return found.raw
        started = time.perf_counter()
        reply = await send_async(sending)
        parsed = await parse(reply)
        completion = read_parsed_reply(parsed, reply, sending, started)
        if completion.stop is not StopReason.OPEN:
            await keep_reply_async(sending, completion, read_body(reply))
        if completion.stop is StopReason.DONE:
            await means.accept_replies_async()
        return parsed

    with means.watch.watch_raw_call():
        try:
            return await await_within(means.deadline, ask())
        except DeadlinePassed:
            raise _build_deadline_error(request, means.deadline) from None
        finally:
            means.release_replies()


def _prepare(request: Request, wire_mode: WireMode, pictures: CallPictures, max_retries: int) -> Steps:
    """Fetch and encode the pictures of a request, in steps; return what to send."""
    if urls := tuple(pictures.list_downloads(request)):
        came = yield Fetch(urls, pictures.preparation.downloads)
        assert isinstance(came, Fetched)
        pictures = replace(pictures, fetched=dict(came.pictures))
    came = yield Read(partial(pictures.encode, request))
    assert isinstance(came, WasRead)
    return Send(came.result.prepare_request(request), wire_mode, max_retries)


def _run(steps: Steps, means: Means) -> Send:
    need = next(steps)
    while True:
        came = perform(need, means)
        try:
            need = steps.send(came)
        except StopIteration as end:
            sending: Send = end.value
            return sending


async def _run_async(steps: Steps, means: Means) -> Send:
    need = next(steps)
    while True:
        came = await perform_async(need, means)
        try:
            need = steps.send(came)
        except StopIteration as end:
            sending: Send = end.value
            return sending


def _build_deadline_error(request: Request, deadline: Deadline | None) -> DeadlineExceeded:
    """Build the error for a call without a response_model that has passed its deadline."""
    return DeadlineExceeded(
        f"no reply within the deadline of {deadline.seconds if deadline else 0:g} s",
        attempts=(),
        last=None,
        partial={},
        usage=Usage(),
        cost=None,
        messages=write_transcript(request),
    )
