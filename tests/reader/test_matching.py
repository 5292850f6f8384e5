"""Which printed label means which field, where neither has the other's very words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from pydantic import create_model

from typesight.reader import Line
from typesight.reader.fields import Field, fields
from typesight.reader.labels.matching import LIKE, key_text, like, likeness, matches

Paper = Callable[[str], list[Line]]
Told = Callable[..., dict[str, Any]]


def places(*names: str, **kinds: Any) -> tuple[Field, ...]:
    """The fields of a form, texts if no kind is given."""
    typed: dict[str, Any] = {name: (kind, ...) for name, kind in {**dict.fromkeys(names, str), **kinds}.items()}
    return fields(create_model("Form", **typed).model_json_schema())


def taken(lines: list[Line], *names: str) -> dict[str, str]:
    """Each field with the label that it is given."""
    return {one.path: one.line.text[: one.end] for one in matches(lines, places(*names))}


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Copies to keep", "keep_copies"),  # in another order
        ("Position applied for", "position"),
        ("Hatching", "hatched"),  # another ending
        ("Deliveries", "delivery"),
        ("Dept.", "department"),  # abbreviated
        ("Max. speed", "maximum_speed"),
        ("Nbr of hives", "number_of_hives"),
        ("Ext", "extension"),
        ("P.O.", "purchase_order"),  # initials
        ("PO", "purchase_order"),
        ("ETA", "estimated_time_of_arrival"),
        ("Wages", "salary"),  # another word for it
        ("Doctor", "physician"),
        ("Family name", "surname"),
        ("3. Date of loss", "loss_date"),  # numbered
        ("12) Hive colour", "hive_color"),
        ("Wing span (in flight)", "wing_span"),  # with a note in brackets
        ("Mass (wing span)", "wing_span"),
        ("What is your hat size?", "hat_size"),  # asked
        ("Depratment", "department"),  # misread
    ],
)
def test_a_label_is_like_a_field(label: str, name: str) -> None:
    assert like(label, places(name)[0]) >= LIKE


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Hat colour", "wing_span"),
        ("Number of hives", "number_of_geese"),  # `number` says little
        ("Date of loss", "date_of_arrival"),
        ("Number of hives", "number"),
        ("Car", "cargo"),  # too short to be a stem
        ("Is it yours?", "is_open"),
    ],
)
def test_a_label_is_not_like_a_field(label: str, name: str) -> None:
    assert like(label, places(name)[0]) < LIKE


def test_the_likest_words_are_the_same_words() -> None:
    wage, salary = (like(label, places("yearly_salary")[0]) for label in ("Yearly wages", "Yearly salary"))
    assert 0 < wage < salary == 1


def test_the_number_of_a_label_and_a_note_in_brackets_say_nothing() -> None:
    (field,) = places("loss_date")
    assert like("3. Date of loss", field) == like("Date of loss (if known)", field) == like("Date of loss", field)


def test_words_that_say_little_count_little() -> None:
    (field,) = places("order")
    assert like("Order lid", field) < like("Order status", field) < like("Order", field)


def test_a_description_may_have_the_words_of_the_label() -> None:
    schema = {"properties": {"alpha": {"type": "string", "description": "Colour of the hive"}}}
    assert LIKE <= like("Hive colour", fields(schema)[0]) < 1


def test_two_texts_without_a_word_that_tells_are_not_alike() -> None:
    assert likeness("of the", "in_the") == 0


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Hat size: 58", "Hat size"),
        ("Hat size", "Hat size"),
        ("Hat size ........", "Hat size"),
        ("Hat size ____", "Hat size"),
        ("58", None),
        ("AB-4471-88", None),
        ("X", None),
        ("one two three four five six seven eight nine ten eleven twelve thirteen", None),
    ],
)
def test_what_of_a_line_may_be_a_label(printed: str, expected: str | None) -> None:
    found = key_text(printed)
    assert (found and found[0]) == expected


def test_one_label_for_two_fields_goes_to_the_likest(paper: Paper) -> None:
    assert taken(paper("Hive colour     green"), "hive_lid_colour", "hive_colour") == {"hive_colour": "Hive colour"}


def test_of_two_labels_for_one_field_the_likest_is_its_own(paper: Paper) -> None:
    assert taken(paper("Colour of the hive lid\nHive colour"), "hive_colour") == {"hive_colour": "Hive colour"}


def test_a_field_gives_its_label_to_another_where_it_has_a_second_and_both_gain(paper: Paper) -> None:
    """`Lid colour outside` is all that is like `lid_outside`; `lid_colour_outside` may be `Colour of the lid` too."""
    lines = paper("Lid colour outside\nColour of the lid")
    assert taken(lines, "lid_colour_outside") == {"lid_colour_outside": "Lid colour outside"}
    assert taken(lines, "lid_colour_outside", "lid_outside") == {
        "lid_colour_outside": "Colour of the lid",
        "lid_outside": "Lid colour outside",
    }


def test_words_of_a_tick_are_labels_of_booleans_alone(paper: Paper) -> None:
    line = paper("Hive sold")[0]
    found = matches([line], places("hive_sold", is_hive_sold=bool), words=[line])
    assert [one.path for one in found] == ["is_hive_sold"]


def test_a_heading_and_a_label_are_like_a_field_together(paper: Paper) -> None:
    heading, label = paper("Queen\nColour")
    found = matches([label], places("colour_of_queen_bee", "colour_of_worker_bee"), headings={label: heading.text})
    assert [one.path for one in found] == ["colour_of_queen_bee"]


def test_a_form_of_labels_that_are_only_like_is_filled(told: Told) -> None:
    sheet = """
1. When did the loss happen     Tuesday
2. Holder of the policy         Ada Holm
3. Sort of vehicle              Van
"""
    kinds = {"loss_happened": str, "policy_holder": str, "vehicle_type": Literal["car", "van"]}
    assert told(sheet, **kinds) == {"loss_happened": "Tuesday", "policy_holder": "Ada Holm", "vehicle_type": "van"}
