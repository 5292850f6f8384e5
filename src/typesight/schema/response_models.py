"""Checks that a response_model is a type, and says what to give instead if it is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import partial
from inspect import isroutine
from types import ModuleType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from typesight.errors import SchemaError

__all__ = ["check_kind"]

_CREATE = "pydantic.create_model makes one of its fields"
# Keywords that show that a dict is a JSON Schema, as `model_json_schema()` returns it.
_KEYWORDS = frozenset({"type", "properties", "anyOf", "oneOf", "allOf", "$ref", "$defs", "$schema", "enum", "items"})


def _is_instance(kind: Any) -> bool:
    return isinstance(kind, BaseModel | Enum) or (is_dataclass(kind) and not isinstance(kind, type))


def _is_function(kind: Any) -> bool:
    return isroutine(kind) or isinstance(kind, partial)


# Rows: (a test of what was given, the error's message with its name and its type's name); the first match wins. What
# has no row is left to pydantic.
_ROWS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (
        lambda kind: kind is None,
        "None cannot be a response_model: give a type, or use create(response_model=None) for the SDK's own reply",
    ),
    (
        lambda kind: isinstance(kind, Mapping) and not kind,
        "an empty dict cannot be a response_model: give a type, or None for the SDK's own reply",
    ),
    (
        lambda kind: isinstance(kind, Mapping) and not _KEYWORDS.isdisjoint(kind),
        f"a JSON Schema (a dict) cannot be a response_model: give the type that it describes; {_CREATE}",
    ),
    (
        lambda kind: isinstance(kind, Mapping),
        f"a dict cannot be a response_model: give a type, such as a pydantic model; {_CREATE}",
    ),
    (_is_instance, "an instance of {type} cannot be a response_model: give the class itself"),
    (
        lambda kind: isinstance(kind, ModuleType),
        "the module {name} cannot be a response_model: give a class in it",
    ),
    (
        _is_function,  # pydantic would validate the arguments of a call
        "a function ({name}) cannot be a response_model: give a type, such as the one that it returns",
    ),
    (
        lambda kind: isinstance(kind, list | tuple | set | frozenset),
        "a {type} cannot be a response_model: write list[Item] for a list of items, Item | Other for one of two types",
    ),
    (
        lambda kind: isinstance(kind, str | bytes),
        "a string ({type}) cannot be a response_model: give the class itself, not its name",
    ),
    (
        lambda kind: isinstance(kind, int | float | complex | Decimal | date | time),
        "a value of type {type} cannot be a response_model: give a type",
    ),
)


def check_kind(kind: Any) -> None:
    """Raise SchemaError, saying what to give instead, for anything but a type; look into lists, unions and the like."""
    told = next((said for is_this, said in _ROWS if is_this(kind)), None)
    if told is not None:
        said = told.format(type=type(kind).__name__, name=getattr(kind, "__name__", type(kind).__name__))
        raise SchemaError(said)
    for inner in _inside(kind):
        check_kind(inner)


def _inside(kind: Any) -> list[Any]:
    """The arguments of a generic type that have to be checked as well."""
    if get_origin(kind) is Annotated:
        return [get_args(kind)[0]]
    if get_origin(kind) is Literal:
        return []
    return [
        each
        for each in get_args(kind)
        if isinstance(each, Mapping | ModuleType) or _is_instance(each) or _is_function(each)
    ]
