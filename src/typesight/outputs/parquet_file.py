"""Rows as a Parquet file, with objects and lists as its own nested types. Needs pyarrow, the extra `parquet`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from typesight.errors import MissingExtra
from typesight.outputs.json_text import format_json
from typesight.outputs.output_row import DOCUMENT_COLUMNS, OutputRow
from typesight.outputs.shapes import Shape, find_kind
from typesight.text.escapes import escape_surrogates

__all__ = ["write_parquet"]

_GROUP = 5_000  # rows in a row group, which is what is in memory at a time: about 30 MB for records of 1 kB
_NESTED = ("record", "usage")  # the others are JSON text: their keys are paths, and differ from row to row


def write_parquet(rows: Iterable[OutputRow], path: Path) -> None:
    """Write a Parquet file. Goes through the rows twice. Raises MissingExtra, OSError."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("parquet", "writing Parquet") from error
    shape = Shape(types={"object"}, fields=_find_shapes(rows))
    schema = pa.schema(list(_make_type(pa, shape)))
    with pq.ParquetWriter(path, schema) as file:
        for group in _group(rows):
            table = [_convert(row, shape) for row in group]
            file.write_batch(pa.RecordBatch.from_pylist(table, schema), row_group_size=_GROUP)


def _find_shapes(rows: Iterable[OutputRow]) -> dict[str, Shape]:
    """The shape of each column: the columns of documents, the record, and whatever else some row has."""
    nested = {name: Shape() for name in _NESTED}
    own = {name: Shape(types={kind}) for name, kind in DOCUMENT_COLUMNS.items()}
    seen: dict[str, None] = {}
    for row in rows:
        for name, shape in (own | nested).items():
            shape.widen(row.get(name))
        seen |= dict.fromkeys(name for name, value in row.items() if value is not None)
    more = {name: nested.get(name, Shape(types={"mixed"})) for name in seen if name not in own}
    return {**own, "record": nested["record"], **more}


def _group(rows: Iterable[OutputRow]) -> Iterator[list[OutputRow]]:
    waiting = iter(rows)
    while group := list(islice(waiting, _GROUP)):
        yield group


def _find_nested_kind(shape: Shape) -> str:
    """The kind of a column; an object without fields, which Parquet cannot hold, is JSON text."""
    kind = find_kind(shape)
    return "mixed" if kind == "object" and not shape.fields else kind


def _make_type(pa: Any, shape: Shape) -> Any:
    """The Arrow type of a shape."""
    kind = _find_nested_kind(shape)
    if kind == "object":
        return pa.struct([(escape_surrogates(name), _make_type(pa, inner)) for name, inner in shape.fields.items()])
    if kind == "array":
        return pa.list_(_make_type(pa, shape.items or Shape()))
    types = {"boolean": pa.bool_, "integer": pa.int64, "number": pa.float64}
    return types.get(kind, pa.string)()


def _convert(value: Any, shape: Shape) -> Any:
    """A value as its column's type takes it."""
    if value is None:
        return None
    kind = _find_nested_kind(shape)
    if kind == "object":
        return {escape_surrogates(name): _convert(value.get(name), inner) for name, inner in shape.fields.items()}
    if kind == "array":
        return [_convert(each, shape.items or Shape()) for each in value]
    if kind == "mixed":
        return format_json(value)
    return escape_surrogates(str(value)) if kind == "string" else float(value) if kind == "number" else value
