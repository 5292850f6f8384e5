"""The strict subset of JSON Schema that each provider publishes, as tables of complaints.

Sources: OpenAI docs, structured-outputs (2026-09); Anthropic docs, structured-outputs (September 2026).
What the pages do not speak of (OpenAI: `default`, `minLength`, keywords beside `$ref`) is not complained about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = [
    "OPENAI_NAME",
    "PROPERTY_KEY",
    "check_anthropic_budget",
    "check_anthropic_schema",
    "check_openai_schema",
    "find_anthropic_bad_keys",
]

Schema: TypeAlias = Mapping[str, Any]

OPENAI_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""Legal names of functions and response formats at OpenAI (SDK docstrings)."""

PROPERTY_KEY = re.compile(r"^[a-zA-Z0-9_.-]{1,64}$")
"""Legal property keys in schemas sent to Claude (its 400s, reported for its API and for Bedrock, 2024 to 2026)."""

FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
TYPES = frozenset({"string", "number", "boolean", "integer", "object", "array", "null"})

OPENAI_BANNED = frozenset(
    {"oneOf", "allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else", "prefixItems"}
)
OPENAI_MAX_LEVELS = 10
OPENAI_MAX_PROPERTIES = 5_000
OPENAI_MAX_ENUM_VALUES = 1_000
OPENAI_MAX_CHARACTERS = 120_000
"""Of all property names, definition names, enum and const values together."""
OPENAI_LONG_ENUM = (250, 15_000)
"""One enum of strings with more values than the first may have so many characters."""

ANTHROPIC_BANNED = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"}
    | {"maxItems", "uniqueItems", "contains", "minContains", "maxContains"}
    | {"oneOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else", "prefixItems"}
)
ANTHROPIC_MAX_OPTIONAL = 24
ANTHROPIC_MAX_UNIONS = 16


@dataclass(frozen=True)
class SchemaNode:
    """One sub-schema, where it stands and what it stands in."""

    schema: Schema
    path: tuple[str, ...]
    root: Schema
    level: int
    """Objects around it, itself included."""

    @property
    def types(self) -> tuple[str, ...]:
        """Its `type`, always as a tuple."""
        found = self.schema.get("type")
        return tuple(map(str, found)) if isinstance(found, list) else (found,) if isinstance(found, str) else ()

    @property
    def properties(self) -> Schema:
        """Its properties; empty when it has none."""
        found = self.schema.get("properties")
        return found if isinstance(found, dict) else {}

    @property
    def is_object(self) -> bool:
        """Whether it speaks of objects."""
        return "object" in self.types or bool(self.properties)

    @property
    def optional_properties(self) -> tuple[str, ...]:
        """The properties that are not required."""
        return tuple(name for name in self.properties if name not in self.read_list("required"))

    def read_list(self, key: str) -> list[Any]:
        """What a list of the schema holds; empty when it is no list."""
        found = self.schema.get(key)
        return found if isinstance(found, list) else []


DEFINITIONS = ("$defs", "definitions")
MAPS_OF_SCHEMAS = ("properties", "patternProperties", *DEFINITIONS)
LISTS_OF_SCHEMAS = ("anyOf", "allOf", "oneOf", "prefixItems")
SINGLE_SCHEMAS = ("items", "additionalProperties", "not")


def _walk_schema(schema: Schema) -> Iterator[SchemaNode]:
    """The schema and everything in it; references are not followed, so this ends."""
    return _walk_nodes(SchemaNode(schema, (), schema, 1))


def _walk_nodes(node: SchemaNode) -> Iterator[SchemaNode]:
    yield node
    for path, child in _find_children(node.schema):
        around = 0 if path[0] in DEFINITIONS else node.level
        level = around + ("object" in str(child.get("type")))
        yield from _walk_nodes(SchemaNode(child, (*node.path, *path), node.root, level))


def _find_children(schema: Schema) -> Iterator[tuple[tuple[str, ...], Schema]]:
    for key, value in schema.items():
        if key in MAPS_OF_SCHEMAS and isinstance(value, dict):
            yield from (((key, name), child) for name, child in value.items() if isinstance(child, dict))
        elif key in LISTS_OF_SCHEMAS and isinstance(value, list):
            yield from (((key, str(place)), child) for place, child in enumerate(value) if isinstance(child, dict))
        elif key in SINGLE_SCHEMAS and isinstance(value, dict):
            yield (key,), value


