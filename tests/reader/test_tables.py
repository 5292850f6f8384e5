"""Tables: what stands in a cell, and where the table ends."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from typesight.reader import Line

Paper = Callable[[str], list[Line]]
Told = Callable[..., dict[str, Any]]


class Part(BaseModel):
    article: str
    quantity: int
    amount: Decimal


BOLTS = [{"article": "Bolt", "quantity": 4, "amount": "6.00"}, {"article": "Hinge", "quantity": 2, "amount": "9.50"}]
TABLE = """
Article            Quantity    Amount
Bolt               4           6.00
Hinge              2           9.50"""


def test_a_tick_is_the_cell_of_a_boolean(told: Told) -> None:
    class Chore(BaseModel):
        chore: str
        done: bool

    sheet = "Chore             Done\nSweep floor        ☑\nPaint door         ☐\nMend roof          ☑"
    assert [(one["chore"], one["done"]) for one in told(sheet, chores=list[Chore])["chores"]] == [
        ("Sweep floor", True),
        ("Paint door", False),
        ("Mend roof", True),
    ]


def test_a_choice_may_be_ticked_under_its_words(told: Told) -> None:
    class Check(BaseModel):
        part: str
        result: Literal["good", "worn", "broken"]
        remarks: str | None

    sheet = """
Part               Good   Worn   Broken   Remarks
Ladder             ☑      ☐      ☐
Rope               ☐      ☑      ☐        Frayed end
Pulley             ☐      ☐      ☑        Seized
"""
    assert told(sheet, checks=list[Check])["checks"] == [
        {"part": "Ladder", "result": "good", "remarks": None},
        {"part": "Rope", "result": "worn", "remarks": "Frayed end"},
        {"part": "Pulley", "result": "broken", "remarks": "Seized"},
    ]


def test_words_with_a_number_in_a_column_of_numbers_end_a_table(told: Told) -> None:
    sheet = f"{TABLE}\n\n12 Packed by       13 Checked by   14 Sealed by\nR. Holm            A. Voss         T. Lind"
    assert told(sheet, parts=list[Part]) == {"parts": BOLTS}


def test_a_number_may_have_its_unit_in_the_cell(told: Told) -> None:
    class Meter(BaseModel):
        meter: str
        usage: int
        rate: Decimal

    sheet = """
Meter          Usage          Rate
Day            687 kWh        24.10p per kWh
Night          91 kWh         9.75p per kWh
"""
    assert told(sheet, meters=list[Meter]) == {
        "meters": [
            {"meter": "Day", "usage": 687, "rate": "24.10"},
            {"meter": "Night", "usage": 91, "rate": "9.75"},
        ]
    }


class Post(BaseModel):
    host: str
    state: Literal["up", "down"]
    note: str


def test_a_table_of_texts_has_an_item_a_row(told: Told) -> None:
    sheet = "Host          State       Note\nalder         Up          kept warm\nbirch         Down        new fan"
    assert told(sheet, hosts=list[Post]) == {
        "hosts": [
            {"host": "alder", "state": "up", "note": "kept warm"},
            {"host": "birch", "state": "down", "note": "new fan"},
        ]
    }


def test_a_cell_that_wraps_goes_on_in_the_next_row(told: Told) -> None:
    sheet = """
Article            Quantity    Amount
Bolt, galvanised          4      6.00
and waxed
Hinge                     2      9.50
"""
    assert [one["article"] for one in told(sheet, parts=list[Part])["parts"]] == ["Bolt, galvanised and waxed", "Hinge"]


def test_a_text_above_its_numbers_is_that_of_the_item_below(told: Told) -> None:
    sheet = """
Article            Quantity    Amount
Bolt
                          4      6.00
Hinge
                          2      9.50
"""
    assert told(sheet, parts=list[Part]) == {"parts": BOLTS}


@pytest.mark.parametrize(
    "after",
    [
        "Total                          15.50",
        "                   All in all  15.50",  # called anything, in the right half
        "                   Owed to us  15.50",
        "\n\n\n\nGasket             8           3.20",  # a gap
        "\nCrew\nName               Role        Watch\nAda                Cook        Night",  # a second table
        "Parts are kept for you in the yard until the end of the month",
    ],
)
def test_a_table_ends(after: str, told: Told) -> None:
    assert told(f"{TABLE}\n{after}", parts=list[Part]) == {"parts": BOLTS}


def test_a_table_goes_on_below_its_head_on_the_next_page(paper: Paper, told: Told) -> None:
    over = paper("Article            Quantity    Amount\nGasket             8           3.20")
    found = told([*paper(TABLE), *(Line(line.text, 1.0, line.box, 1) for line in over)], parts=list[Part])["parts"]
    assert [one["article"] for one in found] == ["Bolt", "Hinge", "Gasket"]


def test_two_tables_are_each_their_own_list(told: Told) -> None:
    class Crew(BaseModel):
        name: str
        role: str
        watch: str

    sheet = f"{TABLE}\n\n\nName               Role        Watch\nAda                Cook        Night"
    assert told(sheet, crew=list[Crew], parts=list[Part]) == {
        "crew": [{"name": "Ada", "role": "Cook", "watch": "Night"}],
        "parts": BOLTS,
    }


def test_a_value_of_another_kind_leaves_its_cell_empty(told: Told) -> None:
    sheet = "Host          State       Note\nalder         Up          kept warm\nbirch         Napping     new fan"
    assert told(sheet, hosts=list[Post])["hosts"][1] == {"host": "birch", "note": "new fan"}


def test_rows_of_a_table_are_no_labels_of_other_fields(told: Told) -> None:
    sheet = "Host          State       Note\nalder         Up          kept warm\nowner         Down        new fan"
    assert "owner" not in told(sheet, hosts=list[Post], owner=str)
