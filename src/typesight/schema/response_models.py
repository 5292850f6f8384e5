"""Wanted: what may be given as a response_model, and what is said of anything else."""

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
# Keywords that a dict has that is a JSON Schema, as `model_json_schema()` gives it.
_KEYWORDS = frozenset({"type", "properties", "anyOf", "oneOf", "allOf", "$ref", "$defs", "$schema", "enum", "items"})


def _is_instance(kind: Any) -> bool:
    return isinstance(kind, BaseModel | Enum) or (is_dataclass(kind) and not isinstance(kind, type))


def _is_function(kind: Any) -> bool:
    return isroutine(kind) or isinstance(kind, partial)


# Rows: (what was given, what is said of it, with its own name and its type's); first match wins. What has no row is
# pydantic's to judge.
_ROWS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (
        lambda kind: kind is None,
        "None cannot be asked for as a response_model: give a type, or use create(response_model=None) for the SDK's "
        "own reply",
    ),
    (
        lambda kind: isinstance(kind, Mapping) and not kind,
        "an empty dict cannot be asked for as a response_model: give a type, or None for the SDK's own reply",
    ),
    (
        lambda kind: isinstance(kind, Mapping) and not _KEYWORDS.isdisjoint(kind),
        f"a JSON Schema (a dict) cannot be asked for as a response_model: give the type that it describes; {_CREATE}",
    ),
    (
        lambda kind: isinstance(kind, Mapping),
        f"a dict cannot be asked for as a response_model: give a type, such as a pydantic model; {_CREATE}",
    ),
    (_is_instance, "an instance of {type} cannot be asked for as a response_model: give the class itself"),
    (
        lambda kind: isinstance(kind, ModuleType),
        "the module {name} cannot be asked for as a response_model: give a class that stands in it",
    ),
    (
        _is_function,  # pydantic takes one for what it is called with
        "a function ({name}) cannot be asked for as a response_model: give a type, such as the one that it returns",
    ),
    (
        lambda kind: isinstance(kind, list | tuple | set | frozenset),
        "a {type} cannot be asked for as a response_model: write list[Item] for a list of items, Item | Other for one "
        "of two types",
    ),
    (
        lambda kind: isinstance(kind, str | bytes),
        "a text ({type}) cannot be asked for as a response_model: give the class itself, not its name",
    ),
    (
        lambda kind: isinstance(kind, int | float | complex | Decimal | date | time),
        "a value of type {type} cannot be asked for as a response_model: give a type",
    ),
)


def check_kind(kind: Any) -> None:
    """Raise SchemaError, in words that say what to give, for what is no type; look into lists, unions and the like."""
    told = next((said for is_this, said in _ROWS if is_this(kind)), None)
    if told is not None:
        said = told.format(type=type(kind).__name__, name=getattr(kind, "__name__", type(kind).__name__))
        raise SchemaError(said)
    for inner in _inside(kind):
        check_kind(inner)


def _inside(kind: Any) -> list[Any]:
    """What stands in the brackets of a type and has to be one as well."""
    if get_origin(kind) is Annotated:
        return [get_args(kind)[0]]
    if get_origin(kind) is Literal:
        return []
    return [
        each
        for each in get_args(kind)
        if isinstance(each, Mapping | ModuleType) or _is_instance(each) or _is_function(each)
    ]
