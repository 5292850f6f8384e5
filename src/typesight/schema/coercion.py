"""Repairs failing values that the schema lets mean only one thing: money as printed, an enum value in another case.

Claude does not guarantee the case of enum values. Source: Anthropic structured-outputs guide, 2026-09.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from typesight.schema.field_paths import PathSteps, join_steps
from typesight.schema.repair import Repair
from typesight.schema.schema_walk import Schema, walk_leaves
from typesight.schema.set_values import merge_values
from typesight.text.single_number import normalise_number

__all__ = ["RepairedText", "ValueRepair", "apply_repairs", "find_value_repairs", "list_repairs"]

_NUMBERS = frozenset({"number", "integer"})
_CONTAINERS = (dict, list)


class RepairedText(str):
    """A string that replaces a value of the reply, and carries along what was repaired, wherever it goes."""

    what: str
    before: str


@dataclass(frozen=True, slots=True)
class ValueRepair:
    """A possible repair: a string to replace the one at a place in JSON data; for a number, all its plain digits."""

    steps: tuple[str | int, ...]
    what: str
    before: str
    after: str

    @property
    def path(self) -> str:
        """The place as a dotted path."""
        return join_steps(self.steps)

    @property
    def text(self) -> RepairedText:
        """The string to put there."""
        text = RepairedText(self.after)
        text.what, text.before = self.what, self.before
        return text


def find_value_repairs(data: Any, paths: Collection[str], schema: Schema) -> list[ValueRepair]:
    """The possible repairs at the failing paths."""
    leaves = walk_leaves(data, schema, paths)
    found = (_find_repair(steps, value, shapes, paths) for steps, value, shapes in leaves if isinstance(value, str))
    return [mending for mending in found if mending]


def apply_repairs(data: Any, found: Collection[ValueRepair]) -> Any:
    """A copy of JSON data with these repairs made."""
    return merge_values(data, {mending.steps: mending.text for mending in found})


def list_repairs(data: Any) -> tuple[Repair, ...]:
    """The repairs that were made in JSON data, in order."""
    found = _walk_repaired(data, ()) if isinstance(data, _CONTAINERS) else ()
    return tuple(Repair(join_steps(steps), text.what, text.before, str(text)) for steps, text in found)


def _walk_repaired(data: dict[str, Any] | list[Any], at: PathSteps) -> Iterator[tuple[PathSteps, RepairedText]]:
    for step, value in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(value, RepairedText):
            yield (*at, step), value
        elif isinstance(value, _CONTAINERS):
            yield from _walk_repaired(value, (*at, step))


def _find_repair(
    steps: tuple[str | int, ...], value: str, shapes: list[Schema], paths: Collection[str]
) -> ValueRepair | None:
    kinds = {kind for shape in shapes for kind in _list_free_types(shape)}
    allowed = {each for shape in shapes for each in _list_allowed_values(shape) if isinstance(each, str)}
    if "string" in kinds:
        return None
    path, above = join_steps(steps), join_steps(steps[:-1])
    if allowed and (path in paths or above in paths):  # with a wrong tag, a union of objects fails as a whole
        same = [each for each in allowed if each.casefold() == value.strip().casefold()]
        if len(same) == 1 and value not in allowed:
            return ValueRepair(steps, "matched a value of the schema, ignoring case", value, same[0])
    number = normalise_number(value) if path in paths and kinds & _NUMBERS else None
    return None if number is None else ValueRepair(steps, "read a number as it is printed", value, number)


def _list_free_types(shape: Schema) -> Iterator[str]:
    """The types that a shape accepts without listing their values (enum, const); a Decimal counts as a number."""
    if _list_allowed_values(shape) or "anyOf" in shape or "oneOf" in shape:
        return
    kind = shape.get("type")
    yield from kind if isinstance(kind, list) else [kind] if kind else ["string"]


def _list_allowed_values(shape: Schema) -> list[Any]:
    return list(shape.get("enum", ())) + ([shape["const"]] if "const" in shape else [])
