"""Dated: the dates of a document that a field may hold, by the label that governs each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from typesight.ocr.lines import Line
from typesight.reader.candidate import Candidate
from typesight.reader.fields import Field
from typesight.reader.labels.hits import Hit
from typesight.reader.labels.matching import LIKE, like
from typesight.reader.page.sheet import Sheet
from typesight.text.dates import FoundDate, find_dates, find_times
from typesight.text.letters import split_words

__all__ = ["dated"]

_TO = re.compile(r"\s*(?:to|until|till|through|thru|bis|au|al|a|e|-|–|—|\u2192)\s*", re.I)  # noqa: RUF001
_STARTS = frozenset(split_words("start starts from begin beginning begins since first opening debut von inicio inizio"))
_ENDS = frozenset(split_words("end ends to until till through last closing fin bis fine"))
_A_LITTLE = 0.3
"""Likeness of what stands before a period from which it is the field's."""

_OTHER_DATES = frozenset({"due date", "expiry", "birth date", "delivery date", "arrival", "departure"})


def dated(sheet: Sheet, field: Field, *, only: bool) -> Iterator[Candidate]:
    """Dates, by the label that governs each; one without a label counts where nothing else can be meant."""
    if field.kind == "date":
        yield from _ranged(sheet, field)
    found = [
        (at, line, index, date)
        for at, row in enumerate(sheet.rows)
        for index, line in enumerate(row.lines)
        for date in find_dates(line.text)
    ]
    single = len({date.value for *_, date in found}) == 1
    for at, line, index, date in found:
        hit = _governing(sheet, at, index, date)
        score = _date_score(field, hit, single, only) * (1.0 if date.certain or hit else 0.5) - 0.0005 * at
        if (
            hit is None and len(find_dates(line.text)) == 1 and like(line.text[: date.start], field) >= LIKE
        ):  # `Returns accepted until 22 August`
            score = max(score, 0.75)
        why = f"labelled {hit.label.phrase!r}" if hit else "the only date" if single else "a date"
        label = sheet.rows[hit.row].lines[hit.label.at] if hit else line
        yield Candidate(_date_value(field, sheet, at, line, date), score, tuple(dict.fromkeys((label, line))), why)


def _ranged(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """The beginning or the end of a period, where the field wants one: `1 to 31 March`, with both dates in full."""
    said = set(field.wordings[0][1]) if field.wordings else set()
    side = 0 if said & _STARTS else 1 if said & _ENDS else None
    if side is None:
        return
    ranges = [
        (line, found)
        for row in sheet.rows
        for line in row.lines
        if _is_range(line.text, found := find_dates(line.text))
    ]
    for line, found in ranges:
        sure = 0.85 if like(line.text[: found[0].start], field) >= _A_LITTLE else 0.72 if len(ranges) == 1 else 0.5
        yield Candidate(
            found[side].value.isoformat(), sure, (line,), "the end of a period" if side else "its beginning"
        )


def _is_range(text: str, found: Sequence[FoundDate]) -> bool:
    return len(found) == 2 and bool(_TO.fullmatch(text[found[0].end : found[1].start]))


def _date_score(field: Field, hit: Hit | None, single: bool, only: bool) -> float:
    if hit and hit.names(field):
        return 0.95 * hit.label.score
    if hit and hit.idea in _OTHER_DATES:
        return 0.2
    if field.idea == "date":
        return 0.85 if single else 0.66
    return 0.7 if single and only and field.idea is None else 0.3


def _governing(sheet: Sheet, at: int, index: int, date: FoundDate) -> Hit | None:
    """The last label before a date in its row, or the label it stands below."""
    before = [hit for hit in sheet.by_row[at] if (hit.label.at, hit.label.end) <= (index, date.start)]
    if before:
        return before[-1]
    above = sheet.by_row[at - 1] if at else ()
    line = sheet.rows[at].lines[index]
    return next((hit for hit in above if any(line in part.lines for part in sheet.below(hit))), None)


def _date_value(field: Field, sheet: Sheet, at: int, line: Line, date: FoundDate) -> str:
    if field.kind == "string":
        return line.text[date.start : date.end].strip()
    clock = set(find_times(sheet.rows[at].text)) if field.kind == "date-time" else set()
    return date.value.isoformat() + (f"T{clock.pop().isoformat()}" if len(clock) == 1 else "")
