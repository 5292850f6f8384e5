"""Shapes of JSON objects: required and optional keys, their types and values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["Field", "Flaw", "Path", "Shape", "flaws", "may", "must", "said"]

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Field:
    """One key of a shape. Empty `kinds`: any JSON type; empty `values`: any value. An optional key may be null."""

    kinds: tuple[type, ...] = ()
    required: bool = False
    values: tuple[str, ...] = ()


Shape: TypeAlias = Mapping[str, Field]


@dataclass(frozen=True)
class Flaw:
    """One mismatch between an object and its shape; each provider words it differently."""

    path: Path
    kind: Literal["missing", "unknown", "type", "value"]
    found: Any = None
    kinds: tuple[type, ...] = ()
    values: tuple[str, ...] = ()


def must(*kinds: type, values: tuple[str, ...] = ()) -> Field:
    """A required key."""
    return Field(kinds, True, values)


def may(*kinds: type, values: tuple[str, ...] = ()) -> Field:
    """An optional key."""
    return Field(kinds, False, values)


def flaws(value: object, shape: Shape, path: Path) -> Iterator[Flaw]:
    """Find every mismatch between a value and a shape: known keys first, then unknown ones."""
    if not isinstance(value, dict):
        yield Flaw(path, "type", value, kinds=(dict,))
        return
    for key, wanted in shape.items():
        yield from _field_flaws(value, key, wanted, path)
    yield from (Flaw((*path, key), "unknown", value[key]) for key in value if key not in shape)


def _field_flaws(value: Mapping[str, Any], key: str, wanted: Field, path: Path) -> Iterator[Flaw]:
    found = value.get(key)
    if found is None:
        if wanted.required:
            yield Flaw((*path, key), "missing")
    elif wanted.kinds and not _is(found, wanted.kinds):
        yield Flaw((*path, key), "type", found, kinds=wanted.kinds)
    elif wanted.values and isinstance(found, str) and found not in wanted.values:
        yield Flaw((*path, key), "value", found, values=wanted.values)


def _is(found: object, kinds: tuple[type, ...]) -> bool:
    """Whether a value has one of the types; a boolean is not a number in JSON, though it is in Python."""
    return isinstance(found, kinds) and (bool in kinds or not isinstance(found, bool))


NAMES: Mapping[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "a boolean",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


def said(kind: type) -> str:
    """The JSON name of a Python type, with its article: "an array"."""
    return NAMES.get(kind, kind.__name__)
