"""Reading: JSON text exactly as it stands, digits kept.

What JSON leaves open is decided here: a key that stands twice, NaN and Infinity are errors, since believing
either of two values would be a choice made in silence.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from typesight.errors import InvalidRecord

__all__ = ["Digits", "read_json", "write_json"]


class Digits(str):
    """A number with a fraction or an exponent, as it was written: "12.50" stays "12.50"."""

    __slots__ = ()


def read_json(text: str) -> Any:
    """JSON text as data; fractions as `Digits`. Raises InvalidRecord with its reason under the path ""."""
    try:
        return json.loads(text, parse_float=Digits, parse_constant=_no_constant, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise _invalid(f"not valid JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise _invalid("not readable JSON: nested too deeply") from error
    except ValueError as error:  # more digits than Python turns into an int
        raise _invalid(f"not readable JSON: {error}") from error


def write_json(data: Any) -> str:
    """Data as JSON text, each number as it was read."""
    if isinstance(data, Digits):
        return str(data)
    if isinstance(data, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{write_json(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ",".join(map(write_json, data)) + "]"
    return json.dumps(data, ensure_ascii=False)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _invalid(f"the key {json.dumps(twice[:60])} stands more than once in one object")
    return data


def _no_constant(name: str) -> NoReturn:
    raise _invalid(f"{name} is not a JSON number")


def _invalid(why: str) -> InvalidRecord:
    return InvalidRecord(why, errors={"": why})
