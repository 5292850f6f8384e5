"""The failing places of a record, as a tree of the steps that lead to them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from typesight.schema.field_paths import PathSteps

__all__ = ["FailureTree", "build_failure_tree", "drop_failing", "keep_outermost"]


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
