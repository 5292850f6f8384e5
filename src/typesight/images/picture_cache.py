"""An LRU cache, so that the next call about the same picture need not encode or read it again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["LruCache"]

T = TypeVar("T")


class LruCache(Generic[T]):
    """An LRU cache: the results used last are kept while their weights add up to at most `most`.

    `weigh` gives the weight of a result, 1 by default. Has state because it is a cache; safe to share between threads.
    """

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self._max_weight, self._weigh = most, weigh
        self._entries: OrderedDict[Hashable, T] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Hashable | None, make: Callable[[], T]) -> T:
        """The result under `key`, made if it is not cached. Nothing is cached under the key None."""
        if key is None:
            return make()
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
        made = make()
        with self._lock:
            if key not in self._entries:
                self._entries[key] = made
                self._weight += self._weigh(made)
            while self._weight > self._max_weight:
                self._weight -= self._weigh(self._entries.popitem(last=False)[1])
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._weight = 0
