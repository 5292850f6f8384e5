"""Merge an answer to a reask into the record before it, of which some parts had failed.

Valid values stay; failing ones are replaced by the answer's. A value of an object is found by its key; an item of a
list by its values, and replaced as a whole, so that no item is ever a mix of two.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from typesight.conversation.failure_tree import Failing
from typesight.conversation.item_matching import agrees, contradicts, is_blank, known_values
from typesight.conversation.list_order import Row, arrange
from typesight.schema.field_paths import MISSING, Steps
from typesight.schema.schema_walk import Schema, rule_of, shapes_of, takes_null, union_of

__all__ = ["Answer", "Merged", "merge"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a reask: a record, whole or brief; `addressed` are the parts that it gives under their own paths.

    `repeats`: it repeats the valid values of the record before, so none of its values is only a filler.
    """

    data: Any
    addressed: Mapping[Steps, Any]
    repeats: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """A record's JSON data, and its lists whose items the answer left in doubt; these are unchanged."""

    data: Any
    doubts: tuple[Steps, ...]


def merge(data: Any, failing: Failing, answer: Answer, schema: Schema, *, doubted: Collection[Steps] = ()) -> Merged:
    """Put what an answer gives for the failing parts into the record.

    `doubted` are lists that an earlier answer left in doubt, so that they were asked for as a whole.
    """
    merging = _Merging(schema, answer, frozenset(doubted))
    made = merging.part(data, failing, answer.data, _Place(schema, ()))
    return Merged(made, tuple(merging.doubts))


class _Doubt(Exception):
    """The answer's items cannot be matched to those of the list with certainty."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a record: its schema, and the steps to it; None inside a list item, whose position may change.

    `asked_whole`: it is in a list that was asked for as a whole. `repeats`: it is in an item that the answer repeats in
    full.
    """

    rule: Schema
    at: Steps | None
    asked_whole: bool = False
    repeats: bool = False

    def inside(self, step: str | int, shapes: list[Schema]) -> _Place:
        """The place of a value inside this one."""
        rules = [rule for shape in shapes if (rule := rule_of(shape, step)) is not None]
        return replace(self, rule=union_of(rules) or {}, at=None if self.at is None else (*self.at, step))


