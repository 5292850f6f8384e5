"""Sections: the heading that a label stands under.

A heading is a line that has no value: what begins below it, at its left, are labels.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from typesight.ocr.lines import Line
from typesight.ocr.rows import Row
from typesight.reader.page.beneath import is_aligned
from typesight.text.letters import COLONS

__all__ = ["headings"]

_MOST_WORDS = 6


def headings(rows: Sequence[Row], others: Collection[Line]) -> dict[Line, str]:
    """The heading of each line that stands under one, of the nearest above it in its column.

    `others` are lines that are none: known labels, their values, and options.
    """
    found: dict[Line, str] = {}
    above: list[Line] = []
    for at, row in enumerate(rows):
        own = [line for line in row.lines if line not in others and _is_heading(rows[at + 1 : at + 2], line)]
        if len(own) == len(row.lines):
            above = [one for one in above if not _replaces(own, one)] + own
            continue
        for line in row.lines:
            over = [one for one in above if one.image == line.image and one.box[0] <= line.box[0] + line.height]
            if over:
                found[line] = max(over, key=lambda one: (one.box[0], one.middle)).text
    return found


def _replaces(own: Sequence[Line], before: Line) -> bool:
    """Whether new headings end the section of one above: they begin where it begins, or further left."""
    return any(line.box[0] <= before.box[0] + line.height for line in own)


def _is_heading(below: Sequence[Row], line: Line) -> bool:
    """Whether a line is of few words, and what is below it begins at its left."""
    letters = sum(char.isalpha() for char in line.text)
    if 2 * letters < len(line.text) or len(line.text.split()) > _MOST_WORDS or line.text.rstrip().endswith(COLONS):
        return False
    return any(is_aligned(line, one) or one.box[0] <= line.box[2] for row in below for one in row.lines)
