"""The rows that `typesight export` reads: from a ledger or a file of JSON Lines, as often as a format needs them."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from typesight.cli.exit_codes import CommandError
from typesight.cli.stderr import say
from typesight.many.ledger.ledger_file import is_ledger
from typesight.many.ledger.ledger_view import read_ledger_rows
from typesight.outputs.output_row import OutputRow

__all__ = ["open_exported_rows"]

_SQLITE_START = b"SQLite format 3\x00"  # source: "Database File Format" at sqlite.org
_STATUSES = ("ok", "failed")


@dataclass(frozen=True, slots=True)
class _RowFile:
    """A file of rows, open; the rows are read anew every time. `counting` are the lines that count."""

    name: str
    file: BinaryIO
    counting: frozenset[int]

    def __iter__(self) -> Iterator[OutputRow]:
        for number, row in _read_rows(self.name, self.file):
            if number in self.counting:
                yield row


@contextmanager
def open_exported_rows(path: str) -> Iterator[Iterable[OutputRow]]:
    """Open a file of rows, "-" for stdin, which can be gone through several times.

    Of several rows of a document by one model, the last one counts. Raises CommandError for a file that cannot be
    read, and for a line that is no row.
    """
    with _open(path) as file:
        yield _open_ledger(path) if _read_start(path, file) == _SQLITE_START else _open_lines(path, file)


@dataclass(frozen=True, slots=True)
class _LedgerRows:
    """The rows of a ledger, read anew every time."""

    path: Path

    def __iter__(self) -> Iterator[OutputRow]:
        return read_ledger_rows(self.path)


def _open_ledger(path: str) -> Iterable[OutputRow]:
    """The rows of a ledger. Raises CommandError for another database."""
    if not is_ledger(Path(path)):
        raise CommandError(f"{path} is an SQLite database, and no ledger: give a ledger or a file of rows (JSON Lines)")
    return _LedgerRows(Path(path))


def _open_lines(path: str, file: BinaryIO) -> Iterable[OutputRow]:
    """The rows of a file of JSON Lines, of which each has been looked at."""
    last: dict[tuple[Any, ...], int] = {}
    count = 0
    for number, row in _read_rows(path, file, warn=True):
        last[_identify(row)] = number
        count += 1
    if count > len(last):
        say(f"{path} has {count - len(last)} rows of documents that have a later row: the last one counts")
    return _RowFile(path, file, frozenset(last.values()))


def _open(path: str) -> BinaryIO:
    """The file, or a copy of what a pipe gives, for only a file can be read twice."""
    try:
        file = _open_stdin() if path == "-" else open(path, "rb")  # noqa: PTH123, SIM115
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
        with file:
            copy = TemporaryFile()  # noqa: SIM115 - the caller closes it
            shutil.copyfileobj(file, copy)
            return copy
    except (OSError, ValueError) as error:
        raise _explain(path, error) from error


def _open_stdin() -> BinaryIO:
    """Another handle of stdin, which may be closed. Raises OSError if it is closed already."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "stdin is closed")
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb")


def _read_start(path: str, file: BinaryIO) -> bytes:
    try:
        file.seek(0)
        return file.read(len(_SQLITE_START))
    except OSError as error:
        raise _explain(path, error) from error


def _explain(path: str, error: OSError | ValueError) -> CommandError:
    return CommandError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}")


def _read_rows(name: str, file: BinaryIO, *, warn: bool = False) -> Iterator[tuple[int, OutputRow]]:
    """The rows with the numbers of their lines. Raises CommandError for a line that is none."""
    for number, line in _read_lines(name, file):
        row = _parse(line)
        if row is not None:
            yield number, row
        elif _is_incomplete(line):
            if warn:
                say(f"the last line of {name} is incomplete, and is left out")
        elif line.strip():
            raise CommandError(
                f"line {number} of {name} is not a row that typesight wrote: "
                'give a file of JSON objects with "source", "status" and "record", one a line'
            )


def _read_lines(name: str, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    lines = enumerate(iter(file.readline, b""), 1)
    while True:
        try:
            numbered = next(lines, None)
        except OSError as error:
            raise _explain(name, error) from error
        if numbered is None:
            return
        yield numbered


def _parse(line: bytes) -> OutputRow | None:
    """The row that a line holds, or None."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_row = isinstance(row, dict) and isinstance(row.get("source"), str) and row.get("status") in _STATUSES
    return row if is_row else None


def _is_incomplete(line: bytes) -> bool:
    """Whether a line is a row that a kill or a full disk cut short; after a power cut its end may be zeros."""
    begun = line.rstrip(b"\x00")
    return not line.endswith(b"\n") and (not begun or begun.startswith(b"{"))


def _identify(row: OutputRow) -> tuple[Any, ...]:
    """What makes two rows those of the same document and model."""
    return row["source"], json.dumps(row.get("model"))
