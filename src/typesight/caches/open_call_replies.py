"""Open what one call looks its replies up in, for whichever kind of cache it was given."""

from __future__ import annotations

from typesight.caches.cached_call import CachedCall
from typesight.caches.call_replies import CallReplies
from typesight.caches.recorded import Recorded
from typesight.caches.recorded_call import RecordedCall
from typesight.caches.reply_cache import ReplyCache

__all__ = ["open_call_replies"]


def open_call_replies(cache: ReplyCache | Recorded | None, *, blocks: bool) -> CallReplies | None:
    """Make what one call looks its replies up in; `blocks` says that it waits with its thread. None without a cache."""
    if cache is None:
        return None
    if isinstance(cache, Recorded):
        return RecordedCall(cache, blocks=blocks)
    return CachedCall(cache, blocks=blocks)
