"""A `Priced`: what a row of a bill tells that ends in an amount."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from typesight.text.amounts import FoundAmount, find_amounts
from typesight.text.dates import find_dates

__all__ = ["Priced", "counted", "named", "priced", "rate"]

_UNIT = r"(?:kgs?|g|lbs?|oz|ltrs?|lit(?:re|er)s?|l|gal|m|yds?|ft)\b\.?"
_TIMES = re.compile(
    rf"(?<![\d.,\-/])(?P<count>\d{{1,4}}(?:[.,]\d{{1,3}})?)\s*(?P<measure>{_UNIT}\s*)?"
    r"(?:(?P<each>[@xX\u00d7*])|(?:pcs?|ea|stk|pz|uds?)\b\.?\s*(?P<of>[@xX\u00d7*])?)\s*(?=\D{0,4}\d|$)"
    r"|(?<!\d)(?<!\d\s)[xX\u00d7]\s?(?P<after>\d{1,4})(?!\S)",
    re.I,
)
"""How many of a thing, or how much: `2 x 3.50`, `2 pcs @ 3.50`, `0.512 kg @ 1.99`, `Tea x2`."""

_LEADING = re.compile(r"^(?P<count>\d{1,3})\s*(?P<times>[xX\u00d7])?\s+(?=[^\W\d_]{2})")
"""The count before a name: `2 Tea`."""

_CODE = re.compile(r"^\d{4,14}\b")
_EACH = re.compile(r"\s*@\s*\D{0,3}\d+[.,]\d\d$")
"""The price of one behind a name, in the row above its count and amount: `Fruit @24.00`."""

_COUNT = re.compile(rf"(?:^|\s)\d+(?:[.,]\d+)?\s*(?:{_UNIT}|pcs?|ea|stk|pz|uds?)?$", re.I)
_LETTER = re.compile(r"[^\W\d_]")
_MEASURE = re.compile(
    r"\s?(?:kg|g|mg|lb|oz|l|ml|cl|m|mm|cm|km|mi|miles?|in|ft|w|v|kwh|gb|mb|gal|lit(?:re|er)s?|mins?|hrs?)\b", re.I
)
"""A unit behind a number: `1.2 kg` is no price."""

_PER = re.compile(rf"\s*(?:/|per|each|ea\b\.?|p)\s*(?:{_UNIT})?", re.I)
"""What a price is for: `1.99/kg`, `1.65 each`."""

_RATE = re.compile(rf"\s*(?:/|per)\s*{_UNIT}", re.I)
"""What makes a price that of a litre or a kilogram: `2.590 / litre`."""

_TRAILING = re.compile(r"(\d{1,3})\s*$")
_BETWEEN = re.compile(r"[\sxX\u00d7*@=|]*")
_UNITS = re.compile(r"[\sxX\u00d7*@=|]*(?:[^\W\d]{1,6}\b\.?\s*){0,2}[\sxX\u00d7*@=|]*")
"""The same, or the unit of a count: `6.00 boxes 17.00 102.00`."""

_AFTER_PRICE = re.compile(r"[\s*|#]*(?:(?:[A-Z]{1,3}|[a-z])\b)?[\s*|#]*")
"""What may follow an amount at the end of a row: marks of a tax rate."""


@dataclass(frozen=True, slots=True)
class Priced:
    """The text of a row, the count, the price of one and the amount.

    `is_bare` says that the count may be a part of the text: `6 eggs`. `is_each` says that the amount is that of one:
    `2 x 1.65` and nothing else. `code` is what stands in the place of a text that is none.
    """

    text: str
    count: Decimal | None
    unit: Decimal | None
    amount: Decimal
    is_bare: bool = False
    is_each: bool = False
    code: str = ""


def counted(text: str) -> tuple[str, Decimal | None, bool]:
    """A name without the count before it, that count, and whether it may be a part of the name."""
    leading = _LEADING.match(text)
    if leading is None:
        return text, None, False
    return text[leading.end() :], Decimal(leading["count"]), leading["times"] is None


def named(text: str) -> str:
    """The name in a row that has the price of one behind it, where the count and the amount are in the next."""
    each = _EACH.search(text)
    return text[: each.start()] if each and _LETTER.search(text) and not _COUNT.search(text[: each.start()]) else text


def rate(text: str, mark: str | None) -> Decimal | None:
    """The price of a litre or the like, if a row tells nothing else."""
    found = find_amounts(text, mark)
    return found[0].value if len(found) == 1 and found[0].has_decimals and _RATE.match(text, found[0].end) else None


def priced(text: str, mark: str | None, *, is_counted: bool = True) -> Priced | None:
    """What a row tells whose last word is an amount; None for any other row.

    `is_counted` says that the count is asked for: else it is a part of the text, unless the price of one goes with it.
    """
    found = [one for one in find_amounts(text, mark) if not one.is_percent and not _is_measure(text, one)]
    large = 1000 if mark is None else math.inf  # where some amounts have decimals, all have
    money = [one for one in found if one.has_decimals or one.currency or abs(one.value) >= large]
    if (
        find_dates(text)
        or not money
        or named(text) != text
        or rate(text, mark) is not None
        or not _ends(text, money[-1])
    ):
        return None
    times = _times(text, money)
    agreed = _agreeing(text, found) if times is None else None
    if agreed is not None:
        return agreed
    unit = money[-2] if len(money) > 1 else None
    return _plain(text, money[-1], unit, times if is_counted or unit or (times and not times.start()) else None)


def _plain(text: str, amount: FoundAmount, unit: FoundAmount | None, times: re.Match[str] | None) -> Priced:
    """A row by its parts: the amount, the price of one, and the count, if there are such."""
    count = Decimal((times["count"] or times["after"]).replace(",", ".")) if times else None
    is_each = bool(times and unit is None and (times["each"] or times["of"]) and times.end() + 4 >= amount.start)
    told = text[: min([one.start for one in (amount, unit) if one] + ([times.start()] if times else []))]
    if times and times.start() == 0 and not is_each:  # `2 x 1.65 Bananas 3.30`
        start = unit.end if unit else times.end()
        per = _PER.match(text, start)
        told = text[per.end() if per else start : amount.start]
    is_bare = False
    if count is None:
        told, count, is_bare = counted(told)
    trailing = _TRAILING.search(told)
    if count is None and unit is not None and trailing:
        told, count = told[: trailing.start()], Decimal(trailing[1])
    one = amount if is_each else unit
    code = told.strip() if _CODE.match(told) else ""
    return Priced(_named(told), count, one.value if one else None, amount.value, is_bare, is_each, code)


def _is_measure(text: str, one: FoundAmount) -> bool:
    return bool(_MEASURE.match(text, one.end))


def _ends(text: str, last: FoundAmount) -> bool:
    """Whether nothing follows an amount but what it is for, and marks."""
    per = _PER.match(text, last.end)
    end = per.end() if per else last.end
    return bool(_AFTER_PRICE.fullmatch(text, end) or _AFTER_PRICE.fullmatch(text, last.end))


def _times(text: str, money: Sequence[FoundAmount]) -> re.Match[str] | None:
    """The count of a row: what follows it is a price, so that `2 x 4 stud` is none."""
    for match in _TIMES.finditer(text, 0, money[-1].start):
        after = next((one for one in find_amounts(text) if one.start >= match.end() - 1), None)
        is_price = after is None or any(one.start <= after.end and after.start <= one.end for one in money)
        if match["after"] or (is_price and not _LETTER.search(text[match.end() : after.start if after else None])):
            return match
    return None


def _agreeing(text: str, found: Sequence[FoundAmount]) -> Priced | None:
    """A row that ends in a count and the price of one, in any order, and the amount that they come to."""
    if len(found) < 3:
        return None
    first, second, amount = found[-3:]
    between = text[first.end : second.start], text[second.end : amount.start]
    if (
        first.value * second.value != amount.value
        or not _BETWEEN.fullmatch(between[1])
        or not _UNITS.fullmatch(between[0])
    ):
        return None
    count, unit = (second, first) if first.has_decimals and not second.has_decimals else (first, second)
    return Priced(_named(text[: first.start]), count.value, unit.value, amount.value)


def _named(told: str) -> str:
    told = told.strip(" -:|@=$\u20ac\u00a3")
    return told if len(_LETTER.findall(told)) > 1 else ""
