"""Merge an answer to a reask into the record before it, of which some parts had failed.

Valid values stay; failing ones are replaced by the answer's. A value of an object is found by its key; an item of a
list by its values, and replaced as a whole, so that no item is ever a mix of two.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from typesight.conversation.item_matching import agrees, collect_item_values, contradicts, is_blank
from typesight.conversation.item_order import ItemOrigin, arrange_items
from typesight.schema.field_paths import MISSING, FailureTree, PathSteps
from typesight.schema.schema_walk import Schema, find_inner_schema, is_optional, list_shapes, takes_null

__all__ = ["MergedRecord", "ReaskAnswer", "merge_answer"]


@dataclass(frozen=True, slots=True)
class ReaskAnswer:
    """The answer to a reask: a record, whole or brief; `parts` are the parts that it gives under their own paths.

    `repeats_valid`: it repeats the valid values of the record before, so none of its values is only a filler.
    """

    data: Any
    parts: Mapping[PathSteps, Any]
    repeats_valid: bool


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """A record's JSON data, and its lists whose items the answer left in doubt; these are unchanged."""

    data: Any
    doubts: tuple[PathSteps, ...]


def merge_answer(
    data: Any, failing: FailureTree, answer: ReaskAnswer, schema: Schema, *, doubted: Collection[PathSteps] = ()
) -> MergedRecord:
    """Put what an answer gives for the failing parts into the record.

    `doubted` are lists that an earlier answer left in doubt, so that they were asked for as a whole.
    """
    merging = _Merger(schema, answer, frozenset(doubted))
    made = merging.merge_part(data, failing, answer.data, _Place(schema, ()))
    return MergedRecord(made, tuple(merging.doubts))


class _UncertainMatch(Exception):
    """The answer's items cannot be matched to those of the list with certainty."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a record: its schema, and the steps to it; None inside a list item, whose position may change.

    `asked_whole`: it is in a list that was asked for as a whole. `is_repeated`: it is in an item that the answer
    repeats in full.
    """

    rule: Schema
    steps: PathSteps | None
    asked_whole: bool = False
    is_repeated: bool = False

    def descend(self, step: str | int, shapes: list[Schema]) -> _Place:
        """The place of a value inside this one."""
        rule = find_inner_schema(shapes, step) or {}
        return replace(self, rule=rule, steps=None if self.steps is None else (*self.steps, step))


