"""AsyncExtractionRun: the asynchronous iterator that `AsyncClient.extract_many` returns."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from typesight.conversation.extraction import Extraction
from typesight.many.desk import Ask, Await, Pause, Reading, Step, Work
from typesight.many.failure import Failure
from typesight.many.interrupts import catch_first_interrupt
from typesight.many.run_progress import RunProgress
from typesight.many.run_terms import NamedDocument, RunTerms, count_cores, make_desk, make_schedule, pull_next
from typesight.many.schedule import NO_MORE, NOTHING_YET

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
        self._terms = terms
        self._documents = documents
        self._fed: asyncio.Queue[Any] = asyncio.Queue(1)
        self._desk = make_desk(terms)
        self._schedule = make_schedule(terms, self._desk, total, self._pull)
        self._workers = ThreadPoolExecutor(count_cores(), thread_name_prefix="typesight-pictures")
        self._ended: deque[Reading | BaseException] = deque()
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._feeder: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
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
        self._loop = asyncio.get_running_loop()
        with catch_first_interrupt(self._interrupt, again=self._schedule.is_interrupted):
            while True:
                self._begin_documents()
                if self._schedule.is_over:
                    break
                outcome = await self._wait()
                if outcome is not None:
                    return outcome
        self._shut()
        self._schedule.raise_end()
        raise StopAsyncIteration

    def drain(self) -> None:
        """Begin no more documents; iterate on for those in flight. Ctrl-C does this too."""
        self._schedule.drain()
        self._woken.set()

    async def close(self) -> None:
        """End the run: wait for the documents in flight, which are then in the ledger, and close it."""
        if self._is_closed:
            return
        self._schedule.drain()
        while self._schedule.progress.in_flight:
            await self._wait()
        self._shut()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, asyncio.CancelledError):  # who cancels does not wait for the model
            for task in self._tasks:
                task.cancel()
        await self.close()

    def __del__(self) -> None:
        """Let the threads end: the tasks that read a document hold the run, so none does any more."""
        if hasattr(self, "_is_closed"):
            self._shut()

    def _interrupt(self) -> None:
        self._schedule.interrupt()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._woken.set)

    def _begin_documents(self) -> None:
        if self._feeder is None and isinstance(self._documents, AsyncIterable):
            self._feeder = asyncio.create_task(self._feed(self._documents))
        while (job := self._schedule.take()) is not None:
            task = asyncio.create_task(self._run(self._desk.read(job)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _wait(self) -> Extraction[T] | Failure | None:
        """Wait until a document has ended or another can begin; return what came of the one that has ended, if any."""
        if not self._ended:
            self._woken.clear()
            await self._woken.wait()
        if not self._ended:
            return None
        ended = self._ended.popleft()
        if isinstance(ended, BaseException):
            self._schedule.fail(ended)
            return None
        return self._schedule.end(ended)

    def _shut(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._workers.shutdown(wait=False)
            self._desk.close()
            if self._feeder is not None:
                self._feeder.cancel()

    def _pull(self) -> Any:
        """The next document and its name, or the mark that there is none, or none yet."""
        if isinstance(self._documents, Iterator):
            return pull_next(self._documents)
        try:
            found = self._fed.get_nowait()
        except asyncio.QueueEmpty:
            return NOTHING_YET
        if isinstance(found, BaseException):
            raise found
        return found

    async def _feed(self, documents: AsyncIterable[Any]) -> None:
        """Take documents from an asynchronous iterable, one ahead of the run."""
        end = NO_MORE
        try:
            async for document in documents:
                await self._fed.put((None, document))
                self._woken.set()
        except Exception as error:
            end = error
        await self._fed.put(end)
        self._woken.set()

    async def _run(self, steps: Generator[Step, Any, Reading]) -> None:
        """Read a document, in a task of its own."""
        try:
            ended: Reading | BaseException = await self._follow(steps)
        except BaseException as error:
            ended = error
        self._ended.append(ended)
        self._woken.set()

    async def _follow(self, steps: Generator[Step, Any, Reading]) -> Reading:
        try:
            step = next(steps)
            while True:
                try:
                    came = await self._do(step)
                except BaseException as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(came)
        except StopIteration as end:
            reading: Reading = end.value
            return reading

    async def _do(self, step: Step) -> Any:
        match step:
            case Work():
                run = copy_context().run
                return await asyncio.get_running_loop().run_in_executor(self._workers, run, step.run)
            case Await():
                return await asyncio.shield(asyncio.wrap_future(step.other))  # others wait for it too
            case Pause():
                return await asyncio.sleep(step.seconds)
            case Ask():
                return await self._terms.ask(step.document, self._desk.pace, self._workers)
