"""The result of validating a reply, and whether two results are the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from typesight.schema.field_paths import FieldError
from typesight.schema.parsing.exact import write_json
from typesight.schema.repair import Repair

__all__ = ["WRAPPER", "Judged", "are_same"]

T = TypeVar("T")

# A type that is no object is wrapped in one, under this key: tools and strict schemas need an object at the root.
WRAPPER = "result"


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """The result of validating a reply against a target: the value, or the failing fields.

    `data` is the reply as JSON data; `faults` is empty exactly when `value` is the record; `repairs` were made to read
    it.
    """

    value: T | None
    data: Any
    faults: tuple[FieldError, ...] = ()
    repairs: tuple[Repair, ...] = ()


def are_same(one: Judged[Any], other: Judged[Any]) -> bool:
    """Whether two replies say the same: the same data, or equal records.

    `True == 1` in Python, so equal records must also have the same repr, or the same data up to how numbers are
    written.
    """
    if one.data is not None and write_json(one.data) == write_json(other.data):
        return True
    if one.faults or other.faults or type(one.value) is not type(other.value) or not _equal(one.value, other.value):
        return False
    return repr(one.value) == repr(other.value) or _plain(one.data) == _plain(other.data)


def _equal(one: Any, other: Any) -> bool:
    """Whether two values of a type compare equal; False if they cannot be compared."""
    try:
        return bool(one == other)
    except Exception:  # a signalling NaN, an array, a class's own `__eq__`
        return False


def _plain(data: Any) -> Any:
    """JSON data in a form for comparing: 1.0 equals 1 and "1.00", true does not."""
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
    return number if number.is_finite() else str(data)  # a NaN equals nothing, and a signalling one raises
