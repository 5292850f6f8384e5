"""DocumentTurns: the pace of a run as the call for one document sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.pacing.pace import Pace, RequestTurn

__all__ = ["DocumentTurns"]

_TOO_MANY = 429


class DocumentTurns:
    """A Pace that knows whether a limit holds this document up at the moment: that is its state."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.is_waiting = False

    def __getattr__(self, name: str) -> Any:
        """All else is the pace of the run."""
        return getattr(self._pace, name)

    def take_turn(self) -> RequestTurn:
        """As that of the Pace."""
        turn = self._pace.take_turn()
        self.is_waiting = turn.delay > 0
        return turn

    def tell_reply(self, turn: RequestTurn, status: int, headers: Mapping[str, str]) -> None:
        """As that of the Pace."""
        self._pace.tell_reply(turn, status, headers)
        self.is_waiting = status == _TOO_MANY
