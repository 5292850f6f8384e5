"""Leftovers: what belongs together because nothing else is left, when labels have told what they tell.

A group of options is the field's whose choices it offers, whatever its heading says; the only date that nobody claims
is the only date field's; a label that is a little like one field, and like no other, is its label if what stands there
is of its kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from typesight.ocr.lines import OFF, ON, Line
from typesight.reader.candidate import Candidate
from typesight.reader.fields import Field, ListField
from typesight.reader.find.offered import offered
from typesight.reader.labels.hits import Hit
from typesight.reader.labels.labels import Label
from typesight.reader.labels.matching import LIKE, are_apart, key_text, like
from typesight.reader.page.options import Option
from typesight.reader.page.sheet import Sheet
from typesight.reader.values.values import boolean, choice, value
from typesight.reader.words.vocabulary import idea_of
from typesight.text.letters import split_words

__all__ = ["leftovers"]

_SURE = 0.62
"""How sure what is left over is; a little more than the least that is taken."""

_A_LITTLE = 0.28
"""Likeness of a label and a field from which they may belong together."""

_TELLING = frozenset({"date", "date-time", "time", "choice", "boolean"})
"""Kinds of which hardly anything is a value by chance."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A label that nobody claims, and what stands there: a text, or options."""

    label: str
    line: Line
    text: str
    lines: tuple[Line, ...]
    options: tuple[tuple[str, Option], ...] = ()

    @property
    def chosen(self) -> list[str]:
        """The words of the options that are on."""
        return [text for text, option in self.options if option.is_on]


def leftovers(
    sheet: Sheet, fields: Sequence[Field], series: Sequence[ListField], used: Collection[Line]
) -> dict[str, Candidate]:
    """Candidates for fields that have found nothing, from lines that none has `used`, by their paths."""
    entries = list(_entries(sheet, used))
    found: dict[str, Candidate] = {}
    for take in (_by_choices, _by_likeness, _by_kind):
        open_fields = [field for field in fields if field.path not in found]
        for field, entry, told in take(open_fields, entries, sheet.mark):
            found[field.path] = _candidate(entry, told)
            entries.remove(entry)
    lists = [each.own for each in series if each.own.kind in {"string", "choice"}]
    groups = [entry for entry in entries if len(entry.options) > 2 and not _is_question(entry)]
    if len(lists) == len(groups) == 1:
        told = [choice(text, lists[0].choices) if lists[0].choices else text for text in groups[0].chosen]
        if None not in told:
            found[lists[0].path] = _candidate(groups[0], told)
    return found


def _candidate(entry: _Entry, told: Any) -> Candidate:
    return Candidate(told, _SURE, (entry.line, *entry.lines), f"left over at {entry.label!r}")


def _entries(sheet: Sheet, used: Collection[Line]) -> Iterator[_Entry]:
    """The labels that nobody has used, with what nobody has used either beside or below them."""
    for at, row in enumerate(sheet.rows):
        for place, line in enumerate(row.lines):
            key = key_text(line.text)
            if key is None or line in used or line in sheet.option_words:
                continue
            hit = Hit(at, Label(key[0], place, 0, key[1], 1.0, leads=True), None)
            shown = tuple(one for one in offered(sheet, hit) if one[1].tick not in used)
            below = sheet.below(hit) if line in sheet.stacked else ()
            part = None if shown else sheet.beside(hit) or next(iter(below), None)
            if shown:
                yield _Entry(key[0], line, "", tuple(one.tick for _, one in shown if one.is_on), shown)
            elif part and not any(one in used for one in part.lines if one != line):
                yield _Entry(key[0], line, part.text, part.lines)
    yield from _ticked(sheet, used)


def _ticked(sheet: Sheet, used: Collection[Line]) -> Iterator[_Entry]:
    """The words that have a tick of their own."""
    for at, row in enumerate(sheet.options):
        for one in row:
            if one.at is not None and one.tick not in used:
                line = sheet.rows[at].lines[one.at]
                if key := key_text(line.text):
                    yield _Entry(key[0], line, one.tick.text, (one.tick,))


_Taken = Iterator[tuple[Field, _Entry, Any]]


def _by_choices(fields: Sequence[Field], entries: Sequence[_Entry], mark: str | None) -> _Taken:
    """Groups of options that offer the choices of one field, and of no other."""
    del mark
    for field in fields:
        if field.kind != "choice" or len(field.choices) < 2:
            continue
        fitting = [entry for entry in entries if _offers(entry, field)]
        if len(fitting) == 1 and len(fitting[0].chosen) == 1:
            yield field, fitting[0], choice(fitting[0].chosen[0], field.choices)


def _offers(entry: _Entry, field: Field) -> bool:
    told = {choice(text, field.choices) for text, _ in entry.options} - {None}
    return len(told) > 1 and 2 * len(told) >= len(field.choices)


def _by_likeness(fields: Sequence[Field], entries: Sequence[_Entry], mark: str | None) -> _Taken:
    """Labels that are a little like a field, the likest first, where what stands there is of its kind."""
    pairs = [
        (likeness, entry, field, told)
        for entry in entries
        for field in fields
        if (likeness := like(entry.label, field)) >= _A_LITTLE
        and not (field.is_optional and are_apart(entry.label, field))
        and (told := _told(entry, field, mark)) is not None
    ]
    taken: list[object] = []
    for _, entry, field, told in sorted(pairs, key=lambda pair: -pair[0]):
        if entry not in taken and field not in taken:
            taken += [entry, field]
            yield field, entry, told


def _by_kind(fields: Sequence[Field], entries: Sequence[_Entry], mark: str | None) -> _Taken:
    """The only value of a kind for the only field of this kind."""
    for kind in sorted(_TELLING):
        wanting = [field for field in fields if field.kind == kind]
        if len(wanting) != 1:
            continue
        fitting = [(entry, told) for entry in entries if (told := _told(entry, wanting[0], mark)) is not None]
        if len(fitting) == 1:
            yield wanting[0], *fitting[0]


def _told(entry: _Entry, field: Field, mark: str | None) -> Any:
    """What a field takes from an entry; None if it is not of its kind, or its label is known to mean another thing."""
    idea = idea_of(split_words(entry.label))
    if idea is not None and idea not in {field.idea, field.word_idea} and like(entry.label, field) < LIKE:
        return None
    return _ticked_at(entry, field) if entry.options else _said_at(entry, field, mark)


def _ticked_at(entry: _Entry, field: Field) -> Any:
    if field.kind == "boolean":
        return boolean(entry.chosen[0]) if _is_question(entry) and len(entry.chosen) == 1 else None
    if len(entry.chosen) != 1 or _is_question(entry) or field.kind != "choice":
        return None
    return choice(entry.chosen[0], field.choices)


def _said_at(entry: _Entry, field: Field, mark: str | None) -> Any:
    if field.kind == "choice":
        return choice(entry.text, field.choices)
    if (field.kind == "string" and not field.suits(entry.text)) or (
        entry.text in {ON, OFF} and field.kind != "boolean"
    ):
        return None
    return value(entry.text, field.kind, field.idea, mark)


def _is_question(entry: _Entry) -> bool:
    """Whether the options are yes and no."""
    return {boolean(text) for text, _ in entry.options} == {True, False}
