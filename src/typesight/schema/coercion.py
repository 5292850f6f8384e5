"""Repairs failing values that the schema lets mean only one thing: money as printed, an enum value in another case.

Claude does not guarantee the case of enum values. Source: Anthropic structured-outputs guide, 2026-09.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from typesight.schema.field_paths import Steps, dotted
from typesight.schema.repair import Repair
from typesight.schema.schema_walk import Schema, leaves
from typesight.schema.set_values import merged
from typesight.text.numerals import number_in

__all__ = ["Mended", "Mending", "applied", "mended_in", "mendings"]

_NUMBERS = frozenset({"number", "integer"})


class Mended(str):
    """A string that replaces a value of the reply, and carries along what was repaired, wherever it goes."""

    what: str
    before: str


@dataclass(frozen=True, slots=True)
class Mending:
    """A possible repair: a string to replace the one at a place in JSON data; for a number, all its plain digits."""

    steps: tuple[str | int, ...]
    what: str
    before: str
    after: str

    @property
    def path(self) -> str:
        """The place as a dotted path."""
        return dotted(self.steps)

    @property
    def text(self) -> Mended:
        """The string to put there."""
        text = Mended(self.after)
        text.what, text.before = self.what, self.before
        return text


def mendings(data: Any, paths: Collection[str], schema: Schema) -> list[Mending]:
    """The possible repairs at the failing paths."""
    strings = [(steps, value, shapes) for steps, value, shapes in leaves(data, schema) if isinstance(value, str)]
    found = (_mending(steps, value, shapes, paths) for steps, value, shapes in strings)
    return [mending for mending in found if mending]


def applied(data: Any, found: Collection[Mending]) -> Any:
    """A copy of JSON data with these repairs made."""
    return merged(data, {mending.steps: mending.text for mending in found})


def mended_in(data: Any) -> tuple[Repair, ...]:
    """The repairs that were made in JSON data, in order."""
    return tuple(Repair(dotted(steps), text.what, text.before, str(text)) for steps, text in _mended(data, ()))


def _mended(data: Any, at: Steps) -> Iterator[tuple[Steps, Mended]]:
    if isinstance(data, Mended):
        yield at, data
    for step, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from _mended(value, (*at, step))


def _mending(steps: tuple[str | int, ...], value: str, shapes: list[Schema], paths: Collection[str]) -> Mending | None:
    kinds = {kind for shape in shapes for kind in _kinds(shape)}
    allowed = {each for shape in shapes for each in _values(shape) if isinstance(each, str)}
    if "string" in kinds:
        return None
    path, above = dotted(steps), dotted(steps[:-1])
    if allowed and {path, above} & set(paths):  # with a wrong tag, a union of objects fails as a whole
        same = [each for each in allowed if each.casefold() == value.strip().casefold()]
        if len(same) == 1 and value not in allowed:
            return Mending(steps, "took a value of the schema for the same in another case", value, same[0])
    number = number_in(value) if path in paths and kinds & _NUMBERS else None
    return None if number is None else Mending(steps, "read a number as it is printed", value, number)


def _kinds(shape: Schema) -> Iterator[str]:
    """The types that a shape accepts without listing their values (enum, const); a Decimal counts as a number."""
    if _values(shape) or "anyOf" in shape or "oneOf" in shape:
        return
    kind = shape.get("type")
    yield from kind if isinstance(kind, list) else [kind] if kind else ["string"]


def _values(shape: Schema) -> list[Any]:
    return list(shape.get("enum", ())) + ([shape["const"]] if "const" in shape else [])
