"""MemoryCache: replies kept in this process's memory."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from typesight.caches.forked_lock import ForkedLock

__all__ = ["MemoryCache"]


class MemoryCache:
    """Keeps the replies of `n` calls in memory; the call that was least recently used goes first.

    Has state because it is a cache; threads and tasks may share it. Raises TypeError or ValueError for a wrong `n`.
    """

    def __init__(self, n: int = 1000) -> None:
        if isinstance(n, bool) or not isinstance(n, int):
            raise TypeError(f"n must be how many calls to keep, a whole number, not {type(n).__name__}")
        if n < 1:
            raise ValueError(f"n={n}: give how many calls to keep, 1 or more")
        self._most = n
        self._entries: OrderedDict[str, str] = OrderedDict()
        self._lock = ForkedLock()

    def get(self, key: str) -> str | None:
        """The text under a key; None if there is none."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def set(self, key: str, value: str) -> None:
        """Store a text under a key; the least recently used one may go."""
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"MemoryCache({self._most})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._most,)  # its entries are this process's own
