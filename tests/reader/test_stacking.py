"""Labels that have their values in the row below, as in the cells of a form."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from typesight.reader import Line
from typesight.reader.page.sheet import Sheet

Paper = Callable[[str], list[Line]]
Told = Callable[..., dict[str, Any]]


def pairs(lines: list[Line], *phrases: str) -> dict[str, str]:
    """The labels that have their values below them, with these; `phrases` are the names of fields."""
    return {label.text: value.text for label, value in Sheet(lines, phrases).stacked.items()}


def small(text: str, left: int, top: int) -> Line:
    """A caption: 14 pixels high, 7 a letter."""
    return Line(text, 1.0, (left, top, left + 7 * len(text), top + 14))


def large(text: str, left: int, top: int) -> Line:
    """What was typed in: 20 pixels high, 12 a letter."""
    return Line(text, 1.0, (left, top, left + 12 * len(text), top + 20))


COLUMNS = {
    "one": """
Passenger
Ada Holm

Boarding gate
B17

Seat
22C
""",
    "two": """
Passenger         Boarding gate
Ada Holm          B17

Seat
22C
""",
    "three": """
Passenger         Boarding gate      Seat
Ada Holm          B17                22C
""",
}


@pytest.mark.parametrize("columns", COLUMNS)
def test_labels_stand_above_their_values_in_any_number_of_columns(columns: str, paper: Paper, told: Told) -> None:
    stacks = pairs(paper(COLUMNS[columns]), "passenger", "boarding gate", "seat")
    assert stacks == {"Passenger": "Ada Holm", "Boarding gate": "B17", "Seat": "22C"}
    expected = {"passenger": "Ada Holm", "boarding_gate": "B17", "seat": "22C"}
    assert told(COLUMNS[columns], passenger=str, boarding_gate=str, seat=str) == expected


def test_rows_of_cells_follow_one_another(paper: Paper, told: Told) -> None:
    sheet = """
Passenger         Boarding gate
Ada Holm          B17

Seat              Meal
22C               Vegan
"""
    stacks = {"Passenger": "Ada Holm", "Boarding gate": "B17", "Seat": "22C", "Meal": "Vegan"}
    assert pairs(paper(sheet), "passenger", "boarding gate", "seat", "meal") == stacks
    expected = {"passenger": "Ada Holm", "boarding_gate": "B17", "seat": "22C", "meal": "Vegan"}
    assert told(sheet, passenger=str, boarding_gate=str, seat=str, meal=str) == expected


def test_a_small_caption_belongs_to_the_large_print_below_it() -> None:
    """In narrow cells the next caption is as near to a value as its own."""
    captions = ["Keeper", "Breed of dog", "Chip"]
    typed = ["Ada Holm", "Border collie", "AX 90417"]
    lines = [
        line
        for at, (caption, value) in enumerate(zip(captions, typed, strict=True))
        for line in (small(caption, 10, 46 * at), large(value, 10, 20 + 46 * at))
    ]
    assert pairs(lines) == dict(zip(captions, typed, strict=True))


def test_print_of_one_size_at_even_distances_is_no_stack() -> None:
    lines = [
        large(text, 10, 24 * at) for at, text in enumerate(["Keeper", "Ada Holm", "Breed of dog", "Border collie"])
    ]
    assert pairs(lines) == {}


def test_an_empty_cell_beside_filled_ones_stays_empty(told: Told) -> None:
    sheet = """
First name        Middle name        Last name
Ada Ottilie Marguerite               Holm

