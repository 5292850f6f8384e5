"""What a schema demands of its values that another version of it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from typesight.schema.schema_walk import Schema, look_up_ref

__all__ = ["list_lost_constraints"]

_KEYWORDS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
)  # fmt: skip
_BRANCHES = ("anyOf", "oneOf", "allOf")
_MOST_VALUES = 1_000  # classes that use one another have values at more paths than a computer can count


def list_lost_constraints(schema: Schema, sent: Schema, names: Mapping[str, str]) -> list[str]:
    """The constraints of a schema that the one that is sent does not have: "items.*.price (minimum)", in order.

    `names` are the real names of properties that are sent under another key. Of a very large schema only the first
    thousand values are looked at; the list then ends in "…".
    """
    first = _Value("", _Rules.of([schema], schema, {}), _Rules.of([sent], sent, names))
    values = _list_values(first, ())
    lost = [
        f"{each.path or 'the whole'} ({', '.join(each.lost)})" for each in islice(values, _MOST_VALUES) if each.lost
    ]
    return [*lost, "…"] if next(values, None) else lost


@dataclass(frozen=True, slots=True)
class _Rules:
    """All the schemas that one of the two versions has for a value: what they refer to, and all branches, included."""

    schemas: tuple[Schema, ...]
    root: Schema
    names: Mapping[str, str]

    @classmethod
    def of(cls, nodes: Sequence[Any], root: Schema, names: Mapping[str, str]) -> _Rules:
        found: list[Schema] = []
        waiting = list(nodes)
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, Mapping) and not any(node is each for each in found):
                found.append(node)
                refers = [look_up_ref(node["$ref"], root)] if "$ref" in node else []
                waiting = [*refers, *(each for keyword in _BRANCHES for each in node.get(keyword, ())), *waiting]
        return cls(tuple(found), root, names)

    @property
    def identity(self) -> frozenset[int]:
        """The same for two values with the same schemas."""
        return frozenset(map(id, self.schemas))

    def list_constraints(self) -> dict[str, None]:
        return dict.fromkeys(keyword for each in self.schemas for keyword in each if keyword in _KEYWORDS)

    def list_properties(self) -> dict[str, None]:
        """The names of the properties, and "*" if there are values without a name."""
        named = [self.names.get(key, key) for each in self.schemas for key in each.get("properties", ())]
        return dict.fromkeys([*named, *(["*"] if self._list_unnamed() else [])])

    def find_inside(self, name: str) -> _Rules:
        """The rules of a property, or of what has no name ("*")."""
        inside = [
            rule
            for each in self.schemas
            for key, rule in each.get("properties", {}).items()
            if self.names.get(key, key) == name
        ]
        return _Rules.of([*inside, *(self._list_unnamed() if name == "*" else [])], self.root, self.names)

    def _list_unnamed(self) -> list[Any]:
        """The schemas of list items, and of values under free keys."""
        keywords = ("items", "additionalProperties")
        found = [each[keyword] for each in self.schemas for keyword in keywords if keyword in each]
        return [each for each in found if isinstance(each, Mapping)]


@dataclass(frozen=True, slots=True)
class _Value:
    """A place in the records, and what the two versions of the schema say of it."""

    path: str
    wanted: _Rules
    sent: _Rules

    @property
    def lost(self) -> list[str]:
        kept = self.sent.list_constraints()
        return [keyword for keyword in self.wanted.list_constraints() if keyword not in kept]


def _list_values(value: _Value, around: tuple[frozenset[int], ...]) -> Iterator[_Value]:
    """A value and all inside it; where a class is inside itself, that is the end."""
    identity = value.wanted.identity
    if identity in around:
        return
    yield value
    for name in value.wanted.list_properties():
        path = f"{value.path}.{name}" if value.path else name
        inner = _Value(path, value.wanted.find_inside(name), value.sent.find_inside(name))
        yield from _list_values(inner, (*around, identity))
