"""Scored data: labels and answers of any shape as JSON data that the scoring can walk, compare and count."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

__all__ = [
    "FieldSteps",
    "collect_labelled_keys",
    "list_leaves",
    "tidy_data",
    "write_path",
    "write_scalar",
]

FieldSteps = tuple[str, ...]
"""A field's place: the keys that lead to it, and `*` for each place in a list."""

_DEEPEST = 64
"""The most levels of lists and objects that are walked. No document has more than ten; what lies deeper is one text."""
_SEQUENCES = (list, tuple, set, frozenset)
_DATES = (datetime.date, datetime.time)


def tidy_data(data: Any) -> Any:
    """A copy as JSON data where what is empty is None: texts of blanks, objects without keys, lists without values.

    Anything is taken: keys that are not texts, sets, bytes, NaN, nesting of any depth. Never raises.
    """
    return _tidy(data, 0)


def _tidy(data: Any, depth: int) -> Any:
    if isinstance(data, (Mapping, *_SEQUENCES)):
        if depth == _DEEPEST:
            return _write_deep(data) or None
        if isinstance(data, Mapping):
            return {write_scalar(key): _tidy(value, depth + 1) for key, value in data.items()} or None
        items = [_tidy(value, depth + 1) for value in _list_items(data)]
        return items if any(map(_holds_value, items)) else None
    return _tidy_scalar(data)


def _list_items(data: Any) -> Any:
    """The items of a sequence; those of a set in an order that is the same each time."""
    return sorted(data, key=write_scalar) if isinstance(data, set | frozenset) else data


def _tidy_scalar(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.strip() else None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float | Decimal):
        return value if math.isfinite(value) else str(value)
    return write_scalar(value) or None


def write_scalar(value: Any) -> str:
    """A value as text: dates in ISO form, bytes as UTF-8, all else as Python writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, _DATES):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    try:
        return str(value)
    except Exception:  # a whole number of more than 4300 digits, or a class of the caller's that cannot be written
        return hex(value) if isinstance(value, int) else f"<{type(value).__name__}>"


def _write_deep(data: Any) -> str:
    """The values of a container in their order, as one text; without recursion, for it may be thousands deep."""
    parts, waiting = [], [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [part for pair in reversed(list(value.items())) for part in reversed(pair)]
        elif isinstance(value, _SEQUENCES):
            waiting += reversed(list(_list_items(value)))
        elif (scalar := _tidy_scalar(value)) is not None:
            parts.append(write_scalar(scalar))
    return " ".join(parts)


def _holds_value(data: Any) -> bool:
    """Whether tidy data holds any value but null."""
    if isinstance(data, dict):
        return any(map(_holds_value, data.values()))
    return any(map(_holds_value, data)) if isinstance(data, list) else data is not None


def collect_labelled_keys(label: Any) -> dict[FieldSteps, dict[str, None]]:
    """The keys of tidy objects by their field, in order: those of all rows of a list together."""
    found: dict[FieldSteps, dict[str, None]] = {}

    def walk(data: Any, field: FieldSteps) -> None:
        if isinstance(data, dict):
            found.setdefault(field, {}).update(dict.fromkeys(data))
            for key, value in data.items():
                walk(value, (*field, key))
        elif isinstance(data, list):
            for item in data:
                walk(item, (*field, "*"))

    walk(label, ())
    return found


def list_leaves(
    data: Any, at: tuple[str | int, ...], field: FieldSteps, labelled: Mapping[FieldSteps, Mapping[str, None]]
) -> Iterator[tuple[tuple[str | int, ...], FieldSteps, Any]]:
    """The values of tidy data with their places and fields; keys that the label's objects there lack are left out."""
    if isinstance(data, dict):
        keys = labelled.get(field, data)
        for key, value in data.items():
            if key in keys:
                yield from list_leaves(value, (*at, key), (*field, key), labelled)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from list_leaves(value, (*at, place), (*field, "*"), labelled)
    elif data is not None:
        yield at, field, data


def write_path(steps: tuple[str | int, ...]) -> str:
    """Steps as a path: `items.0.price`."""
    return ".".join(map(str, steps))
