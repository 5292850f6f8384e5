"""A `Field`: one place of a JSON Schema that holds a value, or a list of them, with the words that describe it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from typesight.reader.words.vocabulary import idea_of
from typesight.schema.value_kinds import find_value_kind, is_maybe, is_nullable, list_branches, simplify_schema
from typesight.text.letters import split_words

__all__ = ["NUMERIC", "Field", "ListField", "fields", "lists"]

Schema = Mapping[str, Any]

NUMERIC = frozenset({"number", "decimal", "integer"})
"""Kinds of fields whose values are numbers."""

_DESCRIBING = frozenset({"title", "description"})
"""What says of the `result` of a Maybe only that it is one: no label reads so."""


@dataclass(frozen=True, slots=True)
class Field:
    """A scalar place of a schema.

    `path` joins property names with dots. `kind` is string, number, decimal, integer, boolean, date, date-time, time or
    choice; `choices` are the values of an enum. `names` are the phrases a label could show, best first; `idea` is what
    the vocabulary makes of them. `wordings` are the words of its name, its title, its name within its parent and its
    description, each with how much it counts; `word_idea` is the idea of its name alone, its parent aside; `twin` says
    which it is, from 0, and of how many, of the fields of one name in several objects; `is_optional` that it need not
    be on the paper: it may be null (`may_be_null`), or be left out.
    """

    path: str
    kind: str
    names: tuple[str, ...]
    idea: str | None = None
    choices: tuple[Any, ...] = ()
    schema: Schema | None = None
    wordings: tuple[tuple[float, tuple[str, ...]], ...] = ()
    word_idea: str | None = None
    twin: tuple[int, int] = (0, 1)
    is_optional: bool = False
    may_be_null: bool = False

    @property
    def shape(self) -> str | None:
        """What form its values have, by the last word of its name, where it is somebody's: `tenant_email`."""
        said = self.wordings[0][1] if self.wordings else ()
        if self.kind != "string" or self.idea is not None or len(said) < 2:
            return None
        if said[-1] == "address" and not _NETWORK.isdisjoint(said):
            return "email" if "email" in said or "mail" in said else None
        return next((form for form, named in _FORMS if said[-1] in named), None)

    def suits(self, text: str) -> bool:
        """Whether a text has what its form must have: a number a digit, an address more than a name, a type letters."""
        needed = _NEEDED.get(self.shape or "")
        return needed is None or any(map(needed, text))


@dataclass(frozen=True, slots=True)
class ListField:
    """A place of a schema that holds a list.

    `own` is the list itself as a field: its path, names and idea, and the kind of its items if they are scalars ("" if
    not). `items` are the scalar places of an item that is an object, their paths counted from the item.
    """

    own: Field
    items: tuple[Field, ...]


def fields(schema: Schema) -> tuple[Field, ...]:
    """All scalar places of an object schema, nested objects included; lists and mappings are left out."""
    found = [place for place in _walk(schema, schema, (), ()) if isinstance(place, Field)]
    named: dict[str, list[Field]] = {}
    for one in found:
        named.setdefault(one.path.rsplit(".", 1)[-1], []).append(one)
    return tuple(
        replace(one, twin=(twins.index(one), len(twins)))
        for one in found
        if (twins := named[one.path.rsplit(".", 1)[-1]])
    )


def lists(schema: Schema) -> tuple[ListField, ...]:
    """All lists of an object schema, those in nested objects included; lists within lists are left out."""
    return tuple(place for place in _walk(schema, schema, (), ()) if isinstance(place, ListField))


def _walk(
    schema: Schema, root: Schema, path: tuple[str, ...], seen: tuple[str, ...], named: tuple[str, ...] = ()
) -> Iterator[Field | ListField]:
    """The places of a schema; `named` is the path without what says nothing of a place, as the `result` of a Maybe."""
    schema = simplify_schema(schema, root)
    if is_maybe(schema, root):
        raw = schema["properties"]["result"]
        if isinstance(raw, Mapping):
            raw = {key: value for key, value in raw.items() if key not in _DESCRIBING}
        yield from _place(raw, root, (*path, "result"), seen, named)
        return
    required = schema.get("required", ())
    for name, raw in schema.get("properties", {}).items():
        null = is_nullable(raw)
        for place in _place(raw, root, (*path, name), seen, (*named, name)):
            if isinstance(place, Field) and place.path == ".".join((*path, name)):
                yield replace(place, is_optional=null or name not in required, may_be_null=null)
            else:
                yield place


