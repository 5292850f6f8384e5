"""`Target`: a response_model's type, its JSON Schema, and the validation of replies against it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from functools import cached_property, lru_cache, partial
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from typesight.errors import SchemaError
from typesight.schema.annotations import adapt_type
from typesight.schema.choice import choose_answer
from typesight.schema.coercion import apply_repairs, find_value_repairs, list_repairs
from typesight.schema.dialects.alias_paths import nest_paths
from typesight.schema.dialects.property_keys import PropertyKeys, choose_property_keys
from typesight.schema.dialects.restored_keys import KeyRestorer
from typesight.schema.dialects.strict_schema import Dialect, write_plain_schema, write_strict_schema
from typesight.schema.field_paths import FieldError, collect_field_errors
from typesight.schema.parsing.exact import NotJson, read_json, write_json
from typesight.schema.parsing.spans import JsonSpan, find_json_spans, remove_spans
from typesight.schema.repair import Repair
from typesight.schema.response_models import check_response_model
from typesight.schema.schema_walk import drop_forced_nulls, resolve_ref
from typesight.schema.unsafe_values import (
    find_infinities,
    find_unsafe_values,
    may_be_unsafe,
    replace_infinite_numbers,
)
from typesight.schema.validation import WRAPPER, ValidationResult

__all__ = ["WRAPPER", "Target", "ValidationResult", "make_target"]

T = TypeVar("T")


@dataclass(frozen=True)
class Target(Generic[T]):
    """A response_model's type, with its pydantic adapter and its JSON Schema.

    `schema` is the JSON Schema of the answer, always an object; `wrapped`: the type itself is not an object, so it is
    under the key "result". `name` is a legal tool name everywhere. `tools` are the members of a list of several record
    types, each of which can be a tool of its own; empty for everything else.
    """

    kind: Any
    name: str
    description: str
    schema: Mapping[str, Any]
    wrapped: bool
    adapter: TypeAdapter[T] = field(repr=False, compare=False)
    tools: tuple[Target[Any], ...] = ()
    _written_schemas: dict[tuple[str, bool], dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the type alone, from which all else is made again."""
        return partial(make_target, has_tools=bool(self.tools)), (self.kind,)

    @cached_property
    def property_keys(self) -> PropertyKeys:
        """The keys to send for property names that not every endpoint accepts."""
        return choose_property_keys(self.schema)

    @cached_property
    def digest(self) -> str:
        """A hash of the name and the schema: SHA-256, 64 hexadecimal digits."""
        said = json.dumps([self.name, dict(self.schema)], sort_keys=True, default=str)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def write_strict(self, dialect: Dialect, *, short_keys: bool = False) -> dict[str, Any]:
        """The schema in a provider's strict subset. It is cached, so do not change it. Raises SchemaError.

        With `short_keys` its properties have names that every endpoint accepts.
        """
        keys = self.property_keys if short_keys and self.property_keys.key_by_name else None
        written = self._written_schemas.get((dialect.name, keys is not None))
        if written is None:
            written = write_strict_schema(keys.describe_names(self.schema) if keys else self.schema, dialect)
            written = keys.rename_properties(written) if keys else written
            self._written_schemas[dialect.name, keys is not None] = written
        return written

    def write_plain(self, *, short_keys: bool = False) -> dict[str, Any]:
        """The schema without strict mode; with `short_keys` its properties have names that every endpoint accepts."""
        if not (short_keys and self.property_keys.key_by_name):
            return write_plain_schema(self.schema)
        return self.property_keys.rename_properties(write_plain_schema(self.property_keys.describe_names(self.schema)))

    def make_key_restorer(self) -> KeyRestorer:
        """What restores the real property names in a reply to a request that may have had short keys."""
        inner = (self.schema["properties"][WRAPPER],) if self.wrapped else ()  # a reply may leave the wrapper out
        return KeyRestorer(self.property_keys.name_by_key, self.schema, *inner)

    def judge(self, text: str, *, context: Any = None, strict: bool | None = None) -> ValidationResult[T]:
        """Validate a reply, text that should be one JSON object, against the type; a bad reply never raises.

        It is read exactly first. A reply that is not JSON is then searched for the one value in it that is the record,
        and failing values are repaired if there is only one way to. Each step is one of `repairs`.
        """
        try:
            return self._judge_parsed(read_json(text), context, strict)
        except NotJson:
            return self._judge_embedded(text, context, strict)
        except RecursionError:
            return _fail("nested too deeply")

    def judge_data(self, data: Any, *, context: Any = None, strict: bool | None = None) -> ValidationResult[T]:
        """Validate JSON data, as `read_json` returns it, against the type; a wrapped type's data has no wrapper."""
        return self._judge_parsed({WRAPPER: data} if self.wrapped else data, context, strict)

    def _judge_embedded(self, text: str, context: Any, strict: bool | None) -> ValidationResult[T]:
        """Validate the only value in a text that is the record; two are an error."""
        try:
            found = find_json_spans(text)
            judged = [(span.data, _add_repairs(span, self._judge_parsed(span.data, context, strict))) for span in found]
        except NotJson as error:
            return _fail(str(error), quotes=error.quotes)
        except RecursionError:
            return _fail("nested too deeply")
        chosen = choose_answer(judged, remove_spans(text, found), self.schema)
        return _fail(chosen) if isinstance(chosen, str) else chosen

    def _judge_parsed(self, data: Any, context: Any, strict: bool | None) -> ValidationResult[T]:
        """Validate JSON data: as it is or, if the wrapper is missing, put into one; failing values are repaired."""
        data = drop_forced_nulls(data, self.schema, self.schema)
        if self.wrapped and not (isinstance(data, dict) and WRAPPER in data):
            bare = self._repair(self._validate({WRAPPER: data}, context, strict), context, strict)
            if bare.faults and not isinstance(data, list):
                return ValidationResult(
                    None, data, (FieldError("", f'the answer is an object with the key "{WRAPPER}"', data),)
                )
            return replace(bare, repairs=(*([_MISSING_WRAPPER] if not bare.faults else []), *bare.repairs))
        return self._repair(self._validate(data, context, strict), context, strict)

    def _repair(self, judged: ValidationResult[T], context: Any, strict: bool | None) -> ValidationResult[T]:
        """A validated reply with its failing values repaired, where the repair makes them valid."""
        refused: set[tuple[str | int, ...]] = set()
        repaired = False
        while judged.faults and not strict:
            paths = {fault.path for fault in judged.faults}
            found = [each for each in find_value_repairs(judged.data, paths, self.schema) if each.steps not in refused]
            if not found:
                break
            tried = self._validate(apply_repairs(judged.data, found), context, strict)
            failing = {fault.path for fault in tried.faults}
            held = [mending for mending in found if mending.path not in failing]
            refused |= {mending.steps for mending in found if mending.path in failing}
            if held and len(held) < len(found):
                tried = self._validate(apply_repairs(judged.data, held), context, strict)
            if held:
                judged, repaired = tried, True
        return replace(judged, repairs=list_repairs(judged.data)) if repaired else judged

    def _validate(self, data: Any, context: Any, strict: bool | None) -> ValidationResult[T]:
        """JSON data as a value of the type, or its faults: values that no record may hold, and pydantic's errors."""
        inner, prefix = (data[WRAPPER], (WRAPPER,)) if self.wrapped else (data, ())
        text = write_json(inner, exact=True)
        doubtful = may_be_unsafe(text if inner is data or len(data) == 1 else write_json(data, exact=True))
        unheld = find_unsafe_values(data, self.schema) if doubtful else ()
        if unheld:
            sound = replace_infinite_numbers(data, self.schema)
            text = write_json(sound[WRAPPER] if self.wrapped else sound, exact=True)
        try:
            value = self.adapter.validate_json(text, context=context, strict=strict)
        except ValidationError as error:
            places = {fault.path for fault in unheld}
            found = collect_field_errors(error, inner, prefix)
            return ValidationResult(None, data, (*unheld, *(fault for fault in found if fault.path not in places)))
        except UnicodeEncodeError:
            return replace(_fail("a text in it holds half of a character (a lone surrogate)"), data=data)
        if doubtful and not unheld:
            unheld = find_infinities(data, self.schema, partial(self._dump, value))
        return ValidationResult(None, data, unheld) if unheld else ValidationResult(value, data)

    def _dump(self, value: T) -> Any:
        """The fields of a value that the reply set, in plain Python containers laid out like its JSON data."""
        given = self.adapter.dump_python(value, warnings=False, by_alias=True, exclude_unset=True)
        return {WRAPPER: given} if self.wrapped else given


