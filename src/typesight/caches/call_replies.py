"""CallReplies: the replies that one call need not ask for, because they were given before."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Protocol

from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.exchange.wire import Wire

__all__ = ["CallReplies", "Found"]

Found = Completion | Future[None] | None
"""A reply; what to wait for before asking again; or None: send the request."""


class CallReplies(Protocol):
    """What a driver asks before each request of one call, and tells after it. Has state because a call comes in steps.

    Its methods may read and write files, so asynchronous code calls them in a thread.
    """

    def begin(self) -> AbstractContextManager[None]:
        """Work on the call within: a call that is made there, as by a validator, must not wait for this one."""
        ...

    def find(self, request: Request, wire: Wire, *, may_lead: bool) -> Found:
        """Look for the reply to a request whose pictures are encoded; `may_lead`: others may wait for this call.

        Raises NotRecorded.
        """
        ...

    def keep(self, completion: Completion, request: Request, wire: Wire, body: bytes | None) -> None:
        """Keep the reply that came to the request last looked for; `body` is None for a streamed one."""
        ...

    def accept(self) -> None:
        """Store what was kept: the call has ended well."""
        ...

    def release(self) -> None:
        """Let go: the call has ended. It may be called twice, and from another thread while the call still runs."""
        ...
