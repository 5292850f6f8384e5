"""Grounding: numbers and dates as values, names by their letters."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight.evidence.ground import ground
from typesight.reader import Line

Paper = Callable[[str], list[Line]]
MONEY = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^-?[0-9.]+$"}]}
KINDS: dict[str, dict[str, Any]] = {
    "money": MONEY,
    "count": {"type": "integer"},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "clock": {"type": "string", "format": "time"},
    "text": {"type": "string"},
    "choice": {"enum": ["cash", "card"]},
    "flag": {"type": "boolean"},
}


def told(printed: str, kind: str, value: Any) -> str:
    """The status of one value, beside a page with one line."""
    schema = {"type": "object", "properties": {"it": KINDS[kind]}}
    return ground({"it": value}, schema, [Line(printed, 1.0, (0, 0, 400, 20))])["it"].status


CASES = [
    ("Total 1,234.50", "money", "1234.50", "found"),
    ("Total 1.234,50", "money", "1234.5", "found"),
    ("Total 1 234,50 EUR", "money", "1234.50", "found"),
    ("Total 1'234.50", "money", "1234.50", "found"),
    ("Total RM73.00", "money", 73.0, "found"),
    ("Total 73. 00", "money", "73.00", "found"),
    ("Total 1,234", "money", "1234", "found"),
    ("Total 1,234", "money", "1.234", "found"),
    ("Discount 5.00", "money", "-5.00", "similar"),
    ("Total 73.00", "money", "78.00", "absent"),
    ("Total 73.00", "money", "7.30", "absent"),
    ("Qty 13", "count", 3, "absent"),
    ("Qty 3", "count", 3, "found"),
    ("20/11/2026", "count", 11, "absent"),
    ("20/11/2026", "day", "2026-11-20", "found"),
    ("20 November 2026", "day", "2026-11-20", "found"),
    ("03/04/26", "day", "2026-04-03", "found"),
    ("03/04/26", "day", "2026-03-04", "found"),
    ("20/11/2026", "day", "2026-11-21", "absent"),
    ("20/11/2026 14:05", "moment", "2026-11-20T14:05:00", "found"),
    ("open 14:05", "clock", "14:05:00", "found"),
    ("open 14:05", "clock", "14:06:00", "absent"),
    ("LANTERN BOOKS LTD.", "text", "Lantern Books Ltd", "found"),
    ("LANTERN BOOK5 LTD.", "text", "Lantern Books Ltd", "similar"),
    ("LANTERN BOOKS LTD.", "text", "Harbour Cafe", "absent"),
    ("Tel 03-1234 5678", "text", "03 1234 5678", "found"),
    ("Tel 03-1234 5678", "text", "03 1234 5679", "absent"),
    ("to and fro", "text", "an", "absent"),
    ("size: L", "text", "L", "found"),
    ("Paid by card", "choice", "card", "found"),
    ("Paid", "choice", "card", "unchecked"),
    ("Paid", "flag", True, "unchecked"),
    ("Paid", "text", None, "unchecked"),
    ("Paid", "text", "", "unchecked"),
]


@pytest.mark.parametrize(("printed", "kind", "value", "status"), CASES)
def test_a_value_is_held_against_what_is_printed(printed: str, kind: str, value: Any, status: str) -> None:
    assert told(printed, kind, value) == status


SPELLINGS: list[Callable[[Decimal], str]] = [
    lambda value: f"{value:,.2f}",
    lambda value: f"{value:,.2f}".translate(str.maketrans(",.", ".,")),
    lambda value: f"$ {value:.2f}",
    lambda value: f"{value:.2f} EUR",
    lambda value: f"{value:,.2f}".replace(",", "'"),
]
AMOUNTS = st.decimals(min_value=0, max_value=9_999_999, places=2, allow_nan=False)


@given(AMOUNTS, st.sampled_from(SPELLINGS))
def test_an_amount_is_found_however_it_is_spelled(value: Decimal, spelled: Callable[[Decimal], str]) -> None:
    assert told(f"Total {spelled(value)}", "money", str(value)) == "found"


@given(AMOUNTS, st.integers(0, 9), st.integers(1, 9), st.sampled_from(SPELLINGS))
def test_an_amount_with_one_other_digit_is_absent(
    value: Decimal, place: int, change: int, spelled: Callable[[Decimal], str]
) -> None:
    digits = f"{value:.2f}"
    at = [number for number, char in enumerate(digits) if char.isdigit()][place % (len(digits) - 1)]
    other = digits[:at] + str((int(digits[at]) + change) % 10) + digits[at + 1 :]
    assert told(f"Total {spelled(value)}", "money", other) == "absent"


def test_a_value_that_stands_twice_is_taken_at_the_label_of_its_name(paper: Paper) -> None:
    schema = {"type": "object", "properties": {"total": MONEY}}
    found = ground({"total": "5.00"}, schema, paper("Tea      5.00\nTotal    5.00\nCash    10.00"))["total"]
    assert (found.label, found.rivals, found.box) == ("Total", 1, (90, 30, 130, 50))


def test_an_item_s_values_are_taken_from_its_own_row(paper: Paper) -> None:
    item = {"type": "object", "properties": {"name": {"type": "string"}, "qty": {"type": "integer"}, "price": MONEY}}
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": item}}}
    items = [{"name": "Tea", "qty": 1, "price": "5.00"}, {"name": "Scone", "qty": 1, "price": "5.00"}]
    found = ground({"items": items}, schema, paper("Tea      1    5.00\nScone    1    5.00"))
    assert list(found) == [f"items.{at}.{name}" for at in (0, 1) for name in ("name", "qty", "price")]
    tops = {path: each.box[1] for path, each in found.items() if each.box}
    assert tops == {path: 30 * int(path.split(".")[1]) for path in found}


def test_a_text_over_two_lines_is_found_with_both(paper: Paper) -> None:
    schema = {"type": "object", "properties": {"address": {"type": "string"}}}
    found = ground({"address": "12, Harbour Street, 41050 Port"}, schema, paper("12, Harbour Street,\n41050 Port"))
    assert (found["address"].status, found["address"].box) == ("found", (0, 0, 190, 50))


def test_a_record_that_is_one_value_or_a_list_has_its_paths(paper: Paper) -> None:
    assert ground("5.00", {}, paper("Total  5.00"))[""].status == "found"
    assert list(ground(["a1b2", "c3d4"], {}, paper("a1b2"))) == ["0", "1"]


def test_the_number_of_its_picture_is_told(paper: Paper) -> None:
    lines = [Line("Total 5.00", 1.0, (0, 0, 100, 20), 1)]
    assert ground({"total": "5.00"}, {}, lines)["total"].image == 1
