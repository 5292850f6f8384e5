"""Walks a JSON Schema together with the data it describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = [
    "Schema",
    "leaves",
    "resolved",
    "rule_of",
    "shapes_of",
    "takes_null",
    "union_of",
    "without_forced_nulls",
]

Schema = Mapping[str, Any]


def resolved(schema: Schema, root: Schema) -> Schema:
    """Follow an internal `$ref` to the schema it names."""
    while "$ref" in schema:
        node: Any = root
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        schema = node
    return schema


def shapes_of(schema: Schema, root: Schema, data: Any = None) -> list[Schema]:
    """The schema and its branches; of object branches only those whose tag (a constant property) matches the data."""
    schema = resolved(schema, root)
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    if not branches:
        return [schema]
    found = [shape for branch in branches for shape in shapes_of(branch, root, data)]
    return [schema, *(shape for shape in found if not _belies(shape, data))]


def takes_null(schema: Schema, root: Schema) -> bool:
    """Whether the schema accepts null."""
    kinds = [shape.get("type") for shape in shapes_of(schema, root)]
    told = ("type", "anyOf", "oneOf", "allOf", "enum", "const")
    untyped = not any(key in resolved(schema, root) for key in told)
    return untyped or any(kind == "null" or (isinstance(kind, list) and "null" in kind) for kind in kinds)


def without_forced_nulls(data: Any, schema: Schema, root: Schema) -> Any:
    """Leave out each null that means "not given".

    OpenAI's strict mode makes every property required, so a field with a default comes back as null; if the field's
    own type accepts no null, that null means the default.
    """
    shapes = shapes_of(schema, root, data)

    def inside(step: str | int, value: Any) -> Any:
        rules = [rule for shape in shapes if (rule := rule_of(shape, step)) is not None]
        if isinstance(step, str):
            rules += [each for shape in shapes for each in shape.get("patternProperties", {}).values()]
        rule = union_of(rules)
        return without_forced_nulls(value, rule, root) if rule else value

    def stands(key: str) -> bool:
        holders = [shape for shape in shapes if key in shape.get("properties", {})]
        rule = union_of([shape["properties"][key] for shape in holders])
        return not rule or any(key in shape.get("required", ()) for shape in holders) or takes_null(rule, root)

    if isinstance(data, list):
        return [inside(place, value) for place, value in enumerate(data)]
    if not isinstance(data, dict):
        return data
    return {key: inside(key, value) for key, value in data.items() if value is not None or stands(key)}


def leaves(data: Any, schema: Schema) -> Iterator[tuple[tuple[str | int, ...], Any, list[Schema]]]:
    """Every value that is not an object or list: its place, the value, and the schemas for it.

    A Decimal counts as a number, though pydantic accepts a string for it too. In a union those branches count whose
    tag matches the data, or all of them if none does.
    """
    return _leaves(data, schema, schema, ())


def _leaves(
    data: Any, schema: Schema, root: Schema, at: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Any, list[Schema]]]:
    shapes = shapes_of(schema, root, data)
    if isinstance(data, dict) and not any("properties" in shape for shape in shapes):
        shapes = shapes_of(schema, root)
    if not isinstance(data, dict | list):
        yield at, data, [each for shape in _without_decimals(schema, root) for each in shapes_of(shape, root)]
        return
    for step, value in data.items() if isinstance(data, dict) else enumerate(data):
        rules = [rule for shape in shapes if (rule := rule_of(shape, step)) is not None]
        if rule := union_of(rules):
            yield from _leaves(value, rule, root, (*at, step))


def rule_of(shape: Schema, step: str | int) -> Schema | None:
    """The schema for what is under a key or at a position in a value of this shape; None if it has none."""
    if isinstance(step, int):
        prefix = shape.get("prefixItems", ())
        items = prefix[step] if step < len(prefix) else shape.get("items")
    else:
        items = shape.get("properties", {}).get(step, shape.get("additionalProperties"))
    return items if isinstance(items, Mapping) else None


def _without_decimals(schema: Schema, root: Schema) -> list[Schema]:
    """The branches of the schema, each Decimal as a plain number."""
    schema = resolved(schema, root)
    if schema.get("format") == "decimal":
        return [{"type": "number"}]
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if not branches:
        return [schema]
    return [each for branch in branches for each in _without_decimals(branch, root)]


def union_of(rules: list[Schema]) -> Schema | None:
    """One schema for several, as `anyOf`; None for none."""
    return rules[0] if len(rules) == 1 else {"anyOf": rules} if rules else None


def _belies(shape: Schema, data: Any) -> bool:
    """Whether the data has another tag than the shape."""
    if not isinstance(data, dict):
        return False
    tags = ((key, rule) for key, rule in shape.get("properties", {}).items() if isinstance(rule, Mapping))
    return any(key in data and data[key] is not None and not _fits(rule, data[key]) for key, rule in tags)


def _fits(rule: Schema, value: Any) -> bool:
    if "const" in rule:
        return bool(rule["const"] == value)
    return len(rule.get("enum", ())) != 1 or rule["enum"][0] == value