def _place(
    raw: Any, root: Schema, path: tuple[str, ...], seen: tuple[str, ...], named: tuple[str, ...]
) -> Iterator[Field | ListField]:
    part = simplify_schema(raw, root)
    reference = _reference(raw) if part else ""
    if "properties" in part:
        if reference not in seen and len(path) < 6:
            yield from _walk(part, root, path, (*seen, reference) if reference else seen, named)
    elif isinstance(part.get("items"), Mapping):
        item, inner = simplify_schema(part["items"], root), _reference(part["items"])
        within = () if inner in seen else _walk(item, root, (), (*seen, inner) if inner else seen)
        inside = tuple(place for place in within if isinstance(place, Field))
        yield ListField(_field(path, named, part, "" if inside else find_value_kind(item, root) or "", item), inside)
    elif kind := find_value_kind(part, root):
        yield _field(path, named, part, kind, part)


def _reference(schema: Schema) -> str:
    """The `$ref` behind an optional place, or ""."""
    for branch in (schema, *list_branches(schema), *schema.get("allOf", ())):
        if "$ref" in branch:
            return str(branch["$ref"])
    return ""


_FORMS = tuple(
    (form, frozenset(split_words(named)))
    for form, named in (
        ("email", "email mail"), ("phone", "phone telephone tel mobile"), ("website", "website url"), ("iban", "iban"),
        ("number", "number id no"), ("address", "address"), ("type", "type kind category"),
    )
)  # fmt: skip
"""Forms of values, and the words of names that tell them."""

_NETWORK = frozenset(split_words("email mail ip mac web network url"))
"""Words of addresses that are no places."""

_NEEDED: dict[str, Callable[[str], bool]] = {
    "number": str.isdigit,
    "address": lambda char: char.isdigit() or char == ",",
    "type": str.isalpha,
}
"""What a text of a form holds at least one of."""

_NUMBER = frozenset(split_words("number numero nummer no nr"))
"""A field of this name alone is the number of the document."""

_NO_FIELDS = frozenset({"title", "summary"})
"""Ideas of what documents call themselves and their parts: no field holds them."""


def _field(path: tuple[str, ...], named: tuple[str, ...], schema: Schema, kind: str, value: Schema) -> Field:
    """The field at a path, of the names on the way to it: described by `schema`, its values by `value`."""
    own, parent = split_words((named or path)[-1]), split_words(named[-2]) if len(named) > 1 else ()
    title, told = split_words(str(schema.get("title", ""))), _first_phrase(str(schema.get("description", "")))
    spoken = [(*parent, *own), own, title, told]
    idea = next((found for name in spoken if name and (found := idea_of(name))), None)
    if idea in _NO_FIELDS:
        idea = None
    if idea is None and not parent and own and own[0] in _NUMBER and len(own) == 1 and kind in {"string", "integer"}:
        idea = "document number"
    if parent and idea_of((*parent, *own)) is None and idea_of(own) is not None:
        idea = None  # `buyer.address` is not the address of the paper
    names = tuple(dict.fromkeys(" ".join(name) for name in (own, title, (*parent, *own), told) if name))
    choices = tuple(value["enum"]) if "enum" in value else (value["const"],) if "const" in value else ()
    choices = tuple(one for one in choices if one is not None)
    described = split_words(str(schema.get("description", "")))
    wordings = ((1.0, own), (1.0, title), (0.95, (*parent, *own)), (0.85, described))
    return Field(".".join(path), kind, names, idea, choices, value, wordings, idea_of(own))


def _first_phrase(description: str) -> tuple[str, ...]:
    """The words of a description up to its first stop, if they are few enough to be a label."""
    phrase = split_words(re.split(r"[.,;(]", description, maxsplit=1)[0])
    return phrase if len(phrase) <= 5 else ()
