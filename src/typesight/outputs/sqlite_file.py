"""Rows as an SQLite database: a table `documents`, and a table for each list of objects in the records."""

from __future__ import annotations

import errno
import math
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from typesight.outputs.json_text import format_json, spell_number
from typesight.outputs.output_row import DOCUMENT_COLUMNS, OutputRow, RowsUnwritable
from typesight.outputs.table_layout import Column, TableLayout, find_layout, list_items, pick_cells
from typesight.text.escapes import escape_surrogates

__all__ = ["write_sqlite"]

# Rows: the kind of a column, and its declared type. Other kinds have none, so that SQLite stores each value as it is.
_TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN"}
_LONGEST = 2**63  # integers of SQLite have 64 bits
# Nothing but the finished file counts, so no journal lies beside it, and it is brought to the disk once, at the end.
_PRAGMAS = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")
_ITEM_COLUMNS = ("document", "position")


def write_sqlite(rows: Iterable[OutputRow], path: Path) -> None:
    """Write a database to an empty file. Goes through the rows twice. Raises RowsUnwritable, OSError."""
    layout = find_layout(rows, ("id", "record"), _ITEM_COLUMNS, fold=str.lower)
    with _translate_errors(), closing(sqlite3.connect(path)) as database:
        for pragma in _PRAGMAS:
            database.execute(pragma)
        for statement in _create_tables(layout):
            database.execute(statement)
        _insert(database, rows, layout)
        database.commit()


def _create_tables(layout: TableLayout) -> Iterator[str]:
    own = [Column(name, (), kind) for name, kind in DOCUMENT_COLUMNS.items()]
    more = [Column(name, (), "string") for name in (*layout.more.values(), "record")]
    yield _create("documents", "id INTEGER PRIMARY KEY", [*own, *_fields(layout), *more])
    for table in layout.lists:
        yield _create(table.name, "document INTEGER REFERENCES documents (id), position INTEGER", table.columns)


def _fields(layout: TableLayout) -> tuple[Column, ...]:
    """The columns of the records' values; a record that is one value is in the column `record` already."""
    return tuple(column for column in layout.columns if column.place)


def _create(table: str, first: str, columns: Iterable[Column]) -> str:
    typed = [f"{_quote(column.name)} {_TYPES.get(column.kind, '')}".rstrip() for column in columns]
    return f"CREATE TABLE {_quote(table)} ({', '.join((first, *typed))})"


def _quote(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _insert(database: sqlite3.Connection, rows: Iterable[OutputRow], layout: TableLayout) -> None:
    fields = _fields(layout)
    add_document = _write_insert("documents", 2 + len(DOCUMENT_COLUMNS) + len(fields) + len(layout.more))
    add_item = [_write_insert(table.name, 2 + len(table.columns)) for table in layout.lists]
    for number, row in enumerate(rows, 1):
        record = row.get("record")
        cells = [*map(row.get, DOCUMENT_COLUMNS), *pick_cells(record, fields)]
        texts = [_format_data(row.get(name)) for name in (*layout.more, "record")]
        database.execute(add_document, [number, *map(_convert, cells), *texts])
        for table, statement in zip(layout.lists, add_item, strict=True):
            database.executemany(
                statement,
                (
                    [number, position, *map(_convert, pick_cells(item, table.columns))]
                    for position, item in enumerate(list_items(record, table))
                ),
            )


def _write_insert(table: str, columns: int) -> str:
    return f"INSERT INTO {_quote(table)} VALUES ({', '.join('?' * columns)})"


def _format_data(value: Any) -> str | None:
    return None if value is None else format_json(value)


def _convert(value: Any) -> Any:
    """A value as SQLite stores it: what it has no type for is text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_LONGEST <= value < _LONGEST else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else spell_number(value)
    if isinstance(value, dict | list | tuple):
        return format_json(value)
    return escape_surrogates(str(value))


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Raise what SQLite says of the disk as OSError, and what it says of the rows as RowsUnwritable."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the primary code of an extended one
        if code == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, str(error)) from error
        if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            raise OSError(errno.EIO, str(error)) from error
        raise RowsUnwritable(f"SQLite does not take these rows ({error}): write .jsonl or .csv instead") from error
