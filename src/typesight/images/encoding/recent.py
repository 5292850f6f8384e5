"""Recent: what was made last, so that the next call about the same picture need not make it again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from typesight.images.opening.sources import FileSource, Source, UrlSource

__all__ = ["Recent", "fingerprint"]

T = TypeVar("T")


class Recent(Generic[T]):
    """Results by what they were made of, the latest used kept, while together they weigh no more than `most`.

    `weigh` tells what one weighs: 1, unless it says otherwise. Has state because it is a cache; safe to share between
    threads.
    """

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self._most, self._weigh = most, weigh
        self._held: OrderedDict[Hashable, T] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Hashable | None, make: Callable[[], T]) -> T:
        """What stands under `key`, made if it is not there; `None` is never held."""
        if key is None:
            return make()
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        with self._lock:
            if key not in self._held:
                self._held[key] = made
                self._weight += self._weigh(made)
            while self._weight > self._most:
                self._weight -= self._weigh(self._held.popitem(last=False)[1])
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._weight = 0


def fingerprint(source: Source) -> Hashable | None:
    """What tells whether a source still gives the same picture, without holding it; None: no telling.

    Bytes and pixels go by their digest, a file by its time and size.
    """
    if isinstance(source, UrlSource):
        return None
    if not isinstance(source, FileSource):
        return type(source), source.digest
    try:
        seen = Path(source.path).stat()
    except (OSError, ValueError):
        return None
    return source, seen.st_ino, seen.st_mtime_ns, seen.st_size
