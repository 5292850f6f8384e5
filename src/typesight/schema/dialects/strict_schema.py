"""Strict mode: the subset of JSON Schema that each provider enforces, and how to rewrite a schema in it.

Sources: OpenAI structured-outputs guide (2026-09), Anthropic structured-outputs guide (2026-09). A constraint that a
dialect has no keyword for (`minLength`, a maximum on Claude) moves into the description, in words, and is still
checked on the reply. What it does not support at all raises SchemaError with the field's path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typesight.errors import SchemaError
from typesight.schema.dialects.schema_size import find_exceeded_limits
from typesight.schema.schema_walk import resolve_ref

__all__ = ["CLAUDE", "OPENAI", "Dialect", "check_schema_limits", "write_plain_schema", "write_strict_schema"]

_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
# Constraints as words for the description, if the dialect has no keyword for them or does not accept their value.
_WORDS = {
    "minimum": "at least {}", "maximum": "at most {}", "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}", "multipleOf": "a multiple of {}", "minLength": "at least {} characters",
    "maxLength": "at most {} characters", "minItems": "at least {} items", "maxItems": "at most {} items",
    "uniqueItems": "no item twice", "pattern": "matches {}", "format": "format {}", "default": "default {!r}",
}  # fmt: skip
# The modes that take any schema: a tool that is not strict, and the schema in the prompt.
_OTHER_MODES = "use mode=Mode.TOOLS or mode=Mode.JSON"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One provider's strict subset.

    `keywords` are the constraints it accepts beyond the shape of the data. `all_required`: every property is required,
    so that an optional one becomes nullable. `allows_recursion`: a definition may contain itself. `limits` bound the
    whole schema; `max_min_items` is the highest `minItems` it accepts.
    """

    name: str
    keywords: frozenset[str]
    formats: frozenset[str]
    all_required: bool
    allows_recursion: bool
    limits: Mapping[str, int]
    max_min_items: int | None = None