NodeRule: TypeAlias = Callable[[SchemaNode], Iterator[str]]


def _find_target(node: SchemaNode) -> Schema | None:
    """What the node's internal reference points at."""
    here: Any = node.root
    for step in str(node.schema["$ref"]).split("/")[1:]:
        here = here.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else None


def _check_reference(node: SchemaNode) -> Iterator[str]:
    ref = node.schema.get("$ref")
    if ref is not None and (not str(ref).startswith("#") or _find_target(node) is None):
        yield f"reference '{ref}' was not found in the schema; only internal references are supported"


def _check_closed(node: SchemaNode) -> Iterator[str]:
    if node.is_object and node.schema.get("additionalProperties") is not False:
        yield "'additionalProperties' is required to be supplied and to be false"


def check_openai_schema(schema: Schema) -> Iterator[str]:
    """What OpenAI would say against a schema sent as strict, in the order it would be found."""
    if schema.get("type") != "object":
        yield f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
    elif "anyOf" in schema:
        yield "schema must be an object and not use 'anyOf' at the top level."
    nodes = tuple(_walk_schema(schema))
    for node in nodes:
        for rule in OPENAI_NODE_RULES:
            yield from (f"In context={node.path!r}, {words}." for words in rule(node))
    for total in OPENAI_TOTAL_RULES:
        yield from total(nodes)


def _check_openai_keywords(node: SchemaNode) -> Iterator[str]:
    yield from (f"'{word}' is not permitted" for word in node.schema if word in OPENAI_BANNED)


def _check_openai_type(node: SchemaNode) -> Iterator[str]:
    if not any(word in node.schema for word in ("type", "$ref", "anyOf", "enum", "const", *OPENAI_BANNED)):
        yield "schema must have a 'type' key"
    yield from (f"'{name}' is not a supported type" for name in node.types if name not in TYPES)


def _check_openai_required(node: SchemaNode) -> Iterator[str]:
    words = "'required' is required to be supplied and to be an array including every key in properties"
    yield from (f"{words}. Missing '{name}'" for name in node.optional_properties)
    extra = [name for name in node.read_list("required") if name not in node.properties]
    yield from (f"{words}. Extra required key '{name}' supplied" for name in extra)


def _check_openai_format(node: SchemaNode) -> Iterator[str]:
    found = node.schema.get("format")
    if "string" in node.types and found is not None and found not in FORMATS:
        yield f"'{found}' is not a valid format"


def _check_openai_levels(node: SchemaNode) -> Iterator[str]:
    if node.level > OPENAI_MAX_LEVELS:
        yield f"{node.level} levels of nesting exceeds limit of {OPENAI_MAX_LEVELS}"


OPENAI_NODE_RULES: tuple[NodeRule, ...] = (
    _check_openai_keywords,
    _check_openai_type,
    _check_reference,
    _check_closed,
    _check_openai_required,
    _check_openai_format,
    _check_openai_levels,
)


def _check_openai_property_count(nodes: tuple[SchemaNode, ...]) -> Iterator[str]:
    count = sum(len(node.properties) for node in nodes)
    if count > OPENAI_MAX_PROPERTIES:
        yield f"Expected at most {OPENAI_MAX_PROPERTIES} object properties in total in the schema, received {count}."


def _check_openai_enum_count(nodes: tuple[SchemaNode, ...]) -> Iterator[str]:
    enums = [node.read_list("enum") for node in nodes]
    count = sum(map(len, enums))
    if count > OPENAI_MAX_ENUM_VALUES:
        yield f"Expected at most {OPENAI_MAX_ENUM_VALUES} enum values in total within the schema, received {count}."
    values, characters = OPENAI_LONG_ENUM
    for enum in enums:
        if len(enum) > values and (length := _count_characters(enum)) > characters:
            yield f"Expected at most {characters} characters in one enum of {len(enum)} values, received {length}."


def _check_openai_character_count(nodes: tuple[SchemaNode, ...]) -> Iterator[str]:
    count = sum(
        _count_characters([*node.properties, *(node.schema.get("$defs") or ()), *node.read_list("enum")])
        + len(str(node.schema.get("const", "")))
        for node in nodes
    )
    if count > OPENAI_MAX_CHARACTERS:
        yield f"Expected at most {OPENAI_MAX_CHARACTERS} characters of names and values, received {count}."


