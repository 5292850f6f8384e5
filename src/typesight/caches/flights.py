"""Flights: identical requests that are on their way at once, so that one of them is sent and the others wait for it."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock, get_ident
from typing import Any

__all__ = ["Flight", "Flights"]

_Key = tuple[int, str]  # the id of a cache, and the digest of a request


@dataclass(eq=False, slots=True)
class Flight:
    """One call with a cache: it leads the requests that it is the first to send, and follows others.

    `blocks` says that it waits with its thread, `thread`, so it must not wait for a call of the same thread.
    """

    cache: Any  # held, so that its id stays its own
    blocks: bool
    thread: int = field(default_factory=get_ident)
    led: set[_Key] = field(default_factory=set)
    followers: list[Future[None]] = field(default_factory=list)
    is_over: bool = False


class Flights:
    """All flights of a process. Has state because they come and go; no method blocks."""

    def __init__(self) -> None:
        self._leaders: dict[_Key, Flight] = {}
        self._lock = Lock()

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
            if flight.blocks and leader.thread == flight.thread:
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
            flight.is_over = True
            keys = set(flight.led)
        self._end(keys, flight)

    def _end(self, keys: set[_Key], flight: Flight) -> None:
        with self._lock:
            for key in keys & flight.led:
                del self._leaders[key]
            flight.led -= keys
            followers, flight.followers = flight.followers, []
        for each in followers:
            if each.set_running_or_notify_cancel():  # who waited may have been cancelled
                each.set_result(None)
