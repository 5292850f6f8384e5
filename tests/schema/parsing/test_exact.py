"""JSON text is read exactly as it stands, and what JSON leaves open is an error."""

from __future__ import annotations

import json
import math
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight.schema.parsing.exact import Digits, NotJson, read_json, write_json


def why(text: str) -> str:
    """What is wrong with a text that is refused."""
    with pytest.raises(NotJson) as caught:
        read_json(text)
    return str(caught.value)


@pytest.mark.parametrize("digits", ["12.50", "0.10", "1e3", "1E+3", "-0.0", "12345678901234567.89", "1.0e-400"])
def test_a_fraction_is_written_back_with_the_digits_it_was_read_with(digits: str) -> None:
    assert write_json(read_json(f'{{"a":[{digits}]}}')) == f'{{"a":[{digits}]}}'


def test_a_fraction_is_digits_and_an_integer_is_an_integer() -> None:
    read = read_json("[1.50, 150]")
    assert read == ["1.50", 150]
    assert [type(each) for each in read] == [Digits, int]


def test_digits_in_quotes_stay_a_string() -> None:
    assert write_json(read_json('{"a":"12.50"}')) == '{"a":"12.50"}'


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json_number_is_refused_by_name(constant: str) -> None:
    assert why(f'{{"total": {constant}}}') == f"{constant} is not a JSON number"


@pytest.mark.parametrize(
    "text",
    ['{"total": 1, "total": 2}', '{"total": 1, "total": 1}', '{"a": [{"total": 1, "x": 0, "total": null}]}'],
)
def test_a_key_that_stands_twice_is_refused_whatever_its_values(text: str) -> None:
    assert why(text) == 'the key "total" stands more than once in one object'


def test_the_same_key_in_two_objects_is_no_duplicate() -> None:
    assert read_json('[{"a": 1}, {"a": 2}]') == [{"a": 1}, {"a": 2}]


def test_a_long_key_that_stands_twice_is_named_in_short() -> None:
    key = "k" * 5_000
    assert len(why(f'{{"{key}": 1, "{key}": 2}}')) < 150


def test_a_key_that_stands_twice_cannot_break_the_line_of_its_complaint() -> None:
    assert "\n" not in why(r'{"a\nb": 1, "a\nb": 2}')


@pytest.mark.parametrize("text", ["", " ", "The total is 7.", '{"a": 1', '{"a": 1} {"a": 2}', "{'a': 1}", '{"a": 1,}'])
def test_what_is_not_json_is_refused_with_the_place(text: str) -> None:
    assert why(text).startswith("not valid JSON: ")


def test_a_byte_order_mark_is_refused_and_not_a_crash() -> None:
    assert why('\ufeff{"a": 1}').startswith("not valid JSON: ")


@pytest.mark.parametrize("control", ["\n", "\t", "\x00", "\x1f"])
def test_a_bare_control_character_in_a_string_is_refused(control: str) -> None:
    assert why(f'{{"a": "x{control}y"}}').startswith("not valid JSON: ")


def test_an_escaped_control_character_is_kept() -> None:
    assert read_json(write_json(read_json(r'{"a": "x\u0000\ny"}'))) == {"a": "x\x00\ny"}


@pytest.mark.parametrize("number", ["1e400", "-1E+9999", "9" * 400, "9" * 5_000, "-" + "9" * 400, "1e" + "9" * 40])
def test_a_number_beyond_a_float_is_kept_as_it_is_written(number: str) -> None:
    read = read_json(f'{{"a":{number}}}')
    assert type(read["a"]) is Digits
    assert write_json(read) == f'{{"a":{number}}}'
    assert write_json(read, exact=True) == f'{{"a":"{number}"}}'


def test_the_largest_integer_of_a_float_is_an_integer() -> None:
    assert read_json(str(int(sys.float_info.max))) == int(sys.float_info.max)


def test_an_integer_beyond_64_bits_is_kept() -> None:
    assert write_json(read_json('{"a":123456789012345678901234567890}')) == '{"a":123456789012345678901234567890}'


@pytest.mark.parametrize("depth", [2_000, 200_000])
def test_nesting_past_what_can_be_read_is_refused(depth: int) -> None:
    assert why("[" * depth + "]" * depth) == "not readable JSON: nested too deeply"


def test_a_refusal_quotes_no_value_of_the_text() -> None:
    assert "SECRET" not in why('{"name": "SECRET", "total": }')


def test_a_lone_surrogate_is_read_as_it_stands() -> None:
    assert read_json(r'{"a": "\ud800"}') == {"a": "\ud800"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_is_read_and_written_means_the_same(data: Any) -> None:
    written = write_json(read_json(json.dumps(data)))
    assert json.loads(written) == data
    assert write_json(read_json(written)) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_a_decimal_keeps_its_value_and_its_places(number: Decimal) -> None:
    text = str(number)
    again = write_json(read_json(text))
    assert (Decimal(again), again) == (number, text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_as_the_same_float(number: float) -> None:
    again = json.loads(write_json(read_json(json.dumps(number))))
    assert again == number
    assert math.copysign(1, again) == math.copysign(1, number)
