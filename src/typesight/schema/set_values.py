"""Sets values at places in JSON data, and makes the JSON Schema of such values alone."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from typesight.schema.field_paths import MISSING, PathSteps, find_at
from typesight.schema.schema_walk import Schema, takes_null, trace_schemas

__all__ = ["make_values_schema", "merge_values"]


def merge_values(data: Any, values: Mapping[PathSteps, Any], gone: Collection[PathSteps] = ()) -> Any:
    """A copy of JSON data with `values` set at their places, and without the values at the places in `gone`.

    A value may be set inside another one that is set. Each container on the way is copied once.
    """
    return _apply_changes(data, [*values.items(), *((steps, MISSING) for steps in gone)])


def _apply_changes(data: Any, changes: Sequence[tuple[PathSteps, Any]]) -> Any:
    for steps, value in changes:
        data = data if steps else value
    deeper: dict[str | int, list[tuple[PathSteps, Any]]] = {}
    for steps, value in changes:
        if steps:
            deeper.setdefault(steps[0], []).append((steps[1:], value))
    if not deeper:
        return data
    copy: Any = dict(data) if isinstance(data, Mapping) else list(data)
    for step, inner in deeper.items():
        value = _apply_changes(find_at(copy, (step,)), inner)
        if value is not MISSING:
            copy[step] = value
        elif isinstance(copy, dict):
            copy.pop(step, None)
    return copy


def make_values_schema(
    places: Mapping[str, PathSteps],
    data: Any,
    schema: Schema,
    *,
    nullable: Collection[str] = (),
    optional: Collection[str] = (),
) -> dict[str, Any]:
    """The JSON Schema of an object that holds only the values at these places, each under its path as the key.

    The same field of several items of a list appears once, under a pattern of their paths. The value at a `nullable`
    path may be null; one at an `optional` path may also be left out.
    """
    rules = {path: _drop_title(trace_schemas(steps, data, schema).rules[-1] or {}) for path, steps in places.items()}
    rules |= {path: _allow_null(rules[path], schema) for path in (*nullable, *optional)}
    alike: dict[tuple[str, str], list[str]] = {}
    for path, steps in places.items():
        alike.setdefault((_write_pattern(steps), json.dumps(rules[path], sort_keys=True)), []).append(path)
    made: dict[str, Any] = {
        "type": "object",
        "properties": {paths[0]: rules[paths[0]] for paths in alike.values() if len(paths) == 1},
        "patternProperties": {pattern: rules[paths[0]] for (pattern, _), paths in alike.items() if len(paths) > 1},
        "minProperties": len(places) - len(optional),
        "additionalProperties": False,
    }
    used = "$defs" in schema and '"$ref"' in json.dumps(made)
    return {key: value for key, value in made.items() if value != {}} | ({"$defs": schema["$defs"]} if used else {})


def _allow_null(rule: Schema, root: Schema) -> Schema:
    return rule if takes_null(rule, root) else {"anyOf": [rule, {"type": "null"}]}


def _write_pattern(steps: PathSteps) -> str:
    """A regular expression for a path with any list positions."""
    steps_said = (r"\d+" if isinstance(step, int) else re.escape(step) for step in steps)
    return "^" + r"\.".join(steps_said) + "$"


def _drop_title(rule: Schema) -> Schema:
    return {key: value for key, value in rule.items() if key != "title"}
