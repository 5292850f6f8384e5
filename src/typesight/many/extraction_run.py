"""ExtractionRun: the iterator that `Client.extract_many` returns."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from typesight.conversation.extraction import Extraction
from typesight.many.desk import Ask, Await, Pause, Reading, Step, Work
from typesight.many.failure import Failure
from typesight.many.interrupts import catch_first_interrupt
from typesight.many.run_progress import RunProgress
from typesight.many.run_terms import (
    NamedDocument,
    RunTerms,
    count_cores,
    find_most,
    make_desk,
    make_schedule,
    pull_next,
)

__all__ = ["ExtractionRun"]

T = TypeVar("T")

_STEP = 0.25  # seconds: how soon a document that waits for a limit sees that the run was stopped


class ExtractionRun(Generic[T]):
    """A run over many documents: iterate over it for an Extraction or a Failure of each, in the order they end.

    Documents begin while you iterate. A run that you leave begins no more of them; those in flight end in the
    background and are in the ledger. `close`, or a `with` block, waits for them. `progress` says how far the run is.
    Has state because it runs; one thread at a time may iterate.
    """

    def __init__(self, terms: RunTerms, documents: Iterator[NamedDocument], total: int | None) -> None:
        self._terms = terms
        self._desk = make_desk(terms)
        self._schedule = make_schedule(terms, self._desk, total, partial(pull_next, documents))
        self._threads = ThreadPoolExecutor(find_most(terms), thread_name_prefix="typesight-document")
        self._workers = ThreadPoolExecutor(count_cores(), thread_name_prefix="typesight-pictures")
        self._ended: SimpleQueue[Reading | BaseException] = SimpleQueue()
        self._is_closed = False

    @property
    def progress(self) -> RunProgress:
        """How far the run is now; any thread may look."""
        return self._schedule.look()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Extraction[T] | Failure:
        """The next document's Extraction or Failure.

        Raises, once those in flight have ended, the error after which no document can succeed: the SDK's for a refused
        key, an empty account or an endpoint that is not there; SchemaError, ModeError, MissingExtra, LedgerError; and
        KeyboardInterrupt after Ctrl-C.
        """
        if self._is_closed:
            raise StopIteration
        with catch_first_interrupt(self.interrupt, again=self._schedule.is_interrupted):
            while True:
                self._begin_documents()
                if self._schedule.is_over:
                    break
                outcome = self._wait()
                if outcome is not None:
                    return outcome
        self._shut()
        self._schedule.raise_end()
        raise StopIteration

    def drain(self) -> None:
        """Begin no more documents; iterate on for those in flight."""
        self._schedule.drain()

    def interrupt(self) -> None:
        """As Ctrl-C: begin no more documents, and end with KeyboardInterrupt; the second time raise it at once."""
        if self._schedule.is_interrupted:
            raise KeyboardInterrupt
        self._schedule.interrupt()

    def close(self) -> None:
        """End the run: wait for the documents in flight, which are then in the ledger, and close it."""
        if self._is_closed:
            return
        self._schedule.drain()
        while self._schedule.progress.in_flight:
            self._wait()
        self._shut()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        """Let the threads end: those that read a document hold the run, so none does any more."""
        if hasattr(self, "_ended"):
            self._shut()

    def _begin_documents(self) -> None:
        while (job := self._schedule.take()) is not None:
            self._threads.submit(self._run, self._desk.read(job))

    def _wait(self) -> Extraction[T] | Failure | None:
        """Wait for a document to end; return what came of it, if anything."""
        try:
            ended = self._ended.get()
        except BaseException:  # a second Ctrl-C: who waits for a limit must not go on in the background
            self._desk.pace.stop()
            raise
        if isinstance(ended, BaseException):
            self._schedule.fail(ended)
            return None
        return self._schedule.end(ended)

    def _shut(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._threads.shutdown(wait=False)
            self._workers.shutdown(wait=False)
            self._desk.close()

    def _run(self, steps: Generator[Step, Any, Reading]) -> None:
        """Read a document, in a thread of its own."""
        try:
            self._ended.put(self._follow(steps))
        except BaseException as error:
            self._ended.put(error)

    def _follow(self, steps: Generator[Step, Any, Reading]) -> Reading:
        try:
            step = next(steps)
            while True:
                try:
                    came = self._do(step)
                except BaseException as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(came)
        except StopIteration as end:
            reading: Reading = end.value
            return reading

    def _do(self, step: Step) -> Any:
        match step:
            case Work():
                return step.run()
            case Await():
                return step.other.result()
            case Pause():
                return time.sleep(min(step.seconds, _STEP))
            case Ask():
                return self._terms.ask(step.document, self._desk.pace, self._workers)
