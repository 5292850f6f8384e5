"""Fields: the paths of what fails in a record, and a record without them.

A path is spelled one way everywhere: keys and list positions with dots between, `items.0.price`; the whole
record is `""`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

__all__ = ["MISSING", "FieldError", "Steps", "dotted", "field_errors", "found", "value_at", "without"]

Steps = tuple[str | int, ...]
"""Where a value stands in JSON data: the keys and positions that lead to it."""
MISSING: Any = object()

# Error types whose message is pydantic's own and never quotes the reply.
_SAFE = frozenset(get_args(ErrorType)) - {
    "value_error", "assertion_error", "union_tag_invalid", "json_invalid",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldError:
    """One failing field: where, what is wrong, and the value that was given (None when missing).

    `quotes` says that the message is a validator's own and may hold words of the reply, `extra` that nothing may stand
    at this path; `unit` is the part of the record to ask for again, where that is more than the field itself.
    """

    path: str
    message: str
    value: Any
    missing: bool = False
    quotes: bool = False
    extra: bool = False
    unit: Steps | None = None


def field_errors(error: ValidationError, data: Any, prefix: tuple[str, ...] = ()) -> tuple[FieldError, ...]:
    """One FieldError for each failing path, in pydantic's order; several complaints of one path are joined."""
    found: dict[str, list[FieldError]] = {}
    for each, steps in _meant(error.errors(include_url=False, include_context=False), data):
        missing = each["type"] == "missing"
        message = each["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        value = None if missing else value_at(data, steps)
        quotes, extra = each["type"] not in _SAFE, each["type"] == "extra_forbidden"
        fault = FieldError(dotted((*prefix, *steps)), message, value, missing, quotes, extra)
        found.setdefault(fault.path, []).append(fault)
    return tuple(_joined(faults) for faults in found.values())


def _meant(errors: Sequence[ErrorDetails], data: Any) -> list[tuple[ErrorDetails, Steps]]:
    """The errors and where they stand; of a union those of branches whose tag, a Literal, the data bears.

    A branch that was not meant has nothing to say: that its tag does not fit is no cause of a failure. Where no
    branch's tag fits, all of them speak.
    """
    branches: dict[Steps, dict[Steps, bool]] = {}  # by the union's place: the label of a branch -> whether it was meant
    placed = [(each, *_real(each["loc"], data, each["type"] == "missing")) for each in errors]
    for each, steps, labels in placed:
        for at, label in labels:
            meant = branches.setdefault(at, {})
            one = each["type"] == "literal_error" and " or " not in each["msg"]  # of several values it is no tag
            tag = one and len(steps) == len(at) + 1
            meant[label] = meant.get(label, True) and not tag
    return [
        (each, steps)
        for each, steps, labels in placed
        if all(branches[at][label] or not any(branches[at].values()) for at, label in labels)
    ]


def dotted(loc: Sequence[str | int]) -> str:
    """A location as a path."""
    return ".".join(str(step) for step in loc)


def without(data: Any, paths: Collection[str], at: str = "") -> Any:
    """A copy of JSON data less the values at `paths`; a list keeps only its items without a failing path."""
    if isinstance(data, dict):
        return {
            key: without(value, paths, where)
            for key, value in data.items()
            if (where := f"{at}.{key}" if at else str(key)) not in paths
        }
    if isinstance(data, list):
        places = [(f"{at}.{index}" if at else str(index), value) for index, value in enumerate(data)]
        return [without(value, paths, where) for where, value in places if where not in paths]
    return data


def value_at(data: Any, steps: Sequence[str | int]) -> Any:
    """What stands at a place in JSON data; None where there is nothing."""
    value = found(data, steps)
    return None if value is MISSING else value


def found(data: Any, steps: Sequence[str | int]) -> Any:
    """What stands at a place in JSON data, or MISSING."""
    for step in steps:
        if not (step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))):
            return MISSING
        data = data[step]
    return data


def _real(loc: tuple[str | int, ...], data: Any, missing: bool) -> tuple[Steps, list[tuple[Steps, Steps]]]:
    """The steps of pydantic's location that stand in the data, and the branches of unions that it names on the way.

    A branch is named by a step that does not stand in the data; it is given as the union's place and the location up
    to the name. Of a missing field the parent is there and it is not: its own step is kept.
    """
    steps: list[str | int] = []
    branches: list[tuple[Steps, Steps]] = []
    for position, step in enumerate(loc):
        inner = found(data, (step,))
        if inner is not MISSING:
            steps.append(step)
            data = inner
        elif missing and position == len(loc) - 1:
            steps.append(step)
        else:
            branches.append((tuple(steps), loc[: position + 1]))
    return tuple(steps), branches


def _joined(faults: list[FieldError]) -> FieldError:
    first = faults[0]
    message = "; or: ".join(dict.fromkeys(fault.message for fault in faults))
    quotes, extra = any(fault.quotes for fault in faults), all(fault.extra for fault in faults)
    return FieldError(first.path, message, first.value, first.missing, quotes, extra)
