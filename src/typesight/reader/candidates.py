"""Candidates: what each field of a schema may be, by all that the sheet tells of it.

First what labels tell that are the schema's own words or the vocabulary's; then what agrees with the sums and with who
the parties are; then labels that are only like a field; and at the end what is left over on both sides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from typesight.ocr.lines import Line
from typesight.reader.candidate import Candidate, ranked
from typesight.reader.fields import NUMERIC, Field, ListField, fields, lists
from typesight.reader.find.finding import allowed, constant, found_for
from typesight.reader.find.leftovers import leftovers
from typesight.reader.find.money import MONEY, money, parted
from typesight.reader.find.sums import balanced
from typesight.reader.items.listing import listed
from typesight.reader.items.tables import rows_of
from typesight.reader.labels.matching import matches
from typesight.reader.page.sheet import Sheet
from typesight.reader.parties.parties import parties

__all__ = ["SURE", "candidates"]

Candidates = Mapping[str, tuple[Candidate, ...]]
_Found = dict[str, tuple[Candidate, ...]]

SURE = 0.6
"""The score from which a candidate is taken; below it a field stays unfilled."""

_OF_THEIR_OWN = MONEY | {"merchant", "date", "address", "currency"}
"""Ideas with rules of their own, which a label that is only like theirs would weaken."""

ROUNDS = 3
"""How many times labels are looked for again, when those that were likest led to no value."""

HEADING = 1.3
"""Height in usual line heights from which a line is a heading, no label."""


def candidates(lines: Sequence[Line], schema: Mapping[str, Any]) -> Candidates:
    """What each field of a JSON Schema may be, by its path, best first; a field without any is an empty tuple.

    Values are JSON: dates in ISO form, decimals as a string of digits, and all within the field's own constraints.
    """
    places, series = parted(fields(schema)), lists(schema)
    names = tuple(name for field in (*places, *(each.own for each in series)) for name in field.names)
    sheet = Sheet(lines, names)
    if not sheet.rows:
        return {field.path: tuple(constant(field)) for field in places}
    tables = frozenset(at for each in series if each.items for at in rows_of(sheet, each.items))
    search = _Search(Sheet(lines, names, tables=tables) if tables else sheet, names, places, series, tables)
    found = search.told()
    found |= balanced(search.sheet, places, found, SURE)
    found |= parties(search.sheet, places, found)
    return search.left(search.matched(found))


@dataclass(frozen=True, slots=True)
class _Search:
    """A sheet, and what is looked for in it: scalar `places` and lists; `tables` are the rows that lists are in."""

    sheet: Sheet
    names: tuple[str, ...]
    places: Sequence[Field]
    series: Sequence[ListField]
    tables: Collection[int]

    def told(self) -> _Found:
        """What the schema's and the vocabulary's own words lead to."""
        found = {one.path: allowed(found_for(self.sheet, one, only=self._is_only(one)), one) for one in self.places}
        found |= self._paid(found)
        claimed = self._claimed(found)
        return found | {each.own.path: ranked(listed(self.sheet, each, claimed)) for each in self.series}

    def matched(self, found: Candidates) -> _Found:
        """The same with what labels lead to that are only like a field, for fields that have found nothing sure."""
        found, tried = dict(found), self._headings() | self._in_tables()
        for _ in range(ROUNDS):
            lines = [line for row in self.sheet.rows for line in row.lines if line not in _used(found) | tried]
            wanting = [*self._open(found), *(each.own for each in self.series if not _is_sure(found[each.own.path]))]
            matched = matches(lines, wanting, words=self.sheet.option_words, headings=self.sheet.headings)
            if not matched:
                break
            tried |= {match.line for match in matched}
            again, paths = Sheet(self.sheet.lines, self.names, matched, self.tables), {one.path for one in matched}
            for one in (one for one in self.places if one.path in paths):
                found[one.path] = allowed((*found[one.path], *found_for(again, one, only=False)), one)
            for each in (each for each in self.series if each.own.path in paths):
                found[each.own.path] = ranked(listed(again, each, self._claimed(found)))
        return found

    def left(self, found: _Found) -> _Found:
        """The same with what is left over on both sides."""
        lists = [each for each in self.series if not _is_sure(found[each.own.path])]
        more = leftovers(self.sheet, self._open(found), lists, _used(found) | self._in_tables())
        bounds = {one.path: one for one in self.places}
        return found | {
            path: allowed((one, *found[path]), bounds[path]) if path in bounds else ranked((one, *found[path]))
            for path, one in more.items()
        }

    def _open(self, found: Candidates) -> list[Field]:
        """The scalar fields that nothing sure is known of, and that have no rules of their own."""
        return [one for one in self.places if not _is_sure(found[one.path]) and one.idea not in _OF_THEIR_OWN]

    def _headings(self) -> set[Line]:
        usual = median(line.height for row in self.sheet.rows for line in row.lines)
        return {line for row in self.sheet.rows for line in row.lines if line.height > HEADING * usual}

    def _in_tables(self) -> set[Line]:
        return {line for at in self.tables for line in self.sheet.rows[at].lines}

    def _claimed(self, found: Candidates) -> frozenset[Line]:
        """The labels of the numbers that are sure: their rows are no items of a list."""
        numbers = [found[one.path][0] for one in self.places if one.kind in NUMERIC and _is_sure(found[one.path])]
        return frozenset(one.lines[0] for one in numbers if one.lines)

    def _is_only(self, field: Field) -> bool:
        """Whether a field is the only date, or the only time of day, that is asked for."""
        kinds = {"date", "date-time"} if field.kind != "time" else {"time"}
        return sum(other.kind in kinds for other in self.places) == 1

    def _paid(self, found: Candidates) -> _Found:
        """What was paid, where no row says so and the total is not asked for: the total."""
        if any(field.idea == "total" for field in self.places):
            return {}
        unpaid = (field for field in self.places if field.idea == "paid" and not found[field.path])
        paid = [field for field in unpaid if field.kind in {*NUMERIC, "string"}]
        unknown = [field for field in paid if not {"cash", "tendered"}.intersection(field.names[0].split())]
        return {one.path: allowed(money(self.sheet, replace(one, idea="total")), one) for one in unknown}


def _is_sure(ordered: Sequence[Candidate]) -> bool:
    return bool(ordered) and ordered[0].score >= SURE


def _used(found: Candidates) -> set[Line]:
    """The lines that what is sure was read from."""
    return {line for ordered in found.values() if _is_sure(ordered) for line in ordered[0].lines}
