"""DocumentTurns: the pace of a run as the call for one document sees it."""

from __future__ import annotations

from typing import Any

from typesight.pacing.pace import Pace, RequestTurn

__all__ = ["DocumentTurns"]


class DocumentTurns:
    """A Pace whose first turn was taken before the call began, so that waiting for it does not use up its deadline.

    Has state: the first turn is there once. `release` gives it back, if no request has left.
    """

    def __init__(self, pace: Pace, first: RequestTurn) -> None:
        self._pace = pace
        self._first: RequestTurn | None = first

    def __getattr__(self, name: str) -> Any:
        """All else is the pace of the run."""
        return getattr(self._pace, name)

    def choose(self, place: int) -> Any:
        """As that of the Pace."""
        return self if place == 0 else self._pace.choose(place)

    def take_turn(self) -> RequestTurn:
        """As that of the Pace."""
        first, self._first = self._first, None
        return first or self._pace.take_turn()

    def release(self) -> None:
        """Give the first turn back: a cache or this machine has answered, or the call has failed before a request."""
        first, self._first = self._first, None
        if first is not None:
            self._pace.tell_error(first)
