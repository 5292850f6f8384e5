"""Pace: how fast one run may send, and how many documents it may have in flight."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from typesight.pacing.document_window import DocumentWindow
from typesight.pacing.learned_rate import LearnedRate
from typesight.pacing.limit_headers import MAX_WAIT, RateLimit, read_rate_limits, read_retry_after
from typesight.pacing.mirrored_bucket import MirroredBucket

__all__ = ["Pace", "RequestTurn"]

# HTTP statuses that say "too much": a limit of the account, and an overload of the provider (503, Anthropic's 529).
_TOO_MANY = 429
_OVERLOADED = frozenset({503, 529})
# Seconds that a 429 without Retry-After holds the run; doubled for each further one, until a reply is good.
_FIRST_HOLD = 1.0
_MAX_HOLD = 60.0  # limits are per minute
_DEFAULT_ROUND_TRIP = 1.0  # seconds, until a first reply has come
_NEWEST_SHARE = 0.2  # of the average round trip: the weight of the newest
_NEWEST_TOKENS = 0.05  # of the average tokens of a request: documents differ, and a reask is longer
# Seconds that the pace may catch up when a wait was too long by that, as a sleep always is.
_SLACK = 0.05


@dataclass(frozen=True, slots=True)
class RequestTurn:
    """The answer to a request that wants to leave: now (`delay` is 0), or ask again after `delay` seconds."""

    delay: float
    number: int = 0
    """The how manyth request of the run it is, from 1; 0 if it has to wait."""
    began: float = 0.0
    """When it left, by the clock of its Pace."""


class Pace:
    """Keeps one run of many documents within the provider's limits. Has state, guarded by a lock; it never waits.

    Each HTTP request takes a turn, and its end is told. `most` is the highest number of documents in flight, `start`
    the first. `now` is a clock in seconds that never goes back, `wall_time` one in seconds since 1970.
    """

    def __init__(
        self,
        most: int,
        start: int,
        *,
        now: Callable[[], float] = time.monotonic,
        wall_time: Callable[[], float] = time.time,
    ) -> None:
        self._now, self._wall_time = now, wall_time
        self._lock = threading.Lock()
        self._window = DocumentWindow(most, start)
        self._buckets: dict[str, MirroredBucket] = {}
        self._learned = LearnedRate()
        self._begun = 0
        self._due = now()
        self._held_until = now()
        self._ramp_until = now()
        self._round_trip = _DEFAULT_ROUND_TRIP
        self._holds = 0
        self._limited = 0
        self._in_flight = 0
        self._waiting = 0
        self._tokens: dict[str, float] = {}
        self._is_stopped = False
        self._others: dict[int, Pace] = {}

    @property
    def window(self) -> int:
        """How many documents may be in flight now, from 1 to `most`."""
        with self._lock:
            return self._window.size

    @property
    def limited(self) -> int:
        """How many replies have said so far that a limit was met: 429, 503 or 529."""
        with self._lock:
            return self._limited + sum(other.limited for other in self._others.values())

    @property
    def hold_seconds(self) -> float:
        """How long no request may leave because a reply said so, in seconds from now; 0 if there is no such hold."""
        with self._lock:
            return max(0.0, self._held_until - self._now())

    @property
    def in_flight(self) -> int:
        """How many HTTP requests have left and are not answered yet."""
        with self._lock:
            return self._in_flight + sum(other.in_flight for other in self._others.values())

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        with self._lock:
            return self._waiting + sum(other.waiting for other in self._others.values())

    @contextmanager
    def watch_wait(self) -> Iterator[None]:
        """A request waits for its turn inside."""
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1

    @property
    def is_stopped(self) -> bool:
        """Whether the run is over, so that no request may leave."""
        return self._is_stopped

    def stop(self) -> None:
        """The run is over: whoever waits for a turn gives up within a quarter of a second."""
        with self._lock:
            self._is_stopped = True
            for other in self._others.values():
                other.stop()

    def choose(self, place: int) -> Pace:
        """The pace of requests to a fallback model, whose limits are its own; itself for 0, the run's first model."""
        if place == 0:
            return self
        with self._lock:
            if place not in self._others:
                other = self._others[place] = Pace(1, 1, now=self._now, wall_time=self._wall_time)
                other._is_stopped = self._is_stopped
            return self._others[place]

    def find_delay(self) -> float:
        """Seconds until the next request may leave, from 0 to ten minutes, as far as is known now."""
        with self._lock:
            return self._find_delay(self._now())

    def take_turn(self) -> RequestTurn:
        """Ask for the next request to leave: it must leave if the turn's `delay` is 0, and its end must be told."""
        with self._lock:
            now = self._now()
            delay = self._find_delay(now)
            if delay > 0:
                return RequestTurn(delay)
            self._begun += 1
            self._in_flight += 1
            self._due = max(self._due, now - _SLACK) + self._find_spacing(now)
            return RequestTurn(0.0, self._begun, now)

    def tell_reply(self, turn: RequestTurn, status: int, headers: Mapping[str, str]) -> None:
        """A reply has come. `headers` has names in lower case, or ignores case."""
        limits = read_rate_limits(headers, self._wall_time())
        retry_after = read_retry_after(headers, self._wall_time())
        with self._lock:
            now = self._now()
            self._in_flight -= 1
            self._update_buckets(limits, turn, now)
            if status == _TOO_MANY or status in _OVERLOADED:
                self._meet_limit(turn, status, retry_after, now)
            elif status < 400:
                self._holds = 0
                self._round_trip += (now - turn.began - self._round_trip) * _NEWEST_SHARE
                self._window.grow()
                self._learned.tell_good(now)

    def tell_error(self, turn: RequestTurn) -> None:
        """No reply has come: the connection failed, or the request was cancelled. That says nothing about limits."""
        del turn
        with self._lock:
            self._in_flight -= 1

    def tell_tokens(self, given: int, answered: int) -> None:
        """A reply has cost so many tokens of input and of output."""
        with self._lock:
            for kind, tokens in (("tokens", given + answered), ("input tokens", given), ("output tokens", answered)):
                if tokens > 0:
                    average = self._tokens.get(kind, tokens)
                    self._tokens[kind] = average + (tokens - average) * _NEWEST_TOKENS
                    if bucket := self._buckets.get(kind):
                        bucket.learn_need(self._tokens[kind])

    def _update_buckets(self, limits: Iterable[RateLimit], turn: RequestTurn, now: float) -> None:
        for stated in limits:
            if bucket := self._buckets.get(stated.kind):
                bucket.update(stated, turn.began, turn.number, now, self._begun)
            else:
                self._buckets[stated.kind] = MirroredBucket(stated, turn.began, turn.number, now, self._begun)

    def _meet_limit(self, turn: RequestTurn, status: int, retry_after: float | None, now: float) -> None:
        self._limited += 1
        if status in _OVERLOADED:
            if not self._window.meet_overload(turn.number, self._begun):
                return  # a single one: its own document waits, the others go on
        elif self._window.cut(turn.number, self._begun):
            self._holds += 1
            self._learned.cut(now)
        if retry_after is None and status == _TOO_MANY:
            retry_after = min(_MAX_HOLD, _FIRST_HOLD * 2.0 ** min(self._holds - 1, 10))
        if retry_after is not None:
            self._held_until = max(self._held_until, now + retry_after)
            self._ramp_until = self._held_until + self._round_trip

    def _find_delay(self, now: float) -> float:
        waits = [bucket.find_wait(now, self._begun) for bucket in self._buckets.values()]
        return min(MAX_WAIT, max(0.0, self._held_until - now, self._due - now, *waits))

    def _find_spacing(self, now: float) -> float:
        """Seconds until the request after the next one: what the limits allow, and after a hold no burst."""
        ramp = self._round_trip / self._window.size if now < self._ramp_until else 0.0
        limits = (bucket.find_spacing(now, self._begun) for bucket in self._buckets.values())
        return max(ramp, self._learned.find_spacing(now), *limits)
