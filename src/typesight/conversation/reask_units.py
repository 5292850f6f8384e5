"""The units of a reask: the smallest parts of a record that can be asked for by path.

A value in an object is a unit. In a list the unit is the item, or the whole list if the failing items have no other
values that tell them apart; in a dict it is the entry. A union without a discriminator is one: its branch may change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from typesight.conversation.item_matching import can_identify, collect_item_values
from typesight.schema.field_paths import (
    MISSING,
    FieldError,
    PathSteps,
    build_failure_tree,
    find_at,
    find_steps,
    join_steps,
    keep_outermost,
)
from typesight.schema.schema_walk import Schema, SchemaTrace, is_optional, resolve_ref, trace_schemas

__all__ = ["ReaskUnit", "choose_units", "find_failing_places"]

# A field name or a path in a validator's message: `total`, `items.*.price`.
_FIELD_NAME = re.compile(r"[^\W\d][\w-]*(?:\.(?:[\w-]+|\*))*")
# Most items to ask for one by one: a complaint has no more lines than this, so the rest would not be named.
_MOST_ITEMS = 40


@dataclass(frozen=True, slots=True)
class ReaskUnit:
    """A part of a record to ask for: the steps to it, and the paths that fail in it.

    A "value" belongs to an object; an "item" is one of a list, or an entry of a dict; a "list" is all the items of
    either. `optional`: it may be left out.
    """

    steps: PathSteps
    kind: Literal["value", "item", "list"]
    paths: tuple[str, ...]
    optional: bool = False


def find_failing_places(
    faults: Collection[FieldError], data: Any, schema: Schema
) -> Mapping[PathSteps, SchemaTrace] | None:
    """The outermost places where a record fails, widened to whole unions, each with the schemas on the way to it.

    None if some fault has no such place.
    """
    found: dict[PathSteps, SchemaTrace] = {}
    for fault in faults:
        for steps in () if fault.extra else _find_named_places(fault, data):
            trace = trace_schemas(steps, data, schema)
            widened = _widen_to_union(steps, trace, schema)
            if not widened:
                return None
            found[widened] = trace
    return {steps: found[steps] for steps in keep_outermost(found)}


def _find_named_places(fault: FieldError, data: Any) -> Iterator[PathSteps]:
    """The places that a fault is about: the fields that its message names, else its own path; () for all."""
    own = find_steps(fault.path, data) if fault.path else ()
    if own is None:
        yield ()
        return
    holder = find_at(data, own)
    named = list(_find_named_fields(fault.message, holder)) if fault.quotes and isinstance(holder, dict) else []
    yield from ((*own, *steps) for steps in named or [()])


def _find_named_fields(message: str, holder: dict[str, Any]) -> Iterator[PathSteps]:
    """The fields of an object that a message names, by key or by path; `*`, any item of a list, stands for the list."""
    for name in dict.fromkeys(_FIELD_NAME.findall(message)):
        yield from _expand_path(tuple(name.split(".")), holder)


def _expand_path(names: Sequence[str], data: Any) -> Iterator[PathSteps]:
    if not names or (isinstance(data, list) and names[0] == "*"):
        yield ()
        return
    first, *rest = names
    step: str | int = int(first) if isinstance(data, list) and first.isdecimal() else first
    inner = find_at(data, (step,))
    if inner is not MISSING:
        yield from ((step, *way) for way in _expand_path(rest, inner))


def _widen_to_union(steps: PathSteps, trace: SchemaTrace, schema: Schema) -> PathSteps:
    """A place, or the union without a discriminator that it is in; () if the schema has no such place."""
    if None in trace.rules:
        return ()
    for count, rule in enumerate(trace.rules[1:-1], start=1):
        is_item = isinstance(steps[count - 1], int)  # which is replaced as a whole anyway
        if rule is not None and not is_item and _is_plain_union(rule, schema):
            return steps[:count]
    return steps


def _is_plain_union(rule: Schema, root: Schema) -> bool:
    """Whether a schema is a union of several types without a discriminator."""
    rule = resolve_ref(rule, root)
    branches = [each for each in (*rule.get("anyOf", ()), *rule.get("oneOf", ())) if each.get("type") != "null"]
    if len(branches) == 1:
        return _is_plain_union(branches[0], root)
    return len(branches) > 1 and "discriminator" not in rule


def choose_units(
    places: Mapping[PathSteps, SchemaTrace], data: Any, doubted: Collection[PathSteps] = ()
) -> tuple[ReaskUnit, ...]:
    """The units to ask for so that these places of a record are corrected, in the order of the places.

    Each place comes with the schemas on the way to it, or to a place inside it. `doubted` are lists and dicts that an
    answer left in doubt.
    """
    holders = {steps: _find_outer_holder(steps, trace) for steps, trace in places.items()}
    inside: dict[PathSteps, list[PathSteps]] = defaultdict(list)
    for steps, holder in holders.items():
        if holder is not None:
            inside[holder].append(steps[len(holder) :])
    whole = {at: at in doubted or not _can_tell_apart(find_at(data, at), each) for at, each in inside.items()}
    units: dict[PathSteps, ReaskUnit] = {}
    for steps, holder in holders.items():
        if holder is None:
            kind: Literal["value", "list"] = "list" if isinstance(find_at(data, steps), list) else "value"
            optional = is_optional(str(steps[-1]), places[steps].shapes[len(steps) - 1])
            units[steps] = ReaskUnit(steps, kind, (join_steps(steps),), optional)
        elif whole[holder]:
            units[holder] = ReaskUnit(holder, "list", (join_steps(holder),))
        else:
            item = steps[: len(holder) + 1]
            before = units[item].paths if item in units else ()
            units[item] = ReaskUnit(item, "item", (*before, join_steps(steps)))
    return tuple(units.values())


def _find_outer_holder(steps: PathSteps, trace: SchemaTrace) -> PathSteps | None:
    """The outermost list or dict that holds a place; None if none does.

    Tuples and objects do not count, since their type fixes the positions and the keys.
    """
    for count, step in enumerate(steps):
        if not any("prefixItems" in shape or step in shape.get("properties", ()) for shape in trace.shapes[count]):
            return steps[:count]
    return None


def _can_tell_apart(items: Any, places: Sequence[PathSteps]) -> bool:
    """Whether the failing items can be told apart: in a dict by their keys, in a list by their other values.

    They cannot in a list that holds null, where a null in the answer cannot mean that the item is not there.
    """
    failing = build_failure_tree(places)
    if isinstance(items, dict):
        return True
    if len(failing) > _MOST_ITEMS or None in items:
        return False
    known = [collect_item_values(items[int(number)], inside) for number, inside in failing.items()]
    return len({frozenset(each.items()) for each in known}) == len(known) and all(map(can_identify, known))
