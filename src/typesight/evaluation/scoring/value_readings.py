"""Value readings: what a value can mean as a number, a date or a time, however it is spelled.

A spelling may be read in two ways: `1,234` by the decimal mark, `03/04/2018` by the order of day and month. Two values
are one if they are equal when both are read in the same way, so each reader gives a reading for each way, in order.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from typesight.text.amounts import find_amounts
from typesight.text.dates import find_dates, find_times, swap_day_and_month
from typesight.text.single_number import normalise_number

__all__ = ["READERS", "is_printed_amount", "read_dates", "read_numbers", "read_plain_number"]

_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d{1,60}(?:\.\d{0,60})?|\.\d{1,60})(?:[eE][+-]?\d{1,3})?", re.ASCII)
"""A number as JSON or a Decimal writes it, of up to 60 digits on each side of the point."""

_MARKS = (".", ",")
_LONGEST = 64
"""Characters of the longest text that is read as a number, a date or a time; a longer one is prose."""
_MOST_LETTERS = 3
"""Letters that may stand beside an amount or a date: a currency, a unit, a weekday."""


def read_plain_number(value: Any) -> Decimal | None:
    """A JSON number, or a text that Decimal writes, as its exact value."""
    if isinstance(value, bool) or (isinstance(value, str) and not _PLAIN_NUMBER.fullmatch(value)):
        return None
    with suppress(InvalidOperation, ValueError, TypeError):
        return Decimal(repr(value) if isinstance(value, float) else value)
    return None


def read_numbers(value: Any) -> tuple[Decimal | None, ...]:
    """A number by either decimal mark, point first: numbers, `12,50`, `RM 1,234.50`; None where it is none.

    A float counts by the 15 digits that it has for certain, so that 0.1 + 0.2 is 0.3.
    """
    if isinstance(value, float) and math.isfinite(value):
        return (Decimal(f"{value:.15g}"),) * 2
    plain = read_plain_number(value)
    if plain is not None or not isinstance(value, str) or not _is_brief(value):
        return (plain, plain)
    text = normalise_number(value)
    return (Decimal(text),) * 2 if text is not None else tuple(_read_amount_by(value, mark) for mark in _MARKS)


def _is_brief(text: str) -> bool:
    """Whether a text may be an amount: it has digits, and hardly anything else."""
    return len(text) <= _LONGEST and any(map(str.isdigit, text)) and sum(map(str.isalpha, text)) <= _MOST_LETTERS


def _read_amount_by(text: str, mark: str) -> Decimal | None:
    found = find_amounts(text, mark)
    return found[0].value if len(found) == 1 else None


def is_printed_amount(text: str) -> bool:
    """Whether a text is one number with a mark, a sign or a currency: `12.50`, not the digits `00123` of a code."""
    return not text.isdecimal() and None not in read_numbers(text)


def read_dates(value: Any) -> tuple[datetime.date | None, ...]:
    """A date by either order of day and month, day first; None where it is none."""
    if isinstance(value, str) and len(value) <= _LONGEST:
        with suppress(ValueError):
            return (datetime.date.fromisoformat(value.strip()),) * 2
        found = find_dates(value)
        if len({each.value for each in found}) == 1:
            return found[0].value, swap_day_and_month(value, found[0].value)
    return None, None


def _read_times(value: Any) -> tuple[datetime.time | None, ...]:
    """A time of day; the zone is left out."""
    if isinstance(value, str) and len(value) <= _LONGEST:
        with suppress(ValueError):
            return (datetime.time.fromisoformat(value.strip()).replace(tzinfo=None),) * 2
        found = set(find_times(value))
        if len(found) == 1:
            return (found.pop(),) * 2
    return None, None


def _read_moments(value: Any) -> tuple[datetime.datetime | None, ...]:
    """A date with its time, midnight where it has none; in UTC if it names its zone."""
    if isinstance(value, str) and len(value) <= _LONGEST:
        with suppress(ValueError, OverflowError):
            moment = datetime.datetime.fromisoformat(value.strip())
            zoned = moment.astimezone(datetime.UTC) if moment.tzinfo else moment
            return (zoned.replace(tzinfo=None),) * 2
        time = _read_times(value)[0] or datetime.time()
        return tuple(None if each is None else datetime.datetime.combine(each, time) for each in read_dates(value))
    return None, None


READERS: Mapping[str, Callable[[Any], tuple[Any, ...]]] = {
    "number": read_numbers,
    "integer": read_numbers,
    "date": read_dates,
    "time": _read_times,
    "date-time": _read_moments,
}
"""How values of a kind are read; texts, booleans and choices have no readings."""
