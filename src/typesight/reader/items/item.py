"""An `Item`: one object of a list under construction; and the rows with which the items of a document end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from typesight.ocr.lines import Line
from typesight.reader.find.money import MONEY, idea_at, is_followed, opens
from typesight.reader.labels.hits import Hit
from typesight.reader.page.sheet import Sheet
from typesight.reader.words.vocabulary import PHRASES
from typesight.text.amounts import find_amounts

__all__ = ["Item", "is_sum"]

_SUMS = (MONEY | {"card", "carried over"}) - {"discount"}
"""Ideas whose label, at the beginning of a row, ends a table."""

_PAYMENTS = frozenset({"paid", "card", "change", "tip"})
"""Those that come after the total."""


@dataclass
class Item:
    """One object under construction: the text or number of each field, by its path, and the lines they came from."""

    cells: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def is_sum(sheet: Sheet, at: int) -> bool:
    """Whether a row begins with the label of a sum and holds its amount."""
    opening = [hit for hit in sheet.by_row[at] if hit.label.at == 0 and opens(sheet, hit)]
    told = any(_tells_sum(sheet, hit) and not _is_thing(sheet, hit) for hit in opening)
    return told and bool(find_amounts(sheet.rows[at].text, sheet.mark) or _is_below(sheet, at))


def _is_below(sheet: Sheet, at: int) -> bool:
    """Whether a row is one line, and the next nothing but an amount."""
    rows = sheet.rows[at : at + 2]
    found = find_amounts(rows[1].text, sheet.mark) if len(rows) == 2 and len(rows[0].lines) == 1 else ()
    return len(found) == 1 and not rows[1].text[: found[0].start].strip() and not rows[1].text[found[0].end :].strip()


def _is_thing(sheet: Sheet, hit: Hit) -> bool:
    """Whether a label of a payment is the beginning of a name: other words follow, and the sums are yet to come."""
    if hit.idea not in _PAYMENTS or not is_followed(sheet, hit):
        return False
    later = (other for other in sheet.hits if other.row > hit.row and other.idea in _SUMS)
    return any(opens(sheet, other) and not is_followed(sheet, other) for other in later)


def _tells_sum(sheet: Sheet, hit: Hit) -> bool:
    """Whether a label is for a sum: `Total CHF` is, though it may be the very name of a field."""
    spoken = hit.label.phrase.split()
    begins = (PHRASES.get(" ".join(spoken[:size])) for size in range(1, len(spoken) + 1))
    counts = hit.idea == "quantity" and len(spoken) > 1  # `Total qty  9  327.00`
    return counts or idea_at(sheet, hit) in _SUMS or (hit.is_own and any(idea in _SUMS for idea in begins))
