"""DiskCache: replies kept in a folder, for all processes of this machine that use it."""

from __future__ import annotations

import os
import sqlite3
import time
from os import PathLike
from pathlib import Path
from typing import Any

from typesight.caches.forked_lock import ForkedLock

__all__ = ["DiskCache"]

_FILE = "replies.sqlite3"
_BUSY_SECONDS = 5.0  # how long another process may hold the file
_INHERITED: list[sqlite3.Connection] = []  # a parent's connections in a forked child, which must not close them
_NOWHERE = (0, 0)
_DDL = "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"


class DiskCache:
    """Keeps replies in one SQLite file in `folder`, which is made if it is missing.

    It holds JSON text, never code. Only the owner can read the folder that it makes and the files in it.
    Threads and processes of one machine may use it at once; a folder on a network share may not work. It has no limit:
    `clear` it, or delete the folder. Nothing is opened before the first call.

    Has state because it holds a connection to the file. `get` and `set` raise sqlite3.Error or OSError for a file that
    is damaged or a disk that is full; a call then warns with CacheWarning and goes on.
    """

    def __init__(self, folder: str | PathLike[str]) -> None:
        if not isinstance(folder, str | PathLike) or not os.fspath(folder):
            raise TypeError(f"DiskCache takes the path of a folder, not {folder!r}"[:200])
        self._folder = Path(os.fspath(folder))
        self._connection: sqlite3.Connection | None = None
        self._process, self._place = 0, _NOWHERE
        self._lock = ForkedLock()

    def get(self, key: str) -> str | None:
        """The text under a key; None if there is none."""
        found = self._run("SELECT value FROM replies WHERE key = ?", key)
        return None if not found else str(found[0][0])

    def set(self, key: str, value: str) -> None:
        """Store a text under a key."""
        self._run("INSERT OR REPLACE INTO replies VALUES (?, ?)", key, value)

    def clear(self) -> None:
        """Delete all replies; the file stays."""
        self._run("DELETE FROM replies")

    def close(self) -> None:
        """Close the file. The next use opens it again."""
        with self._lock:
            self._disconnect()

    def __len__(self) -> int:
        return int(self._run("SELECT count(*) FROM replies")[0][0])

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"DiskCache({str(self._folder)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self._folder),)

    def _run(self, command: str, *values: str) -> list[Any]:
        """Run one command, which is one transaction."""
        with self._lock:
            try:
                return self._connect().execute(command, values).fetchall()
            except sqlite3.Error:
                self._disconnect()  # the file may be replaced by a sound one
                raise

    def _connect(self) -> sqlite3.Connection:
        """The connection of this process to the file that is there; a fork must not use that of its parent."""
        file = self._folder / _FILE
        if self._connection is not None and self._process != os.getpid():
            _INHERITED.append(self._connection)
            self._connection = None
        if self._place != _find_place(file):  # the folder was deleted, and maybe made again
            self._disconnect()
        if self._connection is None:
            self._make_file(file)
            self._connection, self._process, self._place = _open(file), os.getpid(), _find_place(file)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
            self._connection = None

    def _make_file(self, file: Path) -> None:
        """Make the folder and the file, for their owner alone whatever the umask.

        SQLite gives the files that it puts beside one the same mode.
        """
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
        descriptor = os.open(file, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)


def _find_place(file: Path) -> tuple[int, int]:
    """Where on the disk a file is, which a new file of the same name changes."""
    try:
        found = file.stat()
    except OSError:
        return _NOWHERE
    return found.st_dev, found.st_ino


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_DDL)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at once. SQLite does not wait by itself while two processes both turn it on."""
    ends = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > ends:
                raise
            time.sleep(0.01)
