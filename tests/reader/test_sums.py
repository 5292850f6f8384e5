"""The amounts of a document are held against each other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, create_model

from typesight.reader import Line, candidates

Paper = Callable[[str], list[Line]]
Told = Callable[..., dict[str, Any]]


class Part(BaseModel):
    article: str
    amount: Decimal


AGREE = 0.97
"""How sure amounts are, at least, that the others agree with."""


def surest(lines: list[Line], field: str, **kinds: Any) -> tuple[Any, bool]:
    """The best value of a field, and whether the sums agree with it; decimals for `field` and these kinds."""
    places: dict[str, Any] = {name: (kind, ...) for name, kind in {field: Decimal, **kinds}.items()}
    best = candidates(lines, create_model("Bill", **places).model_json_schema())[field][0]
    assert best.why.endswith("the sums agree") is (best.score >= AGREE)
    return best.value, best.score >= AGREE


@pytest.mark.parametrize(
    "parts",
    [
        "Subtotal     40.00\nTax           8.00\nTotal        48.00",
        "Subtotal     40.00\nDiscount     -4.00\nTax           7.20\nTotal        43.20",
        "Subtotal     40.00\nDiscount      4.00\nTax           7.20\nTotal        43.20",
        "Subtotal     40.00\nTax           8.00\nShipping      5.00\nTotal        53.00",
        "Subtotal     40.00\nTax           8.00\nService charge  4.00\nTip           3.00\nTotal        55.00",
        "Subtotal     40.00\nTax           8.01\nRounding     -0.01\nTotal        48.00",
    ],
)
def test_amounts_that_add_up_make_each_other_surer(parts: str, paper: Paper) -> None:
    for field in ("subtotal", "tax", "total"):
        assert surest(paper(parts), field)[1], field


def test_a_sum_that_does_not_fit_changes_nothing(paper: Paper, told: Told) -> None:
    sheet = "Subtotal     40.00\nTax           8.00\nTotal        61.00"
    assert surest(paper(sheet), "total") == ("61.00", False)
    kinds = dict.fromkeys(("subtotal", "tax", "total"), Decimal)
    assert told(sheet, **kinds) == {"subtotal": "40.00", "tax": "8.00", "total": "61.00"}


def test_of_two_totals_the_one_that_the_parts_come_to_is_taken(paper: Paper) -> None:
    sheet = "Subtotal     40.00\nTax           8.00\nTotal        61.00\nTotal        48.00"
    assert surest(paper(sheet), "total") == ("48.00", True)
    assert surest(paper(sheet.replace("48.00", "49.00")), "total")[1] is False


@pytest.mark.parametrize(
    ("printed", "field", "expected"),
    [
        ("Subtotal   40.00\nTax         8.00\nEverything  48.00", "total", "48.00"),
        ("Wares      40.00\nTax         8.00\nTotal      48.00", "subtotal", "40.00"),
        ("Subtotal   40.00\nFor the king  8.00\nTotal    48.00", "tax", "8.00"),
    ],
)
def test_the_amount_that_is_missing_is_what_the_others_leave_if_it_is_printed(
    printed: str, field: str, expected: str, told: Told
) -> None:
    kinds = dict.fromkeys(("subtotal", "tax", "total"), Decimal)
    assert told(printed, **kinds)[field] == expected
    assert field not in told(printed.replace(f" {expected}", " 7.77"), **kinds)


def test_a_missing_amount_is_told_by_others_that_nobody_asked_for(told: Told) -> None:
    assert told("Wares      40.00\nTax         8.00\nTotal      48.00", subtotal=Decimal) == {"subtotal": "40.00"}


ITEMS = "Article      Amount\nBolt          31.00\nHinge          9.00\n"


def test_a_total_that_the_items_come_to_is_surer(paper: Paper) -> None:
    assert surest(paper(ITEMS + "Total         40.00"), "total", parts=list[Part]) == ("40.00", True)
    assert surest(paper(ITEMS + "Total         41.00"), "total", parts=list[Part]) == ("41.00", False)


def test_the_subtotal_is_what_the_items_come_to(told: Told) -> None:
    sheet = """
Article                   Amount
Bolt                       31.00
Hinge                       9.00
                   Wares   40.00
                   Total   48.00
"""
    assert told(sheet, parts=list[Part], subtotal=Decimal)["subtotal"] == "40.00"
    assert "subtotal" not in told(sheet.replace(" 9.00", " 8.00"), parts=list[Part], subtotal=Decimal)


def test_a_difference_of_a_cent_is_rounding(paper: Paper) -> None:
    assert surest(paper("Subtotal     40.00\nTax           8.00\nTotal        48.01"), "total") == ("48.01", True)
    assert surest(paper("Subtotal     40.00\nTax           8.00\nTotal        48.03"), "total") == ("48.03", False)
