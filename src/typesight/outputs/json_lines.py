"""Rows as lines of JSON, or as one JSON array."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from typesight.outputs.json_text import format_json
from typesight.outputs.output_row import OutputRow

__all__ = ["format_json_array", "format_json_lines", "format_row"]


def format_row(row: OutputRow, *, ascii_only: bool = False) -> str:
    """A row as one line of JSON, without control characters and without a newline at its end."""
    return format_json(row, ascii_only=ascii_only)


def format_json_lines(rows: Iterable[OutputRow]) -> Iterator[str]:
    """The lines of a JSON Lines file, each with its newline."""
    for row in rows:
        yield f"{format_row(row)}\n"


def format_json_array(rows: Iterable[OutputRow]) -> Iterator[str]:
    """The lines of a JSON array of rows, a row a line."""
    start = "[\n"
    for row in rows:
        yield f"{start}{format_row(row)}"
        start = ",\n"
    yield "[]\n" if start == "[\n" else "\n]\n"
