"""Rows as CSV or TSV: one line a document, nested fields and list items as columns."""

from __future__ import annotations

import re
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


# What needs quotes: an empty text, the marks of CSV and TSV, and spaces at the ends, which some readers strip.
_SPECIAL = re.compile(r'^$|^\s|\s$|[,\t"\n\r]')


@dataclass(slots=True)
class _Node:
    """A place in the records; `number` is its column's. Has state because it grows with every record."""

    children: dict[str | int, _Node] = field(default_factory=dict)
    has_value: bool = False
    number: int = -1

    def add(self, value: Any, depth: int = 0) -> None:
        """Add what stands here in one record."""
        children = _list_children(value, depth)
        if children is None:
            self.has_value = self.has_value or value is not None
            return
        for step, inner in children:
            self.children.setdefault(step, _Node()).add(inner, depth + 1)

    def find_columns(self, place: Place = ()) -> Iterator[tuple[Place, _Node]]:
        """The places that get a column: in the order of their first appearance, list items by position.

        A place that is empty wherever it has nothing inside, such as an object that may be null, gets none itself.
        """
        if self.has_value or (place and not self.children):
            yield place, self
        positions: list[str | int] = sorted(step for step in self.children if isinstance(step, int))
        for step in (*positions, *(step for step in self.children if not isinstance(step, int))):
            yield from self.children[step].find_columns((*place, step))

    def fill(self, cells: list[Any], value: Any, depth: int = 0) -> None:
        """Put the values of one record into their cells. Raises KeyError for a place that was never added."""
        children = _list_children(value, depth)
        if children is not None:
            for step, inner in children:
                self.children[step].fill(cells, inner, depth + 1)
        elif value is not None:
            if self.number < 0:
                raise KeyError(self.number)
            cells[self.number] = value


def _list_children(value: Any, depth: int) -> Iterable[tuple[str | int, Any]] | None:
    """What is inside a list or an object; None for a value of a single cell."""
    if depth == MAX_DEPTH or not isinstance(value, (dict, list, tuple)):
        return None
    return value.items() if isinstance(value, dict) else enumerate(value)


def _format_delimited(rows: Iterable[OutputRow], delimiter: str) -> Iterator[str]:
    root = _Node()
    for row in rows:
        root.add(row.get("record"))
    columns = dict(root.find_columns())
    for number, node in enumerate(columns.values(), len(DOCUMENT_COLUMNS)):
        node.number = number
    yield _join([*DOCUMENT_COLUMNS, *name_columns(columns, DOCUMENT_COLUMNS).values()], delimiter)
    for row in rows:
        cells = [*map(row.get, DOCUMENT_COLUMNS), *([None] * len(columns))]
        try:
            root.fill(cells, row.get("record"))
        except KeyError as error:
            raise RowsUnwritable("the rows changed while they were written: write them again") from error
        yield _join(cells, delimiter)


def _join(cells: Iterable[Any], delimiter: str) -> str:
    return f"{delimiter.join(map(_quote, cells))}\n"


def _quote(value: Any) -> str:
    """A cell. Null is nothing, an empty text is a pair of quotes: databases that load CSV tell them apart by that."""
    if value is None:
        return ""
    text = _spell(value)
    return '"{}"'.format(text.replace('"', '""')) if _SPECIAL.search(text) else text


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return spell_number(value)
    return escape_illegal(format_json(value) if isinstance(value, dict | list | tuple) else str(value))
