from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight.text.amounts import find_amounts, find_decimal_mark, name_same_unit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("RM 73.00", "73.00"),
        ("RM7.00", "7.00"),
        ("73. 00", "73.00"),
        ("2.50s", "2.50"),
        ("12.50 SR", "12.50"),
        ("56.00 DH", "56.00"),
        ("1,007.50", "1007.50"),
        ("1.234,50 €", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("$1,234,567.00", "1234567.00"),
        ("9,00", "9.00"),
        ("(0.02)", "-0.02"),
        ("-538.00", "-538.00"),
        ("5.00-", "-5.00"),
        ("*10.00*", "10.00"),
        ("100", "100"),
    ],
)
def test_an_amount_is_read_with_its_signs_and_separators_off(text: str, value: str) -> None:
    assert [str(found.value) for found in find_amounts(text)] == [value]


@pytest.mark.parametrize("text", ["12.5O", "l2.50", "12.5S", "20/12/2017", "1:12", "A4", "1,234", "12.50O", "3kg5"])
def test_a_digit_is_never_guessed(text: str) -> None:
    assert find_amounts(text) == ()


def test_a_lone_separator_before_three_digits_is_settled_by_the_document() -> None:
    assert find_decimal_mark(["12.50", "3.00", "1,234"]) == "."
    assert [str(found.value) for found in find_amounts("1,234", ".")] == ["1234"]
    assert [str(found.value) for found in find_amounts("1,234", ",")] == ["1.234"]


def test_a_percentage_is_marked_as_one() -> None:
    assert [found.is_percent for found in find_amounts("GST 6% 4.13")] == [True, False]


def test_a_currency_is_told_only_by_a_sign_of_one() -> None:
    assert [found.currency for text in ("RM 1.00", "1.00 €", "$1.00") for found in find_amounts(text)] == [
        "MYR",
        "EUR",
        None,
    ]


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_written_with_grouping_is_the_amount(value: object) -> None:
    assert [found.value for found in find_amounts(f"{value:,.2f}")] == [value]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("5", "RM 5", True),
        ("RM5.00", "myr 5", True),
        ("5 kr", "SEK 5", True),
        ("$5", "S$5", True),
        ("¥5", "CNY 5", True),
        ("5 kg", "5 g", False),
        ("¥5", "$5", False),
        ("€5", "USD 5", False),
    ],
)
def test_amounts_of_two_units_are_told_apart(one: str, other: str, is_same: bool) -> None:
    assert name_same_unit(one, other) is name_same_unit(other, one) is is_same
