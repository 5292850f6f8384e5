"""Schedule: which document of a run begins next, and when the run is over; the same for both colours."""

from __future__ import annotations

import time
import warnings
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from typesight.conversation.extraction import Extraction
from typesight.errors import LedgerError
from typesight.many.desk import Job, Reading
from typesight.many.failure import Failure
from typesight.many.progress.run_progress import RunProgress
from typesight.many.run_budget import RunBudget
from typesight.pacing.pace import Pace

__all__ = ["NOTHING_YET", "NO_MORE", "RunWarning", "Schedule"]

NO_MORE: Any = object()
"""What a run's `next_document` returns after the last document."""
NOTHING_YET: Any = object()
"""What it returns while the next document is not there yet."""


class RunWarning(UserWarning):
    """A run has ended before its documents: its budget is used up."""


@dataclass
class Schedule:
    """The documents of a run that wait, run and have ended. Has state; only the run's own thread or loop touches it.

    `next_document` gives the next document and its name, or one of the two marks above. `total` is their number, None
    if it is not known. `drain_desk` tells the desk that no more documents begin.
    """

    next_document: Callable[[], Any]
    total: int | None
    pace: Pace
    budget: RunBudget
    drain_desk: Callable[[], object]

    def __post_init__(self) -> None:
        self._started = time.monotonic()
        self._counts = dict.fromkeys(("done", "earlier", "repaired", "failed", "skipped"), 0)  # as in RunProgress
        self.in_flight = 0  # documents that are being read
        self._waiting: deque[Job] = deque()
        self._taken = 0
        self._is_exhausted = False
        self._stopped: str | None = None
        self._error: BaseException | None = None
        self.is_interrupted = False
        self._interruptions = count()  # in one step, since one signal's handler may break into another's

    def take(self) -> Job | None:
        """The next document to begin; None if none may begin now."""
        if self._stopped or self.in_flight >= self.pace.window:
            return None
        if not self._waiting and (job := self._pull()):
            self._waiting.append(job)
        if not self._waiting or not self._has_room():
            return None
        self.in_flight += 1
        return self._waiting.popleft()

    def end(self, reading: Reading | BaseException) -> Extraction[Any] | Failure | None:
        """Count what came of a document; return what to yield, if anything. An error of its reading stops the run."""
        self.in_flight -= 1
        if isinstance(reading, BaseException):
            self.stop(reading)
            return None
        if reading.end is not None:
            self.stop(reading.end)
        if reading.returns:
            self._waiting.append(reading.job)
        elif reading.outcome is not None:
            self._count_outcome(reading.outcome, reading)
        elif reading.end is None:
            self._counts["skipped"] += 1
        return reading.outcome

    def stop(self, error: BaseException) -> None:
        """Begin no more documents, and end with an error once those in flight have ended; the first one counts."""
        if self._error is None:
            self._error, self._stopped = error, "error"
        elif isinstance(self._error, LedgerError) and isinstance(error, LedgerError):
            self._error.lost += error.lost

    def drain(self) -> None:
        """Begin no more documents; the run is interrupted once those in flight have ended."""
        self._stopped = self._stopped or "interrupt"
        self.drain_desk()

    def interrupt(self) -> None:
        """As `drain`; the run then ends with KeyboardInterrupt."""
        self.is_interrupted = True
        self.drain()

    def interrupt_again(self) -> None:
        """The first time as `interrupt`; raises KeyboardInterrupt the second time, or after another interruption."""
        if next(self._interruptions) or self.is_interrupted:
            raise KeyboardInterrupt
        self.interrupt()

    def raise_end(self) -> None:
        """Raise the error that has ended the run, if one has."""
        if self._error is not None:
            raise self._error
        if self.is_interrupted:
            raise KeyboardInterrupt

    @property
    def is_over(self) -> bool:
        """Whether nothing is in flight and nothing more will begin."""
        return not self.in_flight and bool(self._stopped or (self._is_exhausted and not self._waiting))

    def look(self) -> RunProgress:
        """How far the run is now."""
        return RunProgress(
            self.total,
            **self._counts,
            in_flight=self.in_flight,
            usage=self.budget.usage,
            cost=self.budget.cost,
            seconds=time.monotonic() - self._started,
            waiting=self.pace.find_delay(),
            stopped=self._stopped,
        )

    def _has_room(self) -> bool:
        """Whether the budget lets another document begin; ends the run if it never will."""
        room = self.budget.has_room(self.in_flight)
        if room is False:
            self._stopped = "budget"
            left = self.look().left
            warnings.warn(
                f"the run's budget is used up: {'some' if left is None else left} documents are not read",
                RunWarning,
                stacklevel=2,
            )
        return bool(room)

    def _pull(self) -> Job | None:
        if self._is_exhausted:
            return None
        try:
            found = self.next_document()
        except Exception as error:  # of the caller's own iterator
            self.stop(error)
            return None
        if found is NOTHING_YET:
            return None
        if found is NO_MORE:
            self._is_exhausted = True
            return None
        name, document = found
        self._taken += 1
        return Job(self._taken - 1, document, name)

    def _count_outcome(self, outcome: Extraction[Any] | Failure, reading: Reading) -> None:
        if not reading.is_earlier:
            self.budget.add(outcome.usage, outcome.cost)
        if isinstance(outcome, Failure):
            self._counts["failed"] += 1
            return
        self._counts["done"] += 1
        self._counts["earlier"] += reading.is_earlier
        self._counts["repaired"] += bool(outcome.repairs) or len(outcome.attempts) > 1