def _count_characters(values: list[Any]) -> int:
    return sum(len(str(value)) for value in values)


OPENAI_TOTAL_RULES: tuple[Callable[[tuple[SchemaNode, ...]], Iterator[str]], ...] = (
    _check_openai_property_count,
    _check_openai_enum_count,
    _check_openai_character_count,
)


def find_anthropic_bad_keys(schema: Schema) -> Iterator[tuple[str, ...]]:
    """The paths of the `properties` in a schema, strict or not, with keys that Anthropic refuses."""
    for node in _walk_schema(schema):
        if not all(map(PROPERTY_KEY.fullmatch, node.properties)):
            yield (*node.path, "properties")


def check_anthropic_schema(schema: Schema) -> Iterator[str]:
    """What Anthropic would say against one schema sent as strict."""
    root = SchemaNode(schema, (), schema, 0)
    resolved = _find_target(root) if "$ref" in schema else schema
    if resolved is None or resolved.get("type") != "object":
        yield f"the root must be of type 'object', not '{(resolved or {}).get('type')}'"
    for node in _walk_schema(schema):
        for rule in ANTHROPIC_NODE_RULES:
            yield from (f"{'.'.join(node.path) or 'root'}: {words}" for words in rule(node))
    if _is_recursive(schema):
        yield "recursive schemas are not supported (circular reference detected in the definitions)"


def _check_anthropic_keywords(node: SchemaNode) -> Iterator[str]:
    banned = sorted(word for word in node.schema if word in ANTHROPIC_BANNED)
    if banned:
        kind = next(iter(node.types), "any")
        yield f"For '{kind}' type, properties {', '.join(banned)} are not supported"


def _check_anthropic_items(node: SchemaNode) -> Iterator[str]:
    if node.schema.get("minItems", 0) not in (0, 1):
        yield f"For 'array' type, 'minItems' values other than 0 or 1 are not supported (got {node.schema['minItems']})"


def _check_anthropic_closed(node: SchemaNode) -> Iterator[str]:
    if any(_check_closed(node)):
        yield "For 'object' type, 'additionalProperties' must be explicitly set to false"


def _check_anthropic_format(node: SchemaNode) -> Iterator[str]:
    found = node.schema.get("format")
    if "string" in node.types and found is not None and found not in FORMATS | {"uri"}:
        yield f"String format '{found}' is not supported"


def _check_anthropic_enum(node: SchemaNode) -> Iterator[str]:
    if any(isinstance(value, (dict, list)) for value in node.read_list("enum")):
        yield "'enum' may hold strings, numbers, booleans and null only"


def _check_anthropic_all_of(node: SchemaNode) -> Iterator[str]:
    if any("$ref" in child for path, child in _find_children(node.schema) if path[0] == "allOf"):
        yield "'allOf' with '$ref' is not supported"


ANTHROPIC_NODE_RULES: tuple[NodeRule, ...] = (
    _check_anthropic_keywords,
    _check_anthropic_items,
    _check_reference,
    _check_anthropic_closed,
    _check_anthropic_format,
    _check_anthropic_enum,
    _check_anthropic_all_of,
)


def _is_recursive(schema: Schema) -> bool:
    """Whether some definition reaches itself."""
    uses: dict[str, set[str]] = {}
    for node in _walk_schema(schema):
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
    """What Anthropic would say against all strict schemas of a request together."""
    nodes = [node for schema in schemas for node in _walk_schema(schema)]
    optional = sum(len(node.optional_properties) for node in nodes)
    unions = sum("anyOf" in node.schema or len(node.types) > 1 for node in nodes)
    if optional > ANTHROPIC_MAX_OPTIONAL:
        yield f"Schemas contains too many optional parameters ({optional}) (limit: {ANTHROPIC_MAX_OPTIONAL})."
    if unions > ANTHROPIC_MAX_UNIONS:
        yield (
            f"Schemas contains too many parameters with union types ({unions} parameters with type arrays or anyOf)"
            f" (limit: {ANTHROPIC_MAX_UNIONS})."
        )
