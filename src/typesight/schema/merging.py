"""Merging: values of one JSON document set into another, and the schema of such values alone."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from typesight.schema.fields import MISSING, Steps, found
from typesight.schema.shapes import Schema, rule_of, shapes_of, union_of

__all__ = ["merged", "schema_of", "steps_of"]


def steps_of(path: str, data: Any) -> Steps | None:
    """The place in JSON data that a path is of; its last step need not be there yet.

    None where the path leads nowhere, or to several places, since keys may hold dots.
    """
    ways = _ways(path, data)
    return ways[0] if len(ways) == 1 else None


def _ways(path: str, data: Any) -> list[Steps]:
    if isinstance(data, list):
        first, _, rest = path.partition(".")
        place = int(first) if first.isdecimal() else len(data)
        if place >= len(data):
            return []
        return [(place, *way) for way in _ways(rest, data[place])] if rest else [(place,)]
    if not isinstance(data, dict):
        return []
    if path in data:
        return [(path,)]
    heads = [key for key in data if path.startswith(f"{key}.")]
    ways = [(key, *way) for key in heads for way in _ways(path[len(key) + 1 :], data[key])]
    return ways or ([] if heads else [(path,)])


def merged(data: Any, values: Mapping[Steps, Any], gone: Collection[Steps] = ()) -> Any:
    """A copy of JSON data with values set at their places, and without what stands at those that are `gone`."""
    for steps, value in values.items():
        data = _put(data, steps, value)
    for steps in gone:
        data = _put(data, steps, MISSING)
    return data


def _put(data: Any, steps: Steps, value: Any) -> Any:
    if not steps:
        return value
    step, *rest = steps
    copy: Any = dict(data) if isinstance(data, Mapping) else list(data)
    if value is MISSING and not rest:
        copy.pop(step, None) if isinstance(copy, dict) else None
    else:
        copy[step] = _put(found(copy, (step,)), tuple(rest), value)
    return copy


def schema_of(places: Mapping[str, Steps], data: Any, schema: Schema) -> dict[str, Any]:
    """The JSON Schema of an object that holds the values at some places alone, each under its path as the key.

    The same field of several items of a list stands in it once, under a pattern of their paths.
    """
    rules = {path: _untitled(_at(steps, data, schema)) for path, steps in places.items()}
    alike: dict[tuple[str, str], list[str]] = {}
    for path, steps in places.items():
        alike.setdefault((_pattern(steps), json.dumps(rules[path], sort_keys=True)), []).append(path)
    made: dict[str, Any] = {
        "type": "object",
        "properties": {paths[0]: rules[paths[0]] for paths in alike.values() if len(paths) == 1},
        "patternProperties": {pattern: rules[paths[0]] for (pattern, _), paths in alike.items() if len(paths) > 1},
        "minProperties": len(places),
        "additionalProperties": False,
    }
    used = "$defs" in schema and '"$ref"' in json.dumps(made)
    return {key: value for key, value in made.items() if value != {}} | ({"$defs": schema["$defs"]} if used else {})


def _pattern(steps: Steps) -> str:
    """A regular expression for a path in which any item of a list may stand."""
    steps_said = (r"\d+" if isinstance(step, int) else re.escape(step) for step in steps)
    return "^" + r"\.".join(steps_said) + "$"


def _untitled(rule: Schema) -> Schema:
    return {key: value for key, value in rule.items() if key != "title"}


def _at(steps: Steps, data: Any, schema: Schema) -> Schema:
    rule: Schema = schema
    for step in steps:
        rules = [each for shape in shapes_of(rule, schema, data) if (each := rule_of(shape, step)) is not None]
        rule = union_of(rules) or {}
        data = found(data, (step,))
        data = None if data is MISSING else data
    return rule
