"""Sheets for tests: text with columns -> the `Line`s an engine would have read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from typesight.reader import Line


@pytest.fixture
def paper() -> Callable[[str], list[Line]]:
    """A line per cell; a row per line of text; cells are set off by two spaces or more, 10 x 20 pixels a letter."""
    return _lines


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    for at, row in enumerate(text.strip("\n").splitlines()):
        end = 0
        for cell in [cell.strip() for cell in row.split("  ") if cell.strip()]:
            start = row.index(cell, end)
            end = start + len(cell)
            lines.append(Line(cell, 1.0, (start * 10, at * 30, end * 10, at * 30 + 20)))
    return lines
