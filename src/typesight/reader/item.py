"""An `Item`: one object of a list under construction; and the rows with which the items of a document end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from typesight.reader.amounts import amounts
from typesight.reader.lines import Line
from typesight.reader.money import MONEY
from typesight.reader.sheet import Sheet

__all__ = ["Item", "is_sum"]

_SUMS = (MONEY | {"card", "carried over"}) - {"discount"}
"""Ideas whose label, at the beginning of a row, ends a table."""


@dataclass
class Item:
    """One object under construction: the text or number of each field, by its path, and the lines they came from."""

    cells: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def is_sum(sheet: Sheet, at: int) -> bool:
    """Whether a row begins with the label of a sum and holds its amount."""
    row = sheet.rows[at]
    return sheet.leading(at, _SUMS, row.lines[:1]) and bool(amounts(row.text, sheet.mark))
