"""AsyncExtractionRun: the asynchronous iterator that `AsyncClient.extract_many` returns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterator
from functools import partial
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from typesight.conversation.extraction import Extraction
from typesight.many.common_run import CommonRun
from typesight.many.failure import Failure
from typesight.many.in_flight.document_feed import DocumentFeed
from typesight.many.in_flight.document_tasks import DocumentTasks
from typesight.many.interrupts import catch_first_interrupt
from typesight.many.run_terms import NamedDocument, RunTerms, make_desk, pull_next

__all__ = ["AsyncExtractionRun"]

T = TypeVar("T")


class AsyncExtractionRun(CommonRun, Generic[T]):
    """As ExtractionRun, for `async for`. `documents` may be an asynchronous iterable too.

    Documents begin while you iterate, each in a task of its own; what takes CPU runs in threads. Has state because it
    runs; one task at a time may iterate, in one event loop.
    """

    def __init__(
        self, terms: RunTerms, documents: Iterator[NamedDocument] | AsyncIterable[Any], total: int | None
    ) -> None:
        desk = make_desk(terms)
        self._tasks = DocumentTasks(desk, terms.ask)
        self._feed = DocumentFeed(documents, self._tasks.woken) if isinstance(documents, AsyncIterable) else None
        listed = partial(pull_next, cast(Iterator[NamedDocument], documents))
        super().__init__(terms, desk, total, listed if self._feed is None else self._feed.pull)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Extraction[T] | Failure:
        """The next document's Extraction or Failure. Raises as ExtractionRun, and StopAsyncIteration at the end."""
        if self._is_closed:
            raise StopAsyncIteration
        wake = partial(asyncio.get_running_loop().call_soon_threadsafe, self._tasks.woken.set)
        with catch_first_interrupt(self._schedule, wake):
            while self._begin_documents(self._tasks.begin):
                outcome = await self._wait()
                if outcome is not None:
                    return outcome
        self._shut()
        self._schedule.raise_end()
        raise StopAsyncIteration

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

    async def _wait(self) -> Extraction[T] | Failure | None:
        """Wait until a document has ended or another can begin; return what came of the one that has ended, if any."""
        ended = await self._tasks.wait()
        return None if ended is None else self._schedule.end(ended)

    def _wake(self) -> None:
        self._tasks.woken.set()

    def _shut(self) -> None:
        super()._shut()
        if self._feed is not None:
            self._feed.stop()