class _Merger:
    """One merge; it has state because it collects the lists in doubt."""

    def __init__(self, schema: Schema, answer: ReaskAnswer, doubted: frozenset[PathSteps]) -> None:
        self.schema = schema
        self.answer = answer
        self.doubted = doubted
        self.doubts: list[PathSteps] = []

    def merge_part(self, old: Any, failing: FailureTree, given: Any, place: _Place) -> Any:
        """Merge a list or an object in which something fails."""
        try:
            if isinstance(old, dict):
                return self._merge_object(old, failing, given, place)
            shapes = self._find_shapes(place, old)
            is_tuple = any("prefixItems" in shape for shape in shapes)
            return (self._merge_tuple if is_tuple else self._merge_list)(old, failing, given, place, shapes)
        except _UncertainMatch:
            if place.steps is None:
                raise
            self.doubts.append(place.steps)
            return old

    def _find_shapes(self, place: _Place, data: Any) -> list[Schema]:
        return list_shapes(place.rule, self.schema, data)

    # Objects: a value is found by its key.

    def _merge_object(self, old: dict[str, Any], failing: FailureTree, given: Any, place: _Place) -> dict[str, Any]:
        shapes = self._find_shapes(place, old)
        entries = FailureTree((key, each) for key, each in failing.items() if not _is_property(key, shapes))
        answer = given if isinstance(given, dict) else {}
        made = self._merge_entries(old, entries, given, place) if entries else dict(old)
        for key, inside in failing.items():
            if key not in entries:
                self._replace_failing(made, str(key), inside, answer, place)
        for key, value in answer.items():
            if key not in failing and (_is_property(key, shapes) or not entries):
                self._merge_valid_field(made, key, value, place, shapes)
        return made

    def _replace_failing(
        self, made: dict[str, Any], key: str, failing: FailureTree, answer: Mapping[str, Any], place: _Place
    ) -> None:
        """Replace a failing value by the answer's; if it has none, remove the value where it is optional."""
        shapes = self._find_shapes(place, made)
        here = place.descend(key, shapes)
        got = self._find_given(here, answer.get(key, MISSING))
        if failing and not (self.answer.repeats_valid and is_optional(key, shapes) and (got is MISSING or got is None)):
            made[key] = self.merge_part(made[key], failing, got, here)
        elif got is not MISSING and (got is not None or takes_null(here.rule, self.schema)):
            made[key] = got
        elif is_optional(key, shapes):
            made.pop(key, None)

    def _find_given(self, place: _Place, given: Any) -> Any:
        """The value that an answer gives under a part's own path, else the one in its place."""
        return given if place.steps is None else self.answer.parts.get(place.steps, given)

    # Dicts: an entry is matched by its key.

    def _merge_entries(self, old: dict[str, Any], failing: FailureTree, given: Any, place: _Place) -> dict[str, Any]:
        shapes = self._find_shapes(place, old)
        place = replace(place, asked_whole=place.asked_whole or place.steps in self.doubted)
        answer: dict[str, Any] = given if isinstance(given, dict) else {}
        right = [key for key in old if key not in failing]
        whole = isinstance(given, dict) and bool(answer or not right) and all(key in answer for key in right)
        whole = whole or (place.asked_whole and bool(answer))
        anew = {key: value for key, value in answer.items() if key not in old and not is_blank(value)}
        if anew and not whole:
            raise _UncertainMatch
        made = {**old, **anew}
        for key, inside in failing.items():
            here = place.descend(key, shapes)
            got = self._find_given(here, answer.get(str(key), MISSING))
            if (got is None and not takes_null(here.rule, self.schema)) or (got is MISSING and whole):
                made.pop(str(key), None)
            else:
                made[str(key)] = self._merge_entry(old.get(str(key)), inside, got, here)
        return made

    def _merge_entry(self, old: Any, failing: FailureTree, got: Any, place: _Place) -> Any:
        if not failing:
            return old if got is MISSING else got
        if isinstance(got, dict) and contradicts(collect_item_values(old, failing), collect_item_values(got)):
            if place.asked_whole:
                return got
            raise _UncertainMatch
        return self.merge_part(old, failing, got, place)

    # Tuples: an item is found by its position.

    def _merge_tuple(
        self, old: list[Any], failing: FailureTree, given: Any, place: _Place, shapes: list[Schema]
    ) -> list[Any]:
        made, answer = list(old), given if isinstance(given, list) else []
        for step, inside in failing.items():
            index = int(step)
            here = place.descend(index, shapes)
            got = self._find_given(here, answer[index] if index < len(answer) else MISSING)
            if inside:
                made[index] = self.merge_part(made[index], inside, got, here)
            elif got is not MISSING:
                made[index] = got
        return made

    # Lists: an item is matched by its values.

    def _merge_list(
        self, old: list[Any], failing: FailureTree, given: Any, place: _Place, shapes: list[Schema]
    ) -> list[Any]:
        item = replace(
            place.descend(0, shapes), steps=None, asked_whole=place.asked_whole or place.steps in self.doubted
        )
        addressed = {
            index: self.answer.parts[(*place.steps, index)]
            for index in failing
            if place.steps is not None and (*place.steps, index) in self.answer.parts
        }
        if addressed:
            return self._merge_addressed(old, failing, addressed, item)
        if not isinstance(given, list):
            return old
        rows = arrange_items(
            old,
            failing,
            given,
            nullable=takes_null(item.rule, self.schema),
            asked_whole=item.asked_whole,
        )
        if rows is None:
            raise _UncertainMatch
        return [self._make_item(row, old, failing, given, item) for row in rows]

    def _make_item(self, row: ItemOrigin, old: list[Any], failing: FailureTree, given: list[Any], place: _Place) -> Any:
        if row.answer_index is None:
            return old[row.old_index] if row.old_index is not None else None
        if row.old_index is None:
            return given[row.answer_index]
        return self._merge_item(old[row.old_index], failing.get(row.old_index), given[row.answer_index], place)

    def _merge_addressed(
        self, old: list[Any], failing: FailureTree, addressed: Mapping[str | int, Any], place: _Place
    ) -> list[Any]:
        """Put items that an answer gives under their own paths into the list; each must agree with the failing one."""
        gone = set()
        made = list(old)
        for index, got in addressed.items():
            if got is None and not takes_null(place.rule, self.schema):
                gone.add(index)
                continue
            if not agrees(collect_item_values(old[int(index)], failing[index]), collect_item_values(got)):
                raise _UncertainMatch
            made[int(index)] = self._merge_item(old[int(index)], failing[index], got, place)
        return [each for index, each in enumerate(made) if index not in gone]

    def _merge_item(self, old: Any, failing: FailureTree | None, got: Any, place: _Place) -> Any:
        """Merge an item of the list with the answer's: a valid one stays, a failing one is replaced.

        Valid values of a failing item stay only if they are required and the answer leaves them out.
        """
        if failing is None:
            repeats = collect_item_values(old).items() <= collect_item_values(got).items()
            return self._merge_valid(old, got, replace(place, is_repeated=repeats))
        if not isinstance(old, dict) or not isinstance(got, dict) or not failing:
            return got
        shapes = self._find_shapes(place, old)
        made = dict(got)
        for key, value in old.items():
            inside, here = failing.get(key), place.descend(key, shapes)
            if key not in got:
                made |= {key: value} if _is_property(key, shapes) and not is_optional(key, shapes) else {}
            elif inside and isinstance(value, list) and isinstance(got[key], list):
                made[key] = self.merge_part(value, inside, got[key], here)
            elif inside and isinstance(value, dict):
                made[key] = self._merge_item(value, inside, got[key], here)
        return made

    # Valid values stay; a default of a field that was not given is replaced by the answer's value.

    def _merge_valid_field(
        self, made: dict[str, Any], key: str, given: Any, place: _Place, shapes: list[Schema]
    ) -> None:
        old = made.get(key)
        if isinstance(old, dict | list):
            made[key] = self._merge_valid(old, given, place.descend(key, shapes))
        elif old is None and _is_property(key, shapes) and is_optional(key, shapes):
            whole = self.answer.repeats_valid or place.is_repeated
            if whole or (key not in made and not is_blank(given)):  # a whole answer replaces even a given null
                made[key] = given

    def _merge_valid(self, old: Any, given: Any, place: _Place) -> Any:
        if isinstance(old, dict) and isinstance(given, dict):
            shapes, made = self._find_shapes(place, old), dict(old)
            for key, value in given.items():
                self._merge_valid_field(made, key, value, place, shapes)
            return made
        if isinstance(old, list) and isinstance(given, list):
            return self._merge_valid_list(old, given, place)
        return old

    def _merge_valid_list(self, old: list[Any], given: list[Any], place: _Place) -> list[Any]:
        """Merge a list in which nothing failed; new items are taken from an answer that holds all of it."""
        shapes = self._find_shapes(place, old)
        if any("prefixItems" in shape for shape in shapes) or not (old or self.answer.repeats_valid):
            return old
        rows = arrange_items(old, FailureTree(), given, nullable=True, asked_whole=False)
        if rows is None or any(row.answer_index is None for row in rows):
            return old
        if len(rows) == len(old):
            rows = sorted(rows, key=lambda row: row.old_index or 0)
        item = replace(place.descend(0, shapes), steps=None)
        return [self._make_item(row, old, FailureTree(), given, item) for row in rows]


def _is_property(key: str | int, shapes: Collection[Schema]) -> bool:
    return any(key in shape.get("properties", ()) for shape in shapes)
