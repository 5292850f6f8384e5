"""The tables in the docs are as the code says; `python tests/draw_tables.py` draws them again."""

from __future__ import annotations

from pathlib import Path

import pytest

import draw_tables
from draw_tables import DOCS, FLAGS, TABLES, draw_flags, draw_ways, find_drawn, list_flags, read_table, write_table
from typesight.cli.settings.flag_rows import FLAG_ROWS
from typesight.cli.settings.option_flags import spell_flag
from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS, PARTIAL_ROWS
from typesight.client.options.many_options import RUN_ROWS
from typesight.client.options.sdk_options import MESSAGE_PARAMETERS, SDK_PARAMETERS
from typesight.loop.states import WAYS, State

SLOW = {"sent"}  # held row by row against real requests in test_endpoints.py


@pytest.mark.parametrize("name", sorted(TABLES.keys() - SLOW))
def test_a_table_in_the_docs_is_as_it_is_drawn(name: str) -> None:
    """If not: `python tests/draw_tables.py` draws it again."""
    assert find_drawn(name) == write_table(TABLES[name][1]())


def test_the_flags_of_the_command_line_are_as_the_rows_of_the_options_say() -> None:
    """If not: `python tests/draw_tables.py flags` draws them again."""
    assert [tuple(row) for row in FLAG_ROWS] == list_flags()
    assert FLAGS.read_text("utf-8") == draw_flags()


def test_a_table_has_its_heads_and_a_row_for_each() -> None:
    assert write_table([["a", "b"], ["1", "2"], ["a", "b"]]) == "| a | b |\n|---|---|\n| 1 | 2 |\n| a | b |"


def test_a_table_is_read_by_its_first_column() -> None:
    assert read_table("names")["local"] == ("none: [the local reader](local.md)", "none")


def test_a_table_is_drawn_between_its_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("above\n<!-- table: a -->\nold\n<!-- end -->\nbelow\n", "utf-8")
    monkeypatch.setattr(draw_tables, "TABLES", {"a": (page, lambda: [["head"], ["\\1"]])})
    draw_tables.main(["a"])
    assert page.read_text("utf-8") == "above\n<!-- table: a -->\n| head |\n|---|\n| \\1 |\n<!-- end -->\nbelow\n"


def test_a_page_without_a_place_for_a_table_is_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n", "utf-8")
    monkeypatch.setattr(draw_tables, "TABLES", {"a": (page, lambda: [["head"]])})
    with pytest.raises(AssertionError, match=r"page\.md has no place for the table a"):
        draw_tables.main(["a"])


def test_every_state_and_every_way_is_drawn() -> None:
    assert list(read_table("states")) == ["state", *State]
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


def test_every_option_has_a_row_on_the_page() -> None:
    drawn = {
        name for table in ("options", "extract", "extract_many", "create_partial") for name in read_table(table)
    } - {"option"}
    assert drawn == {**CALL_ROWS, **DOCUMENT_ROWS, **RUN_ROWS, **PARTIAL_ROWS}.keys()


def test_every_flag_for_the_sdks_call_is_on_the_page() -> None:
    page = (DOCS / "options.md").read_text("utf-8")
    flags = [f"`{spell_flag(name)}`" for name, row in SDK_PARAMETERS.items() if row.flag]
    assert len(flags) > 3
    assert [flag for flag in flags if flag not in page] == []


def test_every_parameter_that_extract_does_not_take_is_named_on_the_page() -> None:
    page = (DOCS / "options.md").read_text("utf-8")
    (line,) = [line for line in page.replace("\n  ", " ").splitlines() if line.startswith("- `extract` writes")]
    assert [name for name in MESSAGE_PARAMETERS if f"`{name}`" not in line] == []
