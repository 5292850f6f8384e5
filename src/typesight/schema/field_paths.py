"""Paths into a record: pydantic's errors by path, the value at a path, and the record without failing fields.

A path is written the same way everywhere: keys and list positions joined by dots, `items.0.price`; the whole record
is `""`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

__all__ = [
    "MISSING",
    "FieldError",
    "PathSteps",
    "collect_field_errors",
    "drop_paths",
    "find_at",
    "get_at",
    "join_steps",
]

PathSteps = tuple[str | int, ...]
"""The place of a value in JSON data: the keys and list positions that lead to it."""
MISSING: Any = object()

# Error types whose message is pydantic's own and never quotes the reply.
_NEVER_QUOTING = frozenset(get_args(ErrorType)) - {
    "value_error", "assertion_error", "union_tag_invalid", "json_invalid",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldError:
    """One failing field: its path, what is wrong, and the value in the reply (None when missing).

    `quotes`: the message comes from a validator and may quote the reply. `extra`: the schema has no field at this
    path. `unit` is the part of the record to ask for again, if that is more than the field itself.
    """

    path: str
    message: str
    value: Any
    missing: bool = False
    quotes: bool = False
    extra: bool = False
    unit: PathSteps | None = None


def collect_field_errors(error: ValidationError, data: Any, prefix: tuple[str, ...] = ()) -> tuple[FieldError, ...]:
    """One FieldError for each failing path, in pydantic's order; several errors at one path are joined."""
    found: dict[str, list[FieldError]] = {}
    for each, steps in _select_errors(error.errors(include_url=False, include_context=False), data):
        missing = each["type"] == "missing"
        message = each["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        value = None if missing else get_at(data, steps)
        quotes, extra = each["type"] not in _NEVER_QUOTING, each["type"] == "extra_forbidden"
        fault = FieldError(join_steps((*prefix, *steps)), message, value, missing, quotes, extra)
        found.setdefault(fault.path, []).append(fault)
    return tuple(_join_errors(faults) for faults in found.values())


def _select_errors(errors: Sequence[ErrorDetails], data: Any) -> list[tuple[ErrorDetails, PathSteps]]:
    """The errors and their places; in a union, only the errors of branches whose tag (a Literal) matches the data.

    A branch with another tag was not meant, so its errors are dropped. If no branch's tag matches, the errors of all
    branches are kept.
    """
    branches: dict[
        PathSteps, dict[PathSteps, bool]
    ] = {}  # a union's place -> the label of a branch -> whether it was meant
    placed = [(each, *_split_location(each["loc"], data, each["type"] == "missing")) for each in errors]
    for each, steps, labels in placed:
        for at, label in labels:
            meant = branches.setdefault(at, {})
            one = each["type"] == "literal_error" and " or " not in each["msg"]  # a Literal of several values is no tag
            tag = one and len(steps) == len(at) + 1
            meant[label] = meant.get(label, True) and not tag
    return [
        (each, steps)
        for each, steps, labels in placed
        if all(branches[at][label] or not any(branches[at].values()) for at, label in labels)
    ]


def join_steps(loc: Sequence[str | int]) -> str:
    """The steps of a location as a path, joined by dots."""
    return ".".join(str(step) for step in loc)


def drop_paths(data: Any, paths: Collection[str], at: str = "") -> Any:
    """A copy of JSON data without the values at `paths`; a list item at one of them is left out of its list."""
    if isinstance(data, dict):
        return {
            key: drop_paths(value, paths, where)
            for key, value in data.items()
            if (where := f"{at}.{key}" if at else str(key)) not in paths
        }
    if isinstance(data, list):
        places = [(f"{at}.{index}" if at else str(index), value) for index, value in enumerate(data)]
        return [drop_paths(value, paths, where) for where, value in places if where not in paths]
    return data


def get_at(data: Any, steps: Sequence[str | int]) -> Any:
    """The value at a place in JSON data; None if there is none."""
    value = find_at(data, steps)
    return None if value is MISSING else value


def find_at(data: Any, steps: Sequence[str | int]) -> Any:
    """The value at a place in JSON data, or MISSING."""
    for step in steps:
        if not (step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))):
            return MISSING
        data = data[step]
    return data


def _split_location(
    loc: tuple[str | int, ...], data: Any, missing: bool
) -> tuple[PathSteps, list[tuple[PathSteps, PathSteps]]]:
    """The steps of pydantic's location that exist in the data, and the union branches that it names on the way.

    A step that is not in the data names a branch; it is returned as the union's place and the location up to that
    name. The last step of a missing field is not in the data either, but is kept as a step.
    """
    steps: list[str | int] = []
    branches: list[tuple[PathSteps, PathSteps]] = []
    for position, step in enumerate(loc):
        inner = find_at(data, (step,))
        if inner is not MISSING:
            steps.append(step)
            data = inner
        elif missing and position == len(loc) - 1:
            steps.append(step)
        else:
            branches.append((tuple(steps), loc[: position + 1]))
    return tuple(steps), branches


def _join_errors(faults: list[FieldError]) -> FieldError:
    first = faults[0]
    message = "; or: ".join(dict.fromkeys(fault.message for fault in faults))
    quotes, extra = any(fault.quotes for fault in faults), all(fault.extra for fault in faults)
    return FieldError(first.path, message, first.value, first.missing, quotes, extra)
