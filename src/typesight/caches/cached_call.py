"""CachedCall: one call with a cache of accepted replies.

An entry is the chain of replies of one call that was accepted, under the digest of the first request that was answered.
A later call takes reply after reply from it, judged as if each had just come, for as long as its own requests are those
of the chain: after another complaint, of a model made stricter since, it goes on with real requests.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager

from typesight.caches.call_replies import Found
from typesight.caches.flights import FLIGHTS, Flight, begin_flight
from typesight.caches.reply_cache import ReplyCache, load_entry, store_entry
from typesight.caches.request_digest import digest_request
from typesight.caches.stored_reply import StoredReply, read_stored_reply, store_reply
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.exchange.wire import Wire
from typesight.wires.rebuilt_replies import can_rebuild

__all__ = ["CachedCall"]

_VERSION = 1  # of the form of an entry

_Chain = tuple[StoredReply, ...]


class CachedCall:
    """The replies of one call, found or kept; a CallReplies."""

    def __init__(self, cache: ReplyCache, *, blocks: bool) -> None:
        self._cache = cache
        self._flight = Flight(cache, blocks)
        self._chain: _Chain = ()  # the replies of this call so far
        self._entry: _Chain = ()
        self._digest: str | None = None  # of the request last looked for
        self._is_new = False  # whether the chain has a reply that was not found
        self._is_whole = True  # whether it has every reply of the call

    def begin(self) -> AbstractContextManager[None]:
        """Work on the call within."""
        return begin_flight(self._flight)

    def find(self, request: Request, wire: Wire, *, may_lead: bool) -> Found:
        """Look for the reply to a request, or begin to lead it."""
        is_kept = can_rebuild(wire.NAME) and not request.options.get("stream")
        self._digest = digest = digest_request(request, wire) if is_kept else None
        if digest is None:
            return None
        if (waiting := FLIGHTS.join(digest, self._flight, may_lead=may_lead)) is not None:
            return waiting
        found = self._find_next(digest)
        completion = found.restore(request, wire) if found else None
        if found is None or completion is None:
            return None
        self._chain = (*self._chain, found)
        FLIGHTS.leave(digest, self._flight)
        return completion

    def keep(self, completion: Completion, request: Request, wire: Wire, body: bytes | None) -> None:
        """Keep a reply until the call has ended; what was no reply at all is not kept."""
        if completion.transport_error:
            return
        self._is_new = True
        if self._digest is None:  # of a request that holds what is no data
            self._is_whole = False
            return
        try:
            self._chain = (*self._chain, store_reply(completion, request, wire, self._digest, body))
        except Exception:  # a reply that cannot be written as JSON
            self._is_whole = False

    def accept(self) -> None:
        """Store the chain, if a reply in it is new."""
        if self._chain and self._is_new and self._is_whole:
            entry = {"typesight": _VERSION, "replies": [each.to_data() for each in self._chain]}
            store_entry(self._cache, self._chain[0].digest, json.dumps(entry))

    def release(self) -> None:
        """Let those who wait for this call's requests go on."""
        FLIGHTS.end(self._flight)

    def _find_next(self, digest: str) -> StoredReply | None:
        """The next reply of the entry, which another call may have stored or made longer meanwhile."""
        if not self._is_whole:
            return None
        if (found := self._read_next(digest)) is None:
            self._entry = _read_entry(load_entry(self._cache, self._chain[0].digest if self._chain else digest))
            found = self._read_next(digest)
        return found

    def _read_next(self, digest: str) -> StoredReply | None:
        place = len(self._chain)
        is_next = self._entry[:place] == self._chain and len(self._entry) > place
        return self._entry[place] if is_next and self._entry[place].digest == digest else None


def _read_entry(text: str | None) -> _Chain:
    """The chain in a stored text; empty for what is none, such as one of a later version."""
    try:
        data = json.loads(text or "null")
    except (ValueError, RecursionError):
        return ()
    if not isinstance(data, dict) or data.get("typesight") != _VERSION or not isinstance(data.get("replies"), list):
        return ()
    chain = tuple(each for item in data["replies"] if (each := read_stored_reply(item)) is not None)
    return chain if len(chain) == len(data["replies"]) else ()
