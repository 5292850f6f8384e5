"""`--schema "company, total: decimal"`: what fields mean, and where an error points."""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from typesight.cli.exit_codes import CommandError
from typesight.cli.schemas.inline_fields import FieldsError, parse_fields
from typesight.cli.schemas.inline_schema import build_inline_model
from typesight.cli.schemas.schema_source import load_target


def build(text: str) -> type[BaseModel]:
    return build_inline_model(text, "--schema")


def read(text: str, **data: Any) -> dict[str, Any]:
    return build(text).model_validate(data).model_dump()


# Rows: fields, a reply to them, and the record.
RECORDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "a name alone is a text": ("company, at", {"company": "Shop", "at": "1"}, {"company": "Shop", "at": "1"}),
    "scalars": (
        "i: int, d: decimal, f: float, b: bool, at: date, when: datetime, t: time, s: text, n: number",
        {"i": 1, "d": "1.50", "f": 0.5, "b": True, "at": "2026-11-20", "when": "2026-11-20T10:00:00", "t": "10:00",
         "s": "x", "n": 2},
        {"i": 1, "d": Decimal("1.50"), "f": 0.5, "b": True, "at": date(2026, 11, 20),
         "when": datetime(2026, 11, 20, 10), "t": time(10), "s": "x", "n": 2.0},
    ),
    "a type in capitals": ("total: Decimal", {"total": "1"}, {"total": Decimal(1)}),
    "what may be missing": ("a?, b?: int, c: int?", {}, {"a": None, "b": None, "c": None}),
    "a list of objects": ("items: [name, price: decimal]", {"items": [{"name": "T", "price": "2"}]},
                          {"items": [{"name": "T", "price": Decimal(2)}]}),
    "a list of values": ("tags: [str], days: [date], gaps: [int?]", {"tags": ["a"], "days": [], "gaps": [1, None]},
                         {"tags": ["a"], "days": [], "gaps": [1, None]}),
    "a list of lists": ("rows: [[int]]", {"rows": [[1], []]}, {"rows": [[1], []]}),
    "a list of one field": ("items: [price: decimal]", {"items": [{"price": 1}]}, {"items": [{"price": Decimal(1)}]}),
    "an object": ("seller: {name, vat?}", {"seller": {"name": "S"}}, {"seller": {"name": "S", "vat": None}}),
    "a choice": ('currency: USD|EUR|"Swiss francs"', {"currency": "Swiss francs"}, {"currency": "Swiss francs"}),
    "a choice of one": ('kind: "receipt"', {"kind": "receipt"}, {"kind": "receipt"}),
    "a list of choices": ("marks: [A|B]?", {"marks": ["B", "A"]}, {"marks": ["B", "A"]}),
    "keywords and other scripts": ("from, größe: int, 合計: decimal", {"from": "a", "größe": 1, "合計": 5},
                                   {"from": "a", "größe": 1, "合計": Decimal(5)}),
    "a name of every class": ("register, mro", {"register": "7", "mro": "x"}, {"register": "7", "mro": "x"}),
    "a comma at the end": ("a, b: int,", {"a": "x", "b": 1}, {"a": "x", "b": 1}),
    "an address": ("to: email", {"to": "a@b.example"}, {"to": "a@b.example"}),
}  # fmt: skip


@pytest.mark.parametrize("what", RECORDS)
def test_fields_read_a_record(what: str) -> None:
    text, data, record = RECORDS[what]
    assert read(text, **data) == record


