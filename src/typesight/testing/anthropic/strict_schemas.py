"""Anthropic's rules for strict schemas, the subset of JSON Schema that it documents.

Source: Anthropic docs, structured-outputs (September 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from typesight.testing.json_shapes.schema_nodes import (
    FORMATS,
    NodeRule,
    Schema,
    SchemaNode,
    check_closed,
    check_reference,
    find_children,
    find_target,
    walk_schema,
)

__all__ = ["PROPERTY_KEY", "check_anthropic_budget", "check_anthropic_schema", "find_anthropic_bad_keys"]

PROPERTY_KEY = re.compile(r"^[a-zA-Z0-9_.-]{1,64}$")
"""Property keys that Claude takes in schemas (from 400 errors of its API and of Bedrock, reported 2024 to 2026)."""

BANNED = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"}
    | {"maxItems", "uniqueItems", "contains", "minContains", "maxContains"}
    | {"oneOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else", "prefixItems"}
)
MAX_OPTIONAL = 24
MAX_UNIONS = 16


def find_anthropic_bad_keys(schema: Schema) -> Iterator[tuple[str, ...]]:
    """Find the paths of all `properties` with keys that Anthropic refuses, in a strict schema or another."""
    for node in walk_schema(schema):
        if not all(map(PROPERTY_KEY.fullmatch, node.properties)):
            yield (*node.path, "properties")


def check_anthropic_schema(schema: Schema) -> Iterator[str]:
    """Check one strict schema: yield the messages with which Anthropic would refuse it."""
    root = SchemaNode(schema, (), schema, 0)
    resolved = find_target(root) if "$ref" in schema else schema
    if resolved is None or resolved.get("type") != "object":
        yield f"the root must be of type 'object', not '{(resolved or {}).get('type')}'"
    for node in walk_schema(schema):
        for rule in NODE_RULES:
            yield from (f"{'.'.join(node.path) or 'root'}: {words}" for words in rule(node))
    if _is_recursive(schema):
        yield "recursive schemas are not supported (circular reference detected in the definitions)"


def _check_keywords(node: SchemaNode) -> Iterator[str]:
    banned = sorted(word for word in node.schema if word in BANNED)
    if banned:
        kind = next(iter(node.types), "any")
        yield f"For '{kind}' type, properties {', '.join(banned)} are not supported"


def _check_items(node: SchemaNode) -> Iterator[str]:
    if node.schema.get("minItems", 0) not in (0, 1):
        yield f"For 'array' type, 'minItems' values other than 0 or 1 are not supported (got {node.schema['minItems']})"


def _check_closed(node: SchemaNode) -> Iterator[str]:
    if any(check_closed(node)):
        yield "For 'object' type, 'additionalProperties' must be explicitly set to false"


def _check_format(node: SchemaNode) -> Iterator[str]:
    name = node.schema.get("format")
    if "string" in node.types and name is not None and name not in FORMATS | {"uri"}:
        yield f"String format '{name}' is not supported"


def _check_enum(node: SchemaNode) -> Iterator[str]:
    if any(isinstance(value, (dict, list)) for value in node.read_list("enum")):
        yield "'enum' may hold strings, numbers, booleans and null only"


def _check_all_of(node: SchemaNode) -> Iterator[str]:
    if any("$ref" in child for path, child in find_children(node.schema) if path[0] == "allOf"):
        yield "'allOf' with '$ref' is not supported"


NODE_RULES: tuple[NodeRule, ...] = (
    _check_keywords,
    _check_items,
    check_reference,
    _check_closed,
    _check_format,
    _check_enum,
    _check_all_of,
)


def _is_recursive(schema: Schema) -> bool:
    """Whether a definition refers to itself, directly or through others."""
    uses: dict[str, set[str]] = {}
    for node in walk_schema(schema):
        if "$ref" in node.schema:
            holder = node.path[:2] if node.path[:1] in {("$defs",), ("definitions",)} else ()
            uses.setdefault("/".join(("#", *holder)), set()).add(str(node.schema["$ref"]))
    return any(start in _find_reached(start, uses) for start in uses)


def _find_reached(start: str, uses: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = list(uses.get(start, ()))
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead.extend(uses.get(here, ()))
    return seen


def check_anthropic_budget(schemas: list[Schema]) -> Iterator[str]:
    """Check the limits for all strict schemas of a request together: yield the messages of Anthropic's refusal."""
    nodes = [node for schema in schemas for node in walk_schema(schema)]
    optional = sum(len(node.optional_properties) for node in nodes)
    unions = sum("anyOf" in node.schema or len(node.types) > 1 for node in nodes)
    if optional > MAX_OPTIONAL:
        yield f"Schemas contains too many optional parameters ({optional}) (limit: {MAX_OPTIONAL})."
    if unions > MAX_UNIONS:
        yield (
            f"Schemas contains too many parameters with union types ({unions} parameters with type arrays or anyOf)"
            f" (limit: {MAX_UNIONS})."
        )
