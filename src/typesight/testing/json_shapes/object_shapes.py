"""Shapes of JSON objects: required and optional keys, their types and values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Flaw", "JsonPath", "Shape", "ShapeKey", "allow", "find_flaws", "name_json_type", "require"]

JsonPath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class ShapeKey:
    """One key of a shape. Empty `kinds`: any JSON type; empty `values`: any value. An optional key may be null."""

    kinds: tuple[type, ...] = ()
    required: bool = False
    values: tuple[str, ...] = ()


Shape: TypeAlias = Mapping[str, ShapeKey]


@dataclass(frozen=True)
class Flaw:
    """One mismatch between an object and its shape; each provider words it differently."""

    path: JsonPath
    kind: Literal["missing", "unknown", "type", "value"]
    found: Any = None
    kinds: tuple[type, ...] = ()
    values: tuple[str, ...] = ()


def require(*kinds: type, values: tuple[str, ...] = ()) -> ShapeKey:
    """A required key."""
    return ShapeKey(kinds, True, values)


def allow(*kinds: type, values: tuple[str, ...] = ()) -> ShapeKey:
    """An optional key."""
    return ShapeKey(kinds, False, values)


def find_flaws(value: object, shape: Shape, path: JsonPath) -> Iterator[Flaw]:
    """Find every mismatch between a value and a shape: known keys first, then unknown ones."""
    if not isinstance(value, dict):
        yield Flaw(path, "type", value, kinds=(dict,))
        return
    for key, wanted in shape.items():
        yield from _check_key(value, key, wanted, path)
    yield from (Flaw((*path, key), "unknown", value[key]) for key in value if key not in shape)


def _check_key(value: Mapping[str, Any], key: str, wanted: ShapeKey, path: JsonPath) -> Iterator[Flaw]:
    found = value.get(key)
    if found is None:
        if wanted.required:
            yield Flaw((*path, key), "missing")
    elif wanted.kinds and not _is_kind(found, wanted.kinds):
        yield Flaw((*path, key), "type", found, kinds=wanted.kinds)
    elif wanted.values and isinstance(found, str) and found not in wanted.values:
        yield Flaw((*path, key), "value", found, values=wanted.values)


def _is_kind(found: object, kinds: tuple[type, ...]) -> bool:
    """Whether a value has one of the types; a boolean is not a number in JSON, though it is in Python."""
    return isinstance(found, kinds) and (bool in kinds or not isinstance(found, bool))


JSON_TYPE_NAMES: Mapping[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "a boolean",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


def name_json_type(kind: type) -> str:
    """The JSON name of a Python type, with its article: "an array"."""
    return JSON_TYPE_NAMES.get(kind, kind.__name__)
