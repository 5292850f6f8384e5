"""DocumentTurns: the pace of a run as the call for one document sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from typesight.pacing.pace import Pace, RequestTurn

__all__ = ["DocumentTurns"]


@dataclass
class DocumentTurns:
    """Takes turns in the pace of a run. Has state: whether a request of this document had to wait, or has left."""

    pace: Pace
    had_to_wait: bool = False
    has_sent: bool = False

    @property
    def is_stopped(self) -> bool:
        """As that of the Pace."""
        return self.pace.is_stopped

    @property
    def hold_seconds(self) -> float:
        """As that of the Pace."""
        return self.pace.hold_seconds

    def take_turn(self) -> RequestTurn:
        """As that of the Pace."""
        turn = self.pace.take_turn()
        if turn.delay > 0:
            self.had_to_wait = True
        else:
            self.has_sent = True
        return turn

    def tell_reply(self, turn: RequestTurn, status: int, headers: Mapping[str, str]) -> None:
        """As that of the Pace."""
        self.pace.tell_reply(turn, status, headers)

    def tell_error(self, turn: RequestTurn) -> None:
        """As that of the Pace."""
        self.pace.tell_error(turn)

    def tell_tokens(self, given: int, answered: int) -> None:
        """As that of the Pace."""
        self.pace.tell_tokens(given, answered)
