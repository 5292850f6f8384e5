"""What belongs together because nothing else is left, and what does not all the same."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

Told = Callable[..., dict[str, Any]]

Diet = Literal["vegan", "vegetarian", "none"]
Level = Literal["beginner", "intermediate", "advanced"]


@pytest.mark.parametrize("heading", ["What you eat", "Please tick one", "Kitchen", "We cook for you"])
def test_options_are_the_fields_whose_choices_they_offer_whatever_their_heading(heading: str, told: Told) -> None:
    sheet = f"{heading}      ☐  Vegan     ☑  Vegetarian     ☐  None"
    assert told(sheet, diet=Diet) == {"diet": "vegetarian"}


def test_two_groups_of_options_go_to_the_fields_that_have_their_choices(told: Told) -> None:
    sheet = """
Kitchen            ☐  Vegan        ☑  Vegetarian       ☐  None
Snow experience    ☐  Beginner     ☐  Intermediate     ☑  Advanced
"""
    assert told(sheet, level=Level, diet=Diet) == {"level": "advanced", "diet": "vegetarian"}


def test_two_groups_that_offer_the_same_choices_stay_open(told: Told) -> None:
    sheet = "Kitchen      ☐  Vegan     ☑  Vegetarian\nBuffet       ☑  Vegan     ☐  Vegetarian"
    assert told(sheet, diet=Diet) == {}


def test_options_that_offer_other_choices_are_not_the_fields(told: Told) -> None:
    assert told("Kitchen      ☐  Salted     ☑  Smoked     ☐  Dried", diet=Diet) == {}


def test_a_list_takes_the_only_group_of_options_that_is_left(told: Told) -> None:
    sheet = "Bring along      ☑  Boots     ☐  Helmet     ☑  Gloves"
    assert told(sheet, equipment=list[str]) == {"equipment": ["Boots", "Gloves"]}


def test_a_list_of_choices_takes_no_options_that_it_does_not_know(told: Told) -> None:
    sheet = "Bring along      ☑  Boots     ☐  Helmet     ☑  Gloves"
    assert told(sheet, equipment=list[Literal["boots", "rope"]]) == {}


def test_the_only_date_that_nobody_claims_is_the_only_date_fields(told: Told) -> None:
    sheet = "Date of birth     12 August 1990\nHeard on          3 May 2026\nSpoken by         Ada Holm"
    found = told(sheet, date_of_birth=datetime.date, lecture_day=datetime.date)
    assert found == {"date_of_birth": "1990-08-12", "lecture_day": "2026-05-03"}


def test_of_two_unclaimed_dates_neither_is_taken(told: Told) -> None:
    sheet = "Heard on          3 May 2026\nWritten on        9 May 2026\nSpoken by         Ada Holm"
    assert told(sheet, lecture=datetime.date) == {}


def test_two_date_fields_do_not_share_out_one_unclaimed_date(told: Told) -> None:
    sheet = "Heard on          3 May 2026\nSpoken by         Ada Holm"
    assert told(sheet, lecture=datetime.date, seminar=datetime.date) == {}


def test_the_only_time_that_nobody_claims_is_the_only_time_fields(told: Told) -> None:
    sheet = "Opening time     18:00\nSinging from     19:30\nSpoken by        Ada Holm"
    found = told(sheet, opening_time=datetime.time, curtain=datetime.time)
    assert found == {"opening_time": "18:00:00", "curtain": "19:30:00"}


def test_a_label_that_is_a_little_like_a_field_is_its_label(told: Told) -> None:
    sheet = "Bees kept since childhood     12\nColour of your hives          green"
    assert told(sheet, hive_paint=str, bees_owned=int) == {
        "hive_paint": "green",
        "bees_owned": 12,
    }


def test_of_two_labels_a_little_like_a_field_the_liker_is_its_label(told: Told) -> None:
    sheet = "Hives lent to a neighbour         4\nHives lost this year and last     9"
    assert told(sheet, hives_lost_since_spring=int) == {"hives_lost_since_spring": 9}


def test_a_label_a_little_like_two_fields_is_that_of_one_alone(told: Told) -> None:
    assert len(told("Bees kept since childhood     12", bees_owned=int, bees_sold=int)) == 1


@pytest.mark.parametrize(("marks", "expected"), [(("☑", "☐"), True), (("☐", "☑"), False)])
def test_a_question_a_little_like_a_boolean_answers_it(marks: tuple[str, str], expected: bool, told: Told) -> None:
    sheet = "Sting plasters at hand today     {}  Yes     {}  No".format(*marks)
    assert told(sheet, plasters_carried=bool) == {"plasters_carried": expected}


def test_a_label_known_to_mean_another_thing_is_not_taken(told: Told) -> None:
    """The expiry of a card is no lesson, though it is the only date."""
    assert told("Expiry date     3 May 2026\nSpoken by       Ada Holm", lecture=datetime.date) == {}


def test_a_value_of_another_kind_is_not_taken(told: Told) -> None:
    assert told("Bees kept since childhood     a dozen", bees_owned=int) == {}


@pytest.mark.parametrize(("printed", "expected"), [("12", {"bees_owned": 12}), ("120", {})])
def test_a_value_outside_the_bounds_of_the_field_is_not_taken(
    printed: str, expected: dict[str, Any], told: Told
) -> None:
    kind = Annotated[int, Field(le=50)]
    assert told(f"Bees kept since childhood     {printed}", bees_owned=kind) == expected


def test_a_text_field_is_not_filled_with_whatever_is_left(told: Told) -> None:
    assert told("Spoken by     Ada Holm\nHeard on      3 May 2026", motto=str) == {}


def test_what_a_label_has_told_is_not_told_again_to_another_field(told: Told) -> None:
    sheet = "Diet      ☐  Vegan     ☑  Vegetarian     ☐  None"
    assert told(sheet, diet=Diet, plate=Diet) == {"diet": "vegetarian"}


def test_a_tick_that_is_left_is_a_boolean_a_little_like_its_words(told: Told) -> None:
    sheet = "☑  Send me the bee letter each spring\n☐  Hives may be shown to schools"
    assert told(sheet, bee_letter_wanted=bool, hives_open_for_visits=bool) == {
        "bee_letter_wanted": True,
        "hives_open_for_visits": False,
    }
