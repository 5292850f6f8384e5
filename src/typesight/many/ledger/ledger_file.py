"""The file of a ledger: one SQLite database in WAL mode, for one writer and any number of readers."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from typesight.errors import LedgerError
from typesight.many.ledger.ledger_schema import APPLICATION_ID, TABLES, VERSION

__all__ = ["connect_ledger", "is_ledger", "open_ledger_to_read"]

_BUSY_SECONDS = 5.0  # how long a reader's transaction may hold up the writer


def connect_ledger(path: Path) -> sqlite3.Connection:
    """Open a ledger to write, made if it is not there. Raises LedgerError for a file that is none."""
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        _check_identity(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # a kill loses nothing; a power cut may lose the last rows
        _make_tables(connection)
    except (sqlite3.Error, LedgerError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, LedgerError):
            raise
        raise LedgerError(f"cannot use the ledger {path}: {'it is a folder' if path.is_dir() else error}") from error
    return connection


def open_ledger_to_read(path: Path) -> sqlite3.Connection:
    """Open a ledger to read, also while a run writes it. Raises LedgerError for a file that is none."""
    mode = "rw" if os.access(path, os.W_OK) else "ro"  # only who may write can put the log back into the file
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=_BUSY_SECONDS)
        _check_identity(connection, path)
        if not _read_application(connection):
            raise LedgerError(f"{path} is empty: no run has used it")
    except (sqlite3.Error, LedgerError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, LedgerError):
            raise
        raise LedgerError(f"cannot read the ledger {path}: {error}") from error
    return connection


def is_ledger(path: Path) -> bool:
    """Whether a file is a ledger of typesight.

    SQLite looks, since a descriptor of our own would drop the locks of a run in this process when it is closed.
    """
    if not path.is_file():
        return False
    try:
        open_ledger_to_read(path).close()
    except LedgerError:
        return False
    return True


def _check_identity(connection: sqlite3.Connection, path: Path) -> None:
    """Raise LedgerError for another application's database, or a ledger of a later version."""
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application = _read_application(connection)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if not tables and not application:
        return
    if application != APPLICATION_ID:
        raise LedgerError(f"{path} is a database of another program: give another name for the ledger")
    if version > VERSION:
        raise LedgerError(f"{path} was written by a later typesight: install that one, or give another name")


def _make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables in one transaction, unless they are there."""
    if _read_application(connection) == APPLICATION_ID:
        return
    connection.executescript(
        f"BEGIN; {TABLES} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT;"
    )


def _read_application(connection: sqlite3.Connection) -> int:
    """The number that the file has of its application; 0 for an empty one."""
    return int(connection.execute("PRAGMA application_id").fetchone()[0])
