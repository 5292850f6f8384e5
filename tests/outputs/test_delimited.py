"""CSV: every value has a column named by its path, and any reader of CSV reads back what was written."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given

from outputs.rows import HOSTILE, failed, many_rows, ok
from typesight.outputs.delimited import format_csv, format_tsv
from typesight.outputs.output_row import RowsUnwritable, escape_illegal

OWN = ["source", "status", "model", "digest", "cost", "error", "message"]


def read(rows: list[dict[str, Any]], delimiter: str = ",") -> list[list[str]]:
    text = "".join(format_csv(rows) if delimiter == "," else format_tsv(rows))
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def columns(*records: Any) -> list[str]:
    return read([ok(record) for record in records])[0][len(OWN) :]


def test_nested_fields_and_items_are_columns_named_by_their_paths() -> None:
    record = {"company": "A", "address": {"city": "B"}, "items": [{"name": "C", "price": "1.50"}, {"name": "D"}]}
    head, row = read([ok(record)])
    assert head == [*OWN, "company", "address.city", "items.0.name", "items.0.price", "items.1.name"]
    assert row == ["a.jpg", "ok", "local", "ab12", "0.0", "", "", "A", "B", "C", "1.50", "D"]


def test_columns_stand_where_they_appear_first_and_items_by_their_position() -> None:
    first = {"items": [{"name": "a"}], "total": "1"}
    second = {"items": [{"price": "2"} for _ in range(11)], "note": "n"}
    assert columns(first, second) == [
        "items.0.name",
        "items.0.price",
        *(f"items.{position}.price" for position in range(1, 11)),
        "total",
        "note",
    ]


def test_a_field_named_like_a_column_of_ours_gets_a_prefix() -> None:
    record = {"source": "1", "cost": {"net": "2"}, "error": "3", "page": "4"}
    assert columns(record) == ["record.source", "cost.net", "record.error", "page"]


def test_two_places_with_the_same_path_get_two_columns() -> None:
    head, row = read([ok({"a": {"b": "1"}, "a.b": "2", "record.source": "3", "source": "4", "": "5"})])
    assert row[len(OWN) :] == ["1", "2", "3", "4", "5"]
    assert len(set(head)) == len(head)


def test_a_record_that_is_one_value_has_the_column_record() -> None:
    assert read([ok("x")])[1][-1] == "x"
    assert columns("x", {"record": "y"}) == ["record", "record.record"]
    assert columns(["a", "b"]) == ["0", "1"]


def test_what_is_only_ever_null_or_empty_has_a_column_and_an_object_that_may_be_null_has_none() -> None:
    assert columns({"note": None, "tags": [], "address": None}, {"address": {"city": "x"}}) == [
        "note",
        "tags",
        "address.city",
    ]


def test_null_is_nothing_and_an_empty_text_is_a_pair_of_quotes() -> None:
    assert "".join(format_csv([ok({"a": None, "b": ""})])).endswith(',,""\n')


def test_values_are_spelled_as_in_json() -> None:
    row = read([ok({"a": True, "b": False, "c": 1e16, "d": 2**70, "e": float("nan"), "f": float("-inf")})])[1]
    assert row[len(OWN) :] == ["true", "false", "1e+16", str(2**70), "NaN", "-Infinity"]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_hostile_texts_survive(delimiter: str) -> None:
    record = {f"{number}{text}": text for number, text in enumerate(HOSTILE)}
    head, row = read([ok(record)], delimiter)
    assert row[len(OWN) :] == [escape_illegal(text) for text in HOSTILE]
    assert head[len(OWN) :] == [escape_illegal(name) for name in record]


def test_a_failed_row_says_why() -> None:
    assert read([failed(), ok({"a": "1"})])[1] == [
        "b.jpg",
        "failed",
        "local",
        "ab12",
        "",
        "InvalidRecord",
        "no\nluck",
        "",
    ]


def test_no_rows_are_a_head() -> None:
    assert read([]) == [OWN]


@given(many_rows)
def test_every_value_of_every_record_is_in_one_cell(rows: list[dict[str, Any]]) -> None:
    head, *lines = read(rows)
    assert len(set(head)) == len(head)
    assert [len(line) for line in lines] == [len(head)] * len(rows)
    for row, line in zip(rows, lines, strict=True):
        filled = [cell for cell in line[len(OWN) :] if cell]
        assert len(filled) == count_values(row["record"])


def count_values(value: Any) -> int:
    """The scalars in JSON data that are no empty cell, neither null nor an empty text."""
    if isinstance(value, dict):
        return sum(map(count_values, value.values()))
    if isinstance(value, list):
        return sum(map(count_values, value))
    return value not in (None, "")


def test_what_is_very_deep_is_json_text() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = {"a": deep}
    (name,) = columns(deep)
    assert name == ".".join("a" * 32)
    assert read([ok(deep)])[1][-1].startswith('{"a": {"a"')


def test_rows_that_change_meanwhile_are_not_written_wrongly() -> None:
    class Growing:
        seen = 0

        def __iter__(self) -> Any:
            self.seen += 1
            yield ok({"a": 1} if self.seen == 1 else {"b": 2})

    with pytest.raises(RowsUnwritable, match="changed"):
        list(format_csv(Growing()))
