"""RunProgress: how far a run is, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field

from typesight.usage import Usage

__all__ = ["RunProgress"]


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is.

    `total` is the number of documents, None if it is not known beforehand. `done` have a record: `earlier` of them from
    an earlier run, `repaired` after a reask or a repair. `failed` have none, `in_flight` are being read, `skipped` are
    not to be read (`only_failed`). `usage` and `cost` (US dollars, None if unknown) are what this run has spent,
    `expected_cost` what it will have spent at its end. `seconds` is the time since it began, `waiting` how many seconds
    it still waits for a limit of the provider, 0 if it does not. `stopped` says why it ended early: "budget",
    "interrupt" or "error"; None otherwise.
    """

    total: int | None = None
    done: int = 0
    earlier: int = 0
    repaired: int = 0
    failed: int = 0
    skipped: int = 0
    in_flight: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0
    seconds: float = 0.0
    waiting: float = 0.0
    stopped: str | None = None

    @property
    def ended(self) -> int:
        """How many documents have ended, with or without a record."""
        return self.done + self.failed + self.skipped

    @property
    def read(self) -> int:
        """How many documents were read in this run, with or without a record."""
        return self.done + self.failed - self.earlier

    @property
    def per_second(self) -> float:
        """Documents read per second since the run began."""
        return self.read / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> int | None:
        """How many documents have not ended; None if it is not known."""
        return None if self.total is None else max(0, self.total - self.ended)

    @property
    def expected_cost(self) -> float | None:
        """Dollars at the end, if the rest costs as much per document as those read so far; None if not known."""
        if self.cost is None or self.left is None or (self.left and not self.read):
            return None
        return self.cost + (self.cost / self.read * self.left if self.left else 0.0)
