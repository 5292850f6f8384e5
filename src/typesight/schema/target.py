"""Target: the type a record is wanted as, its JSON Schema, and the way from a reply's JSON to a value of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from functools import lru_cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from typesight.errors import SchemaError
from typesight.schema.dialects import Dialect, strict
from typesight.schema.fields import FieldError, dotted, field_errors, value_at
from typesight.schema.reading import NotJson, read_json, write_json
from typesight.schema.repair import Repair
from typesight.schema.shapes import numbers_in_words, resolved, without_forced_nulls

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
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True)
class Target(Generic[T]):
    """A type, as pydantic knows it and as a model is asked for it.

    `schema` is the JSON Schema of the answer, always an object; `wrapped` says that the type itself is not one
    and stands under the key "result". `name` is legal as a tool's name everywhere. `tools` are the members of a list
    of several kinds of record, each of which can be a tool of its own; empty for everything else.
    """

    kind: Any
    name: str
    description: str
    schema: Mapping[str, Any]
    wrapped: bool
    adapter: TypeAdapter[T] = field(repr=False, compare=False)
    tools: tuple[Target[Any], ...] = ()
    _strict: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def strict(self, dialect: Dialect) -> dict[str, Any]:
        """The schema in a provider's strict subset, written once; not to be changed. Raises SchemaError."""
        if dialect.name not in self._strict:
            self._strict[dialect.name] = strict(self.schema, dialect)
        return self._strict[dialect.name]

    def judge(self, text: str, *, context: Any = None, strict: bool | None = None) -> Judged[T]:
        """Hold a reply, JSON text of one object, against the type; never raises for what the reply says."""
        try:
            return self._judged(read_json(text), context, strict)
        except NotJson as error:
            return Judged(None, None, (FieldError("", str(error), None, quotes=error.quotes),))
        except RecursionError:
            return Judged(None, None, (FieldError("", "nested too deeply", None),))

    def _judged(self, data: Any, context: Any, strict: bool | None) -> Judged[T]:
        data = without_forced_nulls(data, self.schema, self.schema)
        if self.wrapped and not (isinstance(data, dict) and WRAPPER in data):
            return Judged(None, data, (FieldError("", f'the answer is an object with the key "{WRAPPER}"', data),))
        words = numbers_in_words(data, self.schema, self.schema)
        if words:
            return Judged(None, data, tuple(FieldError(dotted(at), "not a number", value_at(data, at)) for at in words))
        inner, prefix = (data[WRAPPER], (WRAPPER,)) if self.wrapped else (data, ())
        try:
            value = self.adapter.validate_json(write_json(inner, exact=True), context=context, strict=strict)
        except ValidationError as error:
            return Judged(None, data, field_errors(error, inner, prefix))
        except UnicodeEncodeError:
            return Judged(
                None, data, (FieldError("", "a text in it holds half of a character (a lone surrogate)", None),)
            )
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
    if isinstance(kind, BaseModel):
        raise SchemaError(f"the response_model is an instance of {type(kind).__name__}: give the class itself")
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(_whole(kind))
        schema = adapter.json_schema(mode="validation", schema_generator=_Schemas)
    except (PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError) as error:
        named = _title(kind) if isinstance(kind, type) or get_origin(kind) else f"a value of type {type(kind).__name__}"
        why = str(error).splitlines()[0] if isinstance(kind, type) or get_origin(kind) else "give a type"
        raise SchemaError(f"{named} cannot be asked for: {why}") from error
    root = resolved(schema, schema)
    wrapped = root.get("type") != "object"
    return Target(
        kind=kind,
        name=_tool_name(_title(kind)),
        description=_description(kind, root),
        schema=MappingProxyType(_wrapped(schema) if wrapped else _flat_root(schema, root)),
        wrapped=wrapped,
        adapter=adapter,
        tools=_tools(kind),
    )


def _tools(kind: Any) -> tuple[Target[Any], ...]:
    """A target for each kind of record in a list of several; none where their values could not be told apart."""
    listed = _bare(kind)
    if get_origin(listed) not in {list, Iterable, Sequence}:
        return ()
    item = _bare(get_args(listed)[0])
    members = get_args(item) if get_origin(item) in {Union, UnionType} else ()
    if len(members) < 2 or not all(isinstance(each, type) and _is_record(each) for each in members):
        return ()
    targets = tuple(map(target_of, members))
    return targets if len({target.name for target in targets}) == len(targets) else ()


def _bare(kind: Any) -> Any:
    """The type in an Annotated one."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _is_record(kind: type) -> bool:
    return (issubclass(kind, BaseModel) and not issubclass(kind, RootModel)) or is_dataclass(kind)


def _wrapped(schema: dict[str, Any]) -> dict[str, Any]:
    inner = {key: value for key, value in schema.items() if key != "$defs"}
    outer: dict[str, Any] = {"type": "object", "properties": {WRAPPER: inner}, "required": [WRAPPER]}
    return outer | ({"$defs": schema["$defs"]} if "$defs" in schema else {})


def _flat_root(schema: dict[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    """A root that is only a `$ref` (recursive models) is spelled out: providers want an object there."""
    return dict(root) | ({"$defs": schema["$defs"]} if "$defs" in schema else {})


class _Schemas(GenerateJsonSchema):
    """Marks a Decimal, so that a dialect can tell it from a field that takes a number or any text."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return super().decimal_schema(schema) | {"format": "decimal"}


def _whole(kind: Any) -> Any:
    """An Iterable as a list: pydantic validates an iterable only as it is walked, after it was believed."""
    return list[get_args(kind)] if get_origin(kind) is Iterable else kind  # type: ignore[misc]  # the item's type is a value


def _title(kind: Any) -> str:
    """A name for a type: Item, list_Item, Cat_or_Dog."""
    parts = [_title(each) for each in get_args(kind) if isinstance(each, type) or get_args(each)]
    if get_origin(kind) in {Union, UnionType}:
        return "_or_".join(parts)
    name = str(getattr(kind, "__name__", None) or kind)
    return "_".join([name, *parts]) if parts and "[" not in name else name


def _tool_name(title: str) -> str:
    """At most 64 of the letters, digits, `_` and `-` that both providers allow, beginning with a letter."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", title).strip("_-")[:64]
    return name if name[:1].isalpha() else f"Record_{name}"[:64].rstrip("_")


def _description(kind: Any, root: Mapping[str, Any]) -> str:
    said = root.get("description") if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    return str(said or "")
