"""FieldKinds: what kind of value each field of a record has, such as a date or a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from typesight.evaluation.scoring.scored_data import FieldSteps, list_leaves, tidy_data, write_path
from typesight.evaluation.scoring.value_readings import read_dates, read_numbers
from typesight.schema.schema_walk import Schema, find_inner_schema, list_shapes
from typesight.schema.value_kinds import find_value_kind, simplify_schema

__all__ = ["FieldKinds", "ValueKind", "read_kinds"]

ValueKind = Literal["text", "number", "integer", "boolean", "date", "time", "date-time", "choice"]

_SCHEMA_KINDS: Mapping[str | None, ValueKind] = {
    "string": "text",
    "decimal": "number",
    **{kind: kind for kind in get_args(ValueKind)},
}
"""The kinds that schemas tell, in the scoring's words."""
_CODE_DIGITS = 10
"""Digits of a text from which it is a code, as of a phone or an account, unless it has a mark or a currency."""
_MOST_LETTERS = 3
"""Letters that may stand beside a printed date: a weekday, an ordinal."""


@dataclass(frozen=True, slots=True)
class FieldKinds:
    """The kinds of fields by their paths, with `*` for each place in a list: `items.*.price`."""

    by_field: Mapping[str, ValueKind] = field(default_factory=dict)

    def find_kind(self, field: str, label: Any = None) -> ValueKind:
        """The kind of a field; that of the label's value where the field is not known."""
        return self.by_field.get(field) or _tell_kind([label])


def read_kinds(schema: Schema | None, labels: Iterable[Any]) -> FieldKinds:
    """The kinds of all labelled fields: by the JSON Schema, or by the labels' values where it does not say.

    Without a schema, a field is of numbers or booleans if all its values are; of dates if each is one date, in ISO form
    or printed; of numbers also if each is one printed amount; else of texts.
    """
    values: dict[FieldSteps, list[Any]] = {}
    for label in labels:
        for _, steps, value in list_leaves(tidy_data(label), (), (), {}):
            values.setdefault(steps, []).append(value)
    return FieldKinds(
        {
            write_path(steps): (_read_kind(schema, steps) if schema else None) or _tell_kind(found)
            for steps, found in values.items()
        }
    )


def _read_kind(schema: Schema, steps: FieldSteps) -> ValueKind | None:
    """The kind that the schema tells for a field; None if it says nothing, or several."""
    rule: Schema | None = schema
    with suppress(RecursionError, AttributeError, TypeError):  # a schema that names itself, or that is none
        for step in steps:
            rule = find_inner_schema(list_shapes(rule or {}, schema), 0 if step == "*" else step)
        return _SCHEMA_KINDS.get(find_value_kind(simplify_schema(rule or {}, schema), schema))
    return None


def _tell_kind(values: Sequence[Any]) -> ValueKind:
    return next((kind for kind, tells in _TELLING if values and all(map(tells, values))), "text")


def _is_date(value: Any) -> bool:
    return None not in read_dates(value) and sum(char.isalpha() for char in value) <= _MOST_LETTERS + _month(value)


def _month(text: str) -> int:
    """The letters of the longest word, which may be a month's name."""
    words = "".join(char if char.isalpha() else " " for char in text).split()
    return max(map(len, words), default=0)


def _is_amount(value: Any) -> bool:
    """Whether a value is a number, or a text that is one and not a code of digits such as `00123`."""
    if not isinstance(value, str):
        return _is_number(value)
    is_code = value.isdecimal() and (len(value) >= _CODE_DIGITS or (len(value) > 1 and value.startswith("0")))
    return not is_code and None not in read_numbers(value)


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool | str) and value is not None


_TELLING: tuple[tuple[ValueKind, Callable[[Any], bool]], ...] = (
    ("boolean", lambda value: isinstance(value, bool)),
    ("number", _is_number),
    ("date", _is_date),
    ("number", _is_amount),
)
