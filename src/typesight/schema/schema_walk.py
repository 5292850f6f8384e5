"""Walks a JSON Schema together with the data it describes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from typesight.schema.field_paths import get_at

__all__ = [
    "Schema",
    "SchemaTrace",
    "combine_schemas",
    "drop_forced_nulls",
    "find_inner_schema",
    "find_subschema",
    "is_optional",
    "list_shapes",
    "lists_null",
    "look_up_ref",
    "resolve_ref",
    "takes_null",
    "trace_schemas",
    "walk_leaves",
]

Schema = Mapping[str, Any]
_CONTAINERS = (dict, list)
# The keywords that say of what type a value is.
_TYPING = frozenset({"type", "anyOf", "oneOf", "allOf", "enum", "const"})


def resolve_ref(schema: Schema, root: Schema) -> Schema:
    """Follow an internal `$ref` to the schema it names."""
    while "$ref" in schema:
        schema = look_up_ref(schema["$ref"], root)
    return schema


def look_up_ref(ref: Any, root: Schema) -> Schema:
    """The schema that an internal `$ref` names, `#` for the root; {} if there is none."""
    node: Any = root
    for step in filter(None, str(ref).removeprefix("#").split("/")):
        node = node.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(node, Mapping) else {}
    return node if isinstance(node, Mapping) else {}


def list_shapes(schema: Schema, root: Schema, data: Any = None) -> list[Schema]:
    """The schema and its branches; of object branches only those whose tag (a constant property) matches the data."""
    if "$ref" in schema:
        schema = resolve_ref(schema, root)
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    if not branches:
        return [schema]
    found = [shape for branch in branches for shape in list_shapes(branch, root, data)]
    return [schema, *(shape for shape in found if not isinstance(data, dict) or not _has_other_tag(shape, data))]


def takes_null(schema: Schema, root: Schema) -> bool:
    """Whether the schema accepts null: itself, in a branch, or because it says nothing about the type."""
    shapes = list_shapes(schema, root)
    return _TYPING.isdisjoint(shapes[0]) or any(map(lists_null, shapes))


def lists_null(shape: Schema) -> bool:
    """Whether a schema has null among its own types or values, branches aside."""
    kind = shape.get("type")
    return (
        kind == "null"
        or (isinstance(kind, list) and "null" in kind)
        or None in shape.get("enum", ())
        or shape.get("const", "") is None
    )


def drop_forced_nulls(data: Any, schema: Schema, root: Schema) -> Any:
    """Leave out each null that means "not given".

    OpenAI's strict mode makes every property required, so a field with a default comes back as null; if the field's
    own type accepts no null, that null means the default.
    """
    return _drop_forced_nulls(data, schema, root) if _holds_null(data) else data


def _holds_null(data: Any) -> bool:
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return any(value is None or (isinstance(value, _CONTAINERS) and _holds_null(value)) for value in values)


def _drop_forced_nulls(data: Any, schema: Schema, root: Schema) -> Any:
    shapes = list_shapes(schema, root, data)

    def inside(step: str | int, value: Any) -> Any:
        if not isinstance(value, _CONTAINERS):
            return value
        rules = [rule for shape in shapes if (rule := find_subschema(shape, step)) is not None]
        if isinstance(step, str):
            rules += [each for shape in shapes for each in shape.get("patternProperties", {}).values()]
        rule = combine_schemas(rules)
        return _drop_forced_nulls(value, rule, root) if rule else value

    def stands(key: str) -> bool:
        holders = [shape for shape in shapes if key in shape.get("properties", {})]
        rule = combine_schemas([shape["properties"][key] for shape in holders])
        return not rule or any(key in shape.get("required", ()) for shape in holders) or takes_null(rule, root)

    if isinstance(data, list):
        return [inside(place, value) for place, value in enumerate(data)]
    if not isinstance(data, dict):
        return data
    return {key: inside(key, value) for key, value in data.items() if value is not None or stands(key)}


def walk_leaves(
    data: Any, schema: Schema, paths: Collection[str] | None = None
) -> Iterator[tuple[tuple[str | int, ...], Any, list[Schema]]]:
    """Every value that is not an object or list: its place, the value, and the schemas for it.

    With `paths`, only the values at these paths, and those directly in an object or list at one of them. A Decimal
    counts as a number, though pydantic accepts a string for it too. In a union those branches count whose tag matches
    the data, or all of them if none does.
    """
    ways = None if paths is None else {way for path in paths for way in accumulate(path.split("."), "{}.{}".format)}
    return _walk_leaves(data, schema, schema, (), path="", paths=paths or (), ways=ways)


def _walk_leaves(
    data: Any,
    schema: Schema,
    root: Schema,
    at: tuple[str | int, ...],
    *,
    path: str,
    paths: Collection[str],
    ways: Collection[str] | None,
) -> Iterator[tuple[tuple[str | int, ...], Any, list[Schema]]]:
    """Walk on from the place `at`, whose path is `path`; `ways` are the paths on the way to `paths`."""
    if not isinstance(data, _CONTAINERS):
        yield at, data, [each for shape in _list_branches(schema, root) for each in list_shapes(shape, root)]
        return
    shapes = list_shapes(schema, root, data)
    if isinstance(data, dict) and not any("properties" in shape for shape in shapes):
        shapes = list_shapes(schema, root)
    for step, value in data.items() if isinstance(data, dict) else enumerate(data):
        where = f"{path}.{step}" if at else str(step)
        if (ways is None or where in ways or path in paths) and (rule := find_inner_schema(shapes, step)):
            yield from _walk_leaves(value, rule, root, (*at, step), path=where, paths=paths, ways=ways)


def find_subschema(shape: Schema, step: str | int) -> Schema | None:
    """The schema for what is under a key or at a position in a value of this shape; None if it has none."""
    if isinstance(step, int):
        prefix = shape.get("prefixItems", ())
        items = prefix[step] if step < len(prefix) else shape.get("items")
    else:
        items = shape.get("properties", {}).get(step, shape.get("additionalProperties"))
    return items if isinstance(items, Mapping) else None


def find_inner_schema(shapes: Iterable[Schema], step: str | int) -> Schema | None:
    """One schema for what is under a key or at a position in a value of one of these shapes; None if none has one."""
    rules = [rule for shape in shapes if (rule := find_subschema(shape, step)) is not None]
    return rules[0] if len(rules) == 1 else combine_schemas(rules)


@dataclass(frozen=True, slots=True)
class SchemaTrace:
    """The schemas on the way to a place in JSON data.

    `rules` are those of each value, the record's first, with None for a value without one; `shapes` are, of each value
    but the last, its schema and branches.
    """

    rules: tuple[Schema | None, ...]
    shapes: tuple[list[Schema], ...]


def trace_schemas(steps: Sequence[str | int], data: Any, schema: Schema) -> SchemaTrace:
    """Follow the schema of a record on the way to a place in it."""
    rules: list[Schema | None] = [schema]
    shapes: list[list[Schema]] = []
    for step in steps:
        shapes.append(list_shapes(rules[-1] or {}, schema, data))
        rules.append(find_inner_schema(shapes[-1], step))
        data = get_at(data, (step,))
    return SchemaTrace(tuple(rules), tuple(shapes))


def is_optional(name: str, shapes: Iterable[Schema]) -> bool:
    """Whether a property of these shapes may be left out; False if none of them has it."""
    holders = [shape for shape in shapes if name in shape.get("properties", ())]
    return bool(holders) and all(name not in shape.get("required", ()) for shape in holders)


def _list_branches(schema: Schema, root: Schema) -> list[Schema]:
    """The branches of the schema, each Decimal as a plain number."""
    if "$ref" in schema:
        schema = resolve_ref(schema, root)
    if schema.get("format") == "decimal":
        return [{"type": "number"}]
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if not branches:
        return [schema]
    return [each for branch in branches for each in _list_branches(branch, root)]


def combine_schemas(rules: list[Schema]) -> Schema | None:
    """One schema for several, as `anyOf`; None for none."""
    return rules[0] if len(rules) == 1 else {"anyOf": rules} if rules else None


def _has_other_tag(shape: Schema, data: Mapping[str, Any]) -> bool:
    """Whether an object has another tag than the shape."""
    tags = ((key, rule) for key, rule in shape.get("properties", {}).items() if isinstance(rule, Mapping))
    return any(key in data and data[key] is not None and not _matches_tag(rule, data[key]) for key, rule in tags)


def _matches_tag(rule: Schema, value: Any) -> bool:
    if "const" in rule:
        return bool(rule["const"] == value)
    return len(rule.get("enum", ())) != 1 or rule["enum"][0] == value
