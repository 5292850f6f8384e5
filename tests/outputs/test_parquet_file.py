"""Parquet: objects and lists are nested types, and what has several types is JSON text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from outputs.rows import HOSTILE, failed, many_rows, ok
from typesight.outputs.output_formats import write_output

pq = pytest.importorskip("pyarrow.parquet")


def read(folder: Path, rows: list[dict[str, Any]]) -> Any:
    write_output(rows, folder / "out.parquet")
    return pq.read_table(folder / "out.parquet")


def test_objects_and_lists_are_nested_types(tmp_path: Path) -> None:
    record = {
        "company": "A",
        "total": "1.50",
        "items": [{"name": "B", "count": 2}],
        "tags": ["x"],
        "address": {"ok": True},
    }
    table = read(tmp_path, [ok(record), ok({"items": [{"price": 0.5}]}), failed()])
    assert str(table.schema.field("record").type) == (
        "struct<company: string, total: string, "
        "items: list<element: struct<name: string, count: int64, price: double>>, "
        "tags: list<element: string>, address: struct<ok: bool>>"
    )
    first, second, third = table.to_pylist()
    assert first["record"] == {**record, "items": [{"name": "B", "count": 2, "price": None}]}
    assert second["record"]["items"] == [{"name": None, "count": None, "price": 0.5}]
    assert third["record"] is None
    assert json.loads(third["errors"]) == {"items.0.price": "too low"}
    assert [row["usage"]["input"] for row in (first, second, third)] == [10, 10, 10]


def test_values_of_several_types_are_json_text(tmp_path: Path) -> None:
    records: list[Any] = [{"a": 1}, {"a": "1"}, {"a": [1]}, {"a": None}]
    texts = [row["record"]["a"] for row in read(tmp_path, list(map(ok, records))).to_pylist()]
    assert texts == ["1", '"1"', "[1]", None]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2**63 - 1, -(2**63) + 1], "int64"),
        ([1, 2**63], "string"),
        ([1, 0.5], "double"),
        ([2**60, 0.5], "string"),
        ([True, 1], "string"),
        ([None], "string"),
        ([{}], "string"),
        ([[]], "list<element: string>"),
    ],
)
def test_the_type_of_a_column_holds_all_its_values_exactly(values: list[Any], kind: str, tmp_path: Path) -> None:
    table = read(tmp_path, [ok({"a": value, "b": ""}) for value in values])
    assert str(table.schema.field("record").type) == f"struct<a: {kind}, b: string>"
    if kind in {"int64", "double"}:
        assert [row["record"]["a"] for row in table.to_pylist()] == values


@pytest.mark.parametrize("records", [["x", "y"], [1, 2], [[{"a": 1}], []], [{"a": 1}, {"a": 2}]])
def test_a_record_may_be_of_any_type(records: list[Any], tmp_path: Path) -> None:
    assert [row["record"] for row in read(tmp_path, list(map(ok, records))).to_pylist()] == records


def test_keys_of_rows_may_be_of_any_text(tmp_path: Path) -> None:
    table = read(tmp_path, [ok({"a": 1}) | {"Source": 2, "\ud800": 3}])
    assert table.column_names[-2:] == ["Source", r"\ud800"]


def test_hostile_texts_survive(tmp_path: Path) -> None:
    record = {f"{number}{text}": text for number, text in enumerate(HOSTILE)}
    (row,) = read(tmp_path, [ok(record)]).to_pylist()
    assert list(row["record"].values()) == [text.encode("utf-8", "backslashreplace").decode() for text in HOSTILE]


def test_many_rows_lie_in_groups(tmp_path: Path) -> None:
    write_output(lambda: (ok({"n": number}) for number in range(12_000)), tmp_path / "out.parquet")
    file = pq.ParquetFile(tmp_path / "out.parquet")
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [5_000, 5_000, 2_000]
    assert file.read()["record"].to_pylist()[-1] == {"n": 11_999}


def test_no_rows_are_a_file_with_columns(tmp_path: Path) -> None:
    table = read(tmp_path, [])
    assert table.num_rows == 0
    assert "source" in table.column_names


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(many_rows)
def test_every_record_can_be_written(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    assert read(tmp_path, rows).num_rows == len(rows)
