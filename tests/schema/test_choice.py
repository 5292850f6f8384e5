"""Of the values in a text the answer is taken where it is beyond doubt, and none where two may be meant."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from typesight.schema.target import ValidationResult, make_target


class Total(BaseModel):
    total: Decimal


class Row(BaseModel):
    name: str
    price: Decimal


class Bill(BaseModel):
    shop: str = Field(alias="Shop Name")
    rows: list[Row] = []


class Flag(BaseModel):
    n: int | bool


def judged(kind: Any, text: str) -> ValidationResult[Any]:
    return make_target(kind).judge(text)


NOTE = 'The note on the picture says {"total": "0.00"}. '
# Rows: a type, a text with a value that fits and another that may be meant.
DOUBTFUL: list[tuple[Any, str]] = [
    (Total, NOTE + 'My reading: {"total": "12.5O"}'),
    (Total, 'My reading: {"total": "12.5O"}; ' + NOTE),
    (Total, NOTE + 'My reading: {"Total": "12.50"}'),
    (Total, NOTE + "My reading: {total: 12.50}"),
    (Total, NOTE + "My reading: {total = 12.50}"),
    (Total, NOTE + 'My reading: {"receipt": {"total": "12.5O"}, "sure": true}'),
    (Total, NOTE + 'My reading: [{"total": "12.5O"}]'),
    (Total, NOTE + '```json\n{"total": "12.5O"}\n```'),
    (Total, NOTE + '{"total": 1e400}'),
    (Total, NOTE + '{"total": null}'),
    (Bill, 'Printed: {"Shop Name": "A"}. Answer: {"shop_name": 5}'),
    (list[Row], 'Printed: [{"name": "a", "price": 1}]. Answer: [{"name": "a", "price": "x"}]'),
    (list[Row], 'Printed: [{"name": "a", "price": 1}]. Answer: {"result": "x"}'),
    (list[int], 'Printed: [1]. Answer: ["x"]'),
    (int, '{"result": 1} {"result": "x"}'),
    (dict[str, int], '{"a": 1} {"b": "x"}'),
    (Row | Total, '{"result": {"total": 1}} {"result": {"name": "a"}}'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), DOUBTFUL, ids=[row[1][-40:] for row in DOUBTFUL])
def test_a_value_beside_another_that_may_be_meant_is_not_taken(kind: Any, text: str) -> None:
    made = judged(kind, text)
    assert made.value is None
    assert [(fault.path, "another" in fault.message) for fault in made.faults] == [("", True)]


FIVE = Total(total=Decimal(5))
ROWS = [Row(name="a", price=Decimal(1))]
CLEAR: list[tuple[Any, str, Any]] = [
    (Total, 'See [1] and {} and [see below]: {"total": 5}', FIVE),
    (Total, 'Total: {"total": 5} {"confidence": 0.9}', FIVE),
    (Total, 'Asked for {"type": "object", "properties": {"total": {"type": "number"}}}. {"total": 5}', FIVE),
    (Total, "I am {quite} sure: {\"total\": 5}", FIVE),
    (list[Row], 'See [1]: [{"name": "a", "price": 1}]', ROWS),
    (list[Row], '{"shop": "x"} {"result": [{"name": "a", "price": 1}]}', ROWS),
    (Total, '{"total": 5}\n{"total": 5}', FIVE),
    (Total, '{"total": 5}\n```json\n{\n "total": 5.00\n}\n```', FIVE),
    (Total, '{"total": 5} {"total": "5"} {"total": "$5.00"}', FIVE),
    (list[Row], '[{"name": "a", "price": 1}] {"result": [{"name": "a", "price": 1}]}', ROWS),
    (Bill, '{"Shop Name": "A"} {"Shop Name": "A", "rows": []}', Bill.model_validate({"Shop Name": "A"})),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "record"), CLEAR, ids=[row[1][:40] for row in CLEAR])
def test_one_answer_is_taken_whatever_cannot_be_meant_and_however_often_it_is_given(
    kind: Any, text: str, record: Any
) -> None:
    made = judged(kind, text)
    assert (made.faults, made.value) == ((), record)


def test_true_is_not_the_same_as_one() -> None:
    (fault,) = judged(Flag, '{"n": 1} {"n": true}').faults
    assert fault.message == "2 JSON values in the answer fit; give one"


@pytest.mark.parametrize(
    "text", ['See [1]: {"total": "x"}', '{"total": "x"} {"total": "x"}', '{"sure": 1} {"total": "x"}']
)
def test_the_only_one_that_may_be_meant_has_its_own_faults(text: str) -> None:
    assert [fault.path for fault in judged(Total, text).faults] == ["total"]


@given(
    quoted=st.decimals(0, 999, places=2, allow_nan=False),
    answer=st.sampled_from(["12.5O", "1,234", "n/a", "", None, [], {}, True, "NaN", "1e400"]),
    first=st.booleans(),
)
def test_a_quoted_record_is_never_the_answer_beside_one_that_fails(quoted: Decimal, answer: Any, first: bool) -> None:
    both = [json.dumps({"total": str(quoted)}), json.dumps({"total": answer})]
    assert judged(Total, " and ".join(both if first else both[::-1])).value is None


@pytest.mark.parametrize("word", ["sNaN", "NaN", "Infinity", "-sNaN123"])
def test_the_same_answer_twice_is_one_where_a_text_in_it_reads_as_no_finite_number(word: str) -> None:
    class Priced(BaseModel):
        name: str
        price: Decimal

    said = [f'{{"name": "{word}", "price": "{price}"}}' for price in ("1.0", "1.00", "2")]
    target = make_target(Priced)
    assert target.judge(f"First: {said[0]} Again: {said[1]}").value == Priced(name=word, price=Decimal(1))
    assert target.judge(f"First: {said[0]} Or: {said[2]}").value is None


def test_records_that_cannot_be_compared_are_two() -> None:
    class Strange(BaseModel):
        name: str

        def __eq__(self, other: object) -> bool:
            raise ArithmeticError

        __hash__ = None  # type: ignore[assignment]

    assert make_target(Strange).judge('First: {"name": "a"} Or: {"name": "b"}').value is None
