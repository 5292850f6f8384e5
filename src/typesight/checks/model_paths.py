"""Paths into a model, such as `total` or `items.*.price`: the values there, and the field names that a reply uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

__all__ = ["apply_aliases", "collect_values"]


def collect_values(model: Any, path: str) -> list[Any]:
    """The values at a path, where `*` stands for every item of a list. A value may be None.

    Raises TypeError for a path that leads to no field.
    """
    return _collect(model, path.split("."), path)


def _collect(holder: Any, names: Sequence[str], path: str) -> list[Any]:
    if not names:
        return [holder]
    first, *rest = names
    if holder is None:
        return [None]
    if first == "*":
        inner = list(holder.values() if isinstance(holder, dict) else holder)
    elif isinstance(holder, dict) and first in holder:
        inner = [holder[first]]
    elif isinstance(holder, list | tuple) and first.isdecimal() and int(first) < len(holder):
        inner = [holder[int(first)]]
    elif not isinstance(holder, dict) and hasattr(holder, first):
        inner = [getattr(holder, first)]
    else:
        raise TypeError(f"a check names {path!r}, but {type(holder).__name__} has no {first!r}")
    return [value for each in inner for value in _collect(each, rest, path)]


def apply_aliases(model: Any, path: str) -> str:
    """The path in the field names of a reply: each field's alias, if it has one."""
    names: list[str] = []
    holders = [model]
    for step in path.split("."):
        kind = type(holders[0]) if holders else None
        names.append(_find_alias(kind, step))
        holders = [value for holder in holders[:1] if holder is not None for value in _collect(holder, [step], path)][
            :1
        ]
    return ".".join(names)


def _find_alias(kind: Any, name: str) -> str:
    if isinstance(kind, type) and issubclass(kind, BaseModel) and name in kind.model_fields:
        field = kind.model_fields[name]
        alias = field.validation_alias or field.alias
        return alias if isinstance(alias, str) else name
    return name
