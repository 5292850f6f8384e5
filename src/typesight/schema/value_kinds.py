"""Value kinds: what kind of value a JSON Schema asks for, such as a date, a decimal or one of several choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.schema.schema_walk import Schema, lists_null, look_up_ref

__all__ = ["find_value_kind", "is_maybe", "is_nullable", "list_branches", "simplify_schema"]

_FORMATS = {"date": "date", "date-time": "date-time", "time": "time"}
_TYPES = {"string": "string", "number": "number", "integer": "integer", "boolean": "boolean"}
_UNIONS = {
    frozenset({"number", "string"}): "decimal",
    frozenset({"integer", "string"}): "decimal",
    frozenset({"integer", "number"}): "number",
    frozenset({"date", "date-time"}): "date-time",
    frozenset({"date", "string"}): "date",
}


def find_value_kind(schema: Schema, root: Schema) -> str | None:
    """The kind of a scalar schema; None for lists, mappings and unions that mix kinds."""
    if "enum" in schema or "const" in schema:
        return "choice"
    kinds = {find_value_kind(simplify_schema(branch, root), root) for branch in list_branches(schema)}
    if kinds:
        return _UNIONS.get(frozenset(str(kind) for kind in kinds))
    listed = schema.get("type")
    types = [str(kind) for kind in (listed if isinstance(listed, list) else [listed]) if kind != "null"]
    if "string" in types:
        return "decimal" if "number" in types else _FORMATS.get(schema.get("format", ""), "string")
    return _TYPES.get(types[0]) if len(types) == 1 else _UNIONS.get(frozenset(types))


def list_branches(schema: Schema) -> list[Schema]:
    """The branches of a union, null aside; none of a schema that is no union."""
    union = schema.get("anyOf") or schema.get("oneOf") or ()
    return [branch for branch in union if isinstance(branch, Mapping) and branch.get("type") != "null"]


def is_nullable(schema: Mapping[str, Any] | bool) -> bool:
    """Whether a schema allows null itself, without following `$ref`."""
    if not isinstance(schema, Mapping):
        return False
    return lists_null(schema) or any(map(is_nullable, (*schema.get("anyOf", ()), *schema.get("oneOf", ()))))


def is_maybe(schema: Schema, root: Schema) -> bool:
    """Whether a schema is that of `typesight.Maybe`: a value, or the reason why there is none."""
    parts = schema.get("properties", {})
    return (
        set(parts) == {"result", "reason"} and find_value_kind(simplify_schema(parts["reason"], root), root) == "string"
    )


def simplify_schema(schema: Schema | bool, root: Schema) -> Schema:
    """A subschema without `$ref`, without a one-part `allOf`, and without the null branch of a union."""
    if not isinstance(schema, Mapping):  # JSON Schema's `true`: anything goes
        return {}
    for _ in range(20):
        if "$ref" in schema:
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema = {**look_up_ref(schema["$ref"], root), **beside}
        elif len(parts := schema.get("allOf", ())) == 1 and isinstance(parts[0], Mapping):
            schema = {**parts[0], **{key: value for key, value in schema.items() if key != "allOf"}}
        elif len(branches := list_branches(schema)) == 1:
            rest = {key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}}
            schema = {**branches[0], **rest}
        else:
            break
    return schema
