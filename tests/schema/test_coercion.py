"""A reply that fails is read with care, each step told; what could mean two things stays a fault."""

from __future__ import annotations

import enum
import json
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from typesight.schema.target import ValidationResult, make_target

NUMBER, CASE = "read a number as it is printed", "matched a value of the schema, ignoring case"


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Cash(BaseModel):
    by: Literal["cash"]
    paid: float


class Card(BaseModel):
    by: Literal["card"]
    number: str


class Item(BaseModel):
    name: str
    price: Decimal
    count: int = 1


class Bill(BaseModel):
    shop: str
    items: list[Item]
    total: float | None = None
    colour: Colour | None = None
    paid: Annotated[Cash | Card, Field(discriminator="by")] | None = None
    code: int | str = 0
    rates: dict[str, float] = {}
    pair: tuple[int, float] | None = None


def judged(answer: Any, kind: Any = Bill, **how: Any) -> ValidationResult[Any]:
    return make_target(kind).judge(answer if isinstance(answer, str) else json.dumps(answer), **how)


def _value(made: ValidationResult[Any]) -> Any:
    return made.value


def bill(**fields: Any) -> dict[str, Any]:
    return {"shop": "x", "items": [], **fields}


# Rows: a record, the path, the value there afterwards, what was done.
MENDED: list[tuple[dict[str, Any], str, str, str]] = [
    (bill(total="$1,234.50"), "total", "1234.50", NUMBER),
    (bill(total="1.234,50 €"), "total", "1234.50", NUMBER),
    (bill(items=[{"name": "tea", "price": "RM 2.50"}]), "items.0.price", "2.50", NUMBER),
    (bill(items=[{"name": "tea", "price": 1, "count": "1,234,567"}]), "items.0.count", "1234567", NUMBER),
    (bill(colour="Red"), "colour", "red", CASE),
    (bill(colour=" BLUE "), "colour", "blue", CASE),
    (bill(paid={"by": "CARD", "number": "1"}), "paid.by", "card", CASE),
    (bill(rates={"a": "$5"}), "rates.a", "5", NUMBER),
    (bill(pair=["$5", 1]), "pair.0", "5", NUMBER),
]


@pytest.mark.parametrize(("record", "path", "after", "what"), MENDED, ids=[f"{row[1]}-{row[2]}" for row in MENDED])
def test_a_value_with_one_reading_is_mended_and_told(record: Any, path: str, after: str, what: str) -> None:
    made = judged(record)
    assert made.faults == ()
    assert [(repair.path, repair.after, repair.what) for repair in made.repairs] == [(path, after, what)]
    assert made.repairs[0].before != after


def test_a_mended_decimal_keeps_its_digits() -> None:
    made = judged(bill(items=[{"name": "tea", "price": "$1,234.50"}]))
    assert str(_value(made).items[0].price) == "1234.50"


def test_a_tag_and_what_stands_beside_it_are_both_mended() -> None:
    made = judged(bill(paid={"by": "Cash", "paid": "$5.00"}))
    assert _value(made).paid == Cash(by="cash", paid=5)
    assert [repair.path for repair in made.repairs] == ["paid.by", "paid.paid"]


KEPT: list[tuple[dict[str, Any], str]] = [
    (bill(total="12.5O"), "total"), (bill(total="1,234"), "total"), (bill(total="$1,234"), "total"),
    (bill(total="NaN"), "total"), (bill(total="5%"), "total"), (bill(colour="rde"), "colour"),
    (bill(items=[{"name": "tea", "price": 1, "count": "$2.50"}]), "items.0.count"),
    (bill(paid={"by": "cheque"}), "paid"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "path"), KEPT, ids=[row[1] for row in KEPT])
def test_what_has_no_reading_or_two_stays_a_fault_with_its_own_value(record: Any, path: str) -> None:
    made = judged(record)
    assert [fault.path for fault in made.faults] == [path]
    assert made.repairs == ()
    assert made.data == record


def test_what_is_right_beside_a_fault_is_mended_and_what_fails_keeps_its_value() -> None:
    made = judged(bill(total="$1,234.50", items=[{"name": "tea", "price": "12.5O"}]))
    assert [(fault.path, fault.value) for fault in made.faults] == [("items.0.price", "12.5O")]
    assert [repair.path for repair in made.repairs] == ["total"]


