"""Again: the parts of a record that are asked for again, and what their answer makes of it."""

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

# What a token of output costs against one of input, about, at every provider (price lists of 2026-11: 4 to 8).
_OUTPUT_TO_INPUT = 5


@dataclass(frozen=True)
class Again:
    """Some parts of a record that are asked for again: the JSON data of the record, and its units that fail.

    `failing` is where it fails, `doubted` are lists whose items an answer before left in doubt, `repairs` the steps
    that its replies' texts took to be read. `keyed` says that the answer is asked for as an object of the units alone,
    each under its path; else as a record, whole or brief.
    """

    data: Any
    units: tuple[Unit, ...]
    failing: Failing
    doubted: frozenset[Steps] = frozenset()
    repairs: tuple[Repair, ...] = ()
    keyed: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths asked for, in the order of the faults: of an item of a list, those of its failing values."""
        return tuple(path for unit in self.units for path in unit.paths)

    def schema(self, target: Target[Any]) -> dict[str, Any]:
        """The JSON Schema of the answer, where it is keyed."""
        places = {dotted(unit.steps): unit.steps for unit in self.units}
        nullable = [dotted(unit.steps) for unit in self.units if unit.kind == "item"]
        optional = [dotted(unit.steps) for unit in self.units if unit.optional]
        return schema_of(places, self.data, target.schema, nullable=nullable, optional=optional)

    def item_of(self, path: str) -> Any:
        """What the list item in which a path lies says beside its failing values; None where it lies in none."""
        failing, data = self.failing, self.data
        for step in steps_of(path, self.data) or ():
            in_list = isinstance(data, list)
            failing, data = failing.get(step, Failing()), value_at(data, (step,))
            if in_list:
                return without_failing(data, failing)
        return None

    def judged(self, answer: Judged[Any], target: Target[Any], *, context: Any, strict: bool | None) -> Judged[Any]:
        """The record with what an answer gives for its failing parts, and all of it held against the target.

        An answer that could not be read is given back as it is.
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
        """An answer taken apart: what it gives under paths of units, and the record that the rest of it is."""
        units = {dotted(unit.steps): unit.steps for unit in self.units}
        given = data if isinstance(data, dict) else {}
        addressed = {steps: given[path] for path, steps in units.items() if path in given}
        if addressed:
            data = {key: value for key, value in given.items() if len(units.get(key, ())) <= 1}
        if target.wrapped and not (isinstance(data, dict) and WRAPPER in data):
            data = {WRAPPER: data}
        return Answer(data, addressed, self._repeats(data))

    def _repeats(self, data: Any) -> bool:
        """Whether an answer gives again what was right in the record outside of its lists."""
        before, now = known_values(self.data, self.failing), known_values(data)
        known = {at: value for at, value in before.items() if not (isinstance(value, tuple) and value[0] == "list")}
        sure = {at: value for at, value in known.items() if value != ("number", 0)}  # a 0 may fill a gap
        return tells(sure) and all(now.get(at) == value for at, value in known.items())


def again_of(
    judged: Judged[Any], target: Target[Any], ask: Literal["auto", "fields", "whole"], *, keyed: bool
) -> Again | None:
    """The parts to ask for again after a reply with faults; None to ask for the whole record.

    "auto" asks for the parts, unless the whole record costs less: where only they are answered (`keyed`), what it takes
    to describe them is weighed against what it takes to repeat the rest.
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
    """A fault inside a list whose items are in doubt asks for all of the list."""
    steps = steps_of(fault.path, data) or ()
    unit = next((at for at in doubts if steps[: len(at)] == at), None)
    return fault if unit is None else replace(fault, unit=unit)


def _doubt(at: Steps, data: Any) -> FieldError:
    """What is wrong with a list that holds, where values of it were challenged and the answer does not tell which."""
    return FieldError(
        dotted(at), "the last answer does not tell which of these items it is about", value_at(data, at), unit=at
    )


def _is_cheaper(again: Again, target: Target[Any]) -> bool:
    """Whether the parts alone cost less than the whole record: a schema more to read, less to write."""
    schema = len(write_json(again.schema(target)))
    given = (found(again.data, unit.steps) for unit in again.units)
    values = sum(len(write_json(None if value is MISSING else value)) for value in given)
    keys = sum(len(dotted(unit.steps)) for unit in again.units)
    return schema + _OUTPUT_TO_INPUT * (keys + values) < _OUTPUT_TO_INPUT * len(write_json(again.data))
