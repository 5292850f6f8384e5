"""ExtractionRun: the iterator that `Client.extract_many` returns."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Generic, Self, TypeVar

from typesight.conversation.extraction import Extraction
from typesight.many.common_run import CommonRun
from typesight.many.desk import Job, Reading
from typesight.many.failure import Failure
from typesight.many.in_flight.document_thread import DocumentThread
from typesight.many.interrupts import catch_first_interrupt
from typesight.many.run_terms import NamedDocument, RunTerms, count_cores, make_desk, pull_next

__all__ = ["ExtractionRun"]

T = TypeVar("T")

_LONGEST_WAIT = 0.25  # seconds


class ExtractionRun(CommonRun, Generic[T]):
    """A run over many documents: iterate over it for an Extraction or a Failure of each, in the order they end.

    Documents begin while you iterate, each in a thread of its own. A run that you leave begins no more of them; those
    in flight end in the background and are in the ledger. `close`, or a `with` block, waits for them. `progress` says
    how far the run is. Has state because it runs; one thread at a time may iterate.
    """

    def __init__(self, terms: RunTerms, documents: Iterator[NamedDocument], total: int | None) -> None:
        super().__init__(terms, make_desk(terms), total, partial(pull_next, documents))
        self._ask = terms.ask
        self._workers = ThreadPoolExecutor(count_cores(), thread_name_prefix="typesight-pictures")
        self._ended: SimpleQueue[Reading | BaseException] = SimpleQueue()

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
        with catch_first_interrupt(self._schedule):
            while self._begin_documents(self._begin):
                outcome = self._wait()
                if outcome is not None:
                    return outcome
        self._shut()
        self._schedule.raise_end()
        raise StopIteration

    def close(self) -> None:
        """End the run: wait for the documents in flight, which are then in the ledger, and close it."""
        if self._is_closed:
            return
        self._schedule.drain()
        while self._schedule.in_flight:
            self._wait()
        self._shut()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self, job: Job) -> None:
        DocumentThread(self._desk, job, self._ask, self._workers, self._ended).start()

    def _wait(self) -> Extraction[T] | Failure | None:
        """Wait for a document to end; return what came of it, if anything."""
        try:
            ended = self._get_ended()
        except BaseException:  # a second Ctrl-C: wait for nothing more, nor let the threads wait for a limit
            self._is_closed = True
            self._close_view()
            self._desk.pace.stop()
            raise
        return self._schedule.end(ended)

    def _get_ended(self) -> Reading | BaseException:
        """Wait for a thread's result, and look up now and then: a signal just before a wait is heard at its end."""
        while True:
            with suppress(Empty):
                return self._ended.get(timeout=_LONGEST_WAIT)
