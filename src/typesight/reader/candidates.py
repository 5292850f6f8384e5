"""Candidates for every field of a schema: which reading of the sheet suits which kind of field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Any

from typesight.reader.amounts import CURRENCIES
from typesight.reader.candidate import Candidate, ranked
from typesight.reader.dates import FoundDate, dates, times
from typesight.reader.fields import Field, ListField, fields, lists
from typesight.reader.labelled import hits, labelled, ticked
from typesight.reader.letterhead import address, merchant
from typesight.reader.lines import Line
from typesight.reader.listing import listed
from typesight.reader.matching import matches
from typesight.reader.money import MONEY, money
from typesight.reader.sheet import Hit, Sheet
from typesight.reader.sums import balanced
from typesight.reader.values import EMAIL, URL, choice

__all__ = ["SURE", "candidates"]

Candidates = Mapping[str, tuple[Candidate, ...]]

SURE = 0.6
"""The score from which a candidate is taken; below it a field stays unfilled."""

_OTHER_DATES = frozenset({"due date", "expiry", "birth date", "delivery date"})
_OF_THEIR_OWN = MONEY | {"merchant", "date", "address", "currency"}
"""Ideas with rules of their own, which a label that is only like theirs would weaken."""

ROUNDS = 3
"""How many times labels are looked for again, when those that were likest led to no value."""

HEADING = 1.3
"""Height in usual line heights from which a line is a heading, no label."""

_FREE = {"email": EMAIL, "website": URL}
_CURRENCY = re.compile(
    r"(?<![^\W\d_])(" + "|".join(sorted(map(re.escape, CURRENCIES), key=len, reverse=True)) + r")(?![^\W\d_])"
)


def candidates(lines: Sequence[Line], schema: Mapping[str, Any]) -> Candidates:
    """What each field of a JSON Schema may be, by its path, best first; a field without any is an empty tuple.

    Values are JSON: dates in ISO form, decimals as a string of digits, and all within the field's own constraints.
    """
    places, series = fields(schema), lists(schema)
    names = [name for field in (*places, *(each.own for each in series)) for name in field.names]
    sheet = Sheet(lines, names)
    if not sheet.rows:
        return {field.path: tuple(_constant(field)) for field in places}
    dated = sum(field.kind in {"date", "date-time"} for field in places)
    found = {
        field.path: ranked(one for one in _of(sheet, field, dated == 1) if _allowed(one.value, field))
        for field in places
    } | {place.own.path: ranked(listed(sheet, place)) for place in series}
    found |= balanced(sheet, places, found, SURE)
    return _matched(sheet, names, places, series, found)


def _matched(
    sheet: Sheet, names: Sequence[str], places: Sequence[Field], series: Sequence[ListField], found: Candidates
) -> Candidates:
    """Candidates at labels that are only like a field, for the fields that have found nothing sure."""
    usual = median(line.height for row in sheet.rows for line in row.lines)
    tried: set[Line] = {line for row in sheet.rows for line in row.lines if line.height > HEADING * usual}
    found = dict(found)
    for _ in range(ROUNDS):
        open_fields = [
            field
            for field in (*places, *(each.own for each in series))
            if not _is_sure(found[field.path]) and field.idea not in _OF_THEIR_OWN
        ]
        used = {line for ordered in found.values() if _is_sure(ordered) for line in ordered[0].lines}
        lines = [line for row in sheet.rows for line in row.lines if line not in used | tried]
        matched = matches(lines, open_fields)
        if not matched:
            break
        tried |= {match.line for match in matched}
        again, paths = Sheet(sheet.lines, names, matched), {match.path for match in matched}
        for field in (field for field in places if field.path in paths):
            more = (one for one in _of(again, field, False) if _allowed(one.value, field))
            found[field.path] = ranked((*found[field.path], *more))
        for each in (each for each in series if each.own.path in paths):
            found[each.own.path] = ranked(listed(again, each))
    return found


def _is_sure(ordered: Sequence[Candidate]) -> bool:
    return bool(ordered) and ordered[0].score >= SURE


def _of(sheet: Sheet, field: Field, only_date: bool) -> Iterator[Candidate]:
    yield from ticked(sheet, field)
    if field.kind == "choice":
        yield from _choices(sheet, field)
    elif field.kind in {"date", "date-time"} or (field.kind == "string" and field.idea == "date"):
        yield from _dated(sheet, field, only_date)
    elif field.idea in MONEY and field.kind not in {"boolean", "time"}:
        yield from money(sheet, field)
    else:
        yield from labelled(sheet, field)
        if field.idea in _SPECIAL:
            yield from _SPECIAL[field.idea](sheet, field)


def _choices(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    yield from _constant(field)
    if len(field.choices) < 2:
        return
    for hit in hits(sheet, field):
        part = sheet.beside(hit) or next(iter(sheet.below(hit)), None)
        if hit.label.leads and part and (found := choice(part.text, field.choices)) is not None:
            yield Candidate(found, 0.9 * hit.label.score, part.lines, f"at the label {hit.label.phrase!r}")
    if field.idea == "currency":
        yield from (one for one in _currency(sheet) if one.value in field.choices)


def _constant(field: Field) -> Iterator[Candidate]:
    if len(field.choices) == 1:
        yield Candidate(field.choices[0], 1.0, (), "the schema allows nothing else")


def _dated(sheet: Sheet, field: Field, only_date: bool) -> Iterator[Candidate]:
    """Dates, by the label that governs each; one without a label counts where nothing else can be meant."""
    found = [
        (at, line, index, date)
        for at, row in enumerate(sheet.rows)
        for index, line in enumerate(row.lines)
        for date in dates(line.text)
    ]
    single = len({date.value for *_, date in found}) == 1
    for at, line, index, date in found:
        hit = _governing(sheet, at, index, date)
        score = _date_score(field, hit, single, only_date) * (1.0 if date.certain or hit else 0.5) - 0.0005 * at
        why = f"labelled {hit.label.phrase!r}" if hit else "the only date" if single else "a date"
        label = sheet.rows[hit.row].lines[hit.label.at] if hit else line
        yield Candidate(_date_value(field, sheet, at, line, date), score, tuple(dict.fromkeys((label, line))), why)


def _date_score(field: Field, hit: Hit | None, single: bool, only_date: bool) -> float:
    if hit and hit.names(field):
        return 0.95 * hit.label.score
    if hit and hit.idea in _OTHER_DATES:
        return 0.2
    if field.idea == "date":
        return 0.85 if single else 0.66
    return 0.7 if single and only_date and field.idea is None else 0.3


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
    clock = set(times(sheet.rows[at].text)) if field.kind == "date-time" else set()
    return date.value.isoformat() + (f"T{clock.pop().isoformat()}" if len(clock) == 1 else "")


def _currency(sheet: Sheet) -> Iterator[Candidate]:
    """The currency, if all signs and codes on the sheet name the same one."""
    seen = Counter(CURRENCIES[sign] for row in sheet.rows for sign in _CURRENCY.findall(row.text))
    if len(seen) == 1:
        yield Candidate(next(iter(seen)), 0.85, (), "the only currency that is named")


def _shaped(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """Texts that can only be what the field wants: an e-mail address, a web address."""
    for row in sheet.rows:
        for line in row.lines:
            for match in _FREE[field.idea or ""].finditer(line.text):
                yield Candidate(match[0].rstrip("."), 0.8, (line,), f"has the form of {field.idea}")


def _clock(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    found = {(time, line) for row in sheet.rows for line in row.lines for time in times(line.text)}
    if field.kind == "time" and len({time for time, _ in found}) == 1:
        time, line = found.pop()
        yield Candidate(time.isoformat(), 0.75, (line,), "the only time of day")


_SPECIAL: dict[str, Callable[[Sheet, Field], Iterable[Candidate]]] = {
    "merchant": lambda sheet, _: merchant(sheet),
    "address": lambda sheet, _: address(sheet),
    "currency": lambda sheet, _: _currency(sheet),
    "email": _shaped,
    "website": _shaped,
    "time": _clock,
}
"""What is known of an idea beyond its labels."""


def _allowed(found: Any, field: Field) -> bool:
    """Whether a value keeps to its field's own bounds, as far as JSON Schema states them for one value."""
    schema = field.schema or {}
    if isinstance(found, str) and field.kind == "string":
        return bool(schema.get("minLength", 0) <= len(found) <= schema.get("maxLength", len(found)))
    if field.kind in {"number", "decimal", "integer"} and found is not None:
        try:
            size = Decimal(str(found))
        except InvalidOperation:
            return False
        low, high = schema.get("minimum"), schema.get("maximum")
        return (low is None or size >= Decimal(str(low))) and (high is None or size <= Decimal(str(high)))
    return found is not None
