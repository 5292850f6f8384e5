"""Deadline: the moment by which a call is over, whatever it waits for, and after which nothing of it begins."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from typing import Any, TypeVar

__all__ = ["Deadline", "Late", "deadline_of", "each_within", "within", "within_async"]

T = TypeVar("T")

_END: Any = object()
_LONGEST = 365 * 86_400.0  # seconds; the waits of the standard library overflow at larger numbers, some past 1e9


class Late(BaseException):
    """The call is over: its deadline has passed, or whoever waited for it has gone.

    No Exception, as asyncio's CancelledError is none: whoever tries again after a fault must not take it for one.
    """


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many seconds from the beginning of a call; `ends` is of `time.monotonic`.

    It is shared with the thread that a call waits for, and ends early when the caller stops waiting: `stop`.
    """

    seconds: float
    ends: float
    _stopped: Event = field(default_factory=Event, repr=False, compare=False)

    @property
    def left(self) -> float:
        """Seconds from now, none below 0."""
        return 0.0 if self._stopped.is_set() else max(0.0, self.ends - time.monotonic())

    @property
    def has_passed(self) -> bool:
        """Whether it is over."""
        return self.left <= 0

    def stop(self) -> None:
        """End now: nobody waits for the call any more."""
        self._stopped.set()

    def check(self) -> None:
        """Raise Late once it is over."""
        if self.has_passed:
            raise Late

    def bound(self, seconds: float | None) -> float:
        """So many seconds (None for any number), or what is left if that is less. Raises Late."""
        left = self.left
        if left <= 0:
            raise Late
        return left if seconds is None else min(seconds, left)

    def pause(self, seconds: float) -> None:
        """Wait in this thread. Raises Late as soon as it is over."""
        self._stopped.wait(self.bound(seconds))
        self.check()


def deadline_of(seconds: Any) -> Deadline | None:
    """The deadline of a call that begins now; None for none. Raises TypeError or ValueError for what is no time."""
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError(f"deadline is a number of seconds above 0, or None, not {type(seconds).__name__}")
    if not seconds > 0:
        raise ValueError(f"deadline={seconds}: give a number of seconds above 0, or None for no deadline")
    if seconds == float("inf"):
        return None
    return Deadline(seconds, time.monotonic() + min(seconds, _LONGEST))


def within(deadline: Deadline | None, run: Callable[[], T]) -> T:
    """What `run` gives, or Late once the deadline has passed.

    It runs in a thread of its own, since nothing else ends a read that drips; the thread may outlive the call until its
    socket closes, and holds up no end of the process. The deadline ends for it when the caller stops waiting, by Ctrl-C
    too, so that whatever asks the deadline first begins nothing more.
    """
    if deadline is None:
        return run()
    deadline.check()
    done: Future[T] = Future()
    context = copy_context()

    def work() -> None:
        try:
            done.set_result(context.run(run))
        except BaseException as error:
            done.set_exception(error)

    try:
        Thread(target=work, name="typesight-deadline", daemon=True).start()
        return done.result(deadline.left)
    except TimeoutError:
        if done.done():  # just now, or the error is the run's own
            return done.result()
        raise Late from None
    finally:
        if not done.done():
            deadline.stop()


def each_within(deadline: Deadline | None, items: Iterable[T]) -> Iterator[T]:
    """The items, each waited for as by `within`."""
    iterator = iter(items)
    while (item := within(deadline, partial(next, iterator, _END))) is not _END:
        yield item


async def within_async(deadline: Deadline | None, run: Awaitable[T]) -> T:
    """As `within`, for asynchronous code; what is awaited is cancelled."""
    if deadline is None:
        return await run
    try:
        async with asyncio.timeout(deadline.left) as scope:
            return await run
    except TimeoutError:
        if scope.expired():
            deadline.stop()
            raise Late from None
        raise
    except asyncio.CancelledError:
        deadline.stop()  # for what it had done in a thread
        raise
