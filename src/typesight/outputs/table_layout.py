"""Rows as tables: one of the documents with the single values, and one for each list of objects in the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from typesight.outputs.output_row import DOCUMENT_COLUMNS, OutputRow, Place, name_columns
from typesight.outputs.shapes import Shape, find_kind

__all__ = ["Column", "ListTable", "TableLayout", "find_layout", "list_items", "pick_cells"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its place in the record or the item, and the kind of its values (see `find_kind`)."""

    name: str
    place: Place
    kind: str


@dataclass(frozen=True, slots=True)
class ListTable:
    """The items of all lists of objects at one place in the records; `rows` is how many there are."""

    name: str
    place: Place
    columns: tuple[Column, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class TableLayout:
    """The tables: DOCUMENT_COLUMNS, then `columns`, and the `lists`.

    `more` are the other keys of rows, whose values become JSON text, each with the name of its column.
    """

    more: Mapping[str, str]
    columns: tuple[Column, ...]
    lists: tuple[ListTable, ...]
    rows: int


def find_layout(
    rows: Iterable[OutputRow],
    documents_own: Iterable[str] = (),
    items_own: Iterable[str] = (),
    fold: Callable[[str], str] = str,
) -> TableLayout:
    """Go through the rows once and lay out their tables.

    `documents_own` and `items_own` are columns that a format adds, `fold` makes names equal that it does not tell
    apart.
    """
    record, count = Shape(), 0
    seen: dict[str, None] = {}
    for row in rows:
        record.widen(row.get("record"))
        seen |= dict.fromkeys(name for name, value in row.items() if value is not None)
        count += 1
    taken = {*DOCUMENT_COLUMNS, *documents_own}
    others = [(name,) for name in seen if name not in DOCUMENT_COLUMNS and name != "record"]
    more = {str(place[0]): name for place, name in name_columns(others, taken, "row", fold).items()}
    values, lists = _split(record)
    return TableLayout(
        more=more,
        columns=_make_columns(values, {*taken, *more.values()}, "record", fold),
        lists=tuple(_make_tables(lists, {*items_own}, fold)),
        rows=count,
    )


def _split(record: Shape) -> tuple[dict[Place, Shape], dict[Place, Shape]]:
    """The places of single values, and those of lists of objects with the shape of their items."""
    values = dict(_find_values(record)) if record.types else {}
    lists = {place: shape.items for place, shape in values.items() if shape.items and _is_list_of_objects(shape)}
    return {place: shape for place, shape in values.items() if place not in lists}, lists


def _is_list_of_objects(shape: Shape) -> bool:
    return (
        find_kind(shape) == "array" and shape.items is not None and bool(shape.items.fields) and _is_object(shape.items)
    )


def _is_object(shape: Shape) -> bool:
    return find_kind(shape) == "object" and bool(shape.fields)


def _find_values(shape: Shape, place: Place = ()) -> Iterator[tuple[Place, Shape]]:
    """The places that are no object, in the order of their first appearance."""
    if not _is_object(shape):
        yield place, shape
        return
    for name, inner in shape.fields.items():
        yield from _find_values(inner, (*place, name))


def _make_columns(
    shapes: Mapping[Place, Shape], taken: set[str], prefix: str, fold: Callable[[str], str]
) -> tuple[Column, ...]:
    names = name_columns(shapes, taken, prefix, fold)
    return tuple(Column(names[place], place, find_kind(shape)) for place, shape in shapes.items())


def _make_tables(lists: Mapping[Place, Shape], own: set[str], fold: Callable[[str], str]) -> Iterator[ListTable]:
    names = name_columns(lists, {"documents"}, fold=fold)
    for place, items in lists.items():
        columns = _make_columns(dict(_find_values(items)), own, names[place], fold)
        yield ListTable(names[place], place, columns, items.count)


def pick_cells(data: Any, columns: Iterable[Column]) -> list[Any]:
    """The values of a record or an item, a column each; None where there is none."""
    return [_get_at(data, column.place) for column in columns]


def list_items(record: Any, table: ListTable) -> Iterable[Any]:
    """The items of one record that belong to a table."""
    return _get_at(record, table.place) or ()


def _get_at(data: Any, place: Place) -> Any:
    for step in place:
        data = data.get(step) if isinstance(data, dict) else None
    return data
