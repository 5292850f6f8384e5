"""Validators whose messages a model can act on, and that make a reask ask for what they name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from support import Clients
from typesight import MissingExtra, checks
from typesight.checks import Currency, adds_up, checksum, dated, in_order, sums_to
from typesight.checks.codes import CURRENCIES
from typesight.testing import Sandbox


class Item(BaseModel):
    name: str = "tea"
    price: Decimal | None


class Invoice(BaseModel):
    items: list[Item] = []
    subtotal: Decimal | None = None
    discount: float | None = None
    tax: Decimal | None = None
    total: Decimal | None = Field(default=None, alias="grandTotal")
    issued: date | None = None
    due: date | None = None
    paid: datetime | None = None

    _items = sums_to("items.*.price", "subtotal")
    _total = adds_up("subtotal", "-discount", "tax", "total")
    _dates = in_order("issued", "due")
    _paid = in_order("issued", "paid")


def said(kind: Any, data: Any) -> str:
    """What a check has against data."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(data)
    (error,) = caught.value.errors()
    return str(error["msg"]).removeprefix("Value error, ")


RIGHT = [
    {"items": [{"price": "1.10"}, {"price": "2.20"}], "subtotal": "3.30"},
    {"items": [{"price": "1.10"}, {"price": "2.20"}], "subtotal": "3.31"},  # a cent is what rounding makes
    {"items": [], "subtotal": 5},
    {"items": [{"price": 1}, {"price": None}], "subtotal": 5},
    {"items": [{"price": 1}]},
    {"subtotal": 10, "discount": 0.1, "tax": 2, "grandTotal": "11.90"},
    {"subtotal": 10, "tax": 2, "grandTotal": 12},
    {"subtotal": None, "tax": 2, "grandTotal": 12},
    {"subtotal": 10, "tax": 2},
    {"issued": "2026-11-20", "due": "2026-11-20"},
    {"issued": "2026-11-20"},
    {"issued": "2026-11-20", "paid": "2026-11-20T08:00:00"},
]


@pytest.mark.parametrize("data", RIGHT)
def test_what_is_right_or_not_there_is_not_complained_about(data: dict[str, Any]) -> None:
    assert Invoice.model_validate(data)


WRONG = [
    (
        {"items": [{"price": "1.10"}, {"price": "2.20"}], "subtotal": "3.50"},
        "items.*.price come to 3.30, and subtotal is 3.50: read each of these numbers again",
    ),
    (
        {"subtotal": 10, "discount": 0.1, "tax": 2, "grandTotal": 12},
        "subtotal - discount + tax comes to 11.9, and grandTotal is 12: read each of these numbers again",
    ),
    (
        {"issued": "2026-11-21", "due": "2026-11-20"},
        "issued is 2026-11-21, which is after due, 2026-11-20: read both again",
    ),
]


@pytest.mark.parametrize(("data", "words"), WRONG)
def test_what_is_wrong_is_said_with_the_fields_as_the_reply_has_them(data: dict[str, Any], words: str) -> None:
    assert said(Invoice, data) == words


def test_a_tolerance_is_in_the_numbers_own_unit() -> None:
    class Loose(BaseModel):
        a: float
        b: float
        c: float
        _sum = adds_up("a", "b", "c", tolerance=1)

    assert Loose(a=1, b=2, c=4)
    assert (
        said(Loose, {"a": 1, "b": 2, "c": 4.1}) == "a + b comes to 3.0, and c is 4.1: read each of these numbers again"
    )


def test_sums_are_exact_where_binary_fractions_are_not() -> None:
    class Exact(BaseModel):
        parts: list[float]
        total: float
        _sum = sums_to("parts.*", "total", tolerance=0)

    assert Exact(parts=[0.1, 0.2], total=0.3)


@pytest.mark.parametrize("make", [lambda: adds_up("total"), lambda: in_order("issued")])
def test_a_check_of_one_field_against_none_is_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match="at least two paths"):
        make()


def test_a_check_that_names_no_field_is_a_mistake_of_the_model_s_author() -> None:
    class Odd(BaseModel):
        a: int
        _sum = sums_to("items.*.price", "a")

    with pytest.raises(TypeError, match=r"a check names 'items\.\*\.price', but Odd has no 'items'"):
        Odd(a=1)


