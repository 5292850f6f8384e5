"""DocumentTurns: the pace of a run as the call for one document sees it."""

from __future__ import annotations

from typing import Any

from typesight.pacing.pace import Pace, RequestTurn

__all__ = ["DocumentTurns"]


class DocumentTurns:
    """A Pace that knows whether this document had to wait for a turn, and whether it does now: that is its state."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.had_to_wait = self.is_waiting = False

    def __getattr__(self, name: str) -> Any:
        """All else is the pace of the run."""
        return getattr(self._pace, name)

    def take_turn(self) -> RequestTurn:
        """As that of the Pace."""
        turn = self._pace.take_turn()
        self.is_waiting = turn.delay > 0
        self.had_to_wait = self.had_to_wait or self.is_waiting
        return turn
