"""The shape of JSON values: which types occur at each place, over all rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from typesight.outputs.output_row import MAX_DEPTH

__all__ = ["Shape", "find_kind"]

# Integers up to here are exact as floats too; longer ones fit in 64 bits, or are huge. Source: IEEE 754, binary64.
_EXACT = 2**53
_LONGEST = 2**63

# Rows: the kind of a column, and the types that its values may have.
_KINDS = (
    ("string", {"string"}),
    ("boolean", {"boolean"}),
    ("integer", {"integer", "long"}),
    ("number", {"integer", "number"}),
    ("object", {"object"}),
    ("array", {"array"}),
)


@dataclass(slots=True)
class Shape:
    """What occurs at one place: the types of values other than null, and what is inside objects and arrays.

    `count` is how many values there are, with nulls. Has state because it widens with every row.
    """

    count: int = 0
    types: set[str] = field(default_factory=set)
    fields: dict[str, Shape] = field(default_factory=dict)
    items: Shape | None = None

    def widen(self, value: Any, depth: int = 0) -> None:
        """Add a value."""
        self.count += 1
        if value is None:
            return
        found = _name_type(value) if depth < MAX_DEPTH else "deep"
        self.types.add(found)
        if found == "object":
            for name, inner in value.items():
                self.fields.setdefault(name, Shape()).widen(inner, depth + 1)
        elif found == "array":
            self.items = self.items or Shape()
            for inner in value:
                self.items.widen(inner, depth + 1)


def find_kind(shape: Shape) -> str:
    """The one kind of all values at a place; "mixed" if there are several, "string" if there is nothing but null."""
    return next((kind for kind, types in _KINDS if shape.types <= types), "mixed")


def _name_type(value: Any) -> str:
    """The JSON type of a value, integers by their length; what is no JSON data is written as a string."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        size = abs(value)
        return "integer" if size <= _EXACT else "long" if size < _LONGEST else "huge"
    if isinstance(value, float):
        return "number"
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list | tuple) else "string"