@pytest.mark.parametrize(
    ("text", "data"),
    [("a: int", {"a": "x"}), ("a: A|B", {"a": "C"}), ("a, b", {"a": "x"}),
     ("a: email", {"a": "nobody"}), ("a: [date]", {"a": [1, "x"]})],
)  # fmt: skip
def test_fields_refuse_what_they_do_not_take(text: str, data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read(text, **data)


def test_quoted_text_after_a_field_describes_it() -> None:
    rules = build("total: decimal \"what was paid, in all: [with tax]\", n 'a number'").model_json_schema()[
        "properties"
    ]
    assert rules["total"]["description"] == "what was paid, in all: [with tax]"
    assert rules["n"]["description"] == "a number"


def test_models_are_named_after_their_fields() -> None:
    target = load_target("line_items: [a, c], seller: {line_items: [b, d]}")
    assert target.name == "Record"
    assert sorted(target.schema["$defs"]) == ["LineItems", "LineItems2", "Seller"]


# Rows: a wrong text, the column, what is marked, and what is said of it.
WRONG = [
    ("", 1, "", "there are no fields"),
    ("company", 1, "company", 'give FILE.py:Model, package.module:Model, or "company: str" for one field'),
    ("company, total: datee", 17, "datee", '"datee" is no type: did you mean date? Types are str, int,'),
    ("a: quux, b", 4, "quux", '"quux" is no type. Types are str,'),
    ("a,, b", 3, ",", 'found ",", expected the name of a field'),
    ("a b", 3, "b", 'found "b", expected a comma before the next field'),
    ("items: [name, price: decimal", 8, "[", 'this "[" is not closed'),
    ("a: {b: [int], d", 4, "{", 'this "{" is not closed'),
    ("a: [", 4, "[", 'this "[" is not closed'),
    ("a: [[int]", 4, "[", 'this "[" is not closed'),
    ("a: 'x", 4, "'", "this ' is not closed"),
    ("a: []", 4, "[", "there are no fields"),
    ("a: {}", 4, "{", "there are no fields"),
    ("a: b, c]", 4, "b", '"b" is no type'),
    ("a, c]", 5, "]", 'found "]", expected a comma'),
    ("items: [price]", 9, "price", '"price" is no type. For a list of objects with one field write [price: str]'),
    ("a [b, c]", 3, "[", 'found "[", expected a colon before it, a: ['),
    ("a, total, a: int", 11, "a", "there are two fields a"),
    ("a: x|y|x", 8, "x", "x is there twice"),
    ("a: x|", 6, "", "found the end, expected one of the texts"),
    ("a: str|None, b", 4, "str", '"str" is no text: quote it if it is one; for a value that may be missing write a ?'),
    ("_a, b", 1, "_a", "begins with _"),
    ("copy, b", 1, "copy", "pydantic's models have a copy of their own: call the field copy_"),
    ("b, model_config: str", 4, "model_config", "pydantic's models have a model_config of their own"),
    ("unit-price, b", 1, "unit-price", "is no name of a field"),
    ("2nd: int, b", 1, "2nd", "is no name of a field"),
    ("a: " + "[" * 30, 23, "[", "there are more than 20 levels"),
    ("a: " + "{a: " * 5_000, 80, "{", "there are more than 20 levels"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "marked", "said"), WRONG, ids=range(len(WRONG)))
def test_an_error_points_at_its_column(text: str, column: int, marked: str, said: str) -> None:
    with pytest.raises(FieldsError) as caught:
        parse_fields(text)
    assert said in str(caught.value)
    assert (caught.value.start + 1, text[caught.value.start : caught.value.end]) == (column, marked)


# Rows: a wrong text, and the two lines that show the place.
MARKED = [
    ("company, total: datee", ("company, total: datee", "                ^^^^^")),
    ("合計: 小数", ("合計: 小数", "      ^^^^")),  # each of these letters is two columns wide
    ("a\x1b[31m: str, b", ("a\\x1b[31m: str, b", "^^^^^")),
    ("x" * 200 + ", b: quux, " + "y" * 200, (f"…{'x' * 31}, b: quux, {'y' * 30}…", " " * 37 + "^^^^")),
]


@pytest.mark.parametrize(("text", "lines"), MARKED, ids=range(len(MARKED)))
def test_an_error_shows_the_text_and_marks_the_place(text: str, lines: tuple[str, str]) -> None:
    with pytest.raises(CommandError) as caught:
        build(text)
    assert caught.value.lines == lines


@given(st.text("ab:,?|[]{}\"' date", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_model_or_a_clear_error(text: str) -> None:
    try:
        assert issubclass(build(text), BaseModel)
    except CommandError as error:
        assert error.lines


def test_a_text_that_is_read_as_fields_leaves_the_path_of_imports_alone() -> None:
    before = list(sys.path)
    load_target("a, b: int")
    assert sys.path == before
