"""The rows of a ledger: one for each document, of earlier runs first, then in the order of the last run's documents."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from typesight.errors import LedgerError
from typesight.many.ledger.earlier_failures import is_final
from typesight.many.ledger.ledger_file import connect_ledger, open_ledger_to_read
from typesight.many.ledger.ledger_rows import decode_text
from typesight.many.ledger.ledger_schema import ATTEMPTS_OF_RESULT
from typesight.usage import Usage

__all__ = ["has_written", "list_final_keys", "note_written", "read_ledger_rows"]

_DIGEST = 16  # hexadecimal digits of a key that a row shows
_PLACE = ("key", "run", "finished")
_COUNTS = tuple(Usage().to_dict())
_ROWS = """
SELECT d.source AS named, r.* FROM documents d JOIN results r USING (key)
WHERE r.status IN ('ok', 'failed') ORDER BY d.run, d.position
"""
_OF_ATTEMPTS = ("number", "model", "mode", "error", "reply", "cost", "seconds", "http_requests", "request_id")


def read_ledger_rows(path: Path, *, with_attempts: bool = False) -> Iterator[dict[str, Any]]:
    """The rows of all documents that have ended, as `typesight extract` writes them. Raises LedgerError.

    `evidence` and `repairs` are in them, if they are known; `attempts` on request, as they take the most room.
    """
    with closing(open_ledger_to_read(path)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            for result in connection.execute(_ROWS):
                row = _build_row(result)
                if with_attempts or row["status"] == "failed":
                    held = connection.execute(ATTEMPTS_OF_RESULT, [result[name] for name in _PLACE])
                    row["attempts"] = [_describe_attempt(attempt) for attempt in held]
                yield row
        except sqlite3.Error as error:
            raise LedgerError(f"cannot read the ledger {path}: {error}") from error


def _build_row(result: sqlite3.Row) -> dict[str, Any]:
    """The row of a document."""
    row: dict[str, Any] = {
        "source": decode_text(result["named"]),
        "status": result["status"],
        "record": _parse(result["record"]),
        "model": result["model"],
        "digest": result["key"][:_DIGEST],
    }
    if result["status"] == "failed":
        row |= {"error": result["error"], "message": result["message"]}
        row |= {name: _parse(result[name]) for name in ("partial", "errors")}
    row |= {"usage": {name: result[name] for name in _COUNTS}, "cost": result["cost"]}
    return row | {name: _parse(result[name]) for name in ("repairs", "evidence") if result[name] is not None}


def list_final_keys(path: Path) -> frozenset[str]:
    """The keys of all records, and of the failures that `RunTerms.keeps_failures` keeps. Raises LedgerError."""
    with closing(open_ledger_to_read(path)) as connection:
        connection.row_factory = sqlite3.Row
        try:
            held = connection.execute("SELECT key, status, error FROM results")
            return frozenset(row["key"] for row in held if row["status"] == "ok" or is_final(row))
        except sqlite3.Error as error:
            raise LedgerError(f"cannot read the ledger {path}: {error}") from error


def has_written(path: Path, name: str, digest: str) -> bool:
    """Whether a file with this SHA-256 was written under this name from the ledger. Raises LedgerError."""
    with closing(open_ledger_to_read(path)) as connection:
        try:
            found = connection.execute("SELECT 1 FROM outputs WHERE name = ? AND sha256 = ?", (name, digest))
            return found.fetchone() is not None
        except sqlite3.Error as error:
            raise LedgerError(f"cannot read the ledger {path}: {error}") from error


def note_written(path: Path, name: str, digest: str) -> None:
    """Write that a file with this SHA-256 is written under this name. Raises LedgerError."""
    with closing(connect_ledger(path)) as connection:
        try:
            connection.execute("INSERT OR REPLACE INTO outputs VALUES (?, ?)", (name, digest))
        except sqlite3.Error as error:
            raise LedgerError(f"cannot write the ledger {path}: {error}") from error


def _describe_attempt(attempt: sqlite3.Row) -> dict[str, Any]:
    told = {name: attempt[name] for name in _OF_ATTEMPTS}
    told |= {name: _parse(attempt[name]) for name in ("asked", "errors")}
    return told | {"usage": {name: attempt[name] for name in _COUNTS}, "cached": bool(attempt["cached"])}


def _parse(text: str | None) -> Any:
    return None if text is None else json.loads(text)
