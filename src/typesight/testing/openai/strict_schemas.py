"""OpenAI's rules for strict schemas, the subset of JSON Schema that it documents.

Source: OpenAI docs, structured-outputs (2026-09). What the page does not mention (`default`, `minLength`, keywords
next to `$ref`) is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from typesight.testing.json_shapes.schema_nodes import (
    FORMATS,
    NodeRule,
    Schema,
    SchemaNode,
    check_closed,
    check_reference,
    walk_schema,
)

__all__ = ["OPENAI_NAME", "check_openai_schema"]

OPENAI_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""Names that OpenAI takes for functions and response formats (SDK docstrings)."""

TYPES = frozenset({"string", "number", "boolean", "integer", "object", "array", "null"})
BANNED = frozenset(
    {"oneOf", "allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else", "prefixItems"}
)
MAX_LEVELS = 10
MAX_PROPERTIES = 5_000
MAX_ENUM_VALUES = 1_000
MAX_CHARACTERS = 120_000
"""The most characters of all property names, definition names, enum and const values together."""
LONG_ENUM = (250, 15_000)
"""One enum of strings with more than 250 values may have at most 15,000 characters."""


def check_openai_schema(schema: Schema) -> Iterator[str]:
    """Check a strict schema: yield the messages with which OpenAI would refuse it, in the order of the schema."""
    if schema.get("type") != "object":
        yield f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
    elif "anyOf" in schema:
        yield "schema must be an object and not use 'anyOf' at the top level."
    nodes = tuple(walk_schema(schema))
    for node in nodes:
        for rule in NODE_RULES:
            yield from (f"In context={node.path!r}, {words}." for words in rule(node))
    for total in TOTAL_RULES:
        yield from total(nodes)


def _check_keywords(node: SchemaNode) -> Iterator[str]:
    yield from (f"'{word}' is not permitted" for word in node.schema if word in BANNED)


def _check_type(node: SchemaNode) -> Iterator[str]:
    if not any(word in node.schema for word in ("type", "$ref", "anyOf", "enum", "const", *BANNED)):
        yield "schema must have a 'type' key"
    yield from (f"'{name}' is not a supported type" for name in node.types if name not in TYPES)


def _check_required(node: SchemaNode) -> Iterator[str]:
    words = "'required' is required to be supplied and to be an array including every key in properties"
    yield from (f"{words}. Missing '{name}'" for name in node.optional_properties)
    extra = [name for name in node.read_list("required") if name not in node.properties]
    yield from (f"{words}. Extra required key '{name}' supplied" for name in extra)


def _check_format(node: SchemaNode) -> Iterator[str]:
    name = node.schema.get("format")
    if "string" in node.types and name is not None and name not in FORMATS:
        yield f"'{name}' is not a valid format"


def _check_levels(node: SchemaNode) -> Iterator[str]:
    if node.level > MAX_LEVELS:
        yield f"{node.level} levels of nesting exceeds limit of {MAX_LEVELS}"


NODE_RULES: tuple[NodeRule, ...] = (
    _check_keywords,
    _check_type,
    check_reference,
    check_closed,
    _check_required,
    _check_format,
    _check_levels,
)


def _check_property_count(nodes: tuple[SchemaNode, ...]) -> Iterator[str]:
    count = sum(len(node.properties) for node in nodes)
    if count > MAX_PROPERTIES:
        yield f"Expected at most {MAX_PROPERTIES} object properties in total in the schema, received {count}."


def _check_enum_count(nodes: tuple[SchemaNode, ...]) -> Iterator[str]:
    enums = [node.read_list("enum") for node in nodes]
    count = sum(map(len, enums))
    if count > MAX_ENUM_VALUES:
        yield f"Expected at most {MAX_ENUM_VALUES} enum values in total within the schema, received {count}."
    values, characters = LONG_ENUM
    for enum in enums:
        if len(enum) > values and (length := _count_characters(enum)) > characters:
            yield f"Expected at most {characters} characters in one enum of {len(enum)} values, received {length}."


def _check_character_count(nodes: tuple[SchemaNode, ...]) -> Iterator[str]:
    count = sum(
        _count_characters([*node.properties, *(node.schema.get("$defs") or ()), *node.read_list("enum")])
        + len(str(node.schema.get("const", "")))
        for node in nodes
    )
    if count > MAX_CHARACTERS:
        yield f"Expected at most {MAX_CHARACTERS} characters of names and values, received {count}."


def _count_characters(values: list[Any]) -> int:
    return sum(len(str(value)) for value in values)


TOTAL_RULES: tuple[Callable[[tuple[SchemaNode, ...]], Iterator[str]], ...] = (
    _check_property_count,
    _check_enum_count,
    _check_character_count,
)
