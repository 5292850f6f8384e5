"""Ticks that were read as text become lines of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from typesight.ocr.lines import OFF, ON
from typesight.ocr.ticks.printed_ticks import split_printed_ticks
from typesight.reader import Line

Told = Callable[..., dict[str, Any]]


def pieces(text: str) -> list[str]:
    return [line.text for line in split_printed_ticks([Line(text, 1.0, (0, 0, 10 * len(text), 20))])]


@pytest.mark.parametrize("sign", ["[x]", "[X]", "[ x ]", "[✓]", "[v]", "(x)", "( • )", "(●)", "☑", "☒", "■", "✓", "✔"])
def test_a_box_with_a_mark_is_on(sign: str) -> None:
    assert pieces(f"{sign} Salted") == [ON, "Salted"]


@pytest.mark.parametrize("sign", ["[ ]", "[]", "[  ]", "( )", "☐", "□", "▢"])
def test_an_empty_box_is_off(sign: str) -> None:
    assert pieces(f"{sign} Salted") == [OFF, "Salted"]


def test_ticks_stand_between_their_words() -> None:
    assert pieces("Butter: [x] Salted [ ] Plain") == ["Butter:", ON, "Salted", OFF, "Plain"]


def test_a_tick_may_touch_its_word() -> None:
    assert pieces("☑Salted ☐Plain") == [ON, "Salted", OFF, "Plain"]


@pytest.mark.parametrize(
    "text", ["f(x) Salted", "(x)-axis", "Salted", "(a) Salted", "[1] Salted", "index[x] = 1", "()", "a() b"]
)
def test_other_brackets_are_text(text: str) -> None:
    assert pieces(text) == [text]


@pytest.mark.parametrize("text", ["● Salted butter", "○ Salted ○ Plain", "Oslo ● Bergen"])
def test_circles_of_one_kind_are_bullets(text: str) -> None:
    assert pieces(text) == [text]


def test_hollow_circles_beside_a_full_one_are_ticks() -> None:
    assert pieces("● Salted ○ Plain") == [ON, "Salted", OFF, "Plain"]


def test_a_tick_read_alone_stays_a_line() -> None:
    assert pieces(ON) == [ON]
    assert pieces(OFF) == [OFF]
    assert pieces("[x]") == [ON]


def test_each_piece_stands_where_it_was_read() -> None:
    given = Line("[x] Salted [ ] Plain", 0.8, (100, 40, 300, 60), 2)
    assert list(split_printed_ticks([given])) == [
        Line(ON, 0.8, (100, 40, 130, 60), 2),
        Line("Salted", 0.8, (140, 40, 200, 60), 2),
        Line(OFF, 0.8, (210, 40, 240, 60), 2),
        Line("Plain", 0.8, (250, 40, 300, 60), 2),
    ]


def test_ticks_in_the_text_answer_a_question(told: Told) -> None:
    sheet = "Hive sold: [ ] Yes [x] No\nLid painted: (x) Yes ( ) No"
    assert told(sheet, hive_sold=bool, lid_painted=bool) == {"hive_sold": False, "lid_painted": True}
