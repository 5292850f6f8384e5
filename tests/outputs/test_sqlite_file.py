"""SQLite: documents and the items of their lists in tables, with types where all values have one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from outputs.rows import HOSTILE, as_json, failed, many_rows, ok
from typesight.outputs.output_formats import write_output
from typesight.outputs.output_row import RowsUnwritable


def query(folder: Path, rows: list[dict[str, Any]], statement: str) -> list[Any]:
    write_output(rows, folder / "out.sqlite")
    with closing(sqlite3.connect(folder / "out.sqlite")) as database:
        return database.execute(statement).fetchall()


def types(folder: Path, rows: list[dict[str, Any]], table: str = "documents") -> dict[str, str]:
    return dict(query(folder, rows, f"SELECT name, type FROM pragma_table_info('{table}')"))


def test_a_document_is_a_row_with_its_values_and_the_whole_record(tmp_path: Path) -> None:
    record = {"company": "A", "address": {"city": "B"}, "items": [{"name": "C"}]}
    rows = query(tmp_path, [ok(record), failed()], 'SELECT id, source, status, company, "address.city" FROM documents')
    assert rows == [(1, "a.jpg", "ok", "A", "B"), (2, "b.jpg", "failed", None, None)]
    texts = query(tmp_path, [ok(record), failed()], "SELECT record, errors FROM documents")
    assert json.loads(texts[0][0]) == record
    assert texts[1][0] is None
    assert json.loads(texts[1][1]) == {"items.0.price": "too low"}


def test_the_items_of_a_list_are_a_table(tmp_path: Path) -> None:
    first = ok({"order": {"items": [{"name": "A", "price": "1.50"}, {"name": "B", "document": "x"}]}})
    second = ok({"order": None, "tags": ["x"]})
    third = ok({"order": {"items": [{"name": "C", "taxes": [{"rate": 7}]}]}})
    rows = query(tmp_path, [first, second, third], 'SELECT * FROM "order.items"')
    assert rows == [
        (1, 0, "A", "1.50", None, None),
        (1, 1, "B", None, "x", None),
        (3, 0, "C", None, None, '[{"rate": 7}]'),
    ]
    names = list(types(tmp_path, [first, second, third], "order.items"))
    assert names == ["document", "position", "name", "price", "order.items.document", "taxes"]


def test_a_column_has_a_type_if_all_its_values_have_it(tmp_path: Path) -> None:
    rows = [ok({"a": 1, "b": 1, "c": "1", "d": True, "e": 1}), ok({"a": 2, "b": 1.5, "c": None, "d": None, "e": "x"})]
    found = types(tmp_path, rows)
    assert [found[name] for name in "abcde"] == ["INTEGER", "REAL", "TEXT", "BOOLEAN", ""]
    assert found["cost"] == "REAL"
    assert query(tmp_path, rows, "SELECT typeof(c), typeof(e) FROM documents") == [
        ("text", "integer"),
        ("null", "text"),
    ]


def test_a_decimal_stays_the_text_that_it_is(tmp_path: Path) -> None:
    assert query(tmp_path, [ok({"total": "73.50"})], "SELECT total FROM documents") == [("73.50",)]


def test_names_that_sqlite_does_not_tell_apart_get_a_prefix(tmp_path: Path) -> None:
    record = {"Total": 1, "total": 2, "ID": 3, "Record": 4, "Documents": [{"a": 5}]}
    assert query(
        tmp_path, [ok(record)], 'SELECT "Total", "record.total", "record.ID", "record.Record" FROM documents'
    ) == [(1, 2, 3, 4)]
    assert query(tmp_path, [ok(record)], 'SELECT a FROM "record.Documents"') == [(5,)]


@pytest.mark.parametrize("record", ["text", 3, 1.5, True, [1, 2], [], {}, [{"a": 1}]])
def test_a_record_may_be_any_json(record: Any, tmp_path: Path) -> None:
    ((text,),) = query(tmp_path, [ok(record)], "SELECT record FROM documents")
    assert json.loads(text) == record


def test_keys_of_rows_may_be_of_any_text(tmp_path: Path) -> None:
    row = ok({"a": 1}) | {"Source": 2, "x\0": 3, "ID": 4, "\ud800": 5, "A": 6}
    names = list(types(tmp_path, [row], "documents"))
    assert names[-7:] == ["usage", "row.Source", r"x\u0000", "row.ID", r"\ud800", "A", "record"]
    assert "record.a" in names
    assert query(tmp_path, [row], 'SELECT "row.Source", A, "record.a" FROM documents') == [("2", "6", 1)]


def test_hostile_texts_survive(tmp_path: Path) -> None:
    record = {f"{number}{text}": text for number, text in enumerate(HOSTILE)}
    ((*cells,),) = query(tmp_path, [ok(record)], "SELECT * FROM documents")
    assert cells[8 : 8 + len(HOSTILE)] == [text.encode("utf-8", "backslashreplace").decode() for text in HOSTILE]
    assert json.loads(cells[-1]) == record


def test_more_columns_than_sqlite_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RowsUnwritable, match="too many columns"):
        write_output([ok({f"f{number}": 1 for number in range(2_500)})], tmp_path / "out.db")
    assert list(tmp_path.iterdir()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(many_rows)
def test_every_record_can_be_written_and_read_back(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    texts = query(tmp_path, rows, "SELECT record FROM documents ORDER BY id")
    read = [None if text is None else json.loads(text) for (text,) in texts]
    assert read == [as_json(row["record"]) for row in rows]
