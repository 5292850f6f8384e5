"""Rows as CSV or TSV: one line a document, nested fields and list items as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from typesight.outputs.json_text import format_json, spell_number
from typesight.outputs.output_row import (
    DOCUMENT_COLUMNS,
    MAX_DEPTH,
    OutputRow,
    Place,
    RowsUnwritable,
    escape_illegal,
    name_columns,
)

__all__ = ["format_csv", "format_tsv"]


def format_csv(rows: Iterable[OutputRow]) -> Iterator[str]:
    """The lines of a CSV file, quoted as in RFC 4180. Goes through the rows twice."""
    return _format_delimited(rows, ",")


def format_tsv(rows: Iterable[OutputRow]) -> Iterator[str]:
    """The lines of a TSV file, quoted as CSV is. Goes through the rows twice."""
    return _format_delimited(rows, "\t")


@dataclass(slots=True)
class _Node:
    """A place in the records. Has state because it grows with every record."""

    children: dict[str | int, _Node] = field(default_factory=dict)
    has_value: bool = False

    def add(self, value: Any, depth: int = 0) -> None:
        """Add what stands here in one record."""
        for step, inner in _list_children(value, depth):
            self.children.setdefault(step, _Node()).add(inner, depth + 1)
        self.has_value |= not _is_empty(value) and not _has_children(value, depth)

    def find_columns(self, place: Place = ()) -> Iterator[Place]:
        """The places that get a column: in the order of their first appearance, list items by position.

        A place that is empty wherever it has nothing inside, such as an object that may be null, gets none itself.
        """
        if self.has_value or (place and not self.children):
            yield place
        positions: list[str | int] = sorted(step for step in self.children if isinstance(step, int))
        for step in (*positions, *(step for step in self.children if not isinstance(step, int))):
            yield from self.children[step].find_columns((*place, step))


def _format_delimited(rows: Iterable[OutputRow], delimiter: str) -> Iterator[str]:
    root, has_pages = _Node(), False
    for row in rows:
        root.add(row.get("record"))
        has_pages |= row.get("page") is not None
    own = [name for name in DOCUMENT_COLUMNS if name != "page" or has_pages]
    names = name_columns(root.find_columns(), DOCUMENT_COLUMNS)
    numbers = {place: number for number, place in enumerate(names, len(own))}
    yield _join([*own, *names.values()], delimiter)
    for row in rows:
        cells = [*map(row.get, own), *([None] * len(names))]
        for place, value in _flatten(row.get("record")):
            if place not in numbers:
                raise RowsUnwritable("the rows changed while they were written: write them again")
            cells[numbers[place]] = value
        yield _join(cells, delimiter)


def _flatten(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The values of a record that are not empty, with their places."""
    if _has_children(value, len(place)):
        for step, inner in _list_children(value, len(place)):
            yield from _flatten(inner, (*place, step))
    elif not _is_empty(value):
        yield place, value


def _is_empty(value: Any) -> bool:
    """Whether a value is an empty cell: null, and a list or object with nothing in it."""
    return value is None or (isinstance(value, dict | list | tuple) and not value)


def _has_children(value: Any, depth: int) -> bool:
    return isinstance(value, dict | list | tuple) and bool(value) and depth < MAX_DEPTH


def _list_children(value: Any, depth: int) -> Iterable[tuple[str | int, Any]]:
    if not _has_children(value, depth):
        return ()
    if isinstance(value, dict):
        return value.items()
    return enumerate(value)


def _join(cells: Iterable[Any], delimiter: str) -> str:
    return f"{delimiter.join(_quote(cell, delimiter) for cell in cells)}\n"


def _quote(value: Any, delimiter: str) -> str:
    """A cell. Null is nothing, an empty text is a pair of quotes: databases that load CSV tell them apart by that."""
    if value is None:
        return ""
    text = _spell(value)
    if not text or text != text.strip() or any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"{}"'.format(text.replace('"', '""'))
    return text


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return spell_number(value)
    return escape_illegal(format_json(value) if isinstance(value, dict | list | tuple) else str(value))
