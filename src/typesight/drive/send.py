"""The one place where requests leave: every sender goes through `send` or `send_async`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from typesight.caches.call_replies import CallReplies
from typesight.deadline import Deadline
from typesight.endpoints.connections import Connection, RawReply
from typesight.endpoints.mode_selection import WireMode
from typesight.endpoints.transport_errors import is_resendable
from typesight.exchange.request import Request
from typesight.pacing.pace import Pace
from typesight.watch.call_watch import CallWatch
from typesight.wires.wire_table import STREAMS

__all__ = ["Sending", "send", "send_async"]


@dataclass(frozen=True, slots=True)
class Sending:
    """One request ready to be sent, its pictures encoded, and the connection that sends it.

    `retries` is how often the SDK may repeat it after a transport error, `attempt` the number of the attempt that its
    reply will be. `watch` is told of it. `replies` is where it is looked up before it is sent, if anywhere.
    `pace` is that of a run of many documents.
    """

    request: Request
    wire_mode: WireMode
    connection: Connection
    retries: int
    deadline: Deadline | None
    is_streamed: bool
    attempt: int
    watch: CallWatch
    replies: CallReplies | None
    pace: Pace | None = None

    def prepare(self) -> tuple[Callable[..., Any], dict[str, Any]]:
        """Return the SDK's call for the request, and its arguments."""
        wire = self.wire_mode.wire
        arguments = wire.encode(self.request)
        if self.is_streamed:
            arguments |= STREAMS[wire.NAME].options
        self.watch.tell_arguments(arguments)
        return self.connection.make_sender(wire, self.retries, self.deadline, self.pace), arguments

    def watch_request(self) -> AbstractContextManager[None]:
        """Tell the watch of the request, until its reply has come."""
        return self.watch.watch_request(self.request, self.wire_mode, self.attempt, self.connection)

    def explain(self, error: Exception) -> None:
        """Raise DeadlinePassed for a transport error after the deadline, which shortens the SDK's timeouts.

        To any other error add a note, if there is something to say about where the request went.
        """
        self.connection.explain(error)
        if self.deadline and self.deadline.has_passed and is_resendable(error):
            self.deadline.check()


def send(sending: Sending) -> RawReply:
    """Send a request and return the SDK's raw reply. Raises the SDK's error, or DeadlinePassed."""
    with sending.watch_request():
        call, arguments = sending.prepare()
        try:
            reply: RawReply = call(**arguments)
        except Exception as error:
            sending.explain(error)
            raise
        return reply


async def send_async(sending: Sending) -> RawReply:
    """As `send`, for an asynchronous client."""
    with sending.watch_request():
        call, arguments = sending.prepare()
        try:
            waiting: Awaitable[RawReply] = call(**arguments)
            return await waiting
        except Exception as error:
            sending.explain(error)
            raise
