"""DocumentThread: reads one document of a run, for synchronous clients."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from typesight.deadline import NetworkThread
from typesight.many.desk import PAUSE_STEP, Ask, Await, Desk, Job, Pause, Reading, Step, Work

__all__ = ["DocumentThread"]


class DocumentThread(NetworkThread):
    """A thread that reads one document, and puts what came of it into the run's queue.

    `ask` makes the call; pictures are read by the `workers`. It holds the desk and not the run, so that a run that
    nobody holds any more can end. Python's exit waits for it, unless a second Ctrl-C has stopped the pace of the run.
    """

    def __init__(
        self,
        desk: Desk,
        job: Job,
        ask: Callable[..., Any],
        workers: Executor,
        ended: SimpleQueue[Reading | BaseException],
    ) -> None:
        super().__init__("typesight-document")
        self.desk = desk
        self._steps = desk.read(job)
        self._ask, self._workers, self._ended = ask, workers, ended

    def run(self) -> None:
        """Read the document."""
        with self.busy:
            self._ended.put(self._read())

    def stop(self) -> None:
        """Begin nothing more: Python exits, so that nothing that waits for a limit may go on."""
        self.desk.drain()
        self.desk.pace.stop()

    def _read(self) -> Reading | BaseException:
        try:
            return self._follow()
        except BaseException as error:
            return error

    def _follow(self) -> Reading:
        try:
            step = next(self._steps)
            while True:
                try:
                    came = self._do(step)
                except BaseException as error:
                    step = self._steps.throw(error)
                else:
                    step = self._steps.send(came)
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
                return self.desk.drained.wait(min(step.seconds, PAUSE_STEP))
            case Ask():
                return self._ask(step.document, pace=step.turns, workers=self._workers)


@atexit.register
def _finish_documents() -> None:
    """At Python's exit: let the documents in flight end, which have been paid for, unless Ctrl-C is pressed again."""
    threads = [thread for thread in threading.enumerate() if isinstance(thread, DocumentThread)]
    paid = [thread for thread in threads if not thread.desk.pace.is_stopped]
    for thread in threads:
        thread.stop()
    with suppress(KeyboardInterrupt):
        for thread in paid:
            thread.join()
