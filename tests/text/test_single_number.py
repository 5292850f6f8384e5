"""A text is a number when it is one in a single reading, and no digit of it is guessed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight.text.single_number import normalise_number

READ = [
    ("$1,234.50", "1234.50"), ("1,234.50", "1234.50"), ("1.234,50", "1234.50"), ("1,234,567", "1234567"),
    ("1.234.567", "1234567"), ("1.234.567,8", "1234567.8"), ("1'234.50", "1234.50"), ("1\u2019234,50", "1234.50"),
    ("1'234", "1234"), ("1 234,50", "1234.50"), ("1\u00a0234,50", "1234.50"), ("1\u202f234.5", "1234.5"),
    ("1 234 567", "1234567"), ("12,50", "12.50"), ("12,5", "12.5"), ("0,123", "0.123"), ("1,23,456.78", "123456.78"),
    ("12,34,567", "1234567"), ("1234,567", "1234.567"), ("$0.123", "0.123"), ("$5", "5"), ("007", "7"),
    ("US$ 5.00", "5.00"), ("R$5,00", "5.00"), ("HK$1,234.5", "1234.5"), ("€ 12,50", "12.50"), ("12,50 €", "12.50"),
    ("£3.20", "3.20"), ("¥1,234,000", "1234000"), ("₹1,23,456.00", "123456.00"), ("EUR 12.50", "12.50"),
    ("EUR12.50", "12.50"), ("12.50 EUR", "12.50"), ("RM 12.50", "12.50"), ("RM12.50", "12.50"), ("Rs. 500", "500"),
    ("12.50 kr", "12.50"), ("12,50 zł", "12.50"), ("-$5.00", "-5.00"), ("$-5.00", "-5.00"), ("\u22125,00", "-5.00"),
    ("+3.5", "3.5"), ("- 5", "-5"), (" 12.50 ", "12.50"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "digits"), READ)
def test_a_text_with_one_reading_is_that_number(text: str, digits: str) -> None:
    assert normalise_number(text) == digits


KEPT = [
    "", " ", "$", "1,234", "$1,234", "1.234 €", "€1.234", "1 234", "12 345", "12.5O", "1O.00", "l2", "7x", "12.50-",
    "--5", "-$-5", "5%", "(12.50)", "1.234,5.6", "1,234,56", "1,2,3", "12.", ".5", "1..2", "1e5", "50¢", "12 OOO",
    "12.50 OOO", "OOO 12.50", "USD 5 USD", "$5 EUR", "\u0663", "1\u0663", "NaN", "inf", "one", "12.50 or 13.50",
    "0,123.50",    "0 123,50", "1'23", "12.50 XYZ", "x12", "1,234.5,6", "1 234'567",
]  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_a_text_with_two_readings_or_with_anything_else_in_it_is_no_number(text: str) -> None:
    assert normalise_number(text) is None


@given(st.text(alphabet="0123456789.,' -+$€OlIx%()eRM\u00a0\u2212", max_size=14))
def test_the_digits_of_the_number_are_the_digits_of_the_text(text: str) -> None:
    number = normalise_number(text)
    if number is not None:
        assert re.sub(r"\D", "", number).lstrip("0") == re.sub(r"[^0-9]", "", text).lstrip("0")
        assert Decimal(number).is_finite()


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none(text: str) -> None:
    assert normalise_number(text) is None or Decimal(str(normalise_number(text))).is_finite()


MONEY = st.decimals(0, 10**9, places=2)


@pytest.mark.parametrize(("group", "point"), [(",", "."), (".", ","), ("'", "."), (" ", ","), ("\u00a0", ",")])
@given(amount=MONEY)
def test_money_as_it_is_printed_is_its_amount(group: str, point: str, amount: Decimal) -> None:
    printed = f"{amount:,.2f}".replace(",", "G").replace(".", point).replace("G", group)
    assert Decimal(str(normalise_number(printed))) == amount
