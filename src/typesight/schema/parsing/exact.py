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
    "MOST_LEVELS",
    "Digits",
    "NotJson",
    "constant",
    "integer",
    "is_held",
    "is_json",
    "read_json",
    "unique",
    "write_json",
]

# How deep a reply may be nested: as deep as pydantic reads.
MOST_LEVELS = 200
# An integer of this many digits fits a float; one of more than 4,300 Python does not even read.
_SURELY_HELD = 308


class Digits(str):
    """A number with a fraction or an exponent, or an integer beyond a float's range, as written: "12.50" stays so."""

    __slots__ = ()


class NotJson(ValueError):
    """The reply's text is no JSON value; `quotes`: the message quotes the reply."""

    def __init__(self, message: str, *, quotes: bool = False) -> None:
        super().__init__(message)
        self.quotes = quotes


def read_json(text: str) -> Any:
    """Read JSON text as data; fractions, and numbers beyond a float's range, as `Digits`. Raises NotJson."""
    try:
        data = json.loads(
            text, parse_float=Digits, parse_int=integer, parse_constant=constant, object_pairs_hook=unique
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"not valid JSON: {error.msg} at character {error.pos}") from error
    except NotJson:
        raise
    except RecursionError as error:
        raise NotJson("not readable JSON: nested too deeply") from error
    _check_depth(data)
    return data


def is_json(text: str) -> bool:
    """Whether a text is JSON as it stands."""
    try:
        read_json(text)
    except NotJson:
        return False
    return True


def _check_depth(data: Any) -> None:
    """Refuse data nested deeper than pydantic reads; how deep `json` itself goes depends on the Python version."""
    level = [data]
    for _ in range(MOST_LEVELS):
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
    if isinstance(data, Digits):
        return f'"{data}"' if exact and not _is_exact(data) else str(data)
    if isinstance(data, dict):
        return (
            "{" + ",".join(f"{json.dumps(key)}:{write_json(value, exact=exact)}" for key, value in data.items()) + "}"
        )
    if isinstance(data, list):
        return "[" + ",".join(write_json(each, exact=exact) for each in data) + "]"
    return json.dumps(data, ensure_ascii=False)


def _is_exact(number: Digits) -> bool:
    """Whether a 64-bit float holds a number with all its digits."""
    try:
        return is_held(number) and Decimal(number) == Decimal(repr(float(number)))
    except InvalidOperation:  # an exponent beyond even Decimal's range
        return False


def is_held(number: str) -> bool:
    """Whether a number is finite as a 64-bit float, not `inf`."""
    return isfinite(float(number))


def integer(text: str) -> int | Digits:
    """Read an integer; one beyond a float's range as `Digits`, so that its place can be named when it is refused."""
    return int(text) if len(text) <= _SURELY_HELD or is_held(text) else Digits(text)


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object from its pairs. Raises NotJson for a duplicate key."""
    data = dict(pairs)
    if len(data) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise NotJson(f"the key {json.dumps(twice[:60])} stands more than once in one object", quotes=True)
    return data


def constant(name: str) -> NoReturn:
    """Raise NotJson for NaN and Infinity, which are not JSON."""
    raise NotJson(f"{name} is not a JSON number")
