"""Deadline: the moment by which a call is over, whatever it waits for, and after which nothing of it begins."""

from __future__ import annotations

import asyncio
import atexit
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, TypeVar

__all__ = ["Deadline", "Late", "deadline_of", "each_within", "give_turn", "waiting", "within", "within_async"]

T = TypeVar("T")

# Seconds of work between two turns of the event loop: as between threads (sys.setswitchinterval).
_TURN = 0.005

_END: Any = object()
_LONGEST = 365 * 86_400.0  # seconds; the waits of the standard library overflow at larger numbers, some past 1e9
_GRACE = 10.0  # seconds in all that the end of Python waits for work that must not be cut off


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


class _Worker(Thread):
    """A thread for what a call waits for, one thing after another.

    Nothing else ends a read that drips, so the thread may outlive the call until its socket closes. As a daemon it
    holds up no end of Python meanwhile. Python kills daemons there, and one in the midst of Rust or C++ (pydantic, an
    OCR engine) takes the process down with it: SIGSEGV, CPython 3.11 with pydantic 2.14, 2026-11. So the thread holds
    `busy` except where it waits for the network.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(name="typesight-deadline", daemon=True)
        self.deadline = deadline
        self.busy = Lock()
        self._works: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def run(self) -> None:
        """Do what is given, until there is no more."""
        while work := self._works.get():
            with self.busy:
                work()
            del work  # holds what the caller gave, and may have let go of

    def end(self) -> None:
        """Give it no more."""
        self._works.put(None)

    def gives(self, run: Callable[[], T]) -> T:
        """What `run` gives in the thread, or Late once the deadline has passed.

        The deadline ends for it when the caller stops waiting, by Ctrl-C too, so that whatever asks the deadline first
        begins nothing more.
        """
        self.deadline.check()
        done: Future[T] = Future()
        try:
            self._works.put(partial(_settle, done, partial(copy_context().run, run)))
            if self.ident is None:
                self.start()
            return done.result(self.deadline.left)
        except TimeoutError:
            if done.done():  # just now, or the error is the run's own
                return done.result()
            raise Late from None
        finally:
            if not done.done():
                self.deadline.stop()


def _settle(done: Future[T], run: Callable[[], T]) -> None:
    try:
        done.set_result(run())
    except BaseException as error:
        done.set_exception(error)


@contextmanager
def waiting() -> Iterator[None]:
    """Mark a wait for the network, which the end of Python cuts off; no work goes on after it once Python ends."""
    thread = threading.current_thread()
    if not isinstance(thread, _Worker):
        yield
        return
    thread.busy.release()
    try:
        yield
    finally:
        thread.busy.acquire()


@atexit.register
def _let_finish() -> None:
    """At the end of Python: nothing more begins, and what must not be cut off comes to its end."""
    workers = [thread for thread in threading.enumerate() if isinstance(thread, _Worker)]
    for worker in workers:
        worker.deadline.stop()
    ends = time.monotonic() + _GRACE
    for worker in workers:  # taken for good: the thread stands still after its wait
        worker.busy.acquire(timeout=max(0.0, ends - time.monotonic()))


def within(deadline: Deadline | None, run: Callable[[], T]) -> T:
    """What `run` gives, or Late once the deadline has passed. It runs in a thread of its own, which may outlive it."""
    if deadline is None:
        return run()
    worker = _Worker(deadline)
    try:
        return worker.gives(run)
    finally:
        worker.end()


def each_within(deadline: Deadline | None, items: Iterable[T]) -> Iterator[T]:
    """The items, each waited for as by `within`, all in one thread; none is asked for before its turn."""
    if deadline is None:
        yield from items
        return
    iterator, worker = iter(items), _Worker(deadline)
    try:
        while (item := worker.gives(partial(_next, iterator))) is not _END:
            yield item
    finally:
        worker.end()


def _next(iterator: Iterator[T]) -> T:
    with waiting():
        return next(iterator, _END)


async def give_turn(began: float) -> float:
    """Give other tasks of the loop a turn, if work has gone on for long since `began`; when the work begins anew.

    Times are of `time.monotonic`. Without it a read of 64 kB that is taken apart in one go holds up the loop, and with
    it the deadline of the call.
    """
    if time.monotonic() - began <= _TURN:
        return began
    await asyncio.sleep(0)
    return time.monotonic()


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
