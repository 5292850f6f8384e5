"""ReplyCache: what a cache of replies is, whoever wrote it, and how one is asked so that no call fails by it."""

from __future__ import annotations

import inspect
import warnings
from contextlib import suppress
from typing import Any, Protocol, runtime_checkable

from typesight.logger import LOGGER

__all__ = [
    "CacheWarning",
    "ReplyCache",
    "check_cache",
    "describe_fault",
    "load_entry",
    "store_entry",
    "warn_of_cache",
]

_AWAITED = "is asynchronous, so that nothing is read or kept: give plain functions, which are called in a thread"


class CacheWarning(UserWarning):
    """A cache of replies did not work; the call went on without it."""


@runtime_checkable
class ReplyCache(Protocol):
    """A cache of replies: texts by key. Both methods may be called from several threads at once."""

    def get(self, key: str, /) -> str | None:
        """The text that was stored under a key, 64 hexadecimal digits; None if there is none."""
        ...

    def set(self, key: str, value: str, /) -> object:
        """Store a text, which is JSON, under a key; what it returns is not looked at."""
        ...


def check_cache(given: Any) -> None:
    """Raise TypeError for what is no cache: it lacks `get` or `set`, or they are asynchronous."""
    kind, missing = type(given).__name__, [name for name in ("get", "set") if not callable(getattr(given, name, None))]
    if isinstance(given, type):
        raise TypeError(f"cache must be a cache, not a class: make one, such as {given.__name__}(...)")
    if missing:
        raise TypeError(
            "cache must be a MemoryCache, a DiskCache, a Recorded, or an object with get(key) and set(key, value); "
            f"{kind} has no {' and no '.join(missing)}"
        )
    if any(inspect.iscoroutinefunction(getattr(given, name)) for name in ("get", "set")):
        raise TypeError(
            f"the get and set of {kind} are asynchronous: give plain functions; asynchronous clients call them in a "
            "thread, so they may block"
        )


def load_entry(cache: ReplyCache, key: str) -> str | None:
    """Ask a cache; whatever goes wrong is a CacheWarning, and nothing was found."""
    try:
        found = cache.get(key)
    except Exception as error:
        warn_of_cache(cache, f"could not be read ({describe_fault(error)}); the request is sent")
        return None
    if found is None or isinstance(found, str):
        return found
    what = f"gave {type(found).__name__} where a string was stored; the request is sent"
    warn_of_cache(cache, _AWAITED if _drop_awaitable(found) else what)
    return None


def store_entry(cache: ReplyCache, key: str, value: str) -> None:
    """Store into a cache; whatever goes wrong is a CacheWarning."""
    try:
        if _drop_awaitable(cache.set(key, value)):
            warn_of_cache(cache, _AWAITED)
    except Exception as error:
        warn_of_cache(cache, f"could not be written ({describe_fault(error)}); the reply is not kept")


def warn_of_cache(cache: Any, what: str) -> None:
    """Warn that a cache did not work, and log it; of a user's own cache it names only the type."""
    kind = type(cache)
    name = repr(cache) if kind.__module__.startswith("typesight.") else f"{kind.__module__}.{kind.__qualname__}"
    LOGGER.warning("cache failed: cache=%s", kind.__qualname__)
    with suppress(CacheWarning):  # where warnings are errors: the call's own result is worth more
        warnings.warn(f"the cache {name} {what}", CacheWarning, stacklevel=4)


def describe_fault(error: Exception) -> str:
    """The type of an exception and the begin of its message."""
    return f"{type(error).__name__}: {error}"[:200]


def _drop_awaitable(given: Any) -> bool:
    """Whether something is to be awaited; a coroutine is closed, so that Python does not complain that it was not."""
    if inspect.iscoroutine(given):
        given.close()
    return inspect.isawaitable(given)
