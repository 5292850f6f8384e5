"""Flights: identical requests that are on their way at once, so that one of them is sent and the others wait for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import get_ident
from typing import Any

from typesight.caches.forked_lock import ForkedLock

__all__ = ["FLIGHTS", "Flight", "Flights", "begin_flight"]

_Key = tuple[int, str]  # the id of a cache, and the digest of a request

_CURRENT: ContextVar[Flight | None] = ContextVar("typesight_flight", default=None)


def _find_outer() -> Flight | None:
    found = _CURRENT.get()
    return None if found is None or found.is_over else found


@dataclass(eq=False, slots=True)
class Flight:
    """One call with a cache: it leads the requests that it is the first to send, and follows others.

    `blocks` says that it waits with its thread, `thread`, so it must not wait for a call of the same thread. `outer` is
    the flight in which it was made, as by a validator or a hook: while that one lasts, this one waits for nobody, since
    others may wait for that one.
    """

    cache: Any  # held, so that its id stays its own
    blocks: bool
    thread: int = field(default_factory=get_ident)
    led: set[_Key] = field(default_factory=set)
    followers: list[Future[None]] = field(default_factory=list)
    is_over: bool = False
    outer: Flight | None = field(default_factory=_find_outer)

    @property
    def is_inner(self) -> bool:
        """Whether a call that still lasts waits for this one."""
        outer = self.outer
        return outer is not None and not outer.is_over


@contextmanager
def begin_flight(flight: Flight) -> Iterator[None]:
    """Within, calls that are made are inner ones of this."""
    token = _CURRENT.set(flight)
    try:
        yield
    finally:
        with suppress(ValueError):  # a coroutine that was thrown away ends in whatever context there is
            _CURRENT.reset(token)


class Flights:
    """All flights of a process. Has state because they come and go; no method blocks."""

    def __init__(self) -> None:
        self._leaders: dict[_Key, Flight] = {}
        self._lock = ForkedLock()
        if hasattr(os, "register_at_fork"):  # the calls of a forked child's parent never end in the child
            os.register_at_fork(after_in_child=self._leaders.clear)

    def join(self, digest: str, flight: Flight, *, may_lead: bool) -> Future[None] | None:
        """Lead or follow a request: what to wait for before asking again, or None if there is nothing to wait for.

        A stream may not lead: its consumer sets its pace, for which others would wait.
        """
        key = (id(flight.cache), digest)
        with self._lock:
            leader = self._leaders.get(key)
            if leader is None and may_lead and not flight.is_over:
                self._leaders[key] = flight
                flight.led.add(key)
            if leader is None or leader is flight or flight.is_over:
                return None
            if flight.is_inner or (flight.blocks and leader.thread == flight.thread):
                return None
            follower: Future[None] = Future()
            leader.followers.append(follower)
            return follower

    def leave(self, digest: str, flight: Flight) -> None:
        """Stop leading a request, since its reply was found; the followers ask again."""
        self._end({(id(flight.cache), digest)}, flight)

    def end(self, flight: Flight) -> None:
        """End a flight: the call is over, and nothing that it still does joins again."""
        with self._lock:
            flight.is_over, flight.outer = True, None
            keys = set(flight.led)
        self._end(keys, flight)

    def _end(self, keys: set[_Key], flight: Flight) -> None:
        with self._lock:
            for key in keys & flight.led:
                self._leaders.pop(key, None)  # gone after a fork
            flight.led -= keys
            followers, flight.followers = flight.followers, []
        for each in followers:
            if each.set_running_or_notify_cancel():  # who waited may have been cancelled
                each.set_result(None)


FLIGHTS = Flights()
"""Those of this process. A key holds the cache's own id, so different caches never meet."""
