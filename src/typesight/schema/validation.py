"""Judged: a reply held against a type."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from typesight.schema.field_paths import FieldError
from typesight.schema.parsing.exact import write_json
from typesight.schema.repair import Repair

__all__ = ["WRAPPER", "Judged", "are_same"]

T = TypeVar("T")

# What is no object travels inside one, under this key: tools and strict schemas want an object at the root.
WRAPPER = "result"


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """A reply held against a target: the value, or what fails in it.

    `data` is the reply as JSON data; `faults` is empty exactly when `value` is the record; `repairs` are the steps that
    it took to read it.
    """

    value: T | None
    data: Any
    faults: tuple[FieldError, ...] = ()
    repairs: tuple[Repair, ...] = ()


def are_same(one: Judged[Any], other: Judged[Any]) -> bool:
    """Whether two replies say the same: the same data, or records that are equal.

    `True == 1` in Python, so records have to look the same too, or their numbers to be equal as numbers.
    """
    if one.data is not None and write_json(one.data) == write_json(other.data):
        return True
    if one.faults or other.faults or type(one.value) is not type(other.value) or not _equal(one.value, other.value):
        return False
    return repr(one.value) == repr(other.value) or _plain(one.data) == _plain(other.data)


def _equal(one: Any, other: Any) -> bool:
    """Whether two values of a type call themselves equal; those that cannot be compared do not."""
    try:
        return bool(one == other)
    except Exception:  # a signalling NaN, an array, a class's own `__eq__`
        return False


def _plain(data: Any) -> Any:
    """JSON data in which what is equal means the same: 1.0 is 1 and "1.00", true is not."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(each) for each in data]
    if isinstance(data, bool) or data is None:
        return str(data), None
    try:
        number = Decimal(data)
    except InvalidOperation:
        return data
    return number if number.is_finite() else str(data)  # a NaN is like nothing, and a signalling one raises
