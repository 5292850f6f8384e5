"""Runs the loop of a call to its end, for sync and for async code: every decision is in the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from typesight.conversation.extraction import Extraction
from typesight.deadline import DeadlinePassed, await_within, run_within
from typesight.drive.perform import Means, perform, perform_async
from typesight.drive.policy import Policy, follow_policy, follow_policy_async
from typesight.loop.loop import Loop
from typesight.loop.needs import Came, Done, Failed, Replied, Send

__all__ = ["Run", "proceed", "proceed_async", "drive", "drive_async"]

# Replies with at least this many characters are validated in a thread. Measured on a list of 20,000 items, 2026-11:
# 738,000 characters take 0.5 to 1.4 s, so that this many block an event loop for less than 0.1 s.
_LONG_REPLY = 50_000


@dataclass(frozen=True, slots=True)
class Run:
    """A running call: its loop, its means, and the tenacity object that decides about attempts, if any."""

    loop: Loop[Any]
    means: Means
    policy: Policy | None = None

    def tell(self, came: Came) -> None:
        """Tell the loop what came, and the watch what the loop changes because of it."""
        self.means.watch.tell_changes(self.loop.tell(came))

    @contextmanager
    def watch_errors(self) -> Iterator[None]:
        """Tell the watch of an error that ends the call; let those who wait for its requests go on in any case."""
        try:
            yield
        except BaseException as error:
            self.tell_end(error)
            raise
        finally:
            self.means.release_replies()

    def tell_end(self, outcome: Any) -> None:
        """Tell the watch how the call has ended; a tenacity object may have returned something else in its place."""
        watch = self.means.watch
        if isinstance(outcome, Extraction):
            watch.tell_record(outcome)
        else:
            error = outcome if isinstance(outcome, BaseException) else self.loop.fault
            watch.tell_failure(error, self.loop.conversation.billed_attempts)

    def conclude_late(self) -> Any:
        """End a call that is not done by its deadline: raise its error, or return a record that was only challenged."""
        self.loop.expire(self.means.deadline.seconds if self.means.deadline else 0)
        return self.loop.conclude()


def drive(run: Run, first: Replied | None = None) -> Any:
    """Run a call to its end and return the Extraction, or what the tenacity object returned instead.

    `first` is a reply that was streamed and counts as the first attempt.
    Raises ExtractionFailed, ImageError, SchemaError or the SDK's errors.
    """
    with run.means.watch.watch_call():
        with run.watch_errors():
            outcome = _drive_within(run, first)
            if isinstance(outcome, Extraction):
                run.means.accept_replies()
        run.tell_end(outcome)
        return outcome


def _drive_within(run: Run, first: Replied | None) -> Any:
    try:
        return run_within(run.means.deadline, partial(_drive, run, first))
    except DeadlinePassed:
        pass
    return run.conclude_late()


def _drive(run: Run, first: Replied | None) -> Any:
    if first is not None:
        run.tell(first)
    if run.policy is None:
        proceed(run)
        return run.loop.conclude()
    return follow_policy(run.policy, run.loop, partial(proceed, run), run.means.watch.tell_changes, run.means.deadline)


def proceed(run: Run, *, to_send: bool = False) -> Send | None:
    """Go on until the call is done, or has a fault after which the retry policy decides whether it goes on.

    With `to_send`, stop at the next request and return it; the caller sends it.
    """
    loop, means = run.loop, run.means
    while loop.fault is None and not isinstance(need := loop.need, Done):
        if to_send and isinstance(need, Send):
            return need
        try:
            came = perform(need, means)
        except Exception as error:
            came = Failed(error)
        run.tell(came)
    return None


async def drive_async(run: Run, first: Replied | None = None) -> Any:
    """As `drive`, for asynchronous clients: pictures are read in a thread."""
    with run.means.watch.watch_call():
        with run.watch_errors():
            outcome = await _drive_within_async(run, first)
            if isinstance(outcome, Extraction):
                await run.means.accept_replies_async()
        run.tell_end(outcome)
        return outcome


async def _drive_within_async(run: Run, first: Replied | None) -> Any:
    deadline = run.means.deadline
    try:
        if deadline:
            deadline.check()  # a coroutine that never waits would not notice
        return await await_within(deadline, _drive_async(run, first))
    except DeadlinePassed:
        pass
    return run.conclude_late()


async def _drive_async(run: Run, first: Replied | None) -> Any:
    if first is not None:
        await _tell_async(run, first)
    if run.policy is None:
        await proceed_async(run)
        return run.loop.conclude()
    return await follow_policy_async(run.policy, run.loop, partial(proceed_async, run), run.means.watch.tell_changes)


async def proceed_async(run: Run, *, to_send: bool = False) -> Send | None:
    """As `proceed`, for asynchronous clients."""
    loop, means = run.loop, run.means
    while loop.fault is None and not isinstance(need := loop.need, Done):
        if to_send and isinstance(need, Send):
            return need
        try:
            came = await perform_async(need, means)
        except Exception as error:
            came = Failed(error)
        await _tell_async(run, came)
    return None


async def _tell_async(run: Run, came: Came) -> None:
    """Tell a loop what came; a long reply is validated in a thread."""
    if not isinstance(came, Replied) or sum(len(answer.text) for answer in came.completion.answers) < _LONG_REPLY:
        run.tell(came)
        return
    run.loop.conversation.record_reply(came.completion)  # before the thread, which may start late
    run.means.watch.tell_changes(await asyncio.to_thread(run.loop.tell, came))
