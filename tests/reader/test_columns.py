"""Columns: which field of an item stands under which head."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import BaseModel, create_model

Told = Callable[..., dict[str, Any]]


class Part(BaseModel):
    article: str
    quantity: int
    amount: Decimal


BOLTS = [{"article": "Bolt", "quantity": 4, "amount": "6.00"}, {"article": "Hinge", "quantity": 2, "amount": "9.50"}]


def test_a_column_goes_by_the_name_of_its_field(told: Told) -> None:
    """`Quantity` and `Count` are the same to the trade."""

    class Counted(BaseModel):
        article: str
        count: int
        quantity: int

    sheet = "Article       Quantity    Count\nBolt                 4        6\nHinge                2        9"
    assert told(sheet, parts=list[Counted]) == {
        "parts": [{"article": "Bolt", "count": 6, "quantity": 4}, {"article": "Hinge", "count": 9, "quantity": 2}]
    }


@pytest.mark.parametrize(
    "head",
    [
        "Goods              Line total  Pieces    Price each",
        "Bezeichnung        Gesamtpreis  Menge   Einzelpreis",
        "Designation        Montant     Quantite        P.U.",
    ],
)
def test_a_column_goes_by_what_of_an_item_it_is(head: str, told: Told) -> None:
    class Priced(Part):
        unit_price: Decimal

    rows = "Bolt                     6.00       4          1.50\nHinge                    9.50       2          4.75"
    found = [tuple(one.values()) for one in told(f"{head}\n{rows}", parts=list[Priced])["parts"]]
    assert found == [("Bolt", 4, "6.00", "1.50"), ("Hinge", 2, "9.50", "4.75")]


def test_a_column_goes_by_words_that_are_like_its_field(told: Told) -> None:
    class Hive(BaseModel):
        hive_colour: str
        lid_colour: str
        frames: int

    sheet = "Colour of lid     Colour of hive     Frames\ngreen             white                  10"
    assert told(sheet, hives=list[Hive]) == {"hives": [{"hive_colour": "white", "lid_colour": "green", "frames": 10}]}


def test_the_order_of_the_columns_is_the_papers(told: Told) -> None:
    sheet = """
Amount       Article        Quantity
6.00         Bolt                  4
9.50         Hinge                 2
"""
    assert told(sheet, parts=list[Part]) == {"parts": BOLTS}


class Sailing(BaseModel):
    ship: str
    day: datetime.date
    leaves: datetime.time
    berth: int
    deck: Literal["upper", "lower"]
    full: bool


def test_what_stands_under_a_head_tells_which_field_it_is(told: Told) -> None:
    """Of the heads none but `Ship` is a name of a field."""
    sheet = """
Ship         On             Whistle     Quayside     Where     Sold out
Petrel       3 May 2026     08:15       14           Upper     Yes
Gannet       9 May 2026     17:40       2            Lower     No
"""
    found = [tuple(one.values()) for one in told(sheet, sailings=list[Sailing])["sailings"]]
    assert found == [
        ("Petrel", "2026-05-03", "08:15:00", 14, "upper", True),
        ("Gannet", "2026-05-09", "17:40:00", 2, "lower", False),
    ]


@pytest.mark.parametrize(
    ("kind", "cells", "expected"),
    [(Literal["upper", "lower"], ("Upper", "Lower"), ("upper", "lower")), (bool, ("Yes", "No"), (True, False))],
)
def test_one_of_a_few_values_is_told_from_other_texts(
    kind: Any, cells: tuple[str, str], expected: tuple[Any, Any], told: Told
) -> None:
    sailing = create_model("Sailing", ship=(str, ...), remark=(str, ...), place=(kind, ...))
    sheet = "Ship         Cabins       Heard\nPetrel       {}        fog\nGannet       {}        swell".format(*cells)
    assert told(sheet, sailings=list[sailing]) == {  # type: ignore[valid-type]  # a type made at run time
        "sailings": [
            {"ship": "Petrel", "remark": "fog", "place": expected[0]},
            {"ship": "Gannet", "remark": "swell", "place": expected[1]},
        ]
    }


class Catch(BaseModel):
    fish: str
    caught: datetime.date
    hour: datetime.time
    grams: int


def test_a_head_of_unknown_words_is_one_by_its_columns(told: Told) -> None:
    sheet = """
Lajit        Milloin?         Kello     Paino
Pike         3 May 2026       08:15     2400
Perch        9 May 2026       17:40     310
"""
    assert told(sheet, catches=list[Catch]) == {
        "catches": [
            {"fish": "Pike", "caught": "2026-05-03", "hour": "08:15:00", "grams": 2400},
            {"fish": "Perch", "caught": "2026-05-09", "hour": "17:40:00", "grams": 310},
        ]
    }


def test_a_head_of_unknown_words_with_fewer_columns_may_be_anything(told: Told) -> None:
    assert told("Lajit        Paino\nPike         2400\nPerch        310", catches=list[Catch]) == {}


def test_a_column_that_nobody_asked_for_is_left_out(told: Told) -> None:
    sheet = """
Article       Rack       Quantity    Amount
Bolt          North             4      6.00
Hinge         South             2      9.50
"""
    assert told(sheet, parts=list[Part]) == {"parts": BOLTS}
