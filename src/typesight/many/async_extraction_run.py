"""AsyncExtractionRun: the asynchronous iterator that `AsyncClient.extract_many` returns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterator
from functools import partial
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from typesight.conversation.extraction import Extraction
from typesight.many.document_feed import DocumentFeed
from typesight.many.document_tasks import DocumentTasks
from typesight.many.failure import Failure
from typesight.many.interrupts import catch_first_interrupt
from typesight.many.progress.progress_view import ProgressView, open_progress
from typesight.many.progress.run_progress import RunProgress
from typesight.many.run_terms import NamedDocument, RunTerms, make_desk, make_schedule, pull_next

__all__ = ["AsyncExtractionRun"]

T = TypeVar("T")


class AsyncExtractionRun(Generic[T]):
    """As ExtractionRun, for `async for`. `documents` may be an asynchronous iterable too.

    Documents begin while you iterate, each in a task of its own; what takes CPU runs in threads. Has state because it
    runs; one task at a time may iterate, in one event loop.
    """

    def __init__(
        self, terms: RunTerms, documents: Iterator[NamedDocument] | AsyncIterable[Any], total: int | None
    ) -> None:
        self._desk = make_desk(terms)
        self._tasks = DocumentTasks(self._desk, terms.ask)
        self._feed = DocumentFeed(documents, self._tasks.woken) if isinstance(documents, AsyncIterable) else None
        pull = (
            self._feed.pull if self._feed is not None else partial(pull_next, cast(Iterator[NamedDocument], documents))
        )
        self._schedule = make_schedule(terms, self._desk, total, pull)
        self._progress = terms.progress
        self._view: ProgressView | None = None
        self._is_closed = False

    @property
    def progress(self) -> RunProgress:
        """How far the run is now; any thread may look."""
        return self._schedule.look()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Extraction[T] | Failure:
        """The next document's Extraction or Failure. Raises as ExtractionRun, and StopAsyncIteration at the end."""
        if self._is_closed:
            raise StopAsyncIteration
        wake = partial(asyncio.get_running_loop().call_soon_threadsafe, self._tasks.woken.set)
        with catch_first_interrupt(self._schedule, wake):
            while self._begin_documents():
                outcome = await self._wait()
                if outcome is not None:
                    return outcome
        self._shut()
        self._schedule.raise_end()
        raise StopAsyncIteration

    def drain(self) -> None:
        """Begin no more documents; iterate on for those in flight. Ctrl-C does this too."""
        self._schedule.drain()
        self._tasks.woken.set()

    def interrupt(self) -> None:
        """As Ctrl-C: begin no more documents, and end with KeyboardInterrupt; the second time raise it at once."""
        self._schedule.interrupt_again()
        self._tasks.woken.set()

    async def close(self) -> None:
        """End the run: wait for the documents in flight, which are then in the ledger, and close it."""
        if self._is_closed:
            return
        self._schedule.drain()
        while self._schedule.in_flight:
            await self._wait()
        self._shut()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, asyncio.CancelledError):  # who cancels does not wait for the model
            self._tasks.cancel()
        await self.close()

    def __del__(self) -> None:
        """Begin no more; the ledger closes itself after the last document in flight."""
        if hasattr(self, "_schedule"):
            self._schedule.drain()
            self._close_view()

    def _begin_documents(self) -> bool:
        """Begin as many as may be in flight; return whether the run goes on."""
        if self._progress is not False:
            self._view, self._progress = open_progress(self._progress, self._schedule.look), False
        while (job := self._schedule.take()) is not None:
            self._tasks.begin(job)
        return not self._schedule.is_over

    async def _wait(self) -> Extraction[T] | Failure | None:
        """Wait until a document has ended or another can begin; return what came of the one that has ended, if any."""
        ended = await self._tasks.wait()
        return None if ended is None else self._schedule.end(ended)

    def _shut(self) -> None:
        self._is_closed = True
        self._close_view()
        self._desk.close()
        if self._feed is not None:
            self._feed.stop()

    def _close_view(self) -> None:
        if self._view is not None:
            self._view.close()
