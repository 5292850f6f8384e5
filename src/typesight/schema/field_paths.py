"""Paths into a record: pydantic's errors by path, the values at a path, and the record without what fails in it.

A path is written the same way everywhere: keys and list positions joined by dots, `items.0.price`; the whole record
is `""`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

__all__ = [
    "MISSING",
    "FailureTree",
    "FieldError",
    "PathSteps",
    "build_failure_tree",
    "collect_field_errors",
    "drop_failing",
    "drop_paths",
    "find_at",
    "find_steps",
    "get_at",
    "join_steps",
    "keep_outermost",
]

PathSteps = tuple[str | int, ...]
"""The place of a value in JSON data: the keys and list positions that lead to it."""
MISSING: Any = object()
_CONTAINERS = (dict, list)

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
    for each, steps, value in _select_errors(error.errors(include_url=False, include_context=False), data):
        missing = each["type"] == "missing"
        message = each["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        quotes, extra = each["type"] not in _NEVER_QUOTING, each["type"] == "extra_forbidden"
        fault = FieldError(join_steps((*prefix, *steps)), message, value, missing, quotes, extra)
        found.setdefault(fault.path, []).append(fault)
    return tuple(_join_errors(faults) if len(faults) > 1 else faults[0] for faults in found.values())


def _select_errors(errors: Sequence[ErrorDetails], data: Any) -> list[tuple[ErrorDetails, PathSteps, Any]]:
    """The errors, their places and the values there; in a union, those of branches whose tag matches the data.

    A tag is a Literal. A branch with another tag was not meant, so its errors are dropped. If no branch's tag matches,
    the errors of all branches are kept.
    """
    branches: dict[
        PathSteps, dict[PathSteps, bool]
    ] = {}  # a union's place -> the label of a branch -> whether it was meant
    placed = [(each, *_split_location(each["loc"], data, each["type"] == "missing")) for each in errors]
    for each, steps, labels, _ in placed:
        for at, label in labels:
            meant = branches.setdefault(at, {})
            one = each["type"] == "literal_error" and " or " not in each["msg"]  # a Literal of several values is no tag
            tag = one and len(steps) == len(at) + 1
            meant[label] = meant.get(label, True) and not tag
    return [
        (each, steps, value)
        for each, steps, labels, value in placed
        if all(branches[at][label] or not any(branches[at].values()) for at, label in labels)
    ]


def join_steps(loc: Sequence[str | int]) -> str:
    """The steps of a location as a path, joined by dots."""
    return ".".join(str(step) for step in loc)


def drop_paths(data: Any, paths: Collection[str], at: str = "") -> Any:
    """A copy of JSON data without the values at `paths`; a list item at one of them is left out of its list."""
    if isinstance(data, dict):
        return {
            key: drop_paths(value, paths, where) if isinstance(value, _CONTAINERS) else value
            for key, value in data.items()
            if (where := f"{at}.{key}" if at else str(key)) not in paths
        }
    if isinstance(data, list):
        places = [(f"{at}.{index}" if at else str(index), value) for index, value in enumerate(data)]
        return [
            drop_paths(value, paths, where) if isinstance(value, _CONTAINERS) else value
            for where, value in places
            if where not in paths
        ]
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


def find_steps(path: str, data: Any) -> PathSteps | None:
    """The place in JSON data that a path names; its last step need not exist yet.

    None if the path leads nowhere, or to several places, since keys may contain dots.
    """
    ways = _find_all_steps(path, data)
    return ways[0] if len(ways) == 1 else None


def _find_all_steps(path: str, data: Any) -> list[PathSteps]:
    if isinstance(data, list):
        first, _, rest = path.partition(".")
        place = int(first) if first.isdecimal() else len(data)
        if place >= len(data):
            return []
        return [(place, *way) for way in _find_all_steps(rest, data[place])] if rest else [(place,)]
    if not isinstance(data, dict):
        return []
    if path in data:
        return [(path,)]
    heads = [head for head in accumulate(path.split(".")[:-1], "{}.{}".format) if head in data]
    ways = [(key, *way) for key in heads for way in _find_all_steps(path[len(key) + 1 :], data[key])]
    return ways or ([] if heads else [(path,)])


def _split_location(
    loc: tuple[str | int, ...], data: Any, missing: bool
) -> tuple[PathSteps, list[tuple[PathSteps, PathSteps]], Any]:
    """The steps of pydantic's location that exist in the data, the union branches that it names, and the value there.

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
    return tuple(steps), branches, None if missing else data


def _join_errors(faults: list[FieldError]) -> FieldError:
    first = faults[0]
    message = "; or: ".join(dict.fromkeys(fault.message for fault in faults))
    quotes, extra = any(fault.quotes for fault in faults), all(fault.extra for fault in faults)
    return FieldError(first.path, message, first.value, first.missing, quotes, extra)


class FailureTree(dict["str | int", "FailureTree"]):
    """What fails inside a value, by the next step; empty if the value fails as a whole."""


def build_failure_tree(places: Collection[PathSteps]) -> FailureTree:
    """Build the tree of places of which none is inside another."""
    root = FailureTree()
    for steps in places:
        node = root
        for step in steps:
            node = node.setdefault(step, FailureTree())
    return root


def keep_outermost(places: Collection[PathSteps]) -> list[PathSteps]:
    """Keep the places that are inside no other, each once and in order."""
    known = set(places)
    inner = (any(steps[:count] in known for count in range(len(steps))) for steps in places)
    return list(dict.fromkeys(steps for steps, inside in zip(places, inner, strict=True) if not inside))


def drop_failing(data: Any, failing: FailureTree) -> Any:
    """Copy an object without its failing values; None for a value that fails as a whole."""
    if not failing:
        return None
    if not isinstance(data, dict):
        return data
    kept = {key: drop_failing(value, failing[key]) if key in failing else value for key, value in data.items()}
    return {key: value for key, value in kept.items() if value is not None}
