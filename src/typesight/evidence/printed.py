"""An index of the numbers, dates and texts printed in a document, by value, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from typesight.ocr.lines import Box, Line
from typesight.ocr.rows import Row, rows
from typesight.text.amounts import amounts
from typesight.text.dates import dates, other_order, times
from typesight.text.letters import bare

__all__ = ["Place", "Printed", "places_of"]

_SPLIT = re.compile(r"(?<=\d[.,]) (?=\d)|(?<=\d) (?=[.,]\d)")
"""A space within a number, which OCR often inserts."""


@dataclass(frozen=True, slots=True)
class Place:
    """A printed value: its text, its row and the index `at` of its line there, its box and its picture."""

    text: str
    row: int
    at: int
    box: Box
    image: int


class Printed:
    """The lines of a document and their indexes, each built on first use; read-only."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.rows: tuple[Row, ...] = rows(lines)

    @cached_property
    def numbers(self) -> dict[Decimal, list[Place]]:
        """All numbers by value, in every possible reading, without parts of dates and identifiers."""
        found: dict[Decimal, list[Place]] = {}
        for row, at, line in self._lines():
            spans = [(date.start, date.end) for date in dates(line.text)]
            for text, value, start, end in _numbers(line.text):
                if not any(start < stop and begin < end for begin, stop in spans):
                    found.setdefault(value, []).append(_place(text, row, at, line, (start, end)))
        return found

    @cached_property
    def fractions(self) -> frozenset[Decimal]:
        """The values of the numbers printed with decimals, most of them amounts of money."""
        texts = (amount for _, _, line in self._lines() for amount in amounts(_SPLIT.sub("", line.text)))
        return frozenset(abs(amount.value) for amount in texts if amount.fraction and not amount.percent)

    @cached_property
    def days(self) -> dict[str, list[Place]]:
        """All dates by ISO form; one that can be read day first or month first is there in both readings."""
        found: dict[str, list[Place]] = {}
        for row, at, line in self._lines():
            for date in dates(line.text):
                place = _place(line.text[date.start : date.end], row, at, line, (date.start, date.end))
                for day in {date.value, other_order(line.text[date.start : date.end], date.value)}:
                    found.setdefault(day.isoformat(), []).append(place)
        return found

    @cached_property
    def clocks(self) -> frozenset[str]:
        """All times of day in ISO form, to the minute."""
        return frozenset(time.isoformat("minutes") for _, _, line in self._lines() for time in times(line.text))

    @cached_property
    def letters(self) -> tuple[str, list[tuple[int, int, int]]]:
        """The letters and digits of all lines in reading order, and (offset, row, line in the row) of each line."""
        parts: list[str] = []
        starts: list[tuple[int, int, int]] = []
        length = 0
        for row, at, line in self._lines():
            starts.append((length, row, at))
            parts.append(bare(line.text))
            length += len(parts[-1])
        return "".join(parts), starts

    def _lines(self) -> Iterator[tuple[int, int, Line]]:
        for number, row in enumerate(self.rows):
            for at, line in enumerate(row.lines):
                yield number, at, line

    def label(self, place: Place) -> str | None:
        """The text left of a place in its row, else the text directly above it."""
        row = self.rows[place.row]
        line = row.lines[place.at]
        before = line.text[: max(0, line.text.find(place.text))] if place.text in line.text else ""
        for text in (before, *(other.text for other in reversed(row.lines[: place.at]))):
            if any(char.isalpha() for char in text):
                return text.strip(" :=#.") or None
        above = self.rows[place.row - 1] if place.row else None
        if above is None or above.image != place.image:
            return None
        over = [one for one in above.lines if one.box[0] < place.box[2] and place.box[0] < one.box[2]]
        return next((one.text.strip(" :") for one in over if any(char.isalpha() for char in one.text)), None)


def _numbers(text: str) -> Iterator[tuple[str, Decimal, int, int]]:
    """The numbers of a text with their spans; `1,234` in both readings."""
    joined = _SPLIT.sub("", text)
    seen: set[tuple[Decimal, int]] = set()
    for mark in (None, ".", ","):
        for amount in amounts(joined, mark):
            if (amount.value, amount.start) not in seen:
                seen.add((amount.value, amount.start))
                yield joined[amount.start : amount.end].strip(), amount.value, amount.start, amount.end


def _place(text: str, row: int, at: int, line: Line, span: tuple[int, int]) -> Place:
    (start, end), (left, top, right, bottom) = span, line.box
    width, letters = right - left, max(1, len(line.text))
    box = (left + round(width * start / letters), top, left + round(width * min(end, letters) / letters), bottom)
    return Place(text, row, at, box, line.image)


def places_of(printed: Printed, start: int, end: int) -> Sequence[Line]:
    """The lines that hold the characters `start` to `end` of the letters of a document."""
    _, starts = printed.letters
    ends = [*(begin for begin, _, _ in starts[1:]), len(printed.letters[0])]
    return [
        printed.rows[row].lines[at]
        for (begin, row, at), stop in zip(starts, ends, strict=True)
        if begin < end and start < stop
    ]