# The repair of a reply that left the wrapper out.
_MISSING_WRAPPER = Repair("", f'accepted the answer without its key "{WRAPPER}"', None, WRAPPER)


def _add_repairs(span: JsonSpan, judged: ValidationResult[T]) -> ValidationResult[T]:
    """The validation of a value found in a text, with the repairs that it took to extract it."""
    return replace(judged, repairs=(*span.repairs, *judged.repairs))


def _fail(why: str, *, quotes: bool = False) -> ValidationResult[Any]:
    """The result for a reply that cannot be read as JSON."""
    return ValidationResult(None, None, (FieldError("", why, None, quotes=quotes),))


def make_target(kind: Any, *, has_tools: bool = True) -> Target[Any]:
    """The target of a response_model; without `has_tools` a list of several types is one answer, not a tool for each.

    Built once per type. Raises SchemaError for a type that has no JSON Schema.
    """
    try:
        target = _build_target(kind)
    except TypeError:  # unhashable, as Annotated with a list inside
        target = _build_target.__wrapped__(kind)
    return target if has_tools or not target.tools else replace(target, tools=())


@lru_cache(maxsize=256)
def _build_target(kind: Any) -> Target[Any]:
    check_response_model(kind)
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(adapt_type(kind))
        schema = adapter.json_schema(mode="validation", schema_generator=_SchemaGenerator)
    except (PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError, NameError) as error:
        is_type = isinstance(kind, type) or get_origin(kind)
        named = _write_title(kind) if is_type else f"a value of type {type(kind).__name__}"
        why = str(error).splitlines()[0] if is_type else "give a type"
        raise SchemaError(f"{named} cannot be a response_model: {why}") from error
    root = resolve_ref(schema, schema)
    wrapped = root.get("type") != "object"
    return Target(
        kind=kind,
        name=_write_tool_name(_write_title(kind)),
        description=_find_description(kind, root),
        schema=MappingProxyType(_wrap_schema(schema) if wrapped else _inline_root(schema, root)),
        wrapped=wrapped,
        adapter=adapter,
        tools=_make_tool_targets(kind),
    )


