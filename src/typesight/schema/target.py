"""Target: the type a record is wanted as, its JSON Schema, and the way from a reply's JSON to a value of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError

from typesight.errors import InvalidRecord, SchemaError
from typesight.schema.fields import FieldError, field_errors
from typesight.schema.reading import read_json, write_json

__all__ = ["Judged", "Target", "target_of"]

T = TypeVar("T")

# What is no object travels inside one, under this key: tools and strict schemas want an object at the root.
WRAPPER = "result"


@dataclass(frozen=True, slots=True)
class Judged(Generic[T]):
    """A reply held against a target: the value, or what fails in it.

    `data` is the reply as JSON data; `faults` is empty exactly when `value` is the record.
    """

    value: T | None
    data: Any
    faults: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class Target(Generic[T]):
    """A type, as pydantic knows it and as a model is asked for it.

    `schema` is the JSON Schema of the answer, always an object; `wrapped` says that the type itself is not one
    and stands under the key "result". `name` is legal as a tool's name everywhere.
    """

    kind: Any
    name: str
    description: str
    schema: Mapping[str, Any]
    wrapped: bool
    adapter: TypeAdapter[T] = field(repr=False, compare=False)

    def judge(self, text: str, *, context: Any = None, strict: bool | None = None) -> Judged[T]:
        """Hold a reply, JSON text of one object, against the type; never raises for what the reply says."""
        try:
            data = read_json(text)
        except InvalidRecord as error:
            return Judged(None, None, (FieldError("", error.errors[""], None),))
        data = without_forced_nulls(data, self.schema, self.schema)
        prefix: tuple[str, ...] = ()
        inner = data
        if self.wrapped:
            if not isinstance(data, dict) or WRAPPER not in data:
                return Judged(None, data, (FieldError("", f'the answer is an object with the key "{WRAPPER}"', data),))
            inner, prefix = data[WRAPPER], (WRAPPER,)
        try:
            value = self.adapter.validate_json(write_json(inner), context=context, strict=strict)
        except ValidationError as error:
            return Judged(None, data, field_errors(error, inner, prefix))
        return Judged(value, data)


def target_of(kind: Any) -> Target[Any]:
    """The target of a response_model; built once per type. Raises SchemaError for what has no JSON Schema."""
    try:
        return _cached_target(kind)
    except TypeError:  # unhashable, as Annotated with a list inside
        return _build(kind)


@lru_cache(maxsize=256)
def _cached_target(kind: Any) -> Target[Any]:
    return _build(kind)


def _build(kind: Any) -> Target[Any]:
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        schema = adapter.json_schema(mode="validation")
    except (PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError) as error:
        raise SchemaError(f"{_title(kind)} cannot be asked for: {str(error).splitlines()[0]}") from error
    root = resolved(schema, schema)
    wrapped = root.get("type") != "object"
    return Target(
        kind=kind,
        name=_tool_name(_title(kind)),
        description=_description(kind, root),
        schema=MappingProxyType(_wrapped(schema) if wrapped else _flat_root(schema, root)),
        wrapped=wrapped,
        adapter=adapter,
    )


def _wrapped(schema: dict[str, Any]) -> dict[str, Any]:
    inner = {key: value for key, value in schema.items() if key != "$defs"}
    outer: dict[str, Any] = {"type": "object", "properties": {WRAPPER: inner}, "required": [WRAPPER]}
    return outer | ({"$defs": schema["$defs"]} if "$defs" in schema else {})


def _flat_root(schema: dict[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    """A root that is only a `$ref` (recursive models) is spelled out: providers want an object there."""
    return dict(root) | ({"$defs": schema["$defs"]} if "$defs" in schema else {})


def resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow an internal `$ref` to what it names."""
    while "$ref" in schema:
        node: Any = root
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        schema = node
    return schema


def without_forced_nulls(data: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """Leave out each null that stands for "not given".

    OpenAI's strict form makes every property required, so a field with a default comes back as null; where the
    field's own type takes no null, that null means that the default holds.
    """
    shapes = _shapes(schema, root)
    if isinstance(data, list):
        items = [shape["items"] for shape in shapes if isinstance(shape.get("items"), Mapping)]
        return [without_forced_nulls(each, items[0], root) for each in data] if items else data
    if not isinstance(data, dict):
        return data
    kept = {}
    for key, value in data.items():
        holders = [shape for shape in shapes if key in shape.get("properties", {})]
        rules = [shape["properties"][key] for shape in holders]
        optional = holders and all(key not in shape.get("required", ()) for shape in holders)
        if value is None and optional and not any(_takes_null(rule, root) for rule in rules):
            continue
        kept[key] = without_forced_nulls(value, rules[0], root) if rules else value
    return kept


def _shapes(schema: Mapping[str, Any], root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    schema = resolved(schema, root)
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return [schema, *(shape for branch in branches for shape in _shapes(branch, root))]


def _takes_null(schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    kinds = [shape.get("type") for shape in _shapes(schema, root)]
    untyped = not any(key in resolved(schema, root) for key in ("type", "anyOf", "oneOf", "allOf", "enum", "const"))
    return untyped or any(kind == "null" or (isinstance(kind, list) and "null" in kind) for kind in kinds)


def _title(kind: Any) -> str:
    return str(getattr(kind, "__name__", None) or kind)


def _tool_name(title: str) -> str:
    """At most 64 of the letters, digits, `_` and `-` that both providers allow, beginning with a letter."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", title).strip("_-")[:64]
    return name if name[:1].isalpha() else f"Record_{name}"[:64].rstrip("_")


def _description(kind: Any, root: Mapping[str, Any]) -> str:
    said = root.get("description") if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    return str(said or "")
