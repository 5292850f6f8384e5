"""An Extraction tells how its record came to be, as values, as JSON and through pickle."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import pytest

from support import RECORD, Receipt
from typesight import Attempt, Extraction, InvalidRecord, Usage
from typesight.conversation.extraction import sum_cost, sum_usage


class Colour(Enum):
    RED = "red"


@dataclass
class Place:
    opened: date


def extraction(record: Any, **more: Any) -> Extraction[Any]:
    attempts = (
        Attempt(1, "m", "tools", errors={"a": "wrong"}, error=InvalidRecord("x"), usage=Usage(3, 4), cost=0.5),
        Attempt(2, "m", "tools", usage=Usage(1, 1), cost=0.25, asked=("a", "b.0")),
    )
    return Extraction(record, "r.jpg", attempts, sum_usage(attempts), sum_cost(attempts), **more)


def test_json_of_an_extraction_is_plain_data_with_record_attempts_and_sums() -> None:
    told = json.loads(extraction(RECORD).model_dump_json())
    assert set(told) == {"source", "record", "attempts", "usage", "cost", "repairs", "evidence"}
    assert told["record"] == {"company": "Corner Shop", "date": "2026-11-20", "total": "73.5"}
    assert told["usage"]["input"] == 4
    assert told["cost"] == 0.75
    assert [(each["error"], each["asked"]) for each in told["attempts"]] == [
        ("InvalidRecord", "all"),
        (None, ["a", "b.0"]),
    ]


RECORDS = [
    ([RECORD], [{"company": "Corner Shop", "date": "2026-11-20", "total": "73.5"}]),
    (5, 5),
    (Colour.RED, "red"),
    (Place(date(2026, 11, 20)), {"opened": "2026-11-20"}),
    ({"a": date(2026, 11, 20)}, {"a": "2026-11-20"}),
    (None, None),
    ((1, date(2026, 11, 20)), [1, "2026-11-20"]),
]


@pytest.mark.parametrize(("record", "data"), RECORDS, ids=[str(type(record).__name__) for record, _ in RECORDS])
def test_a_record_of_any_type_is_json_data(record: Any, data: Any) -> None:
    assert json.loads(extraction(record).model_dump_json())["record"] == data


def test_an_extraction_pickles_also_after_it_was_told_as_json() -> None:
    got = extraction([RECORD])
    got.model_dump_json()
    assert pickle.loads(pickle.dumps(got)) == got


def test_the_repr_does_not_hold_the_sdk_s_reply() -> None:
    assert "SECRET" not in repr(extraction(Receipt.model_construct(), completion="SECRET"))


def test_a_cost_that_is_unknown_once_is_unknown_in_sum() -> None:
    attempts = (Attempt(1, "m", "tools", cost=0.5), Attempt(2, "m", "tools"))
    assert sum_cost(attempts) is None


def test_attempts_that_are_alike_are_equal_whatever_their_error_object() -> None:
    assert Attempt(1, "m", "tools", error=InvalidRecord("x")) == Attempt(1, "m", "tools", error=InvalidRecord("x"))


def test_the_repr_of_an_attempt_does_not_hold_the_reply() -> None:
    assert "SECRET" not in repr(Attempt(1, "m", "tools", reply="SECRET"))
