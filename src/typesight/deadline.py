"""Deadlines: a call ends by its deadline, whatever it waits for, and starts nothing after it."""

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

__all__ = [
    "Deadline",
    "DeadlinePassed",
    "NetworkThread",
    "await_within",
    "iterate_within",
    "mark_network_wait",
    "run_within",
    "start_deadline",
    "yield_to_loop",
]

T = TypeVar("T")

# Seconds of work after which the event loop gets control: as between threads (sys.setswitchinterval).
_MAX_SLICE = 0.005

_EXHAUSTED: Any = object()
_MAX_SECONDS = 365 * 86_400.0  # seconds; the waits of the standard library overflow at larger numbers, some past 1e9
_EXIT_GRACE = 10.0  # seconds in all that Python's exit waits for work that must not be cut off


class DeadlinePassed(BaseException):
    """The call is over: its deadline has passed, or its caller no longer waits.

    A BaseException, like asyncio's CancelledError, so that code that retries after an Exception does not catch it.
    """


@dataclass(frozen=True, slots=True)
class Deadline:
    """The deadline of one call: `seconds` from its start, at `end_time` by `time.monotonic`.

    It is shared with the thread that the call waits for, and ends early when the caller stops waiting: `stop`.
    """

    seconds: float
    end_time: float
    _stopped: Event = field(default_factory=Event, repr=False, compare=False)

    @property
    def seconds_left(self) -> float:
        """Seconds from now, never below 0."""
        return 0.0 if self._stopped.is_set() else max(0.0, self.end_time - time.monotonic())

    @property
    def has_passed(self) -> bool:
        """Whether the deadline has passed or was stopped."""
        return self.seconds_left <= 0

    def stop(self) -> None:
        """End now, because the caller no longer waits."""
        self._stopped.set()

    def check(self) -> None:
        """Raise DeadlinePassed if the deadline has passed."""
        if self.has_passed:
            raise DeadlinePassed

    def cap(self, seconds: float | None) -> float:
        """The smaller of `seconds` (None for no limit) and the seconds left. Raises DeadlinePassed if none are left."""
        left = self.seconds_left
        if left <= 0:
            raise DeadlinePassed
        return left if seconds is None else min(seconds, left)

    def pause(self, seconds: float) -> None:
        """Sleep in this thread. Raises DeadlinePassed as soon as the deadline passes."""
        self._stopped.wait(self.cap(seconds))
        self.check()


def start_deadline(seconds: Any) -> Deadline | None:
    """The deadline of a call that starts now, or None for no deadline. Raises TypeError or ValueError if invalid."""
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise TypeError(f"deadline must be a number of seconds above 0, or None, not {type(seconds).__name__}")
    if not seconds > 0:
        raise ValueError(f"deadline={seconds}: give a number of seconds above 0, or None for no deadline")
    if seconds == float("inf"):
        return None
    return Deadline(seconds, time.monotonic() + min(seconds, _MAX_SECONDS))


class NetworkThread(Thread):
    """A thread that Python's exit may cut off while it waits for the network, and only then.

    As a daemon it does not hold up the exit. Python kills daemons at exit, and killing one inside Rust or C++
    (pydantic, an OCR engine) crashes the process: SIGSEGV, CPython 3.11 with pydantic 2.14, 2026-11. So the thread
    holds the lock `busy` except while it waits for the network.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.busy = Lock()

    def stop(self) -> None:
        """Begin nothing more: Python exits."""


class _Worker(NetworkThread):
    """A thread that runs the blocking functions of one call, one after another.

    A read that trickles in cannot be stopped otherwise, so the thread may outlive the call until its socket closes.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__("typesight-deadline")
        self.deadline = deadline
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def stop(self) -> None:
        """End the call."""
        self.deadline.stop()

    def run(self) -> None:
        """Run the queued functions until the queue ends."""
        while work := self._jobs.get():
            with self.busy:
                work()
            del work  # it references the caller's objects, which may be released by now

    def end(self) -> None:
        """End the queue."""
        self._jobs.put(None)

    def call(self, run: Callable[[], T]) -> T:
        """Call `run` in the thread and return its result. Raises DeadlinePassed once the deadline has passed.

        When the caller stops waiting, also by Ctrl-C, the deadline is stopped, so that code that checks the deadline
        starts nothing more.
        """
        self.deadline.check()
        done: Future[T] = Future()
        try:
            self._jobs.put(partial(_settle, done, partial(copy_context().run, run)))
            if self.ident is None:
                self.start()
            return done.result(self.deadline.seconds_left)
        except TimeoutError:
            if done.done():  # finished just now, or `run` itself raised TimeoutError
                return done.result()
            raise DeadlinePassed from None
        finally:
            if not done.done():
                self.deadline.stop()


def _settle(done: Future[T], run: Callable[[], T]) -> None:
    try:
        done.set_result(run())
    except BaseException as error:
        done.set_exception(error)


@contextmanager
def mark_network_wait() -> Iterator[None]:
    """Mark a wait for the network, which Python's exit may cut off; it does not return once the exit has begun."""
    thread = threading.current_thread()
    if not isinstance(thread, NetworkThread):
        yield
        return
    thread.busy.release()
    try:
        yield
    finally:
        thread.busy.acquire()


@atexit.register
def _finish_workers() -> None:
    """At Python's exit: stop all calls, and wait for work that must not be cut off."""
    workers = [thread for thread in threading.enumerate() if isinstance(thread, NetworkThread)]
    for worker in workers:
        worker.stop()
    ends = time.monotonic() + _EXIT_GRACE
    for worker in workers:  # never released: the thread blocks after its wait
        worker.busy.acquire(timeout=max(0.0, ends - time.monotonic()))


def run_within(deadline: Deadline | None, run: Callable[[], T]) -> T:
    """Call `run` in a thread, which may outlive the call. Raises DeadlinePassed once the deadline has passed."""
    if deadline is None:
        return run()
    worker = _Worker(deadline)
    try:
        return worker.call(run)
    finally:
        worker.end()


def iterate_within(deadline: Deadline | None, items: Iterable[T]) -> Iterator[T]:
    """Yield the items, each read within the deadline as by `run_within`, all in one thread and only on demand."""
    if deadline is None:
        yield from items
        return
    iterator, worker = iter(items), _Worker(deadline)
    try:
        while (item := worker.call(partial(_read_next, iterator))) is not _EXHAUSTED:
            yield item
    finally:
        worker.end()


def _read_next(iterator: Iterator[T]) -> T:
    with mark_network_wait():
        return next(iterator, _EXHAUSTED)


async def yield_to_loop(began: float) -> float:
    """Let other tasks of the event loop run if work has lasted long since `began`; returns the new `began`.

    Times are of `time.monotonic`. Without this, parsing a read of 64 kB in one go would hold up the loop, and so the
    deadline of the call.
    """
    if time.monotonic() - began <= _MAX_SLICE:
        return began
    await asyncio.sleep(0)
    return time.monotonic()


async def await_within(deadline: Deadline | None, run: Awaitable[T]) -> T:
    """As `run_within`, for an awaitable, which is cancelled. Raises DeadlinePassed once the deadline has passed."""
    if deadline is None:
        return await run
    try:
        async with asyncio.timeout(deadline.seconds_left) as scope:
            return await run
    except TimeoutError:
        if scope.expired():
            deadline.stop()
            raise DeadlinePassed from None
        raise
    except asyncio.CancelledError:
        deadline.stop()  # for work that it has started in a thread
        raise