class _Merging:
    """One merge; it has state because it collects the lists in doubt."""

    def __init__(self, schema: Schema, answer: Answer, doubted: frozenset[Steps]) -> None:
        self.schema = schema
        self.answer = answer
        self.doubted = doubted
        self.doubts: list[Steps] = []

    def part(self, old: Any, failing: Failing, given: Any, place: _Place) -> Any:
        """Merge a list or an object in which something fails."""
        shapes = self._shapes(place, old)
        try:
            if isinstance(old, dict):
                return self._object(old, failing, given, place)
            if any("prefixItems" in shape for shape in shapes):
                return self._tuple(old, failing, given, place)
            return self._list(old, failing, given, place)
        except _Doubt:
            if place.at is None:
                raise
            self.doubts.append(place.at)
            return old

    def _shapes(self, place: _Place, data: Any) -> list[Schema]:
        return shapes_of(place.rule, self.schema, data)

    # Objects: a value is found by its key.

    def _object(self, old: dict[str, Any], failing: Failing, given: Any, place: _Place) -> dict[str, Any]:
        shapes = self._shapes(place, old)
        entries = Failing((key, each) for key, each in failing.items() if not _is_property(key, shapes))
        answer = given if isinstance(given, dict) else {}
        made = self._entries(old, entries, given, place) if entries else dict(old)
        for key, inside in failing.items():
            if key not in entries:
                self._settle(made, str(key), inside, answer, place)
        for key, value in answer.items():
            if key not in failing and (_is_property(key, shapes) or not entries):
                self._keep(made, key, value, place, shapes)
        return made

    def _settle(
        self, made: dict[str, Any], key: str, failing: Failing, answer: Mapping[str, Any], place: _Place
    ) -> None:
        """Replace a failing value by the answer's; if it has none, remove the value where it is optional."""
        shapes = self._shapes(place, made)
        here = place.inside(key, shapes)
        got = self._addressed(here, answer.get(key, MISSING))
        if failing and not (self.answer.repeats and _is_optional(key, shapes) and (got is MISSING or got is None)):
            made[key] = self.part(made[key], failing, got, here)
        elif got is not MISSING and (got is not None or takes_null(here.rule, self.schema)):
            made[key] = got
        elif _is_optional(key, shapes):
            made.pop(key, None)

    def _addressed(self, place: _Place, given: Any) -> Any:
        """The value that an answer gives under a part's own path, else the one in its place."""
        return given if place.at is None else self.answer.addressed.get(place.at, given)

    # Dicts: an entry is matched by its key.

    def _entries(self, old: dict[str, Any], failing: Failing, given: Any, place: _Place) -> dict[str, Any]:
        shapes = self._shapes(place, old)
        place = replace(place, asked_whole=place.asked_whole or place.at in self.doubted)
        answer: dict[str, Any] = given if isinstance(given, dict) else {}
        right = [key for key in old if key not in failing]
        whole = isinstance(given, dict) and bool(answer or not right) and all(key in answer for key in right)
        whole = whole or (place.asked_whole and bool(answer))
        anew = {key: value for key, value in answer.items() if key not in old and not is_blank(value)}
        if anew and not whole:
            raise _Doubt
        made = {**old, **anew}
        for key, inside in failing.items():
            here = place.inside(key, shapes)
            got = self._addressed(here, answer.get(str(key), MISSING))
            if (got is None and not takes_null(here.rule, self.schema)) or (got is MISSING and whole):
                made.pop(str(key), None)
            else:
                made[str(key)] = self._entry(old.get(str(key)), inside, got, here)
        return made

    def _entry(self, old: Any, failing: Failing, got: Any, place: _Place) -> Any:
        if not failing:
            return old if got is MISSING else got
        if isinstance(got, dict) and contradicts(known_values(old, failing), known_values(got)):
            if place.asked_whole:
                return got
            raise _Doubt
        return self.part(old, failing, got, place)

    # Tuples: an item is found by its position.

    def _tuple(self, old: list[Any], failing: Failing, given: Any, place: _Place) -> list[Any]:
        made, answer = list(old), given if isinstance(given, list) else []
        for step, inside in failing.items():
            index = int(step)
            here = place.inside(index, self._shapes(place, old))
            got = self._addressed(here, answer[index] if index < len(answer) else MISSING)
            if inside:
                made[index] = self.part(made[index], inside, got, here)
            elif got is not MISSING:
                made[index] = got
        return made

    # Lists: an item is matched by its values.

    def _list(self, old: list[Any], failing: Failing, given: Any, place: _Place) -> list[Any]:
        shapes = self._shapes(place, old)
        item = replace(place.inside(0, shapes), at=None, asked_whole=place.asked_whole or place.at in self.doubted)
        addressed = {
            index: self.answer.addressed[(*place.at, index)]
            for index in failing
            if place.at is not None and (*place.at, index) in self.answer.addressed
        }
        if addressed:
            return self._list_of_addressed(old, failing, addressed, item)
        if not isinstance(given, list):
            return old
        rows = arrange(
            old,
            failing,
            given,
            nullable=takes_null(item.rule, self.schema),
            asked_whole=item.asked_whole,
        )
        if rows is None:
            raise _Doubt
        return [self._row(row, old, failing, given, item) for row in rows]

    def _row(self, row: Row, old: list[Any], failing: Failing, given: list[Any], place: _Place) -> Any:
        if row.place is None:
            return old[row.item] if row.item is not None else None
        if row.item is None:
            return given[row.place]
        return self._item(old[row.item], failing.get(row.item), given[row.place], place)

    def _list_of_addressed(
        self, old: list[Any], failing: Failing, addressed: Mapping[str | int, Any], place: _Place
    ) -> list[Any]:
        """Put items that an answer gives under their own paths into the list; each must agree with the failing one."""
        gone = set()
        made = list(old)
        for index, got in addressed.items():
            if got is None and not takes_null(place.rule, self.schema):
                gone.add(index)
                continue
            if not agrees(known_values(old[int(index)], failing[index]), known_values(got)):
                raise _Doubt
            made[int(index)] = self._item(old[int(index)], failing[index], got, place)
        return [each for index, each in enumerate(made) if index not in gone]

    def _item(self, old: Any, failing: Failing | None, got: Any, place: _Place) -> Any:
        """Merge an item of the list with the answer's: a valid one stays, a failing one is replaced.

        Valid values of a failing item stay only if they are required and the answer leaves them out.
        """
        if failing is None:
            repeats = known_values(old).items() <= known_values(got).items()
            return self._kept(old, got, replace(place, repeats=repeats))
        if not isinstance(old, dict) or not isinstance(got, dict) or not failing:
            return got
        shapes = self._shapes(place, old)
        made = dict(got)
        for key, value in old.items():
            inside, here = failing.get(key), place.inside(key, shapes)
            if key not in got:
                made |= {} if _is_optional(key, shapes) else {key: value}
            elif inside and isinstance(value, list) and isinstance(got[key], list):
                made[key] = self.part(value, inside, got[key], here)
            elif inside and isinstance(value, dict):
                made[key] = self._item(value, inside, got[key], here)
        return made

    # Valid values stay; a default of a field that was not given is replaced by the answer's value.

    def _keep(self, made: dict[str, Any], key: str, given: Any, place: _Place, shapes: list[Schema]) -> None:
        here = place.inside(key, shapes)
        if made.get(key) is not None:
            made[key] = self._kept(made[key], given, here)
        elif _is_property(key, shapes) and _is_optional(key, shapes):
            whole = self.answer.repeats or place.repeats
            if whole or (key not in made and not is_blank(given)):  # a whole answer replaces even a given null
                made[key] = given

    def _kept(self, old: Any, given: Any, place: _Place) -> Any:
        if isinstance(old, dict) and isinstance(given, dict):
            shapes, made = self._shapes(place, old), dict(old)
            for key, value in given.items():
                self._keep(made, key, value, place, shapes)
            return made
        if isinstance(old, list) and isinstance(given, list):
            return self._kept_list(old, given, place)
        return old

    def _kept_list(self, old: list[Any], given: list[Any], place: _Place) -> list[Any]:
        """Merge a list in which nothing failed; new items are taken from an answer that holds all of it."""
        shapes = self._shapes(place, old)
        if any("prefixItems" in shape for shape in shapes) or not (old or self.answer.repeats):
            return old
        rows = arrange(old, Failing(), given, nullable=True, asked_whole=False)
        if rows is None or any(row.place is None for row in rows):
            return old
        if len(rows) == len(old):
            rows = sorted(rows, key=lambda row: row.item or 0)
        item = replace(place.inside(0, shapes), at=None)
        return [self._row(row, old, Failing(), given, item) for row in rows]


def _is_property(key: str | int, shapes: Collection[Schema]) -> bool:
    return any(key in shape.get("properties", ()) for shape in shapes)


def _is_optional(key: str, shapes: Collection[Schema]) -> bool:
    """Whether a property may be left out."""
    return all(key not in shape.get("required", ()) for shape in shapes)
