"""Letters that stand one by one in boxes of equal width."""

from __future__ import annotations

import pytest

from typesight.ocr.combs import join_combs
from typesight.reader import Line

BOX = 24
"""Pixels from one box to the next."""


def comb(text: str, left: int = 0, top: int = 0, box: int = BOX) -> list[Line]:
    """A line per letter, 10 x 20 pixels in the middle of its box; a space is a box left empty."""
    middles = [(letter, left + box * at + box // 2) for at, letter in enumerate(text) if letter != " "]
    return [Line(letter, 1.0, (middle - 5, top, middle + 5, top + 20)) for letter, middle in middles]


def texts(lines: list[Line]) -> list[str]:
    return [line.text for line in join_combs(lines)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("HOLM", ["HOLM"]),
        ("ADA", ["ADA"]),
        ("ADA HOLM", ["ADA HOLM"]),
        ("ADA    HOLM", ["ADA", "HOLM"]),  # so many empty boxes are two fields
        ("31122026", ["31122026"]),
        ("OTTO", ["OTTO"]),
    ],
)
def test_letters_in_boxes_are_the_words_they_spell(written: str, expected: list[str]) -> None:
    assert texts(comb(written)) == expected


@pytest.mark.parametrize(
    ("read", "expected"), [("L0ND0N", "LONDON"), ("2O26", "2026"), ("A0", None), ("R0MA 1OO", "ROMA 100")]
)
def test_the_letter_o_and_the_digit_are_told_by_their_neighbours(read: str, expected: str | None) -> None:
    assert texts(comb(read)) == ([expected] if expected else list(read))


def test_two_letters_are_no_comb() -> None:
    assert texts(comb("AB")) == ["A", "B"]


def test_letters_at_uneven_distances_are_no_comb() -> None:
    lefts = [0, 22, 60, 74, 110, 132]
    lines = [Line(letter, 1.0, (left, 0, left + 10, 20)) for letter, left in zip("ABCDEF", lefts, strict=True)]
    assert texts(lines) == list("ABCDEF")


def test_letters_far_apart_are_the_heads_of_columns() -> None:
    assert texts(comb("ABC", box=120)) == ["A", "B", "C"]


def test_a_comb_stands_beside_its_label_and_in_its_own_row() -> None:
    label = Line("Surname", 1.0, (0, 0, 70, 20))
    assert texts([label, *comb("HOLM", left=90), *comb("ADA", left=90, top=40)]) == ["Surname", "HOLM", "ADA"]


def test_words_at_even_distances_are_no_comb() -> None:
    days = ["Mon", "Tue", "Wed", "Thu"]
    assert texts([Line(day, 1.0, (36 * at, 0, 36 * at + 30, 20)) for at, day in enumerate(days)]) == days


def test_a_comb_covers_its_letters_and_is_as_sure_as_they_are() -> None:
    letters = [Line(one.text, score, one.box) for one, score in zip(comb("ADA"), (1.0, 0.5, 0.9), strict=True)]
    (joined,) = join_combs(letters)
    assert (joined.box, round(joined.score, 6)) == ((7, 0, 65, 20), 0.8)


def test_letters_of_two_pictures_are_not_joined() -> None:
    first, second = comb("AB"), [Line(one.text, 1.0, one.box, 1) for one in comb("CD", left=48)]
    assert texts([*first, *second]) == ["A", "B", "C", "D"]
