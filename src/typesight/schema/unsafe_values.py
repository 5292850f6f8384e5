"""Finds values that JSON can hold but no record may: infinite numbers, NaN, and the character U+0000.

A number beyond a float's range becomes `inf` in Python, as do the words for it. U+0000 is never printed, and databases
refuse it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from typing import Any

from typesight.schema.field_paths import MISSING, FieldError, PathSteps, find_at, get_at, join_steps
from typesight.schema.parsing.exact import Digits, fits_float
from typesight.schema.schema_walk import Schema, find_inner_schema, list_shapes, walk_leaves

__all__ = ["find_infinities", "find_unsafe_values", "holds_infinity", "may_be_unsafe", "replace_infinite_numbers"]

_TOO_LARGE = "a number this large cannot be kept: no float goes beyond about 1.8e308"
_IN_WORDS = "not a number"
_NUL = "holds the character U+0000, which is printed nowhere: leave it out"
_NUL_KEY = "a key in it holds the character U+0000, which is printed nowhere: leave it out"
_NUMERIC = frozenset({_TOO_LARGE, _IN_WORDS})
_NUMBERS = frozenset({"number", "integer"})
# JSON text that may hold such a value: the escape of U+0000, or a string that may read as NaN or infinity, which is one
# of the words, an exponent of two digits or more, or hundreds of digits. In `write_json(…, exact=True)` a number beyond
# a float's range is a string too.
_BLANK = r"(?:\s|\\[bfnrt]|\\u00[01][\da-f])*"
_MAYBE_UNSAFE = re.compile(
    rf'\\u0000|"{_BLANK}[-+]?(?:nan|inf(?:inity)?|[\d_.]*e\+?[\d_]{{2,}}|[\d_.]{{300,}}(?:e[-+]?[\d_]+)?){_BLANK}"',
    re.IGNORECASE,
)


def may_be_unsafe(text: str) -> bool:
    """Whether JSON text, written exactly, may hold a value that no record may hold: a quick look without the schema."""
    return _MAYBE_UNSAFE.search(text) is not None


def find_unsafe_values(data: Any, schema: Schema) -> tuple[FieldError, ...]:
    """The values in JSON data that no record may hold, one fault for each place."""
    faults = dict([*_find_forbidden(data, ()), *_find_infinite_strings(data, schema)])
    return tuple(
        FieldError(join_steps(steps), message, get_at(data, steps), extra=not _is_in_schema(steps, data, schema))
        for steps, message in faults.items()
    )


def replace_infinite_numbers(data: Any, schema: Schema) -> Any:
    """A copy of JSON data with null for each number that is not finite, so that no validator gets an infinity."""
    places = {
        steps
        for steps, message in [*_find_forbidden(data, ()), *_find_infinite_strings(data, schema)]
        if message in _NUMERIC
    }
    return _replace_with_null(data, places, ())


def find_infinities(data: Any, schema: Schema, dumped: Callable[[], Any]) -> tuple[FieldError, ...]:
    """The strings and keys that became NaN or infinity in a record, where the schema does not show that they can.

    This happens to a field under another of its names, in the first branch of a union that fits, and to a dict's keys.
    `dumped` returns the fields that the reply set, in plain Python containers: the model's own defaults do not count,
    nor does a string that is still the same there.
    """
    kept = {
        steps for steps, _, shapes in walk_leaves(data, schema) if {shape.get("type") for shape in shapes} == {"string"}
    }
    values = [(steps, said) for steps, said in _walk_strings(data, ()) if steps not in kept and _is_infinite(said)]
    keys = [(steps, key) for steps, key in _walk_keys(data, ()) if _is_infinite(key)]
    record = dumped() if values or keys else None
    values = [(steps, said) for steps, said in values if get_at(record, steps) != said]
    keys = [(steps, key) for steps, key in keys if find_at(record, steps) is MISSING]
    lost = [*(values if holds_infinity(record) else ()), *(keys if _holds_infinite_key(record) else ())]
    return tuple(FieldError(join_steps(steps), _explain(said), said) for steps, said in lost)


def holds_infinity(value: Any) -> bool:
    """Whether a value, in plain Python containers, holds a number that is not finite; keys do not count."""
    if isinstance(value, dict):
        return any(map(holds_infinity, value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(holds_infinity, value))
    return not math.isfinite(value) if isinstance(value, float | Decimal) else False


def _holds_infinite_key(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(holds_infinity, value)) or any(map(_holds_infinite_key, value.values()))
    return isinstance(value, list | tuple) and any(map(_holds_infinite_key, value))


def _find_forbidden(data: Any, at: PathSteps) -> Iterator[tuple[PathSteps, str]]:
    """What no schema allows: a number beyond a float's range, U+0000 in a string or a key."""
    if isinstance(data, dict | list):
        if isinstance(data, dict) and any("\0" in key for key in data):
            yield at, _NUL_KEY
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _find_forbidden(value, (*at, step))
    elif isinstance(data, Digits):
        if not fits_float(data):
            yield at, _TOO_LARGE
    elif isinstance(data, str) and "\0" in data:
        yield at, _NUL


def _find_infinite_strings(data: Any, schema: Schema) -> Iterator[tuple[PathSteps, str]]:
    """The strings in place of a number that are not finite: NaN, Infinity, digits beyond a float's range."""
    for steps, value, shapes in walk_leaves(data, schema):
        kinds = [shape.get("type") for shape in shapes]
        if isinstance(value, str) and "string" not in kinds and _NUMBERS & set(kinds) and _is_infinite(value):
            yield steps, _explain(value)


def _is_in_schema(steps: PathSteps, data: Any, schema: Schema) -> bool:
    """Whether a schema has a place, or allows anything there; False for a field that it does not have."""
    rule: Schema = schema
    for step in steps:
        shapes = list_shapes(rule, schema, data)
        inner = find_inner_schema(shapes, step)
        if inner is None:
            return not any("properties" in shape for shape in shapes)
        rule, data = inner, get_at(data, (step,))
    return True


def _walk_strings(data: Any, at: PathSteps) -> Iterator[tuple[PathSteps, str]]:
    """Every string in the data, except numbers kept as `Digits`."""
    if isinstance(data, dict | list):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _walk_strings(value, (*at, step))
    elif isinstance(data, str) and not isinstance(data, Digits):
        yield at, data


def _walk_keys(data: Any, at: PathSteps) -> Iterator[tuple[PathSteps, str]]:
    if isinstance(data, dict | list):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            if isinstance(step, str):
                yield (*at, step), step
            yield from _walk_keys(value, (*at, step))


def _is_infinite(text: str) -> bool:
    """Whether a string reads as a float that is not finite."""
    try:
        return not fits_float(text)
    except ValueError:
        return False


def _explain(text: str) -> str:
    return _TOO_LARGE if any(each.isdigit() for each in text) else _IN_WORDS


def _replace_with_null(data: Any, places: Collection[PathSteps], at: PathSteps) -> Any:
    if at in places:
        return None
    if isinstance(data, dict):
        return {key: _replace_with_null(value, places, (*at, key)) for key, value in data.items()}
    return (
        [_replace_with_null(value, places, (*at, place)) for place, value in enumerate(data)]
        if isinstance(data, list)
        else data
    )
