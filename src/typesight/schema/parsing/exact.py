"""Reads and writes JSON exactly, every digit kept.

What JSON leaves open is decided here: a duplicate key, NaN and Infinity are errors, since to pick one of two values
would be a silent choice.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, NoReturn

__all__ = [
    "MAX_DEPTH",
    "Digits",
    "NotJson",
    "build_unique_dict",
    "check_depth",
    "fits_float",
    "is_json",
    "parse_integer",
    "read_json",
    "refuse_constant",
    "write_json",
]

# How deep a reply may be nested: as deep as pydantic reads.
MAX_DEPTH = 200
_write_key = json.JSONEncoder().encode
_write_plain = json.JSONEncoder(ensure_ascii=False).encode
# An integer of this many digits fits a float; one of more than 4,300 Python does not even read.
_SAFE_DIGITS = 308


class Digits(str):
    """A number with a fraction or an exponent, or an integer beyond a float's range, as written: "12.50" stays so."""

    __slots__ = ()


# What `json` would not write as it was read; everything else is written by it.
_OWN_FORM = (dict, list, Digits)


class NotJson(ValueError):
    """The reply's text is no JSON value; `quotes`: the message quotes the reply."""

    def __init__(self, message: str, *, quotes: bool = False) -> None:
        super().__init__(message)
        self.quotes = quotes


def read_json(text: str) -> Any:
    """Read JSON text as data; fractions, and numbers beyond a float's range, as `Digits`. Raises NotJson."""
    try:
        data = json.loads(
            text,
            parse_float=Digits,
            parse_int=parse_integer,
            parse_constant=refuse_constant,
            object_pairs_hook=build_unique_dict,
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"not valid JSON: {error.msg} at character {error.pos}") from error
    except NotJson:
        raise
    except RecursionError as error:
        raise NotJson("not readable JSON: nested too deeply") from error
    check_depth(data)
    return data


def is_json(text: str) -> bool:
    """Whether a text is JSON as it stands."""
    try:
        read_json(text)
    except NotJson:
        return False
    return True


def check_depth(data: Any) -> None:
    """Raise NotJson for data nested deeper than pydantic reads; how deep `json` goes depends on the Python version."""
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    raise NotJson("not readable JSON: nested too deeply")


def write_json(data: Any, *, exact: bool = False) -> str:
    """Write data as JSON text, each number as it was read.

    With `exact` a fraction that a 64-bit float does not hold exactly is written as a string, which pydantic reads
    digit by digit.
    """
    if isinstance(data, dict):
        members = [
            f"{_write_key(key)}:"
            + (write_json(value, exact=exact) if isinstance(value, _OWN_FORM) else _write_plain(value))
            for key, value in data.items()
        ]
        return "{" + ",".join(members) + "}"
    if isinstance(data, list):
        items = [write_json(each, exact=exact) if isinstance(each, _OWN_FORM) else _write_plain(each) for each in data]
        return "[" + ",".join(items) + "]"
    if isinstance(data, Digits):
        return f'"{data}"' if exact and not _fits_float_exactly(data) else str(data)
    return _write_plain(data)


def _fits_float_exactly(number: Digits) -> bool:
    """Whether a 64-bit float holds a number with all its digits."""
    try:
        return fits_float(number) and Decimal(number) == Decimal(repr(float(number)))
    except InvalidOperation:  # an exponent beyond even Decimal's range
        return False


def fits_float(number: str) -> bool:
    """Whether a number is finite as a 64-bit float, not `inf`."""
    return isfinite(float(number))


def parse_integer(text: str) -> int | Digits:
    """Read an integer; one beyond a float's range as `Digits`, so that its place can be named when it is refused."""
    return int(text) if len(text) <= _SAFE_DIGITS or fits_float(text) else Digits(text)


def build_unique_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object from its pairs. Raises NotJson for a duplicate key."""
    data = dict(pairs)
    if len(data) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise NotJson(f"the key {json.dumps(twice[:60])} stands more than once in one object", quotes=True)
    return data


def refuse_constant(name: str) -> NoReturn:
    """Raise NotJson for NaN and Infinity, which are not JSON."""
    raise NotJson(f"{name} is not a JSON number")
