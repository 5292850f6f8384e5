"""Desk: what reading one document of a run needs, and how it is read, step by step, in both colours."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event
from typing import Any

from typesight.conversation.extraction import Extraction
from typesight.errors import DocumentFailed, LedgerError
from typesight.failures import DeadlineExceeded
from typesight.images.documents import name_sources, split_document
from typesight.images.image import Image
from typesight.many.document_turns import DocumentTurns
from typesight.many.failure import Failure, make_failure
from typesight.many.ledger.document_key import make_document_key, make_unopened_key
from typesight.many.ledger.earlier_failures import is_final, is_valid_now, restore_failure
from typesight.many.ledger.key_flights import KeyFlights
from typesight.many.ledger.ledger import Ledger, LedgerEntry
from typesight.many.ledger.ledger_rows import restore_extraction
from typesight.many.release import release_pixels
from typesight.many.run_stops import ends_run, is_worth_another_try
from typesight.pacing.pace import Pace
from typesight.schema.target import Target

__all__ = ["PAUSE_STEP", "Ask", "Await", "Desk", "Job", "OpenDocument", "Pause", "Reading", "Step", "Work"]

PAUSE_STEP = 0.25
"""Seconds: how soon a document that waits for a limit sees that it has changed, or that the run was stopped."""

# How often a document goes back into the queue after a limit, a server's error or a lost connection, each time after
# the SDK's own retries. With those, about as long as an outage of a minute.
_MOST_RETURNS = 5


@dataclass(slots=True)
class Job:
    """A document of a run and its place; `returns` counts how often it was tried again after an error."""

    position: int
    document: Any
    name: str | None = None
    returns: int = 0


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document split into pages, with its name and its key; no pixels are read yet."""

    images: tuple[Image, ...]
    entry: LedgerEntry


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a document.

    `outcome` is None for a document that is not to be read in this run. `is_earlier`: it is from an earlier run.
    `returns`: it goes back into the queue. `end` is an error after which no document can succeed.
    """

    job: Job
    outcome: Extraction[Any] | Failure | None = None
    is_earlier: bool = False
    returns: bool = False
    end: Exception | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """Call `run`, which reads files and takes CPU, where that blocks nobody; answer with what it returns."""

    run: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Await:
    """Wait for another document of the same content."""

    other: Future[None]


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds, for a limit."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Make the call for a document, whose requests take these turns; answer with what it returns."""

    document: OpenDocument
    turns: DocumentTurns


Step = Work | Await | Pause | Ask