TODAY = date.today()
LATER = TODAY + timedelta(days=30)
WINDOWS: list[tuple[Any, date, str | None]] = [
    (dated(before="today"), TODAY, None),
    (dated(before="today"), LATER, f"{LATER} is after "),
    (dated(after=date(2020, 1, 1)), date(2020, 1, 1), None),
    (dated(after=date(2020, 1, 1)), date(2019, 12, 31), "2019-12-31 is before 2020-01-01, the earliest it can be"),
    (dated(after=timedelta(days=-365)), TODAY, None),
    (dated(after=timedelta(days=-365)), date(2001, 1, 1), "2001-01-01 is before "),
    (dated(before=datetime(2020, 1, 1)), date(2019, 1, 1), None),
]


@pytest.mark.parametrize(("check", "day", "words"), WINDOWS)
def test_a_date_lies_in_its_window(check: Any, day: date, words: str | None) -> None:
    kind = Annotated[date, check]
    if words is None:
        assert TypeAdapter(kind).validate_python(day) == day
    else:
        assert said(kind, day).startswith(words)
        assert said(kind, day).endswith("read day, month and year again")


def test_a_currency_is_its_three_letters() -> None:
    assert TypeAdapter(Currency).validate_python(" eur ") == "EUR"
    for wrong in ("EURO", "€", "XYZ", ""):
        assert said(Currency, wrong) == "no currency code of ISO 4217: give its three letters, such as EUR or USD"
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert len(CURRENCIES) > 150


NUMBERS: list[tuple[str, str, str, str, str]] = [
    ("IBAN", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "DE89 3704 0044 0532 0130 01", "check digits"),
    ("IBAN", "GB82WEST12345698765432", "GB82WEST12345698765432", "GB82WEST1234569876543", "check digits"),
    ("VatNumber", "DE 136,695 976", "DE136695976", "DE136695978", "check digits"),
    ("VatNumber", "DE136695976", "DE136695976", "DE13669597", "too many or too few"),
    ("LuhnNumber", "7894-9", "78949", "78948", "check digits"),
]


@pytest.mark.parametrize(("name", "right", "plain", "wrong", "words"), NUMBERS)
def test_a_number_checks_itself(name: str, right: str, plain: str, wrong: str, words: str) -> None:
    kind = getattr(checks, name)
    assert TypeAdapter(kind).validate_python(right) == plain
    assert words in said(kind, wrong)
    assert "read" in said(kind, wrong)


def test_any_number_that_the_library_knows_may_be_checked() -> None:
    kind = Annotated[str, checksum("isbn")]
    assert TypeAdapter(kind).validate_python("978-0-471-11709-4") == "9780471117094"
    assert said(kind, "978-0-471-11709-5").startswith("no valid number of the kind isbn: its check digits")
    with pytest.raises(ValueError, match=r"has no module 'moon\.card'"):
        checksum("moon.card")


def test_without_the_library_the_import_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typesight.checks.numbers.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"checking IBAN needs the extra \[checks\]"):
        _ = checks.IBAN
    with pytest.raises(MissingExtra):
        checksum("isbn")
    assert import_module("typesight.checks").sums_to is sums_to  # the rest needs nothing


def test_a_name_that_is_none_of_them_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'BIC'"):
        _ = checks.BIC


def test_a_reask_asks_for_the_fields_that_a_check_names(sandbox: Callable[..., Sandbox], clients: Clients) -> None:
    wrong = {"items": [{"name": "tea", "price": 1}, {"name": "milk", "price": 2}], "subtotal": 4, "grandTotal": None}
    right = {"items": [{"name": "tea", "price": 1}, {"name": "milk", "price": 3}], "subtotal": 4, "grandTotal": 9}
    box = sandbox(wrong, right)
    client = clients.sync("openai", box)
    record = client.create(
        messages=[{"role": "user", "content": "Read it."}], response_model=Invoice, mode="tools", reask="fields"
    )
    assert record.items == [Item(name="tea", price=Decimal(1)), Item(name="milk", price=Decimal(3))]
    assert record.total is None
    assert "items, subtotal" in str(box.requests[1].body["messages"][-1])
