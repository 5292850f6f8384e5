"""Sheets for tests: text with columns -> the `Line`s an engine would have read, and what a form tells of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from pydantic import create_model

from typesight.reader import Line, fill


@pytest.fixture
def paper() -> Callable[[str], list[Line]]:
    """A line per cell; a row per line of text; cells are set off by two spaces or more, 10 x 20 pixels a letter."""
    return _lines


@pytest.fixture
def told() -> Callable[..., dict[str, Any]]:
    """What is filled of a form: `told("Name  Ada", name=str)` is `{"name": "Ada"}`; a text is laid out by `paper`."""
    return _told


def _told(sheet: str | Sequence[Line], /, **kinds: Any) -> dict[str, Any]:
    places: dict[str, Any] = {name: (kind, ...) for name, kind in kinds.items()}
    lines = _lines(sheet) if isinstance(sheet, str) else sheet
    return fill(lines, create_model("Form", **places).model_json_schema())


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    for at, row in enumerate(text.strip("\n").splitlines()):
        end = 0
        for cell in [cell.strip() for cell in row.split("  ") if cell.strip()]:
            start = row.index(cell, end)
            end = start + len(cell)
            lines.append(Line(cell, 1.0, (start * 10, at * 30, end * 10, at * 30 + 20)))
    return lines
