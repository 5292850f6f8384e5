"""A table of items: columns with a header, rows, and the list of records that it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .pens import Page

__all__ = ["Column", "Style", "draw_table", "items"]

Style = Literal["grid", "lines", "zebra", "bare"]


@dataclass(frozen=True)
class Column:
    """A column; `field` is "" for one that no model asks for, `share` its part of the table's width.

    A whole number is an int in the record, a flag a bool; every other value stays a string.
    """

    field: str
    header: str
    share: float
    kind: Literal["text", "whole", "number", "money", "flag"] = "text"

    @property
    def is_right(self) -> bool:
        """Numbers stand at the right."""
        return self.kind in {"whole", "number", "money"}


def items(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """The rows as records in JSON form, of the columns that have a field."""
    return [
        {column.field: _meant(column, cell) for column, cell in zip(columns, row, strict=True) if column.field}
        for row in rows
    ]


def _meant(column: Column, cell: str) -> Any:
    if column.kind == "whole":
        return int(cell)
    return cell in {"Yes", "On"} if column.kind == "flag" else cell


def draw_table(page: Page, columns: Sequence[Column], rows: Sequence[Sequence[str]], style: Style) -> None:
    """Draw header and rows as printed; a text that is too wide for its column goes on in a second line."""
    edges = [page.across(sum(column.share for column in columns[:end])) for end in range(len(columns) + 1)]
    above = page.size * 0.35 + page.row / 2  # from a baseline up to the middle between two rows
    top = page.y - above
    headers = [column.header for column in columns]
    if style in {"grid", "zebra"}:
        page.band(top, top + page.row)
    lines = [top]
    for number, row in enumerate([headers, *rows]):
        cells = [
            page.wrapped(cell, edges[at + 1] - edges[at] - page.size, bold=number == 0) for at, cell in enumerate(row)
        ]
        deep = page.row + (max(map(len, cells)) - 1) * page.size * 1.25
        if style == "zebra" and number and number % 2 == 0:
            page.band(lines[-1], lines[-1] + deep)
        _draw_row(page, columns, edges, cells, bold=number == 0)
        lines.append(lines[-1] + deep)
        page.y += deep
    _rule(page, style, lines, edges)


def _draw_row(
    page: Page, columns: Sequence[Column], edges: Sequence[float], cells: Sequence[Sequence[str]], bold: bool
) -> None:
    inset = page.size * 0.4
    for column, left, right, cell in zip(columns, edges, edges[1:], cells, strict=False):
        for deep, line in enumerate(cell):
            y = page.y + deep * page.size * 1.25
            if column.is_right:
                page.write(right - inset, line, y=y, anchor="right", bold=bold)
            else:
                page.write(left + inset, line, y=y, bold=bold)


def _rule(page: Page, style: Style, lines: Sequence[float], edges: Sequence[float]) -> None:
    """The rules: all of them, those between rows, or none."""
    for y in lines if style == "grid" else lines[1:] if style == "lines" else ():
        page.rule(y, weight=2 if style == "lines" and y == lines[1] else 1)
    for x in edges if style == "grid" else ():
        page.pen.line((x, lines[0], x, lines[-1]), fill=page.look.faint)
