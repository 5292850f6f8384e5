"""Does what a call's loop needs next: the same step in both colours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from typesight.deadline import Deadline, mark_network_wait
from typesight.drive.replies import read_reply, read_reply_async
from typesight.drive.send import Sending, send, send_async
from typesight.endpoints.connections import Connection
from typesight.images.download import fetch, fetch_async
from typesight.loop.needs import Came, Fetch, Fetched, Read, Replied, Send, WasRead
from typesight.watch.call_watch import CallWatch

__all__ = ["Means", "perform", "perform_async"]


@dataclass(frozen=True, slots=True)
class Means:
    """What a driver needs and the loop must not know: where to send, until when, and who watches.

    `connections` are by the `place` of a Send: the call's own, then those of its fallback models.
    """

    connections: Sequence[Connection]
    deadline: Deadline | None = None
    watch: CallWatch = field(default_factory=CallWatch)

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
        )


def perform(need: Fetch | Read | Send, means: Means) -> Came:
    """Do what a need says. Raises ImageError, the SDK's errors or DeadlinePassed."""
    match need:
        case Send():
            sending, started = means.prepare(need), time.perf_counter()
            return Replied(read_reply(send(sending), sending, started))
        case Read():
            return WasRead(need.work())
        case Fetch():
            with mark_network_wait():
                return Fetched({image: fetch(url, need.downloads, means.deadline) for image, url in need.urls})


async def perform_async(need: Fetch | Read | Send, means: Means) -> Came:
    """As `perform`, without blocking the event loop: what takes CPU runs in a thread."""
    match need:
        case Send():
            sending, started = means.prepare(need), time.perf_counter()
            return Replied(await read_reply_async(await send_async(sending), sending, started))
        case Read():
            return WasRead(await asyncio.to_thread(need.work))
        case Fetch():
            return Fetched({image: await fetch_async(url, need.downloads) for image, url in need.urls})
