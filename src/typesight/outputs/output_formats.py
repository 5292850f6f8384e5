"""The formats of an output: which one a file's name asks for, and how its rows get there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from typesight.outputs.atomic_file import write_atomically
from typesight.outputs.delimited import format_csv, format_tsv
from typesight.outputs.excel_file import write_excel
from typesight.outputs.json_lines import format_json_array, format_json_lines
from typesight.outputs.output_row import OutputRow, OutputRows, RowsUnwritable
from typesight.outputs.parquet_file import write_parquet
from typesight.outputs.sqlite_file import write_sqlite

__all__ = ["FORMATS", "OutputFormat", "find_format", "format_text", "name_failed_rows", "write_output"]


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """A format: the suffixes of its files, and either the lines of its text or a function that writes a file."""

    name: str
    suffixes: tuple[str, ...]
    format_lines: Callable[[Iterable[OutputRow]], Iterator[str]] | None = None
    write_file: Callable[[Iterable[OutputRow], Path], None] | None = None


FORMATS = (
    # No suffix and those of plain text are JSON Lines, so that `-o rows` and devices such as /dev/stdout take rows.
    OutputFormat("jsonl", (".jsonl", ".ndjson", "", ".txt", ".log", ".out"), format_lines=format_json_lines),
    OutputFormat("json", (".json",), format_lines=format_json_array),
    OutputFormat("csv", (".csv",), format_lines=format_csv),
    OutputFormat("tsv", (".tsv",), format_lines=format_tsv),
    OutputFormat("sqlite", (".sqlite", ".sqlite3", ".db"), write_file=write_sqlite),
    OutputFormat("parquet", (".parquet",), write_file=write_parquet),
    OutputFormat("xlsx", (".xlsx",), write_file=write_excel),
)
_BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes}


def find_format(path: str | os.PathLike[str]) -> OutputFormat:
    """The format that a file's suffix names. Raises RowsUnwritable for a suffix that names none."""
    suffix = Path(path).suffix.lower()
    if suffix not in _BY_SUFFIX:
        known = ", ".join(filter(None, _BY_SUFFIX))
        raise RowsUnwritable(f"no format has the suffix {suffix}: name the output with one of {known}")
    return _BY_SUFFIX[suffix]


def write_output(rows: OutputRows, path: str | os.PathLike[str], *, format: OutputFormat | None = None) -> None:
    """Write rows to a file, whole or not at all, in the format that its suffix names or the one given.

    Formats with columns go through the rows twice. Warns with OutputWarning of what the format has no place for.
    Raises RowsUnwritable, MissingExtra, OSError; a file that was there before stays as it was then.
    """
    found = format or find_format(path)
    again = _make_iterable(rows)
    with write_atomically(path) as partial:
        if found.write_file:
            found.write_file(again, partial)
        else:
            with partial.open("w", encoding="utf-8", newline="") as file:
                file.writelines(format_text(again, found))


def format_text(rows: OutputRows, format: OutputFormat) -> Iterator[str]:
    """Rows as the lines of a text, to be written somewhere else. Raises RowsUnwritable for a format that is no text."""
    if format.format_lines is None:
        raise RowsUnwritable(f"{format.name} is not text: give a file to write it to")
    return format.format_lines(_make_iterable(rows))


def name_failed_rows(path: str | os.PathLike[str]) -> Path:
    """The file beside an output for the rows that failed: `out.failed.jsonl` for `out.jsonl` or `out.csv`."""
    return Path(path).with_suffix(".failed.jsonl")


@dataclass(frozen=True, slots=True)
class _Again:
    """Rows that a function gives anew each time."""

    make: Callable[[], Iterable[OutputRow]]

    def __iter__(self) -> Iterator[OutputRow]:
        return iter(self.make())


def _make_iterable(rows: OutputRows) -> Iterable[OutputRow]:
    """Rows that can be gone through twice. Raises TypeError for an iterator, which would be empty the second time."""
    if callable(rows):
        return _Again(rows)
    if iter(rows) is rows:
        raise TypeError(
            "the rows are an iterator, and are gone through twice: give a list, or a function that makes it"
        )
    return rows