def _make_tool_targets(kind: Any) -> tuple[Target[Any], ...]:
    """A target for each record type in a list of several; none for any other type, or if two share a tool name."""
    listed = _strip_annotated(kind)
    if get_origin(listed) not in {list, Iterable, Sequence}:
        return ()
    item = _strip_annotated(get_args(listed)[0])
    members = get_args(item) if get_origin(item) in {Union, UnionType} else ()
    if len(members) < 2 or not all(isinstance(each, type) and _is_record(each) for each in members):
        return ()
    targets = tuple(map(make_target, members))
    return targets if len({target.name for target in targets}) == len(targets) else ()


def _strip_annotated(kind: Any) -> Any:
    """The type inside Annotated."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _is_record(kind: type) -> bool:
    return (issubclass(kind, BaseModel) and not issubclass(kind, RootModel)) or is_dataclass(kind)


def _wrap_schema(schema: dict[str, Any]) -> dict[str, Any]:
    inner = {key: value for key, value in schema.items() if key != "$defs"}
    outer: dict[str, Any] = {"type": "object", "properties": {WRAPPER: inner}, "required": [WRAPPER]}
    return outer | ({"$defs": schema["$defs"]} if "$defs" in schema else {})


def _inline_root(schema: dict[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with a root that is only a `$ref` (recursive models) written out: providers want an object there."""
    return dict(root) | ({"$defs": schema["$defs"]} if "$defs" in schema else {})


class _SchemaGenerator(GenerateJsonSchema):
    """Marks a Decimal, so that a dialect can tell it from a number-or-string field, and nests AliasPaths."""

    def model_fields_schema(self, schema: core_schema.ModelFieldsSchema) -> JsonSchemaValue:
        return nest_paths(super().model_fields_schema(schema), schema["fields"])

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return super().decimal_schema(schema) | {"format": "decimal"}


def _write_title(kind: Any) -> str:
    """A name for a type: Item, list_Item, Cat_or_Dog."""
    parts = [_write_title(each) for each in get_args(kind) if isinstance(each, type) or get_args(each)]
    if get_origin(kind) in {Union, UnionType}:
        return "_or_".join(parts)
    name = str(getattr(kind, "__name__", None) or kind)
    return "_".join([name, *parts]) if parts and "[" not in name else name


def _write_tool_name(title: str) -> str:
    """At most 64 of the letters, digits, `_` and `-` that both providers allow, beginning with a letter."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", title).strip("_-")[:64]
    return name if name[:1].isalpha() else f"Record_{name}"[:64].rstrip("_")


def _find_description(kind: Any, root: Mapping[str, Any]) -> str:
    said = root.get("description") if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    return str(said or "")