def test_a_text_field_is_never_mended() -> None:
    assert _value(judged(bill(code="$5"))).code == "$5"
    assert judged(bill(shop="$5")).repairs == ()


def test_an_exact_reply_has_no_repairs() -> None:
    made = judged(bill(total=1234.5, items=[{"name": "tea", "price": "2.50"}], colour="red"))
    assert (made.faults, made.repairs) == ((), ())


def test_two_allowed_values_that_differ_in_case_are_no_reason_to_choose() -> None:
    assert judged({"result": "OK"}, Literal["ok", "Ok"]).faults


def test_strict_mends_no_value_but_still_finds_the_json() -> None:
    assert judged(bill(total="$5"), strict=True).faults
    made = judged(f"Here: {json.dumps(bill(total=5.0))}", strict=True)
    assert made.faults == ()
    assert len(made.repairs) == 1


ONE, TWO = '{"name": "a", "price": 1}', '{"name": "b", "price": 2}'
FIT, NONE = "2 JSON values in the answer fit", "2 JSON values are in the answer and none"
TEXTS: list[tuple[str, Any, str]] = [
    (f"So: {ONE}", Item, ""),
    (f"Not [1] but {ONE}", Item, ""),
    (f'{{"shop": 1}} no, {ONE}', Item, ""),
    (f"{ONE} or {TWO}", Item, FIT),
    (f"{ONE} {ONE}", Item, ""),
    (f'{ONE} {{"name": "a", "price": "1.00"}}', Item, ""),
    ('{"x": 1} {"y": 2}', Item, NONE),
    (f"{ONE} {{", Item, "cut off"),
    (f"[{ONE}]", list[Item], ""),
    (f"Items: [{ONE}, {TWO}]", list[Item], ""),
    ("42", int, ""),
    ("```\n42\n```", int, ""),
    ("It is 42.", int, "a value is expected"),
    ("blue", Literal["blue"], "a value is expected"),
    ('"blue"', Literal["blue"], ""),
    (f"[{ONE}]", Item, "object"),
]


@pytest.mark.parametrize(("text", "kind", "why"), TEXTS, ids=[row[0][:40] for row in TEXTS])
def test_of_the_values_in_a_text_the_only_one_that_fits_is_taken(text: str, kind: Any, why: str) -> None:
    made = judged(text, kind)
    if not why:
        assert made.faults == ()
        assert made.repairs
        return
    (fault,) = made.faults
    assert fault.path == ""
    assert why in fault.message


def test_a_list_without_its_key_has_its_own_faults() -> None:
    made = judged('[{"name": "a", "price": "x"}]', list[Item])
    assert [fault.path for fault in made.faults] == ["result.0.price"]
    assert made.repairs == ()


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
BILLS = st.builds(
    bill,
    total=st.none() | st.floats(0, 1e6, allow_nan=False).map(lambda number: round(number, 2)),
    items=st.lists(
        st.fixed_dictionaries({"name": TEXT, "price": st.integers(0, 999), "count": st.integers(1, 9)}),
        max_size=3,
    ),
)


@given(record=BILLS, data=st.data())
def test_no_beginning_of_a_reply_is_a_record(record: Any, data: st.DataObject) -> None:
    text = json.dumps(record)
    assert judged(text[: data.draw(st.integers(0, len(text) - 1))]).faults


@given(record=BILLS)
def test_a_dressed_reply_is_the_record_of_the_bare_one(record: Any) -> None:
    text = json.dumps(record)
    bare = judged(text)
    for dressed in (f"```json\n{text}\n```", f"Here you are: {text} Bye.", f"{text[:-1]},}}"):
        made = judged(dressed)
        assert (made.faults, made.value) == ((), bare.value)
        assert made.repairs


PIECES = st.sampled_from(
    ["{", "}", "[", "]", '"', "'", ",", ":", "```", "\n", "\\", "$1,234.50", "1,234", "NaN", '"total"', '"shop"',
     '"items"', "null", "True", "\ud800", "\u0000", '{"shop": "x", "items": []}', "é", "9" * 30, "-", "e9"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_no_text_whatever_makes_judging_raise(text: str) -> None:
    made = judged(text)
    assert (made.value is None) == bool(made.faults)
