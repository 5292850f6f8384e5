"""What kind of value a field has is read from the schema, or told by the labels."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel

from typesight.evaluation.scoring.field_kinds import read_kinds


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Line(BaseModel):
    name: str
    price: Decimal
    inner: list[Line] = []


class Bill(BaseModel):
    company: str
    day: datetime.date | None
    at: datetime.time
    seen: datetime.datetime
    total: Decimal | None = None
    count: int
    rate: float
    paid: bool
    size: Size
    status: Literal["open", "closed"]
    lines: list[Line]
    notes: dict[str, datetime.date]
    extra: Any = None
    either: int | str | None = None


LABEL = {
    "company": "2018-04-03",
    "day": "2018-04-03",
    "at": "20:24",
    "seen": "2018-04-03T20:24",
    "total": "12.50",
    "count": 1,
    "rate": 1,
    "paid": True,
    "size": "small",
    "status": "open",
    "lines": [{"name": "tea", "price": 1, "inner": [{"name": "x", "price": "1"}]}],
    "notes": {"first": "2018-04-03"},
    "extra": 7,
    "either": 5,
}


def test_a_schema_says_the_kinds_of_fields() -> None:
    assert read_kinds(Bill.model_json_schema(), [LABEL]).by_field == {
        "company": "text",
        "day": "date",
        "at": "time",
        "seen": "date-time",
        "total": "number",
        "count": "integer",
        "rate": "number",
        "paid": "boolean",
        "size": "choice",
        "status": "choice",
        "lines.*.name": "text",
        "lines.*.price": "number",
        "lines.*.inner.*.name": "text",
        "lines.*.inner.*.price": "number",
        "notes.first": "date",
        "extra": "number",
        "either": "number",
    }


def test_without_a_schema_all_values_of_a_field_decide() -> None:
    labels = [
        {"day": "03/04/2018", "total": "RM 12.50", "mixed": 1, "flag": True, "code": "00123", "phone": "0123456789"},
        {"day": "3 April 2018", "total": "1,234.50", "mixed": "x", "flag": False, "code": "12", "phone": "9876543210"},
        {"day": None, "total": 5, "note": "paid on 03/04/2018 in cash"},
    ]
    assert read_kinds(None, labels).by_field == {
        "day": "date",
        "total": "number",
        "mixed": "text",
        "flag": "boolean",
        "code": "text",
        "phone": "text",
        "note": "text",
    }


def test_a_schema_that_says_nothing_leaves_it_to_the_labels() -> None:
    assert read_kinds({"type": "object"}, [{"a": 1.5, "b": ["x"]}]).by_field == {"a": "number", "b.*": "text"}


def test_a_broken_schema_leaves_it_to_the_labels() -> None:
    schemas: list[Any] = [
        {"properties": {"a": {"$ref": "#/$defs/nowhere"}}},
        {"properties": {"a": {"anyOf": [{"$ref": "#/properties/a"}, {"$ref": "#/properties/a"}]}}},
        {"properties": {"a": True}},
        {"properties": {"a": {"type": []}}},
        {"properties": []},
        {"anyOf": 5},
    ]
    assert [read_kinds(schema, [{"a": 1.5}]).by_field for schema in schemas] == [{"a": "number"}] * len(schemas)


def test_a_field_that_no_label_has_is_told_by_its_value() -> None:
    kinds = read_kinds(None, [{"a": 1}])
    assert [kinds.find_kind("b", value) for value in (1, "2018-04-03", "tea", True, None)] == [
        "number", "date", "text", "boolean", "text",
    ]  # fmt: skip
