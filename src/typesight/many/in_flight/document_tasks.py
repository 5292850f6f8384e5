"""DocumentTasks: read the documents of a run, for asynchronous clients."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from typesight.many.desk import PAUSE_STEP, Ask, Await, Desk, Job, Pause, Reading, Step, Work
from typesight.many.run_terms import count_cores

__all__ = ["DocumentTasks"]


class DocumentTasks:
    """A task for each document in flight, and what came of those that have ended. Has state because tasks end.

    `ask` returns a coroutine for the call; pictures are read in as many threads as there are cores. The tasks hold this
    and not the run, so that a run that nobody holds any more can end.
    """

    def __init__(self, desk: Desk, ask: Callable[..., Any]) -> None:
        self.woken = asyncio.Event()
        self._desk, self._ask = desk, ask
        self._workers = ThreadPoolExecutor(count_cores(), thread_name_prefix="typesight-pictures")
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: deque[Reading | BaseException] = deque()

    def begin(self, job: Job) -> None:
        """Begin to read a document."""
        task = asyncio.create_task(self._read(self._desk.read(job)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self) -> Reading | BaseException | None:
        """What came of a document that has ended; None if something else has happened first."""
        if not self._ended:
            self.woken.clear()
            await self.woken.wait()
        return self._ended.popleft() if self._ended else None

    def cancel(self) -> None:
        """Break off the documents in flight."""
        for task in self._tasks:
            task.cancel()

    async def _read(self, steps: Generator[Step, Any, Reading]) -> None:
        try:
            ended: Reading | BaseException = await self._follow(steps)
        except BaseException as error:
            ended = error
        self._ended.append(ended)
        self.woken.set()

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
                return await asyncio.to_thread(step.run)
            case Await():
                return await asyncio.shield(asyncio.wrap_future(step.other))  # others wait for it too
            case Pause():
                return await asyncio.sleep(min(step.seconds, PAUSE_STEP))
            case Ask():
                return await self._ask(step.document, pace=step.turns, workers=self._workers)
