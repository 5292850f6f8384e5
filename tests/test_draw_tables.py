"""The tables in the docs are as the rows say; `python tests/draw_tables.py` draws them again."""

from __future__ import annotations

import pytest

from draw_tables import TABLES, find_drawn, read_table, write_table

SLOW = {"sent"}  # held row by row against real requests in test_endpoints.py


@pytest.mark.parametrize("name", sorted(TABLES.keys() - SLOW))
def test_a_table_in_the_docs_is_as_it_is_drawn(name: str) -> None:
    assert find_drawn(name) == write_table(TABLES[name][1]())


def test_a_table_has_its_heads_and_a_row_for_each() -> None:
    assert write_table([["a", "b"], ["1", "2"], ["a", "b"]]) == "| a | b |\n|---|---|\n| 1 | 2 |\n| a | b |"


def test_a_table_is_read_by_its_first_column() -> None:
    assert read_table("names")["local"] == ("none: [the local reader](local.md)", "none")
