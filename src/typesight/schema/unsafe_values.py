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

from typesight.schema.field_paths import MISSING, FieldError, Steps, dotted, found, value_at
from typesight.schema.parsing.exact import Digits, is_held
from typesight.schema.schema_walk import Schema, leaves, rule_of, shapes_of, union_of

__all__ = ["holds_infinity", "infinities", "unsound", "without_numbers"]

_TOO_LARGE = "a number this large cannot be kept: no float goes beyond about 1.8e308"
_IN_WORDS = "not a number"
_NUL = "holds the character U+0000, which is printed nowhere: leave it out"
_NUL_KEY = "a key in it holds the character U+0000, which is printed nowhere: leave it out"
_NUMERIC = frozenset({_TOO_LARGE, _IN_WORDS})
_NUMBERS = frozenset({"number", "integer"})
# A JSON string that may read as NaN or infinity: the words, an exponent of two digits or more, or hundreds of digits.
_MAYBE = re.compile(r'"\s*[-+]?(?:nan|inf(?:inity)?|[\d_.]*e\+?[\d_]{2,}|[\d_.]{300,})\s*"', re.IGNORECASE)


def unsound(data: Any, schema: Schema) -> tuple[FieldError, ...]:
    """The values in JSON data that no record may hold, one fault for each place."""
    faults = dict([*_anywhere(data, ()), *_in_texts(data, schema)])
    return tuple(
        FieldError(dotted(steps), message, value_at(data, steps), extra=not _is_known(steps, data, schema))
        for steps, message in faults.items()
    )


def without_numbers(data: Any, schema: Schema) -> Any:
    """A copy of JSON data with null for each number that is not finite, so that no validator gets an infinity."""
    places = {steps for steps, message in [*_anywhere(data, ()), *_in_texts(data, schema)] if message in _NUMERIC}
    return _nulled(data, places, ())


def infinities(data: Any, schema: Schema, text: str, dumped: Callable[[], Any]) -> tuple[FieldError, ...]:
    """The strings and keys that became NaN or infinity in a record, where the schema does not show that they can.

    This happens to a field under another of its names, in the first branch of a union that fits, and to a dict's keys.
    `text` is the data as JSON. `dumped` returns the fields that the reply set, in plain Python containers: the model's
    own defaults do not count, nor does a string that is still the same there.
    """
    if not _MAYBE.search(text):
        return ()
    kept = {steps for steps, _, shapes in leaves(data, schema) if {shape.get("type") for shape in shapes} == {"string"}}
    values = [(steps, said) for steps, said in _texts(data, ()) if steps not in kept and _is_infinite(said)]
    keys = [(steps, key) for steps, key in _keys(data, ()) if _is_infinite(key)]
    record = dumped() if values or keys else None
    values = [(steps, said) for steps, said in values if value_at(record, steps) != said]
    keys = [(steps, key) for steps, key in keys if found(record, steps) is MISSING]
    lost = [*(values if holds_infinity(record) else ()), *(keys if _holds_infinite_key(record) else ())]
    return tuple(FieldError(dotted(steps), _why(said), said) for steps, said in lost)


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


def _anywhere(data: Any, at: Steps) -> Iterator[tuple[Steps, str]]:
    """What no schema allows: a number beyond a float's range, U+0000 in a string or a key."""
    if isinstance(data, dict | list):
        if isinstance(data, dict) and any("\0" in key for key in data):
            yield at, _NUL_KEY
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _anywhere(value, (*at, step))
    elif isinstance(data, Digits):
        if not is_held(data):
            yield at, _TOO_LARGE
    elif isinstance(data, str) and "\0" in data:
        yield at, _NUL


def _in_texts(data: Any, schema: Schema) -> Iterator[tuple[Steps, str]]:
    """The strings in place of a number that are not finite: NaN, Infinity, digits beyond a float's range."""
    for steps, value, shapes in leaves(data, schema):
        kinds = [shape.get("type") for shape in shapes]
        if isinstance(value, str) and "string" not in kinds and _NUMBERS & set(kinds) and _is_infinite(value):
            yield steps, _why(value)


def _is_known(steps: Steps, data: Any, schema: Schema) -> bool:
    """Whether a schema has a place, or allows anything there; False for a field that it does not have."""
    rule: Schema = schema
    for step in steps:
        shapes = shapes_of(rule, schema, data)
        inner = union_of([each for shape in shapes if (each := rule_of(shape, step)) is not None])
        if inner is None:
            return not any("properties" in shape for shape in shapes)
        rule, data = inner, value_at(data, (step,))
    return True


def _texts(data: Any, at: Steps) -> Iterator[tuple[Steps, str]]:
    """Every string in the data, except numbers kept as `Digits`."""
    if isinstance(data, dict | list):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _texts(value, (*at, step))
    elif isinstance(data, str) and not isinstance(data, Digits):
        yield at, data


def _keys(data: Any, at: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(data, dict | list):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            if isinstance(step, str):
                yield (*at, step), step
            yield from _keys(value, (*at, step))


def _is_infinite(text: str) -> bool:
    """Whether a string reads as a float that is not finite."""
    try:
        return not is_held(text)
    except ValueError:
        return False


def _why(text: str) -> str:
    return _TOO_LARGE if any(each.isdigit() for each in text) else _IN_WORDS


def _nulled(data: Any, places: Collection[Steps], at: Steps) -> Any:
    if at in places:
        return None
    if isinstance(data, dict):
        return {key: _nulled(value, places, (*at, key)) for key, value in data.items()}
    return (
        [_nulled(value, places, (*at, place)) for place, value in enumerate(data)] if isinstance(data, list) else data
    )
