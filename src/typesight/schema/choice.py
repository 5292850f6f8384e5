"""Chooses which of the JSON values in a text is the answer, if there is no doubt.

A record that the text only quotes fits the schema as well as the answer does. So a value is taken only if no other in
the text can be the answer: one that shares no field with the schema (a footnote, another object) is skipped, equal
values count as one, and of two that may be the record neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from typesight.schema.schema_walk import Schema, shapes_of
from typesight.schema.validation import WRAPPER, Judged, are_same

__all__ = ["choose"]

T = TypeVar("T")

_NO_LETTERS = re.compile(r"[\W_]+")
# A key in text that looks like an object but is not JSON: "{total: 12.50}".
_KEYS = re.compile(r"[{,]\s*[\"']?([^\"'{}\[\],:=]{1,64})[\"']?\s*[:=]")


def choose(found: Sequence[tuple[Any, Judged[T]]], words: str, schema: Schema) -> Judged[T] | str:
    """The one answer among a text's JSON values, each given with its validation; or a message why there is none.

    `words` is the text outside the values.
    """
    names = frozenset(map(_bare, _names(schema)))
    meant = _distinct(each for data, each in found if not each.faults or _may_be(data, names, schema))
    pool = meant or _distinct(each for _, each in found)
    fitting = [each for each in pool if not each.faults]
    if len(fitting) > 1:
        return f"{len(fitting)} JSON values in the answer fit; give one"
    if fitting and (len(pool) > 1 or any(_bare(key) in names for key in _KEYS.findall(words))):
        return "one JSON value in the answer fits, and another that may be meant for it does not; give one"
    if len(pool) > 1:
        return f"{len(pool)} JSON values are in the answer and none of them fits; give one that does"
    return pool[0]


def _distinct(judged: Iterable[Judged[T]]) -> list[Judged[T]]:
    found: list[Judged[T]] = []
    for each in judged:
        if not any(are_same(each, other) for other in found):
            found.append(each)
    return found


def _names(schema: Schema) -> Iterator[str]:
    """The field names of the record, or of the records in its list."""
    for shape in shapes_of(schema, schema):
        yield from shape.get("properties", ())
    for shape in _wrapped(schema):
        yield from shape.get("properties", ())
        if isinstance(shape.get("items"), Mapping):
            for item in shapes_of(shape["items"], schema):
                yield from item.get("properties", ())


def _wrapped(schema: Schema) -> list[Schema]:
    """The schemas of the value inside the wrapper."""
    rule = schema.get("properties", {}).get(WRAPPER)
    return shapes_of(rule, schema) if isinstance(rule, Mapping) else []


def _may_be(data: Any, names: frozenset[str], schema: Schema) -> bool:
    """Whether JSON data that fails validation may be meant as the record: it has one of its fields, at any depth."""
    if isinstance(data, list):
        lists_values = names == {WRAPPER} and any(shape.get("type") == "array" for shape in _wrapped(schema))
        return (lists_values and bool(data)) or any(_may_be(each, names, schema) for each in data)
    if not isinstance(data, dict) or _is_schema(data, names):
        return False
    named = any(_bare(key.partition(".")[0]) in names or _bare(key) in names for key in data)
    return named or (not names and bool(data)) or any(_may_be(each, names, schema) for each in data.values())


def _is_schema(data: Mapping[str, Any], names: frozenset[str]) -> bool:
    """Whether an object is the JSON Schema of the request, repeated in the reply."""
    return isinstance(data.get("properties"), dict) and "type" in data and "properties" not in names


def _bare(name: str) -> str:
    """A name in the form used for comparing: "Grand Total" equals grand_total."""
    return _NO_LETTERS.sub("", name.casefold())
