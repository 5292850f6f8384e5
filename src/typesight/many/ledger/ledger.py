"""Ledger: what came of each document of a run, in a file, so that the next run goes on where this one stopped."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from threading import RLock
from typing import Any

from typesight.conversation.extraction import Extraction
from typesight.errors import LedgerError
from typesight.many.failure import Failure
from typesight.many.ledger.ledger_file import connect_ledger
from typesight.many.ledger.ledger_lock import lock_ledger, unlock_ledger
from typesight.many.ledger.ledger_rows import describe_attempts, describe_outcome, encode_text
from typesight.many.ledger.ledger_schema import ATTEMPTS_OF_RESULT

__all__ = ["Ledger", "LedgerEntry"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A document's place in a run: the `position` among its documents, its name, and the key of its content."""

    position: int
    source: str
    key: str


class Ledger:
    """The ledger of one run, open and locked. Has state because it holds a connection; threads may share it.

    Everything that writes or reads raises LedgerError for a full disk or a damaged file.
    """

    def __init__(self, path: str | PathLike[str], asked: Mapping[str, Any], question: str) -> None:
        self.path = Path(os.fspath(path))
        self._guard = RLock()
        self._process = os.getpid()
        self._descriptor: int | None = lock_ledger(self.path)
        with ExitStack() as undo:
            undo.callback(unlock_ledger, self.path, self._descriptor)
            self._connection = connect_ledger(self.path)
            undo.callback(self._connection.close)
            self.run = self._begin_run(asked, question)
            undo.pop_all()

    def find(self, key: str) -> dict[str, Any] | None:
        """What came of a document, the columns of its result by name; None if it was not read yet."""
        found = self._read("SELECT * FROM results WHERE key = ?", key)
        return found[0] if found else None

    def find_attempts(self, key: str, run: int, finished: str) -> list[dict[str, Any]]:
        """The attempts of a document that was finished in a run at that time, in order, the columns by name."""
        return self._read(ATTEMPTS_OF_RESULT, key, run, finished)

    def keep(self, entry: LedgerEntry, outcome: Extraction[Any] | Failure, model: str) -> None:
        """Write what came of a document: one transaction."""
        now = _now()
        result = {"key": entry.key, "run": self.run, "source": encode_text(entry.source), "model": model}
        result |= describe_outcome(outcome) | {"finished": now}
        with self._write() as connection:
            _insert(connection, "INSERT OR REPLACE", "results", result)
            for attempt in describe_attempts(outcome.attempts):
                _insert(
                    connection, "INSERT", "attempts", {"run": self.run, "key": entry.key, **attempt, "finished": now}
                )
            self._list_document(connection, entry)

    def list_document(self, entry: LedgerEntry) -> None:
        """Write that a document of this run has a result already."""
        with self._write() as connection:
            self._list_document(connection, entry)

    def close(self) -> None:
        """Write that the run has ended, and let another run have the ledger."""
        with self._guard:
            if self._descriptor is None or os.getpid() != self._process:
                return
            with suppress(sqlite3.Error):  # the disk may be full
                self._connection.execute("UPDATE runs SET ended = ? WHERE id = ?", (_now(), self.run))
            with suppress(sqlite3.Error):
                self._connection.close()
            unlock_ledger(self.path, self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        """Close the ledger of a run that was left."""
        if hasattr(self, "run"):
            self.close()

    def _read(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of a query, the columns by name."""
        with self._use() as connection:
            cursor = connection.execute(query, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def _begin_run(self, asked: Mapping[str, Any], question: str) -> int:
        with self._write() as connection:
            cursor = connection.execute(
                "INSERT INTO runs (started, model, schema, question, asked) VALUES (?, ?, ?, ?, ?)",
                (_now(), asked["model"], asked["schema_name"], question, json.dumps(asked)),
            )
            return int(cursor.lastrowid or 0)

    def _list_document(self, connection: sqlite3.Connection, entry: LedgerEntry) -> None:
        source = encode_text(entry.source)
        connection.execute("DELETE FROM documents WHERE source = ? AND run < ?", (source, self.run))
        connection.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)", (self.run, entry.position, source, entry.key)
        )

    def _use(self) -> _Turn:
        return _Turn(self, writes=False)

    def _write(self) -> _Turn:
        return _Turn(self, writes=True)


class _Turn:
    """One thread's turn at the connection, within a transaction if it writes."""

    def __init__(self, ledger: Ledger, *, writes: bool) -> None:
        self._ledger, self._writes = ledger, writes

    def __enter__(self) -> sqlite3.Connection:
        self._ledger._guard.acquire()
        try:
            if self._ledger._descriptor is None:
                raise LedgerError(f"the ledger {self._ledger.path} is closed")
            if os.getpid() != self._ledger._process:  # SQLite's connections do not survive a fork
                raise LedgerError(f"the ledger {self._ledger.path} was opened in another process: open it in this one")
            if self._writes:
                self._ledger._connection.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            self._ledger._guard.release()
            raise self._translate(error) from error
        return self._ledger._connection

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        try:
            if self._writes:
                self._ledger._connection.execute("COMMIT" if error is None else "ROLLBACK")
        except sqlite3.Error as failed:
            if error is None:
                with suppress(sqlite3.Error):
                    self._ledger._connection.execute("ROLLBACK")
                error = failed
        finally:
            self._ledger._guard.release()
        if isinstance(error, sqlite3.Error):
            raise self._translate(error) from error

    def _translate(self, error: BaseException) -> BaseException:
        if not isinstance(error, sqlite3.Error):
            return error
        return LedgerError(f"cannot write the ledger {self._ledger.path}: {error}")


def _insert(connection: sqlite3.Connection, verb: str, table: str, row: Mapping[str, Any]) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f"{verb} INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
