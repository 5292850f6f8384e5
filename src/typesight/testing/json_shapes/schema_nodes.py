"""SchemaNode: one sub-schema of a JSON Schema, for the Sandbox's rules; and the rules that all providers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = [
    "FORMATS",
    "NodeRule",
    "Schema",
    "SchemaNode",
    "check_closed",
    "check_reference",
    "find_children",
    "find_target",
    "walk_schema",
]

Schema: TypeAlias = Mapping[str, Any]

FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})


@dataclass(frozen=True)
class SchemaNode:
    """One sub-schema, its path, and the whole schema that it is part of."""

    schema: Schema
    path: tuple[str, ...]
    root: Schema
    level: int
    """How many objects it is nested in, including itself."""

    @property
    def types(self) -> tuple[str, ...]:
        """Its `type`, always as a tuple."""
        value = self.schema.get("type")
        return tuple(map(str, value)) if isinstance(value, list) else (value,) if isinstance(value, str) else ()

    @property
    def properties(self) -> Schema:
        """Its `properties`; empty if it has none."""
        value = self.schema.get("properties")
        return value if isinstance(value, dict) else {}

    @property
    def is_object(self) -> bool:
        """Whether it describes objects."""
        return "object" in self.types or bool(self.properties)

    @property
    def optional_properties(self) -> tuple[str, ...]:
        """The properties that are not required."""
        return tuple(name for name in self.properties if name not in self.read_list("required"))

    def read_list(self, key: str) -> list[Any]:
        """Read a keyword whose value is a list; empty if it is missing or not a list."""
        value = self.schema.get(key)
        return value if isinstance(value, list) else []


DEFINITIONS = ("$defs", "definitions")
MAPS_OF_SCHEMAS = ("properties", "patternProperties", *DEFINITIONS)
LISTS_OF_SCHEMAS = ("anyOf", "allOf", "oneOf", "prefixItems")
SINGLE_SCHEMAS = ("items", "additionalProperties", "not")


def walk_schema(schema: Schema) -> Iterator[SchemaNode]:
    """Yield the schema and all its sub-schemas; references are not followed, so this ends."""
    return _walk_nodes(SchemaNode(schema, (), schema, 1))


def _walk_nodes(node: SchemaNode) -> Iterator[SchemaNode]:
    yield node
    for path, child in find_children(node.schema):
        around = 0 if path[0] in DEFINITIONS else node.level
        level = around + ("object" in str(child.get("type")))
        yield from _walk_nodes(SchemaNode(child, (*node.path, *path), node.root, level))


def find_children(schema: Schema) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """Yield the direct sub-schemas of a schema, each with the path to it."""
    for key, value in schema.items():
        if key in MAPS_OF_SCHEMAS and isinstance(value, dict):
            yield from (((key, name), child) for name, child in value.items() if isinstance(child, dict))
        elif key in LISTS_OF_SCHEMAS and isinstance(value, list):
            yield from (((key, str(place)), child) for place, child in enumerate(value) if isinstance(child, dict))
        elif key in SINGLE_SCHEMAS and isinstance(value, dict):
            yield (key,), value


NodeRule: TypeAlias = Callable[[SchemaNode], Iterator[str]]


def find_target(node: SchemaNode) -> Schema | None:
    """Find the schema that the node's `$ref` points to; None if there is none."""
    here: Any = node.root
    for step in str(node.schema["$ref"]).split("/")[1:]:
        here = here.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else None


def check_reference(node: SchemaNode) -> Iterator[str]:
    """Refuse a reference that points to nothing in the schema."""
    ref = node.schema.get("$ref")
    if ref is not None and (not str(ref).startswith("#") or find_target(node) is None):
        yield f"reference '{ref}' was not found in the schema; only internal references are supported"


def check_closed(node: SchemaNode) -> Iterator[str]:
    """Refuse an object that allows additional properties."""
    if node.is_object and node.schema.get("additionalProperties") is not False:
        yield "'additionalProperties' is required to be supplied and to be false"
