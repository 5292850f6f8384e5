"""What JSON can say and no record may hold is a fault of its own field, and never `inf`."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AliasChoices, BaseModel, Field, RootModel, field_validator
from typing_extensions import TypedDict

from typesight.schema.partial_records import Snapshots
from typesight.schema.target import ValidationResult, make_target

LONG = "9" * 400


class Line(BaseModel):
    name: str
    price: float


class Bill(BaseModel):
    total: float = 0
    exact: Decimal = Decimal(0)
    lines: list[Line] = []
    rates: dict[str, float] = {}
    open_: Any = Field(None, alias="open")
    either: float | str = ""
    maybe: float | None = None
    other: float = Field(0, validation_alias=AliasChoices("other", "another"))
    first: Annotated[float | str, Field(union_mode="left_to_right")] = ""
    count: int = 0
    note: str = ""


class Kept(TypedDict):
    total: float


def judged(kind: Any, text: str, **how: Any) -> ValidationResult[Any]:
    return make_target(kind).judge(text, **how)


# Rows: a type, a reply with "?" for the number, the path of the fault.
NUMBERS: list[tuple[Any, str, str]] = [
    (Bill, '{"total": ?}', "total"),
    (Bill, '{"exact": ?}', "exact"),
    (Bill, '{"count": ?}', "count"),
    (Bill, '{"maybe": ?}', "maybe"),
    (Bill, '{"open": {"a": [?]}}', "open.a.0"),
    (Bill, '{"rates": {"a": 1, "b": ?}}', "rates.b"),
    (Bill, '{"lines": [{"name": "a", "price": 1}, {"name": "b", "price": ?}]}', "lines.1.price"),
    (Bill, '{"another": ?}', "another"),
    (Bill, '{"first": ?}', "first"),
    (Kept, '{"total": ?}', "total"),
    (float, '{"result": ?}', "result"),
    (list[float], '{"result": [1, ?]}', "result.1"),
    (RootModel[list[float]], '{"result": [?]}', "result.0"),
    (tuple[int, float], '{"result": [1, ?]}', "result.1"),
]
SAID = ["1e400", "-1e400", LONG, "1e99999999999999999999"]
QUOTED = ['"1e400"', '" 1E+400 "', f'"{LONG}"', '"inf"', '"-Infinity"', '"NaN"']


# Where anything may stand, a text is a text.
CELLS = [
    (kind, text, path, number)
    for kind, text, path in NUMBERS
    for number in (SAID if path.startswith("open") else [*SAID, *QUOTED])
]


@pytest.mark.parametrize(("kind", "text", "path", "number"), CELLS, ids=[f"{row[2]}-{row[3][:12]}" for row in CELLS])
def test_a_number_that_no_float_holds_is_a_fault_of_its_field(kind: Any, text: str, path: str, number: str) -> None:
    made = judged(kind, text.replace("?", number))
    assert made.value is None
    assert [fault.path for fault in made.faults] == [path]
    assert "number" in made.faults[0].message


@pytest.mark.parametrize("key", ["inf", "NaN", "1e400"])
def test_a_key_that_would_be_an_infinity_is_a_fault(key: str) -> None:
    made = judged(dict[float, int], f'{{"{key}": 1}}')
    assert [fault.path for fault in made.faults] == [key]


def test_what_else_fails_is_told_beside_it() -> None:
    made = judged(Bill, '{"total": 1e400, "lines": [{"name": 5, "price": 1}], "count": "x"}')
    assert [fault.path for fault in made.faults] == ["total", "lines.0.name", "count"]


def test_no_validator_is_given_an_infinity() -> None:
    seen: list[Any] = []

    class Seen(BaseModel):
        total: float | None
        name: str

        @field_validator("total")
        @classmethod
        def keep(cls, given: float | None) -> float | None:
            seen.append(given)
            return given

    assert [fault.path for fault in judged(Seen, '{"total": 1e400, "name": "x"}').faults] == ["total"]
    assert seen == [None]


def test_a_text_is_a_text_and_a_default_is_the_model_s_own() -> None:
    class Endless(BaseModel):
        name: str
        limit: float = math.inf
        rates: dict[str, float] = {}

    made = judged(Endless, f'{{"name": "{LONG}", "rates": {{"nan": 2.5, "1e400": 1}}}}')
    assert made.faults == ()
    assert made.value == Endless(name=LONG, rates={"nan": 2.5, "1e400": 1})


class Open(BaseModel):
    name: str | int
    limit: float = math.inf
    rates: dict[str | int, float] = {}
    steps: dict[float, int] = {math.inf: 1}


@dataclass
class Slip:
    name: str | int
    limit: float = math.inf


@pytest.mark.parametrize("word", ["Nan", "inf", LONG])
@pytest.mark.parametrize("kind", [Open, Slip])
def test_a_text_in_a_union_stands_beside_a_default_of_infinity(kind: Any, word: str) -> None:
    assert judged(kind, f'{{"name": "{word}"}}').value == kind(name=word)
    inner = judged(list[kind], f'{{"result": [{{"name": "{word}"}}]}}')
    assert inner.value == [kind(name=word)]


def test_a_key_that_is_a_text_stands_beside_a_default_of_infinity() -> None:
    made = judged(Open, '{"name": 1, "rates": {"Nan": 1}}')
    assert made.value == Open(name=1, rates={"Nan": 1})


def test_a_text_that_stays_is_no_fault_beside_one_that_becomes_an_infinity() -> None:
    class Both(BaseModel):
        name: str | int
        limit: float = Field(0, validation_alias=AliasChoices("limit", "most"))

    assert [fault.path for fault in judged(Both, '{"name": "Nan", "most": "Nan"}').faults] == ["most"]


def test_a_printed_number_of_hundreds_of_digits_is_not_mended_into_an_infinity() -> None:
    printed = "$" + ",".join(["999"] * 120) + ".00"
    made = judged(Bill, json.dumps({"total": printed}))
    assert [(fault.path, fault.value) for fault in made.faults] == [("total", printed)]


def test_an_integer_within_a_float_s_reach_is_kept_to_the_digit() -> None:
    assert judged(int, f'{{"result": {10**300 + 1}}}').value == 10**300 + 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_never_too_large(number: float) -> None:
    assert judged(float, f'{{"result": {number!r}}}').value == number


BLANKS = st.text(" \t\n\v\f\r\x85\xa0\u2003", max_size=3)
WORDS = [
    "nan",
    "-NaN",
    "inf",
    "+Infinity",
    "1e400",
    "-1_0.5E+4_00",
    "9" * 305 + "e5",
    f"{LONG}e-5",
    f".{LONG}e500",
    "٩" * 400,
]


@given(BLANKS, st.sampled_from(WORDS), BLANKS)
def test_an_infinity_is_found_however_it_is_written(before: str, word: str, after: str) -> None:
    said = f"{before}{word}{after}"
    assert not math.isfinite(float(said))
    (fault,) = judged(Bill, json.dumps({"total": said})).faults
    assert (fault.path, fault.value) == ("total", said)
    assert "number" in fault.message


def test_what_stands_beside_the_wrapper_is_judged_too() -> None:
    made = judged(list[float], '{"result": [1], "other": 1e400}')
    assert [(fault.path, fault.extra) for fault in made.faults] == [("other", True)]


@pytest.mark.parametrize("number", [*SAID, *QUOTED], ids=lambda number: number[:12])
def test_no_snapshot_of_a_stream_shows_an_infinity(number: str) -> None:
    snapshots = Snapshots(make_target(Bill))
    snapshots.feed(f'{{"total": {number}, "exact": {number}, "rates": {{"a": {number}}}, "note": "x"}}')
    shown = snapshots.build()
    assert (shown.total, shown.exact, shown.rates) == (None, None, None)
    assert json.dumps(snapshots.data, allow_nan=False)


NULS: list[tuple[Any, str, str]] = [
    (Bill, r'{"note": "a\u0000b"}', "note"),
    (Bill, r'{"lines": [{"name": "\u0000", "price": 1}]}', "lines.0.name"),
    (Bill, '{"note": "a\0b"}', "note"),
    (Bill, r'{"rates": {"a\u0000": 1}}', "rates"),
    (Bill, r'{"open": {"x": ["\u0000"]}}', "open.x.0"),
    (dict[str, int], r'{"\u0000": 1}', ""),
    (str, r'{"result": "\u0000"}', "result"),
    (list[str], r'{"result": ["a", "b\u0000"]}', "result.1"),
]


@pytest.mark.parametrize(("kind", "text", "path"), NULS, ids=[repr(row[1])[:30] for row in NULS])
def test_u_0000_is_a_fault_wherever_it_stands(kind: Any, text: str, path: str) -> None:
    made = judged(kind, text)
    assert [(fault.path, "U+0000" in fault.message) for fault in made.faults] == [(path, True)]


def test_what_the_schema_does_not_know_is_not_asked_for() -> None:
    (fault,) = judged(Kept, r'{"total": 1, "other": "\u0000"}').faults
    assert (fault.path, fault.extra) == ("other", True)