Occupation        Employer           Works number
Welder            Fell Rail          8812
"""
    fields = ("first_name", "middle_name", "last_name", "occupation")
    assert told(sheet, **dict.fromkeys(fields, str)) == {
        "first_name": "Ada Ottilie Marguerite",
        "last_name": "Holm",
        "occupation": "Welder",
    }


def test_a_caption_that_nobody_asks_for_is_not_the_value_of_its_neighbour(told: Told) -> None:
    sheet = [
        small("Given name", 10, 0), small("Street", 300, 0),
        large("Signe", 10, 20), large("Quay Road", 300, 20),
        small("Town", 10, 48), small("Country", 300, 48),
        large("Bergen", 10, 68), large("Norway", 300, 68),
    ]  # fmt: skip
    assert told(sheet, given_name=str, town=str) == {"given_name": "Signe", "town": "Bergen"}


def test_labels_with_their_values_at_the_right_are_no_stack(paper: Paper, told: Told) -> None:
    sheet = "Passenger         Ada Holm\nBoarding gate     B17\nSeat              22C\nMeal              Vegan"
    assert pairs(paper(sheet), "passenger", "boarding gate", "seat", "meal") == {}
    assert told(sheet, passenger=str, boarding_gate=str, seat=str) == {
        "passenger": "Ada Holm",
        "boarding_gate": "B17",
        "seat": "22C",
    }


def test_a_label_with_nothing_at_its_right_in_a_list_of_labels_stays_empty(told: Told) -> None:
    sheet = "Passenger         Ada Holm\nSpecial meal\nLounge            Oak room\nSeat              22C"
    assert told(sheet, passenger=str, special_meal=str, seat=str) == {"passenger": "Ada Holm", "seat": "22C"}


def test_a_line_that_has_its_value_beside_it_is_no_value_of_the_label_above(paper: Paper) -> None:
    sheet = "Special meal\nLounge            Oak room\n\nSeat              22C"
    assert pairs(paper(sheet), "special meal", "seat") == {}


def test_a_label_that_ends_with_a_number_has_said_its_value(paper: Paper) -> None:
    assert "Deck 4" not in pairs(paper("Deck 4\nQuiet please\n\nSeat\n22C"), "deck", "seat")


def test_the_head_of_a_table_is_no_row_of_labels(paper: Paper) -> None:
    table = """
Gate            Flight          Bound for
Bravo           Northern        Bergen
Alpha           Lakeland        Skopje
Delta           Meadow          Faro

Passengers are kindly asked to be at the gate in good time
"""
    assert pairs(paper(table)) == pairs(paper(table), "gate", "flight", "bound for") == {}


def test_a_row_that_would_be_a_table_is_a_stack_where_another_label_follows(paper: Paper) -> None:
    cells = """
Gate            Flight
Bravo           Northern
Seat            Meal
Window          Vegan

Passengers are kindly asked to be at the gate in good time
"""
    assert pairs(paper(cells), "gate", "flight", "seat", "meal") == {
        "Gate": "Bravo",
        "Flight": "Northern",
        "Seat": "Window",
        "Meal": "Vegan",
    }


def test_a_label_with_its_value_behind_a_colon_has_none_below_it(paper: Paper) -> None:
    sheet = "Gate: Bravo      Seat: Window\nMeal             Vegan\n\nThank you"
    assert not {"Gate: Bravo", "Seat: Window"} & pairs(paper(sheet), "gate", "seat").keys()


def test_a_stacked_date_takes_the_kind_of_its_field(told: Told) -> None:
    sheet = "Sailing date        Cabins\n4 May 2026          12\n\nPort of call        Deck\nFaro                3"
    assert told(sheet, sailing_date=datetime.date, cabins=int, deck=int) == {
        "sailing_date": "2026-05-04",
        "cabins": 12,
        "deck": 3,
    }


def test_a_long_text_below_its_label_goes_on_in_the_next_line(told: Told) -> None:
    sheet = """
Reason for the visit
The tap in the upper bathroom drips day and night and the
seal below it has been leaking since.

Visitor         Floor
Ada Holm        Second
"""
    expected = "The tap in the upper bathroom drips day and night and the seal below it has been leaking since."
    assert told(sheet, reason_for_visit=str)["reason_for_visit"] == expected
