"""Moves fields with an AliasPath, in the JSON Schema, to the path where pydantic reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["nest_paths"]


def nest_paths(schema: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """An object's schema with each field that is read only at an AliasPath moved to that path.

    `fields` are those of the core schema. pydantic (2.10 to 2.14) writes such a field under its own name, where it
    never reads it. A path that goes through a list is left as it is.
    """
    properties, required = schema.get("properties", {}), schema.get("required", [])
    for name, each in fields.items():
        path = _only_path(each.get("validation_alias"))
        if len(path) > 1 and name in properties:
            _put(schema, path, properties.pop(name), is_required=name in required)
            schema["required"] = [key for key in schema.get("required", ()) if key != name]
    return {key: value for key, value in schema.items() if key != "required" or value}


def _only_path(alias: Any) -> Sequence[str]:
    """The first path to a field through keys alone; empty if there is none, or a plain key leads to it too."""
    paths = [alias] if isinstance(alias, list) and isinstance(alias[0], str) else alias
    if not isinstance(paths, list) or any(len(path) == 1 for path in paths):
        return ()
    return next((path for path in paths if all(isinstance(step, str) for step in path)), ())


def _put(schema: dict[str, Any], path: Sequence[str], rule: Any, *, is_required: bool) -> None:
    first, *rest = path
    if is_required and first not in schema.setdefault("required", []):
        schema["required"].append(first)
    if rest:
        inner = schema.setdefault("properties", {}).setdefault(first, {"type": "object", "properties": {}})
        _put(inner, rest, rule, is_required=is_required)
    else:
        schema["properties"][first] = rule
