"""RequestPacing: the HTTP requests of one call take their turns in the pace of a run of many."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from typesight.deadline import Deadline, DeadlinePassed
from typesight.pacing.pace import Pace, RequestTurn

__all__ = ["RequestPacing", "shorten_pauses"]

# Seconds: how soon a waiting request sees that a limit changed or that the run was stopped.
_STEP = 0.25
# Seconds: the longest pause of the SDKs where no Retry-After asks for another (`MAX_RETRY_DELAY`).
_MAX_PAUSE = 8.0
_AT_ONCE = RequestTurn(0.0)


@dataclass
class RequestPacing:
    """The pace that a call keeps, None for a call of its own. Has state: it adds up the seconds waited for turns."""

    pace: Pace | None = None
    deadline: Deadline | None = None
    waited: float = 0.0

    def wait(self) -> RequestTurn:
        """Wait in this thread until a request may leave. Raises DeadlinePassed, also once the run is stopped."""
        while (turn := self._take_turn()).delay > 0:
            seconds = min(turn.delay, _STEP)
            began = time.monotonic()
            if self.deadline is None:
                time.sleep(seconds)
            else:
                self.deadline.pause(seconds)
            self.waited += time.monotonic() - began
        return turn

    async def wait_async(self) -> RequestTurn:
        """As `wait`, without blocking the event loop."""
        while (turn := self._take_turn()).delay > 0:
            began = time.monotonic()
            await asyncio.sleep(min(turn.delay, _STEP))
            self.waited += time.monotonic() - began
        return turn

    def _take_turn(self) -> RequestTurn:
        if self.pace is None:
            return _AT_ONCE
        if self.pace.is_stopped:
            raise DeadlinePassed
        return self.pace.take_turn()

    @contextmanager
    def watch_request(self, turn: RequestTurn) -> Iterator[Callable[[Any], None]]:
        """Send the request inside, and call what this gives with the HTTP response when its head has come."""
        if self.pace is None:
            yield lambda _: None
            return
        pace, has_come = self.pace, False

        def tell(response: Any) -> None:
            nonlocal has_come
            has_come = True
            pace.tell_reply(turn, response.status_code, response.headers)

        try:
            yield tell
        finally:
            if not has_come:
                pace.tell_error(turn)


def shorten_pauses(client: Any, pace: Pace) -> None:
    """Make an SDK's client, a copy for one call, leave a Retry-After to the pace of the run, which waits for it.

    Anthropic's SDK would sleep for as long as the reply says, were it weeks (2.14: `_calculate_retry_timeout`).
    """
    pause = client._calculate_retry_timeout

    def paused(*args: Any, **kwargs: Any) -> float:
        return 0.0 if pace.hold_seconds else min(float(pause(*args, **kwargs)), _MAX_PAUSE)

    client._calculate_retry_timeout = paused
