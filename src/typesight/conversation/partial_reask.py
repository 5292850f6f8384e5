"""Reasking for parts of a record: which parts to ask for, and how their answer goes back into the record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from typesight.conversation.item_matching import can_identify, collect_item_values
from typesight.conversation.merge import ReaskAnswer, merge_answer
from typesight.conversation.reask_units import ReaskUnit, choose_units, find_failing_places
from typesight.schema.coercion import list_repairs
from typesight.schema.field_paths import (
    MISSING,
    FailureTree,
    FieldError,
    PathSteps,
    build_failure_tree,
    drop_failing,
    find_at,
    find_steps,
    get_at,
    join_steps,
)
from typesight.schema.parsing.exact import write_json
from typesight.schema.repair import Repair
from typesight.schema.set_values import make_values_schema, merge_values
from typesight.schema.target import WRAPPER, Target, ValidationResult

__all__ = ["PartialReask", "plan_partial_reask"]

# How many times more an output token costs than an input token, roughly (all providers' price lists, 2026-11: 4 to 8).
_OUTPUT_TO_INPUT = 5


@dataclass(frozen=True)
class PartialReask:
    """A reask for parts of a record: the record's JSON data and the units that fail in it.

    `failing` is where it fails. `doubted_lists` are lists whose items an earlier answer left in doubt. `repairs` are
    the steps it took to parse the replies so far. `keyed`: the answer is to be an object of the units alone, each under
    its path; otherwise a record, whole or brief (the fields not asked for are blank).
    """

    data: Any
    units: tuple[ReaskUnit, ...]
    failing: FailureTree
    doubted_lists: frozenset[PathSteps] = frozenset()
    repairs: tuple[Repair, ...] = ()
    keyed: bool = False

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths asked for, in the order of the faults; for a list item, the paths of its failing values."""
        return tuple(path for unit in self.units for path in unit.paths)

    def build_schema(self, target: Target[Any]) -> dict[str, Any]:
        """The JSON Schema of a keyed answer."""
        places = {join_steps(unit.steps): unit.steps for unit in self.units}
        nullable = [join_steps(unit.steps) for unit in self.units if unit.kind == "item"]
        optional = [join_steps(unit.steps) for unit in self.units if unit.optional]
        return make_values_schema(places, self.data, target.schema, nullable=nullable, optional=optional)

    def find_item(self, path: str) -> Any:
        """The list item that holds a path, without its failing values; None for a path outside of lists."""
        failing, data = self.failing, self.data
        for step in find_steps(path, self.data) or ():
            in_list = isinstance(data, list)
            failing, data = failing.get(step, FailureTree()), get_at(data, (step,))
            if in_list:
                return drop_failing(data, failing)
        return None

    def judge_answer(
        self, answer: ValidationResult[Any], target: Target[Any], *, context: Any, strict: bool | None
    ) -> ValidationResult[Any]:
        """Merge an answer into the record and validate the whole of it.

        An answer that could not be parsed is returned unchanged.
        """
        if answer.data is None:
            return answer
        made = merge_answer(
            self.data, self.failing, self._split_answer(answer.data, target), target.schema, doubted=self.doubted_lists
        )
        judged = target.judge_data(made.data[WRAPPER] if target.wrapped else made.data, context=context, strict=strict)
        faults = tuple(_widen_to_unit(fault, judged.data, made.doubts) for fault in judged.faults)
        told = {fault.unit for fault in faults}
        faults += tuple(_make_doubt_fault(at, judged.data) for at in made.doubts if at not in told)
        texts = dict.fromkeys((*self.repairs, *(each for each in answer.repairs if not each.path)))
        value = None if faults else judged.value
        return replace(judged, value=value, faults=faults, repairs=(*texts, *list_repairs(judged.data)))

    def _split_answer(self, data: Any, target: Target[Any]) -> ReaskAnswer:
        """Split an answer: the values it gives under the paths of units, and the rest, which is a record."""
        units = {join_steps(unit.steps): unit.steps for unit in self.units}
        given = data if isinstance(data, dict) else {}
        addressed = {steps: given[path] for path, steps in units.items() if path in given}
        if addressed:
            data = {key: value for key, value in given.items() if len(units.get(key, ())) <= 1}
        if target.wrapped and not (isinstance(data, dict) and WRAPPER in data):
            data = {WRAPPER: data}
        return ReaskAnswer(data, addressed, self._repeats_valid_values(data))

    def _repeats_valid_values(self, data: Any) -> bool:
        """Whether an answer repeats all values outside of lists that were valid in the record."""
        before, now = collect_item_values(self.data, self.failing), collect_item_values(data)
        known = {at: value for at, value in before.items() if not (isinstance(value, tuple) and value[0] == "list")}
        sure = {at: value for at, value in known.items() if value != ("number", 0)}  # a 0 may fill a gap
        return can_identify(sure) and all(now.get(at) == value for at, value in known.items())


def plan_partial_reask(
    judged: ValidationResult[Any], target: Target[Any], ask: Literal["auto", "fields", "whole"], *, keyed: bool
) -> PartialReask | None:
    """Choose the parts to ask for after a reply with faults; None to ask for the whole record.

    "auto" asks for the parts unless the whole record costs less. The two are compared only where the answer is the
    parts alone (`keyed`): the tokens of their schema against those of repeating the rest of the record.
    """
    if ask == "whole" or target.tools or not isinstance(judged.data, dict):
        return None
    extras = [find_steps(fault.path, judged.data) for fault in judged.faults if fault.extra]
    places = find_failing_places(judged.faults, judged.data, target.schema)
    doubted = frozenset(fault.unit for fault in judged.faults if fault.unit is not None)
    if None in extras or not places or () in doubted:
        return None
    again = PartialReask(
        data=merge_values(judged.data, {}, [steps for steps in extras if steps]) if extras else judged.data,
        units=choose_units(places, judged.data, doubted),
        failing=build_failure_tree(places),
        doubted_lists=doubted,
        repairs=tuple(repair for repair in judged.repairs if not repair.path),
        keyed=keyed,
    )
    return again if ask == "fields" or not keyed or _is_cheaper(again, target) else None


def _widen_to_unit(fault: FieldError, data: Any, doubts: Collection[PathSteps]) -> FieldError:
    """Make a fault inside a list whose items are in doubt ask for the whole list."""
    steps = find_steps(fault.path, data) or ()
    unit = next((at for at in doubts if steps[: len(at)] == at), None)
    return fault if unit is None else replace(fault, unit=unit)


def _make_doubt_fault(at: PathSteps, data: Any) -> FieldError:
    """The fault of a valid list of which values were challenged, when the answer does not tell for which items."""
    return FieldError(
        join_steps(at), "the last answer does not tell which of these items it is about", get_at(data, at), unit=at
    )


def _is_cheaper(again: PartialReask, target: Target[Any]) -> bool:
    """Whether the parts alone cost less than the whole record: one schema more as input, fewer tokens as output."""
    schema = len(write_json(again.build_schema(target)))
    given = (find_at(again.data, unit.steps) for unit in again.units)
    values = sum(len(write_json(None if value is MISSING else value)) for value in given)
    keys = sum(len(join_steps(unit.steps)) for unit in again.units)
    return schema + _OUTPUT_TO_INPUT * (keys + values) < _OUTPUT_TO_INPUT * len(write_json(again.data))
