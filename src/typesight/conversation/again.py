"""Reasking for parts of a record: which parts to ask for, and how their answer goes back into the record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Literal

from typesight.conversation.failure_tree import Failing, failing_tree, outermost, without_failing
from typesight.conversation.item_matching import known_values, tells
from typesight.conversation.merge import Answer, merge
from typesight.conversation.reask_units import Unit, places_of, units_of
from typesight.schema.coercion import mended_in
from typesight.schema.field_paths import MISSING, FieldError, Steps, dotted, found, value_at
from typesight.schema.parsing.exact import write_json
from typesight.schema.repair import Repair
from typesight.schema.set_values import merged, schema_of, steps_of
from typesight.schema.target import WRAPPER, Judged, Target

__all__ = ["Again", "again_of"]

# How many times more an output token costs than an input token, roughly (all providers' price lists, 2026-11: 4 to 8).
_OUTPUT_TO_INPUT = 5


@dataclass(frozen=True)
class Again:
    """A reask for parts of a record: the record's JSON data and the units that fail in it.

    `failing` is where it fails. `doubted` are lists whose items an earlier answer left in doubt. `repairs` are the
    steps it took to parse the replies so far. `keyed`: the answer is to be an object of the units alone, each under its
    path; otherwise a record, whole or brief (the fields not asked for are blank).
    """

    data: Any
    units: tuple[Unit, ...]
    failing: Failing
    doubted: frozenset[Steps] = frozenset()
    repairs: tuple[Repair, ...] = ()
    keyed: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths asked for, in the order of the faults; for a list item, the paths of its failing values."""
        return tuple(path for unit in self.units for path in unit.paths)

    def schema(self, target: Target[Any]) -> dict[str, Any]:
        """The JSON Schema of a keyed answer."""
        places = {dotted(unit.steps): unit.steps for unit in self.units}
        nullable = [dotted(unit.steps) for unit in self.units if unit.kind == "item"]
        optional = [dotted(unit.steps) for unit in self.units if unit.optional]
        return schema_of(places, self.data, target.schema, nullable=nullable, optional=optional)

    def item_of(self, path: str) -> Any:
        """The list item that holds a path, without its failing values; None for a path outside of lists."""
        failing, data = self.failing, self.data
        for step in steps_of(path, self.data) or ():
            in_list = isinstance(data, list)
            failing, data = failing.get(step, Failing()), value_at(data, (step,))
            if in_list:
                return without_failing(data, failing)
        return None

    def judged(self, answer: Judged[Any], target: Target[Any], *, context: Any, strict: bool | None) -> Judged[Any]:
        """Merge an answer into the record and validate the whole of it.

        An answer that could not be parsed is returned unchanged.
        """
        if answer.data is None:
            return answer
        made = merge(self.data, self.failing, self._read(answer.data, target), target.schema, doubted=self.doubted)
        judged = target.judge_data(made.data[WRAPPER] if target.wrapped else made.data, context=context, strict=strict)
        faults = tuple(_with_unit(fault, judged.data, made.doubts) for fault in judged.faults)
        told = {fault.unit for fault in faults}
        faults += tuple(_doubt(at, judged.data) for at in made.doubts if at not in told)
        texts = dict.fromkeys((*self.repairs, *(each for each in answer.repairs if not each.path)))
        value = None if faults else judged.value
        return replace(judged, value=value, faults=faults, repairs=(*texts, *mended_in(judged.data)))

    def _read(self, data: Any, target: Target[Any]) -> Answer:
        """Split an answer: the values it gives under the paths of units, and the rest, which is a record."""
        units = {dotted(unit.steps): unit.steps for unit in self.units}
        given = data if isinstance(data, dict) else {}
        addressed = {steps: given[path] for path, steps in units.items() if path in given}
        if addressed:
            data = {key: value for key, value in given.items() if len(units.get(key, ())) <= 1}
        if target.wrapped and not (isinstance(data, dict) and WRAPPER in data):
            data = {WRAPPER: data}
        return Answer(data, addressed, self._repeats(data))

    def _repeats(self, data: Any) -> bool:
        """Whether an answer repeats all values outside of lists that were valid in the record."""
        before, now = known_values(self.data, self.failing), known_values(data)
        known = {at: value for at, value in before.items() if not (isinstance(value, tuple) and value[0] == "list")}
        sure = {at: value for at, value in known.items() if value != ("number", 0)}  # a 0 may fill a gap
        return tells(sure) and all(now.get(at) == value for at, value in known.items())


def again_of(
    judged: Judged[Any], target: Target[Any], ask: Literal["auto", "fields", "whole"], *, keyed: bool
) -> Again | None:
    """Choose the parts to ask for after a reply with faults; None to ask for the whole record.

    "auto" asks for the parts unless the whole record costs less. The two are compared only where the answer is the
    parts alone (`keyed`): the tokens of their schema against those of repeating the rest of the record.
    """
    if ask == "whole" or target.tools or not isinstance(judged.data, dict):
        return None
    extras = [steps_of(fault.path, judged.data) for fault in judged.faults if fault.extra]
    places = places_of(judged.faults, judged.data, target.schema)
    doubted = frozenset(fault.unit for fault in judged.faults if fault.unit is not None)
    if None in extras or not places or () in doubted:
        return None
    places = outermost(places)
    again = Again(
        data=merged(judged.data, {}, [steps for steps in extras if steps]),
        units=units_of(places, judged.data, target.schema, doubted),
        failing=failing_tree(places),
        doubted=doubted,
        repairs=tuple(repair for repair in judged.repairs if not repair.path),
        keyed=keyed,
    )
    return again if ask == "fields" or not keyed or _is_cheaper(again, target) else None


def _with_unit(fault: FieldError, data: Any, doubts: Collection[Steps]) -> FieldError:
    """Make a fault inside a list whose items are in doubt ask for the whole list."""
    steps = steps_of(fault.path, data) or ()
    unit = next((at for at in doubts if steps[: len(at)] == at), None)
    return fault if unit is None else replace(fault, unit=unit)


def _doubt(at: Steps, data: Any) -> FieldError:
    """The fault of a valid list of which values were challenged, when the answer does not tell for which items."""
    return FieldError(
        dotted(at), "the last answer does not tell which of these items it is about", value_at(data, at), unit=at
    )


def _is_cheaper(again: Again, target: Target[Any]) -> bool:
    """Whether the parts alone cost less than the whole record: one schema more as input, fewer tokens as output."""
    schema = len(write_json(again.schema(target)))
    given = (found(again.data, unit.steps) for unit in again.units)
    values = sum(len(write_json(None if value is MISSING else value)) for value in given)
    keys = sum(len(dotted(unit.steps)) for unit in again.units)
    return schema + _OUTPUT_TO_INPUT * (keys + values) < _OUTPUT_TO_INPUT * len(write_json(again.data))
