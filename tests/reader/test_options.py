"""Check boxes and radio buttons, as lines of one character, with the words they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest

Told = Callable[..., dict[str, Any]]

Fuel = Literal["petrol", "diesel", "electric"]
Verdict = Literal["pass", "fail", "n/a"]


@pytest.mark.parametrize(("yes", "no", "expected"), [("☑", "☐", True), ("☐", "☑", False)])
@pytest.mark.parametrize(
    "layout",
    [
        "Garage heated      {yes}  Yes     {no}  No",
        "Garage heated      Yes  {yes}     No  {no}",
        "Garage heated\n{yes}  Yes     {no}  No",
        "Garage heated\n{yes}  Yes\n{no}  No",
        "Garage heated?     {no}  No      {yes}  Yes",
        "Garage heated: {yes} Yes {no} No",
    ],
)
def test_yes_or_no_is_ticked_beside_a_question_or_below_it(
    layout: str, yes: str, no: str, expected: bool, told: Told
) -> None:
    assert told(layout.format(yes=yes, no=no), garage_heated=bool) == {"garage_heated": expected}


@pytest.mark.parametrize("layout", ["Garage heated      {}  Yes     {}  No", "Garage heated\n{}  Yes     {}  No"])
@pytest.mark.parametrize("tick", ["☑", "☐"])
def test_a_question_with_both_or_neither_ticked_stays_open(layout: str, tick: str, told: Told) -> None:
    assert told(layout.format(tick, tick), garage_heated=bool) == {}


@pytest.mark.parametrize(
    "layout",
    [
        "Fuel      ☐  Petrol     ☑  Diesel     ☐  Electric",
        "Fuel      Petrol  ☐     Diesel  ☑     Electric  ☐",
        "Fuel\n☐  Petrol     ☑  Diesel     ☐  Electric",
        "Fuel\n☐  Petrol\n☑  Diesel\n☐  Electric",
        "Fuel      ☐  Petrol     ☑  Diesel\n          ☐  Electric",
    ],
)
def test_one_of_three_is_ticked(layout: str, told: Told) -> None:
    assert told(layout, fuel=Fuel) == {"fuel": "diesel"}


@pytest.mark.parametrize("marks", [("☐", "☐", "☐"), ("☑", "☑", "☐")])
def test_a_choice_with_none_or_two_ticked_stays_open(marks: tuple[str, str, str], told: Told) -> None:
    first, second, third = marks
    assert told(f"Fuel      {first}  Petrol     {second}  Diesel     {third}  Electric", fuel=Fuel) == {}


def test_a_text_takes_the_words_of_what_is_ticked(told: Told) -> None:
    sheet = "Heard of us from      ☐  A friend     ☑  The radio     ☐  A poster"
    assert told(sheet, heard_of_us_from=str) == {"heard_of_us_from": "The radio"}


@pytest.mark.parametrize(
    "layout",
    [
        "Chores      ☑  Sweeping     ☐  Ironing      ☐  Mending\n            ☐  Baking       ☑  Weeding",
        "Chores\n☑  Sweeping     ☐  Ironing     ☐  Mending\n☐  Baking       ☑  Weeding",
        "Chores\n☑  Sweeping     ☐  Ironing\n☐  Baking       ☐  Mending\n☑  Weeding",
        "Chores\n☐  Ironing\n☑  Sweeping\n☑  Weeding",
    ],
)
def test_a_list_takes_all_that_is_ticked_over_rows_and_columns(layout: str, told: Told) -> None:
    assert told(layout, chores=list[str]) == {"chores": ["Sweeping", "Weeding"]}


def test_a_list_of_which_nothing_is_ticked_is_empty(told: Told) -> None:
    assert told("Chores\n☐  Ironing\n☐  Baking", chores=list[str]) == {"chores": []}


def test_ticks_of_a_row_all_stand_on_one_side_of_their_words(told: Told) -> None:
    """The middle words have a tick on either side, that of their own is nearer."""
    sheet = "Fuel      Petrol  ☐      Diesel  ☑      Electric  ☐"
    assert told(sheet, fuel=Fuel) == {"fuel": "diesel"}
    assert told("Fuel      ☐  Petrol      ☑  Diesel      ☐  Electric", fuel=Fuel) == {"fuel": "diesel"}


@pytest.mark.parametrize("layout", ["☑  Goods insured\n☐  Fragile goods", "Goods insured  ☑\nFragile goods  ☐"])
def test_a_field_may_have_a_tick_of_its_own(layout: str, told: Told) -> None:
    assert told(layout, goods_insured=bool, fragile_goods=bool) == {"goods_insured": True, "fragile_goods": False}


GRID = """
Inspected part       Pass     Fail     N/A
Brake pads            ☑        ☐        ☐
Tow bar               ☐        ☐        ☑
Wipers                ☐        ☑        ☐
"""


def test_the_ticks_of_a_grid_have_their_words_at_its_head(told: Told) -> None:
    assert told(GRID, brake_pads=Verdict, tow_bar=Verdict, wipers=Verdict) == {
        "brake_pads": "pass",
        "tow_bar": "n/a",
        "wipers": "fail",
    }


def test_a_grid_of_yes_and_no_answers_questions(told: Told) -> None:
    grid = "                     No      Yes\nDoors locked          ☑       ☐\nAlarm set             ☐       ☑"
    assert told(grid, doors_locked=bool, alarm_set=bool) == {"doors_locked": False, "alarm_set": True}


@pytest.mark.parametrize(
    "layout",
    [
        "Roof sound    ☑  Yes   ☐  No          Walls dry    ☐  Yes   ☑  No",
        "Roof sound              Walls dry\n☑  Yes    ☐  No         ☐  Yes    ☑  No",
        "Roof sound              Walls dry\n☑  Yes                  ☐  Yes\n☐  No                   ☑  No",
    ],
)
def test_options_of_two_questions_side_by_side_are_each_its_own(layout: str, told: Told) -> None:
    assert told(layout, roof_sound=bool, walls_dry=bool) == {"roof_sound": True, "walls_dry": False}


def test_options_below_one_question_do_not_reach_past_the_next(told: Told) -> None:
    sheet = "Roof sound\n☐  Yes\n☐  No\nWalls dry\n☑  Yes\n☐  No"
    assert told(sheet, roof_sound=bool, walls_dry=bool) == {"walls_dry": True}


def test_options_far_at_the_right_are_of_another_group(told: Told) -> None:
    sheet = "Chores     ☑  Sweeping   ☐  Ironing                    ☑  Sundays   ☐  Mondays"
    assert told(sheet, chores=list[str]) == {"chores": ["Sweeping"]}


def test_a_label_with_a_value_of_its_own_does_not_own_the_ticks_after_it(told: Told) -> None:
    assert told("Colour     Green     ☑  Matt     ☐  Gloss", colour=str) == {"colour": "Green"}
