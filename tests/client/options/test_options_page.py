"""docs/options.md is the page that the rows of the options draw."""

from __future__ import annotations

from pathlib import Path

import options_page
from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS, PARTIAL_ROWS

PAGE = Path(__file__).parents[3] / "docs" / "options.md"


def test_the_page_is_the_one_that_is_drawn() -> None:
    assert PAGE.read_text(encoding="utf-8") == options_page.draw(), (
        "run: python tests/options_page.py > docs/options.md"
    )


def test_every_option_has_a_row_on_the_page() -> None:
    page = options_page.draw()
    for name, row in {**CALL_ROWS, **DOCUMENT_ROWS, **PARTIAL_ROWS}.items():
        assert f"| `{name}` | {row.takes} | " in page
