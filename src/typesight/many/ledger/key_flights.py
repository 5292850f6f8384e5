"""KeyFlights: the documents that a run is reading, by their keys, so that no content is paid for twice."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock

__all__ = ["KeyFlights"]


class KeyFlights:
    """Who reads which key at the moment. Has state because readings begin and end; threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[str, tuple[object, Future[None]]] = {}

    def enter(self, key: str, owner: object) -> Future[None] | None:
        """Begin to read a key, again if it is one's own already; a Future to wait for if another reads it."""
        with self._lock:
            holder, done = self._held.setdefault(key, (owner, Future()))
        return None if holder is owner else done

    def leave(self, key: str, owner: object) -> None:
        """End reading a key, if it is one's own, and let those who wait go on."""
        with self._lock:
            if self._held.get(key, (None, None))[0] is not owner:
                return
            _, done = self._held.pop(key)
        done.set_result(None)
