"""Value kinds: what kind of value a JSON Schema asks for, such as a date, a decimal or one of several choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.schema.schema_walk import Schema

__all__ = ["branches_of", "is_maybe", "is_nullable", "kind_of", "unwrap"]

_FORMATS = {"date": "date", "date-time": "date-time", "time": "time"}
_TYPES = {"string": "string", "number": "number", "integer": "integer", "boolean": "boolean"}
_UNIONS = {
    frozenset({"number", "string"}): "decimal",
    frozenset({"integer", "string"}): "decimal",
    frozenset({"integer", "number"}): "number",
    frozenset({"date", "date-time"}): "date-time",
    frozenset({"date", "string"}): "date",
}


def kind_of(schema: Schema, root: Schema) -> str | None:
    """The kind of a scalar schema; None for lists, mappings and unions that mix kinds."""
    if "enum" in schema or "const" in schema:
        return "choice"
    kinds = {kind_of(unwrap(branch, root), root) for branch in branches_of(schema)}
    if kinds:
        return _UNIONS.get(frozenset(str(kind) for kind in kinds))
    listed = schema.get("type")
    types = [str(kind) for kind in (listed if isinstance(listed, list) else [listed]) if kind != "null"]
    if "string" in types:
        return "decimal" if "number" in types else _FORMATS.get(schema.get("format", ""), "string")
    return _TYPES.get(types[0]) if len(types) == 1 else _UNIONS.get(frozenset(types))


def branches_of(schema: Schema) -> list[Schema]:
    """The branches of a union, null aside; none of a schema that is no union."""
    union = schema.get("anyOf") or schema.get("oneOf") or ()
    return [branch for branch in union if isinstance(branch, Mapping) and branch.get("type") != "null"]


def is_nullable(schema: Mapping[str, Any] | bool) -> bool:
    """Whether a schema allows null itself, without following `$ref`."""
    if not isinstance(schema, Mapping):
        return False
    kind = schema.get("type")
    branches = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    if None in schema.get("enum", ()) or schema.get("const", "") is None:
        return True
    return kind == "null" or (isinstance(kind, list) and "null" in kind) or any(is_nullable(one) for one in branches)


def is_maybe(schema: Schema, root: Schema) -> bool:
    """Whether a schema is that of `typesight.Maybe`: a value, or the reason why there is none."""
    parts = schema.get("properties", {})
    return set(parts) == {"result", "reason"} and kind_of(unwrap(parts["reason"], root), root) == "string"


def unwrap(schema: Schema | bool, root: Schema) -> Schema:
    """A subschema without `$ref`, without a one-part `allOf`, and without the null branch of a union."""
    if not isinstance(schema, Mapping):  # JSON Schema's `true`: anything goes
        return {}
    for _ in range(20):
        if "$ref" in schema:
            target: Any = root
            for part in str(schema["$ref"]).removeprefix("#").strip("/").split("/"):
                step = part.replace("~1", "/").replace("~0", "~")
                target = target if not part else target.get(step, {}) if isinstance(target, Mapping) else {}
            schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        elif len(parts := schema.get("allOf", ())) == 1 and isinstance(parts[0], Mapping):
            schema = {**parts[0], **{key: value for key, value in schema.items() if key != "allOf"}}
        elif len(branches := branches_of(schema)) == 1:
            rest = {key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}}
            schema = {**branches[0], **rest}
        else:
            break
    return schema
