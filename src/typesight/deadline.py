"""Deadline: the moment by which a call is over, whatever it waits for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

__all__ = ["Deadline", "Late", "deadline_of", "within", "within_async"]

T = TypeVar("T")


class Late(Exception):
    """The deadline has passed."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many seconds from the beginning of a call; `ends` is of `time.monotonic`."""

    seconds: float
    ends: float

    @property
    def left(self) -> float:
        """Seconds from now, none below 0."""
        return max(0.0, self.ends - time.monotonic())

    @property
    def has_passed(self) -> bool:
        """Whether it is over."""
        return self.left <= 0


def deadline_of(seconds: Any) -> Deadline | None:
    """The deadline of a call that begins now; None for none. Raises TypeError or ValueError for what is no time."""
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError(f"deadline is a number of seconds, not {type(seconds).__name__}")
    if not seconds > 0:
        raise ValueError(f"deadline={seconds}: give seconds above 0")
    return Deadline(seconds, time.monotonic() + seconds)


def within(deadline: Deadline | None, run: Callable[[], T]) -> T:
    """What `run` gives, or Late once the deadline has passed.

    It runs in a thread of its own, since nothing else ends a read that drips; the thread may outlive the call until its
    socket closes, and holds up no end of the process.
    """
    if deadline is None:
        return run()
    done: Future[T] = Future()
    context = copy_context()

    def work() -> None:
        try:
            done.set_result(context.run(run))
        except BaseException as error:
            done.set_exception(error)

    Thread(target=work, name="typesight-deadline", daemon=True).start()
    try:
        return done.result(deadline.left)
    except TimeoutError:
        if done.done():  # the run's own
            raise
        raise Late from None


async def within_async(deadline: Deadline | None, run: Awaitable[T]) -> T:
    """As `within`, for asynchronous code; what is awaited is cancelled."""
    if deadline is None:
        return await run
    try:
        async with asyncio.timeout(deadline.left) as scope:
            return await run
    except TimeoutError:
        if scope.expired():
            raise Late from None
        raise
