"""RecordedCall: one call whose replies are recorded, or replayed."""

from __future__ import annotations

from contextlib import AbstractContextManager

from typesight.caches.call_replies import Found
from typesight.caches.described_request import DescribedRequest, describe_request
from typesight.caches.flights import FLIGHTS, Flight, begin_flight
from typesight.caches.recorded import Recorded, get_recorded_replies
from typesight.caches.reply_cache import describe_fault, warn_of_cache
from typesight.caches.stored_reply import store_reply
from typesight.errors import NotRecorded
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.exchange.wire import Wire
from typesight.wires.rebuilt_replies import can_rebuild

__all__ = ["RecordedCall"]


class RecordedCall:
    """The replies of one call, replayed or recorded; a CallReplies. The local reader's are neither."""

    def __init__(self, recorded: Recorded, *, blocks: bool) -> None:
        self._recorded, self._replies = recorded, get_recorded_replies(recorded)
        self._flight = Flight(recorded, blocks)
        self._asked: DescribedRequest | None = None  # what was last looked for
        self._given: set[str] = set()  # what this call has a reply to already

    def begin(self) -> AbstractContextManager[None]:
        """Work on the call within."""
        return begin_flight(self._flight)

    def find(self, request: Request, wire: Wire, *, may_lead: bool) -> Found:
        """Look for the recorded reply to a request. Raises NotRecorded if there is none and nothing is to be sent."""
        self._asked = None
        if not can_rebuild(wire.NAME):
            return None
        if request.options.get("stream"):
            self._skip_stream()
            return None
        asked = describe_request(wire.encode(request), wire.NAME, self._replies.name_picture)
        key = asked.key
        if self._recorded.record and (waiting := FLIGHTS.join(key, self._flight, may_lead=may_lead)) is not None:
            return waiting
        # A request that a call repeats, after a reply that was cut off, is another one: it is sent with a higher limit.
        reply = None if self._recorded.record and key in self._given else self._replies.find(asked)
        completion = reply.restore(request, wire) if reply else None
        self._given.add(key)
        if completion is None and not self._recorded.record:
            raise self._replies.make_error(asked)
        if completion is not None:
            FLIGHTS.leave(key, self._flight)
        self._asked = asked
        return completion

    def _skip_stream(self) -> None:
        """A stream that the caller reads is not recorded."""
        if not self._recorded.record:
            raise NotRecorded("a reply that you stream yourself (stream=True) is never recorded: leave stream= out")

    def keep(self, completion: Completion, request: Request, wire: Wire, body: bytes | None) -> None:
        """Record a reply, valid or not; what was no reply at all is not recorded."""
        asked = self._asked
        if asked is None or completion.transport_error:
            return
        try:
            self._replies.append(asked, store_reply(completion, request, wire, asked.digest, body))
        except Exception as error:  # a full disk; a reply that cannot be written as JSON
            warn_of_cache(self._recorded, f"could not be written ({describe_fault(error)}); the reply is not recorded")
        FLIGHTS.leave(asked.key, self._flight)

    def accept(self) -> None:
        """Do nothing: replies are recorded when they come."""

    def release(self) -> None:
        """Let those who wait for this call's requests go on."""
        FLIGHTS.end(self._flight)