@dataclass(frozen=True)
class Desk:
    """What reading a document of a run needs. `question` is the digest of what is asked of each.

    `drained` is set once no more documents begin: those that still wait for a limit, for which nothing was paid, end.
    """

    target: Target[Any]
    model: str
    question: str
    pace: Pace
    ledger: Ledger | None = None
    only_failed: bool = False
    keeps_failures: bool = False  # whether replies that were not valid in an earlier run count as they are
    judging: Mapping[str, Any] = field(default_factory=dict)  # pydantic's context, and whether validation is strict
    inspect: Callable[[Extraction[Any]], object] | None = None  # called in a worker before an extraction is kept
    flights: KeyFlights = field(default_factory=KeyFlights)
    drained: Event = field(default_factory=Event)

    def read(self, job: Job) -> Generator[Step, Any, Reading]:
        """Read a document: the steps to do, each answered with its result or its error. Raises LedgerError."""
        opened = yield Work(partial(self._open, job))
        if isinstance(opened, Reading):
            return opened
        if self.ledger is None:
            asked: Reading = yield from self._ask(job, opened)
            return asked
        try:
            while isinstance(found := (yield Work(partial(self._look_up, job, opened, self.ledger))), Future):
                yield Await(found)
            if isinstance(found, Reading):
                return found
            reading: Reading = yield from self._ask(job, opened)
            kept: Reading = yield Work(partial(self._keep, reading, opened.entry))
            return kept
        finally:
            self.flights.leave(opened.entry.key, job)

    def drain(self) -> None:
        """Let no document wait for a limit any more."""
        self.drained.set()

    def close(self) -> None:
        """Close the ledger."""
        if self.ledger is not None:
            self.ledger.close()

    def _ask(self, job: Job, opened: OpenDocument) -> Generator[Step, Any, Reading]:
        """Make the call, once the limits let it begin."""
        while (turn := self.pace.take_turn()).delay > 0:
            if self.drained.is_set():
                return Reading(job, returns=True)
            yield Pause(turn.delay)
        turns = DocumentTurns(self.pace, turn)
        try:
            outcome = yield Ask(opened, turns)
        except Exception as error:
            return self._judge_error(job, opened.entry.source, error)
        finally:
            turns.release()
        if not isinstance(outcome, Extraction):  # a tenacity object may return anything
            lost = DocumentFailed(f"the retry policy returned {type(outcome).__name__}, not a record")
            return Reading(job, make_failure(opened.entry.source, lost))
        if self.inspect is not None:
            yield Work(partial(self.inspect, outcome))
        return Reading(job, release_pixels(outcome))

    def _judge_error(self, job: Job, source: str, error: Exception) -> Reading:
        if ends_run(error):
            paid = getattr(error, "attempts", ())
            return Reading(job, make_failure(source, error) if paid else None, end=error)
        if isinstance(error, DeadlineExceeded) and self.pace.is_stopped:  # Ctrl-C, and not a deadline
            return Reading(job, returns=True)
        if is_worth_another_try(error) and job.returns < _MOST_RETURNS and not getattr(error, "attempts", ()):
            job.returns += 1
            return Reading(job, returns=True)
        return Reading(job, make_failure(source, error))

    def _open(self, job: Job) -> OpenDocument | Reading:
        """Split the document into pages; a reading if that fails. Only a ledger needs its key."""
        source = job.name or ""
        try:
            if isinstance(job.document, Exception):  # it could not even be found
                raise job.document
            images = tuple(split_document(job.document))
            source = source or name_sources(images)
            key = make_document_key(images, self.question) if self.ledger else ""
        except Exception as error:
            source = source or _name_document(job.document)
            if ends_run(error):
                return Reading(job, end=error)
            failure = make_failure(source, error)
            entry = LedgerEntry(job.position, source, make_unopened_key(source, self.question))
            if self.only_failed and not (self.ledger and self.ledger.find(entry.key)):
                return Reading(job)
            return self._keep(Reading(job, failure), entry)
        return OpenDocument(images, LedgerEntry(job.position, source, key))

    def _look_up(self, job: Job, opened: OpenDocument, ledger: Ledger) -> Reading | Future[None] | None:
        """What an earlier run or another document has for this one; a Future to wait for; None if it has to be read."""
        entry = opened.entry
        if (other := self.flights.enter(entry.key, job)) is not None:
            return other
        result = ledger.find(entry.key)
        is_done = result is not None and result["status"] == "ok"
        if self.only_failed and (result is None or is_done):
            return Reading(job)
        if result is None or not (is_done or (self.keeps_failures and is_final(result))):
            return None
        try:
            found = self._restore(result, opened, ledger)
        except Exception as error:  # of the caller's own validator
            return self._judge_error(job, entry.source, error)
        if found is None:
            return None
        ledger.list_document(entry)
        return Reading(job, found, is_earlier=True)

    def _restore(
        self, result: dict[str, Any], opened: OpenDocument, ledger: Ledger
    ) -> Extraction[Any] | Failure | None:
        """What came of a document in an earlier run; None if that does not hold for the target as it is now."""
        entry = opened.entry
        attempts = ledger.find_attempts(entry.key, result["run"], result["finished"])
        if result["status"] == "ok":
            found = restore_extraction(result, attempts, entry.source, opened.images, self.target, **self.judging)
            return None if found is None else release_pixels(found)
        if any(is_valid_now(attempt, self.target, **self.judging) for attempt in attempts):
            return None
        return restore_failure(result, attempts, entry.source)

    def _keep(self, reading: Reading, entry: LedgerEntry) -> Reading:
        """Write an outcome into the ledger; if that fails, it ends the run, whose error holds the outcome."""
        if self.ledger is None or reading.outcome is None:
            return reading
        try:
            self.ledger.keep(entry, reading.outcome, self.model)
        except LedgerError as error:
            return replace(reading, end=LedgerError(str(error), (reading.outcome,)))
        return reading


def _name_document(document: Any) -> str:
    """A name for what cannot be opened."""
    if isinstance(document, list | tuple):
        return ", ".join(map(_name_document, document[:3]))
    return document[:200] if isinstance(document, str) else str(getattr(document, "name", type(document).__name__))
