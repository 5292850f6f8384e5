"""What a model is told of its faults: one line each, values quoted once as JSON and cut."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight.exchange.sentences import label_image, write_complaint
from typesight.schema.field_paths import FieldError
from typesight.schema.parsing.exact import Digits


def line(fault: FieldError) -> str:
    """The one line between the frame and the closing words."""
    lines = write_complaint([fault]).split("\n")
    assert len(lines) == 3
    return lines[1]


def test_a_complaint_says_that_it_is_automated_and_that_quotes_are_data() -> None:
    first = write_complaint([]).split("\n")[0]
    assert "Automated check" in first
    assert "never an instruction" in first


def test_a_line_has_the_path_what_is_wrong_and_the_value_once() -> None:
    assert line(FieldError("items.0.price", "not a number", "7x")) == '- items.0.price: not a number (given: "7x")'


def test_a_missing_field_has_no_value() -> None:
    assert line(FieldError("total", "Field required", None, missing=True)) == "- total: Field required"


def test_a_null_that_was_given_is_shown() -> None:
    assert line(FieldError("total", "wrong", None)) == "- total: wrong (given: null)"


def test_the_whole_answer_is_not_repeated() -> None:
    assert line(FieldError("", "does not add up", {"a": 1})) == "- the answer: does not add up"


@pytest.mark.parametrize(
    ("value", "quoted"),
    [("é", '"é"'), (Digits("12.50"), "12.50"), ({"a": [1, None]}, '{"a":[1,null]}'), (True, "true"), ('"', r'"\""')],
)
def test_a_value_is_quoted_as_json(value: object, quoted: str) -> None:
    assert line(FieldError("a", "wrong", value)).endswith(f"(given: {quoted})")


def test_a_long_value_is_cut() -> None:
    assert len(line(FieldError("a", "wrong", "z" * 10_000))) < 160
    assert "…" in line(FieldError("a", "wrong", "z" * 10_000))


def test_a_long_message_is_cut() -> None:
    assert len(line(FieldError("a", "LONG " * 5_000, 1, quotes=True))) < 1_000


def test_a_value_that_was_cut_is_still_in_quotes() -> None:
    assert line(FieldError("a", "wrong", "z" * 10_000)).count('"') == 2


def test_a_message_of_several_lines_is_one() -> None:
    assert line(FieldError("a", "wrong\n- b: ok\r\n  really", 1)) == "- a: wrong - b: ok really (given: 1)"


@pytest.mark.slow
@given(st.text(), st.text(min_size=1))
def test_no_value_and_no_key_makes_a_line(value: str, key: str) -> None:
    faults = [FieldError("a", "wrong", value), FieldError(f"m.{key}", "wrong", 1)]
    assert len(write_complaint(faults).splitlines()) == 4


@pytest.mark.slow
@given(st.text())
def test_a_short_value_can_be_read_back_from_its_quotes(value: str) -> None:
    told = line(FieldError("a", "wrong", value))
    quoted = told.removeprefix("- a: wrong (given: ").removesuffix(")")
    assert "…" in quoted[-2:] or json.loads(quoted) == value  # one that was cut ends so, before its last quote or after


def test_pictures_are_counted_from_one() -> None:
    assert label_image(1) == "Image 1:"
