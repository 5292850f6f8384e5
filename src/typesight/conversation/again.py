"""Again: the fields of a record that are asked for again, and what their answer makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from typesight.schema.fields import MISSING, FieldError, Steps, dotted, found
from typesight.schema.merging import merged, schema_of, steps_of
from typesight.schema.reading import write_json
from typesight.schema.target import WRAPPER, Judged, Target

__all__ = ["Again", "again_of"]

# What a token of output costs against one of input, about, at every provider (price lists of 2026-11: 4 to 8).
_OUTPUT_TO_INPUT = 5
# A field's name in a validator's message, or a path: `total`, `items.*.price`.
_NAME = re.compile(r"[^\W\d][\w-]*(?:\.(?:[\w-]+|\*))*")


@dataclass(frozen=True)
class Again:
    """Some fields of a record that are asked for again: the JSON data of the record, and where they stand in it.

    `gone` are the places where nothing may stand. `keyed` says that the answer is asked for as an object of these
    fields alone, each under its path; else as a whole record, of which nothing but these fields is taken.
    """

    data: Any
    places: Mapping[str, Steps]
    gone: tuple[Steps, ...] = ()
    keyed: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths asked for, in the order of the faults."""
        return tuple(self.places)

    def schema(self, target: Target[Any]) -> dict[str, Any]:
        """The JSON Schema of the answer, where it is keyed."""
        return schema_of(self.places, self.data, target.schema)

    def judged(self, answer: Judged[Any], target: Target[Any], *, context: Any, strict: bool | None) -> Judged[Any]:
        """The record with the fields that an answer gives, and all of it held against the target.

        An answer that could not be read is given back as it is; a field that it leaves out is a fault.
        """
        if answer.data is None:
            return answer
        values = {path: self._given(answer.data, path, steps, target) for path, steps in self.places.items()}
        given = {self.places[path]: value for path, value in values.items() if value is not MISSING}
        left_out = [path for path, value in values.items() if value is MISSING]
        whole = merged(self.data, given, self.gone)
        judged = target.judge_data(whole[WRAPPER] if target.wrapped else whole, context=context, strict=strict)
        repairs = (*(repair for repair in answer.repairs if not repair.path), *judged.repairs)
        missing = [FieldError(path, "asked for again and not given", None, missing=True) for path in left_out]
        faults = (*missing, *(fault for fault in judged.faults if fault.path not in left_out))
        return Judged(None if faults else judged.value, judged.data, faults, repairs)

    def _given(self, answer: Any, path: str, steps: Steps, target: Target[Any]) -> Any:
        """What an answer gives for a path: under the path as a key, or where it stands in a whole record."""
        if isinstance(answer, dict) and path in answer:
            return answer[path]
        whole = {WRAPPER: answer} if target.wrapped and not (isinstance(answer, dict) and WRAPPER in answer) else answer
        return found(whole, steps)


def again_of(
    judged: Judged[Any], target: Target[Any], ask: Literal["auto", "fields", "whole"], *, keyed: bool
) -> Again | None:
    """The fields to ask for again after a reply with faults; None to ask for the whole record.

    "auto" asks for the fields, unless the whole record costs less: where only they are answered (`keyed`), what it
    takes to describe them is weighed against what it takes to repeat the rest.
    """
    if ask == "whole" or target.tools or not isinstance(judged.data, dict):
        return None
    places: dict[str, Steps] = {}
    for fault in judged.faults:
        if not fault.extra:
            for steps in _asked(fault, judged.data):
                if steps is None:
                    return None
                places[dotted(steps)] = steps
    outer = {path: steps for path, steps in places.items() if not any(_inside(steps, each) for each in places.values())}
    extras = [steps_of(fault.path, judged.data) for fault in judged.faults if fault.extra]
    again = Again(judged.data, outer, tuple(steps for steps in extras if steps), keyed)
    if None in extras or not outer:
        return None
    return again if ask == "fields" or not keyed or _is_cheaper(again, target) else None


def _asked(fault: FieldError, data: Any) -> Iterator[Steps | None]:
    """The places that a fault is about: those that a message about an object names, else its own; None for all."""
    own = steps_of(fault.path, data) if fault.path else ()
    if own is None:
        yield None
        return
    holder = found(data, own)
    named = list(_named(fault.message, holder)) if fault.quotes and isinstance(holder, dict) else []
    if named:
        yield from ((*own, *steps) for steps in named)
    else:
        yield own or None


def _named(message: str, holder: dict[str, Any]) -> Iterator[Steps]:
    """The fields of an object that a message names, by key or by path; `*` stands for each item of a list."""
    for name in dict.fromkeys(_NAME.findall(message)):
        yield from _expanded(tuple(name.split(".")), holder)


def _expanded(names: Sequence[str], data: Any) -> Iterator[Steps]:
    if not names:
        yield ()
        return
    first, *rest = names
    if isinstance(data, dict):
        steps: Sequence[str | int] = [first] if first in data else []
    elif isinstance(data, list):
        steps = range(len(data)) if first == "*" else [int(first)] if first.isdecimal() else []
    else:
        steps = []
    for step in steps:
        inner = found(data, (step,))
        if inner is not MISSING:
            yield from ((step, *way) for way in _expanded(rest, inner))


def _inside(steps: Steps, other: Steps) -> bool:
    return len(steps) > len(other) and steps[: len(other)] == other


def _is_cheaper(again: Again, target: Target[Any]) -> bool:
    """Whether the fields alone cost less than the whole record: a schema more to read, less to write."""
    schema = len(write_json(again.schema(target)))
    given = (found(again.data, steps) for steps in again.places.values())
    values = sum(len(write_json(None if value is MISSING else value)) for value in given)
    keys = sum(map(len, again.places))
    return schema + _OUTPUT_TO_INPUT * (keys + values) < _OUTPUT_TO_INPUT * len(write_json(again.data))
