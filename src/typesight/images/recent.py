"""Recent: the pictures encoded last, so that the next call about the same one need not encode it again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock

from typesight.images.encode import EncodedImage
from typesight.images.sources import FileSource, Source, UrlSource

__all__ = ["Recent", "fingerprint"]


class Recent:
    """Encoded pictures by what they were made of, the latest used kept, within `max_bytes`.

    Has state because it is a cache; safe to share between threads.
    """

    def __init__(self, max_bytes: int = 64 * 1024 * 1024) -> None:
        self.max_bytes = max_bytes
        self._held: OrderedDict[Hashable, EncodedImage] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Hashable | None, make: Callable[[], EncodedImage]) -> EncodedImage:
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
                self._bytes += len(made.data)
            while self._bytes > self.max_bytes:
                self._bytes -= len(self._held.popitem(last=False)[1].data)
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self._bytes = 0


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
