"""ForkedLock: a lock that a forked child finds free, whoever held it in its parent."""

from __future__ import annotations

import os
from threading import Lock
from weakref import WeakSet

__all__ = ["ForkedLock"]


class ForkedLock:
    """A lock for `with`. Has state because it is a lock.

    A fork copies locks as they are, and of the threads that hold them only its own: the child would wait for ever.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        _ALL.add(self)

    def renew(self) -> None:
        """Be free."""
        self._lock = Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_ALL: WeakSet[ForkedLock] = WeakSet()


def _renew_all() -> None:
    for lock in list(_ALL):
        lock.renew()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_renew_all)