OPENAI = Dialect(
    name="OpenAI strict",
    keywords=frozenset(
        {"pattern", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"}
    ),
    formats=_FORMATS,
    all_required=True,
    allows_recursion=True,
    limits={
        "fields": 5_000,
        "levels": 10,
        "values of enums": 1_000,
        "characters in names and enums": 120_000,
        "characters in one long enum": 15_000,
    },
)
CLAUDE = Dialect(
    name="Claude strict",
    keywords=frozenset({"pattern", "minItems"}),
    formats=_FORMATS | {"uri"},
    all_required=False,
    allows_recursion=False,
    max_min_items=1,
    limits={"optional fields": 24, "union-typed fields": 16},
)


def check_schema_limits(written: Sequence[Mapping[str, Any]], dialect: Dialect) -> None:
    """Check all schemas of one request against the dialect's limits. Raises SchemaError with the first path beyond."""
    for what, path, count in find_exceeded_limits(written, dialect.limits):
        raise SchemaError(
            f"{path or 'the response_model'}: the response_model has {count} {what} and {dialect.name} schemas "
            f"take {dialect.limits[what]}: make it smaller or simpler, split it, or {_OTHER_MODES}"
        )


def write_plain_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without strict mode: as pydantic wrote it, less titles that repeat names, a Decimal as a number."""
    return dict(_drop_titles(schema))


def write_strict_schema(schema: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """The schema in a dialect's strict subset. Raises SchemaError for what that does not support."""
    writer = _StrictWriter(schema, dialect)
    written = writer.write(schema, "", ())
    if writer.used_definitions:
        written["$defs"] = writer.write_definitions()
    check_schema_limits([written], dialect)
    return written


class _StrictWriter:
    """One pass over one schema; has state: the root for `$ref`s, and the definitions that are still needed."""

    def __init__(self, root: Mapping[str, Any], dialect: Dialect) -> None:
        self.root = root
        self.dialect = dialect
        self.used_definitions: dict[str, str] = {}  # definition -> the first path that named it

    def write(self, schema: Mapping[str, Any], path: str, inside: tuple[str, ...]) -> dict[str, Any]:
        if "$ref" in schema:
            return self._write_reference(schema, path, inside)
        schema = _collapse_union(schema)
        branches = schema.get("anyOf") or schema.get("oneOf")
        write = self._write_union if branches else self._write_single
        return self._add_description(write(schema, path, inside), schema)

    def write_definitions(self) -> dict[str, Any]:
        """The definitions that `$ref`s still name; writing one may add another."""
        done: dict[str, Any] = {}
        while todo := [name for name in self.used_definitions if name not in done]:
            for name in todo:
                done[name] = self.write(self.root["$defs"][name], self.used_definitions[name], (name,))
        return done

    def _write_reference(self, schema: Mapping[str, Any], path: str, inside: tuple[str, ...]) -> dict[str, Any]:
        name = str(schema["$ref"]).rpartition("/")[2]
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        if name in inside or _is_recursive(self.root, name):
            if not self.dialect.allows_recursion:
                raise SchemaError(
                    f"{path or name}: {name} contains itself, which {self.dialect.name} schemas do not support; "
                    f"{_OTHER_MODES}"
                )
            self.used_definitions.setdefault(name, path)
            return self._add_description({"anyOf": [{"$ref": schema["$ref"]}]} if beside else dict(schema), beside)
        if beside.keys() - {"default", "title"}:  # neither provider reads keywords beside a $ref
            return self.write({**resolve_ref(schema, self.root), **beside}, path, (*inside, name))
        self.used_definitions.setdefault(name, path)
        return {"$ref": schema["$ref"]}

    def _write_union(self, schema: Mapping[str, Any], path: str, inside: tuple[str, ...]) -> dict[str, Any]:
        branches = schema.get("anyOf") or schema["oneOf"]
        return {"anyOf": [self.write(branch, path, inside) for branch in branches]}

    def _write_single(self, schema: Mapping[str, Any], path: str, inside: tuple[str, ...]) -> dict[str, Any]:
        kind = schema.get("type")
        written: dict[str, Any] = {key: schema[key] for key in ("type", "enum") if key in schema}
        if "const" in schema:
            written["enum"] = [schema["const"]]
        if kind == "object":
            written |= self._write_object(schema, path, inside)
        elif kind == "array":
            written |= self._write_array(schema, path, inside)
        elif not written:
            raise SchemaError(
                f"{path or 'the response_model'}: {self.dialect.name} schemas do not support a value of any type; "
                f"give the field a type, or {_OTHER_MODES}"
            )
        return written | {key: schema[key] for key in self.dialect.keywords if self._takes(key, schema)}

    def _write_object(self, schema: Mapping[str, Any], path: str, inside: tuple[str, ...]) -> dict[str, Any]:
        extra = schema.get("additionalProperties", "properties" not in schema)
        if extra is True and "properties" in schema:
            extra = False  # extra="allow" beside declared fields: only the declared ones are asked for
        if extra or schema.get("patternProperties"):
            raise SchemaError(
                f"{path or 'the response_model'}: {self.dialect.name} schemas do not support a dict, whose keys are "
                f"free; {_OTHER_MODES}, or a list of key and value"
            )
        properties, required = schema.get("properties", {}), set(schema.get("required", ()))
        written = {}
        for name, rule in properties.items():
            inner = self.write(rule, f"{path}.{name}" if path else name, inside)
            constant = "const" in rule or len(rule.get("enum", ())) == 1  # a tag: null would not name its branch
            optional = self.dialect.all_required and name not in required and not constant
            written[name] = _add_null(inner) if optional else inner
        names = list(written) if self.dialect.all_required else [name for name in written if name in required]
        return {"properties": written, "required": names, "additionalProperties": False}

    def _write_array(self, schema: Mapping[str, Any], path: str, inside: tuple[str, ...]) -> dict[str, Any]:
        items = schema.get("items")
        if "prefixItems" in schema or not isinstance(items, Mapping):
            raise SchemaError(
                f"{path or 'the response_model'}: {self.dialect.name} schemas do not support a tuple or an untyped "
                f"list; {_OTHER_MODES}, or list[X]"
            )
        return {"items": self.write(items, f"{path}.*" if path else "*", inside)}

    def _takes(self, keyword: str, schema: Mapping[str, Any]) -> bool:
        if keyword not in schema or keyword not in self.dialect.keywords:
            return False
        if keyword == "pattern":  # neither provider's regex engine has lookahead or lookbehind
            return "(?" not in schema["pattern"]
        return (
            keyword != "minItems" or self.dialect.max_min_items is None or schema[keyword] <= self.dialect.max_min_items
        )

    def _add_description(self, written: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
        if schema.get("format") in self.dialect.formats and "anyOf" not in written:
            written["format"] = schema["format"]
        said = [
            words.format(schema[keyword])
            for keyword, words in _WORDS.items()
            if schema.get(keyword) is not None and keyword not in written
        ]
        description = str(schema.get("description", ""))
        note = f"({'; '.join(said)})" if said else ""
        if text := " ".join(filter(None, (description, note))):
            written["description"] = text
        return written


def _collapse_union(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A union that means one thing, as that: a Decimal becomes a number, an `allOf` with one branch that branch."""
    if schema.get("format") == "decimal":
        branch = next((each for each in schema.get("anyOf", ()) if each.get("type") == "number"), {"type": "number"})
    elif len(schema.get("allOf", ())) == 1:
        branch = schema["allOf"][0]
    else:
        return schema
    return {**branch, **{key: value for key, value in schema.items() if key not in {"allOf", "anyOf", "format"}}}


def _add_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema or null, as a union; the description stays outside."""
    if schema.get("type") == "null" or any(each.get("type") == "null" for each in schema.get("anyOf", ())):
        return schema
    outer = {key: schema.pop(key) for key in ("description",) if key in schema}
    branches = schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
    return {"anyOf": [*branches, {"type": "null"}], **outer}


def _is_recursive(root: Mapping[str, Any], name: str) -> bool:
    """Whether a definition contains itself."""
    seen: set[str] = set()
    todo = [name]
    while todo:
        for found in _list_references(root["$defs"][todo.pop()]):
            if found == name:
                return True
            if found not in seen:
                seen.add(found)
                todo.append(found)
    return False


def _list_references(node: Any) -> list[str]:
    if isinstance(node, Mapping):
        own = [str(node["$ref"]).rpartition("/")[2]] if isinstance(node.get("$ref"), str) else []
        return own + [name for value in node.values() for name in _list_references(value)]
    return [name for value in node for name in _list_references(value)] if isinstance(node, list) else []


def _drop_titles(node: Any) -> Any:
    """Drop the titles of schemas, but not a property that is called title, and nothing inside plain data."""
    if isinstance(node, list):
        return [_drop_titles(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    node = _collapse_union(node) if node.get("format") == "decimal" else node
    return {key: _drop_titles_under(key, value) for key, value in node.items() if not _is_title(key, value)}


def _drop_titles_under(key: str, value: Any) -> Any:
    if key in {"properties", "$defs", "patternProperties"}:
        return {name: _drop_titles(rule) for name, rule in value.items()}
    return value if key in {"default", "enum", "const", "examples"} else _drop_titles(value)


def _is_title(key: str, value: Any) -> bool:
    return key == "title" and isinstance(value, str)
