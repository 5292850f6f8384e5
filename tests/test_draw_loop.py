"""The page about the loop is as the code draws it, and names files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import typesight
from draw_loop import PAGE, draw_page, draw_states, draw_ways, write_table
from typesight.loop.states import WAYS, State

PACKAGE = Path(typesight.__file__).parent
TEXT = PAGE.read_text("utf-8")


def test_the_page_is_as_it_is_drawn() -> None:
    """If not: `python tests/draw_loop.py` draws it again."""
    assert draw_page(TEXT) == TEXT


def test_every_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`([\w/]+/(?:\w+\.py)?)`", TEXT)
    assert len(named) > 20
    assert [path for path in named if not (PACKAGE / path).exists()] == []


def test_every_state_and_every_way_is_drawn() -> None:
    states = [row[0] for row in map(list, draw_states())]
    assert states == ["state", *State]
    drawn = {
        (start, came.strip("`"), after)
        for starts, came, after, _ in map(list, draw_ways())
        for start in starts.split(", ")
    }
    table = {
        (state, came, after) for state, ways in WAYS.items() for came, following in ways.items() for after in following
    }
    assert drawn - table == {("from", "what came", "to"), ("every state", "Stopped", "done")}
    assert table - drawn == set()


def test_a_table_has_its_heads_and_a_row_for_each() -> None:
    assert write_table([["a", "b"], ["1", "2"]]) == "| a | b |\n|---|---|\n| 1 | 2 |"


def test_a_page_without_a_place_for_a_table_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="0 places for the table states"):
        draw_page("# How it works\n")
