"""The lock of a ledger: one run at a time writes it, so that no document is paid for twice."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from typesight.errors import LedgerError
from typesight.logger import LOGGER

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["lock_ledger", "unlock_ledger"]

# The errors of locking on file systems that do not support it.
_LOCKS_UNSUPPORTED = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})


def lock_ledger(path: Path) -> int:
    """Lock a ledger for this run, by a file beside it; return the descriptor for `unlock_ledger`.

    The system drops the lock when the process ends, however it ends. It is not on the ledger itself: closing a
    second descriptor of that would drop SQLite's own locks. Raises LedgerError if another run has it.
    """
    beside = _name_lock(path)
    while True:
        try:
            descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        except OSError as error:
            raise LedgerError(f"cannot write the ledger {path}: {error.strerror}") from error
        try:
            _lock(descriptor, path)
            if os.path.samestat(os.fstat(descriptor), beside.stat()):
                return descriptor
        except FileNotFoundError:  # the run that had it has just removed it
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def unlock_ledger(path: Path, descriptor: int) -> None:
    """Remove the lock."""
    with suppress(OSError):
        _name_lock(path).unlink()
    os.close(descriptor)


def _name_lock(path: Path) -> Path:
    return path.with_name(f"{path.name}-lock")


def _lock(descriptor: int, path: Path) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LedgerError(f"another run is using the ledger {path}: wait for it, or give another ledger") from error
    except OSError as error:
        if error.errno not in _LOCKS_UNSUPPORTED:
            raise LedgerError(f"cannot lock the ledger {path}: {error.strerror}") from error
        LOGGER.warning("%s is on a file system without locks: make sure that no other run uses it", path)
