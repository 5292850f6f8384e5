"""Does what a call's loop needs next: the same step in both colours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from typesight.caches.call_replies import CallReplies
from typesight.deadline import Deadline, DeadlinePassed, await_within, mark_network_wait, run_within
from typesight.drive.cached_replies import obtain_reply, obtain_reply_async
from typesight.drive.send import Sending
from typesight.endpoints.connections import Connection
from typesight.images.download import fetch, fetch_async
from typesight.loop.needs import Came, Fetch, Fetched, Read, Replied, Send, WasRead
from typesight.pacing.pace import Pace
from typesight.watch.call_watch import CallWatch

__all__ = ["Means", "perform", "perform_async"]


@dataclass(frozen=True, slots=True)
class Means:
    """What a driver needs and the loop must not know: where to send, until when, who watches, and what is cached.

    `connections` are by the `place` of a Send: the call's own, then those of its fallback models. `replies` is the
    call's way into its cache; None without one. `pace` and `workers` are those of a run of many documents, whose
    pictures are read in so many threads; None for a single call.
    """

    connections: Sequence[Connection]
    deadline: Deadline | None
    watch: CallWatch
    replies: CallReplies | None
    pace: Pace | None = None
    workers: Executor | None = None

    def prepare(self, need: Send, *, is_streamed: bool = False) -> Sending:
        """The request of a Send, ready for the one place where requests leave."""
        connection = self.connections[need.place]
        return Sending(
            need.request,
            need.wire_mode,
            connection,
            need.retries,
            self.deadline,
            is_streamed,
            need.attempt,
            self.watch,
            self.replies,
            self.pace and self.pace.choose(need.place),
        )

    @contextmanager
    def watch_call(self) -> Iterator[None]:
        """Work on the call within, where no other code may run but its hooks and validators."""
        with self.watch.watch_call(), self.begin_replies():
            yield

    def begin_replies(self) -> AbstractContextManager[None]:
        """Within, calls that are made do not wait for the requests of this one."""
        return nullcontext() if self.replies is None else self.replies.begin()

    def accept_replies(self) -> None:
        """Let the cache keep the replies of this call, which has ended well; a slow one goes on by itself."""
        if self.replies is not None:
            with suppress(DeadlinePassed):
                run_within(self.deadline, self.replies.accept)

    async def accept_replies_async(self) -> None:
        """As `accept_replies`, without blocking the event loop."""
        if self.replies is not None:
            with suppress(DeadlinePassed):
                await await_within(self.deadline, asyncio.to_thread(self.replies.accept))

    def release_replies(self) -> None:
        """Let other calls go on that wait for the requests of this one."""
        if self.replies is not None:
            self.replies.release()


def perform(need: Fetch | Read | Send, means: Means) -> Came:
    """Do what a need says. Raises ImageError, the SDK's errors or DeadlinePassed."""
    match need:
        case Send():
            return Replied(obtain_reply(means.prepare(need)))
        case Read():
            return WasRead(_read_in_turn(need, means.workers))
        case Fetch():
            with mark_network_wait():
                return Fetched({image: fetch(url, need.downloads, means.deadline) for image, url in need.urls})


def _read_in_turn(need: Read, workers: Executor | None) -> Any:
    """Do the work in this thread, or in one of the workers.

    No more pictures are open than there are workers, and only these threads keep the memory that took: 200 pictures of
    12 MP took 868 MB when each of 16 threads read its own (glibc has an arena for each thread, 2026-12).
    """
    if workers is None:
        return need.work()
    try:
        result = workers.submit(copy_context().run, need.work)
    except RuntimeError:  # Python exits, and executors take no more work
        return need.work()
    return result.result()


async def perform_async(need: Fetch | Read | Send, means: Means) -> Came:
    """As `perform`, without blocking the event loop: what takes CPU runs in a thread."""
    match need:
        case Send():
            return Replied(await obtain_reply_async(means.prepare(need)))
        case Read():
            run = copy_context().run
            return WasRead(await asyncio.get_running_loop().run_in_executor(means.workers, run, need.work))
        case Fetch():
            return Fetched({image: await fetch_async(url, need.downloads) for image, url in need.urls})
