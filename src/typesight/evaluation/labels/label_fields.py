"""Cuts labels down to the fields that are asked for: what nobody asks for cannot be right or wrong."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

from typesight.errors import LabelError
from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.schema.schema_walk import Schema, list_shapes
from typesight.schema.target import WRAPPER, Target

__all__ = ["LabelWarning", "find_record_schema", "find_written_schema", "match_labels"]

_MOST_NAMED = 5  # fields that a warning lists
_KINDS: dict[type, str] = {dict: "object", list: "array"}


class LabelWarning(UserWarning):
    """Labels have fields that nobody asks for, which are not judged; or documents that a file has no answer to."""


def find_record_schema(target: Target[Any]) -> Schema:
    """The JSON Schema of a target's records, also of those that are no objects."""
    if not target.wrapped:
        return target.schema
    return {**target.schema["properties"][WRAPPER], "$defs": target.schema.get("$defs", {})}


def find_written_schema(target: Target[Any]) -> Schema:
    """The JSON Schema of a target's records as they are written, with the names that labels use.

    They differ from those that a model is asked for where a field has an alias for validation alone.
    """
    with suppress(PydanticUserError, PydanticSchemaGenerationError):
        return TypeAdapter(target.kind).json_schema(mode="serialization", by_alias=True)
    return find_record_schema(target)


def match_labels(documents: Sequence[LabelledDocument], schema: Schema, name: str) -> tuple[LabelledDocument, ...]:
    """The documents with those fields of their labels that the schema called `name` has; warns of the others.

    Raises LabelError for a label that is an object where the schema has a list or the like, or that shares no field
    with it.
    """
    dropped: dict[str, None] = {}
    return _warn_of(dropped, name, tuple(_match_label(each, schema, name, dropped) for each in documents))


def _warn_of(
    dropped: dict[str, None], name: str, documents: tuple[LabelledDocument, ...]
) -> tuple[LabelledDocument, ...]:
    if dropped:
        more = f" and {len(dropped) - _MOST_NAMED} more" if len(dropped) > _MOST_NAMED else ""
        said = ", ".join([*dropped][:_MOST_NAMED])
        warnings.warn(f"{name} has no {said}{more}, which the labels have: not judged", LabelWarning, stacklevel=2)
    return documents


def _match_label(document: LabelledDocument, schema: Schema, name: str, dropped: dict[str, None]) -> LabelledDocument:
    own = document.schema or schema
    types = {str(shape["type"]) for shape in list_shapes(own, own) if "type" in shape}
    kind = _KINDS.get(type(document.label), "value")
    expected = {each if each in _KINDS.values() else "value" for each in types}
    if types and kind not in expected:
        raise LabelError(f"{document.source}: the label is {_say(kind)}, and {name} is {_say(*sorted(expected))}")
    label = _cut(document.label, [own], own, "", dropped)
    if document.label and isinstance(label, dict) and not label:
        raise LabelError(
            f"{document.source}: the label has none of the fields of {name}: it has {', '.join([*document.label][:9])}"
        )
    return replace(document, label=label)


def _say(*kinds: str) -> str:
    words = {"object": "an object", "array": "a list", "value": "a single value"}
    return " or ".join(words[kind] for kind in kinds)


def _cut(data: Any, rules: Sequence[Schema], root: Schema, field: str, dropped: dict[str, None]) -> Any:
    """A label's data without the keys that none of the schemas for it has; their fields are added to `dropped`."""
    shapes = [shape for rule in rules for shape in list_shapes(rule, root)]
    if isinstance(data, list):
        inner = [shape["items"] for shape in shapes if isinstance(shape.get("items"), dict)]
        return [_cut(each, inner, root, f"{field}.*" if field else "*", dropped) for each in data] if inner else data
    named = [shape for shape in shapes if "properties" in shape]
    if not isinstance(data, dict) or not named or any(shape.get("additionalProperties") for shape in shapes):
        return data
    kept: dict[str, Any] = {}
    for key, each in data.items():
        inner = [shape["properties"][key] for shape in named if key in shape["properties"]]
        path = f"{field}.{key}" if field else key
        if inner:
            kept[key] = _cut(each, inner, root, path, dropped)
        else:
            dropped[path] = None
    return kept
