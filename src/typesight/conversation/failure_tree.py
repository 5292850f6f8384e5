"""The failing places of a record, as a tree of the steps that lead to them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from typesight.schema.field_paths import Steps

__all__ = ["Failing", "failing_tree", "outermost", "without_failing"]


class Failing(dict["str | int", "Failing"]):
    """What fails inside a value, by the next step; empty if the value fails as a whole."""


def failing_tree(places: Collection[Steps]) -> Failing:
    """Build the tree of places of which none is inside another."""
    root = Failing()
    for steps in places:
        node = root
        for step in steps:
            node = node.setdefault(step, Failing())
    return root


def outermost(places: Collection[Steps]) -> list[Steps]:
    """Keep the places that are inside no other, each once and in order."""
    known = set(places)
    inner = (any(steps[:count] in known for count in range(len(steps))) for steps in places)
    return list(dict.fromkeys(steps for steps, inside in zip(places, inner, strict=True) if not inside))


def without_failing(data: Any, failing: Failing) -> Any:
    """Copy an object without its failing values; None for a value that fails as a whole."""
    if not failing:
        return None
    if not isinstance(data, dict):
        return data
    kept = {key: without_failing(value, failing[key]) if key in failing else value for key, value in data.items()}
    return {key: value for key, value in kept.items() if value is not None}
