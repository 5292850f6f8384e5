"""Find printed dates and times in a text as `datetime` values."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

from typesight.text.letters import plain

__all__ = ["FoundDate", "dates", "other_order", "times"]

MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "januar februar marz april mai juni juli august september oktober november dezember",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "januari februari mac april mei jun julai ogos september oktober november disember",
    )
    for number, name in enumerate(names.split(), 1)
}
"""Month names without accents; an abbreviation of three letters or more counts if it fits one month only."""

DAY_OF_YEAR = re.compile(
    r"(?<![\d/.\-])(?P<a>\d{1,2})\s?(?P<sep>[/.\-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?"
    r"(?:(?P<y>(?:19|20)\d\d)(?=\D|$|[012]?\d:\d\d)|(?P<yy>\d\d)(?=[^\d/.\-]|[.\-](?!\d)|$|[012]?\d:\d\d))"
)
YEAR_FIRST = re.compile(
    r"(?<![\d/.\-])(?P<y>(?:19|20)\d\d)(?P<sep>[/.\-])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?=\D|$|[012]\d:\d\d)"
)
CJK = re.compile(r"(?P<y>(?:19|20)\d\d)\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日")
DAY_MONTH = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s.,/\-]{0,3}(?:(?:of|de)\s)?(?P<name>[^\W\d_]{3,10})[\s.,/\-']{0,3}(?:de\s)?"
    r"(?:(?P<y>(?:19|20)\d\d)(?=\D|$|[012]?\d:\d\d)|(?P<yy>\d\d)(?!\d|:))",
    re.IGNORECASE,
)
MONTH_DAY = re.compile(
    r"(?<![^\W\d_])(?P<name>[^\W\d_]{3,10})[\s.\-]{0,2}(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s,.\-]{1,3}(?P<y>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
SPACED = re.compile(r"^\s*(?P<a>\d{1,2})\s(?P<b>\d{1,2})\s(?P<y>(?:19|20)\d\d)\s*$")
COMPACT = re.compile(r"(?<!\w)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\w)")
GLUED = re.compile(r"(?<=\d)(?P<d>0[1-9]|[12]\d|3[01])/(?P<m>0[1-9]|1[0-2])/(?P<y>(?:19|20)\d\d)(?!\d)")
TIME = re.compile(
    r"(?<![\d:.])(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?![\d:])\s?(?P<half>[ap]\.?m\b)?", re.I
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text, from characters `start` to `end`; `certain` if these cannot be anything but a date."""

    value: datetime.date
    start: int
    end: int
    certain: bool = True


def dates(text: str) -> tuple[FoundDate, ...]:
    """All dates in a text, left to right.

    If both orders of day and month are possible, the day comes first; `12/13/2016` is the 13th of December. Two-digit
    years are 1969 to 2068, as in POSIX. Not `certain` are eight digits in a row (`20180304`), a date with other digits
    directly before it (`19504/06/2018`), and one with only spaces between its parts (`16 07 1959`).
    """
    found: list[FoundDate] = []
    for pattern, build, certain in _SPELLINGS:
        for match in pattern.finditer(text):
            value = build(match)
            taken = any(match.start() < other.end and other.start < match.end() for other in found)
            if value is not None and not taken:
                found.append(FoundDate(value, match.start(), match.end(), certain))
    return tuple(sorted(found, key=lambda date: date.start))


def other_order(text: str, value: datetime.date) -> datetime.date:
    """The date `value` of a text with day and month swapped; `value` itself if that is not possible."""
    match = DAY_OF_YEAR.search(text)
    return (_date(value.year, value.day, value.month) or value) if match else value


def times(text: str) -> tuple[datetime.time, ...]:
    """All times of day in a text (`20:24`, `7:10:35 PM`), left to right; dates directly next to them are ignored."""
    for date in reversed(dates(text)):
        text = text[: date.start] + " " * (date.end - date.start) + text[date.end :]
    return tuple(time for match in TIME.finditer(text) if (time := _time(match)) is not None)


def _time(match: re.Match[str]) -> datetime.time | None:
    hour, half = int(match["h"]), (match["half"] or "").casefold()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime.time(hour, int(match["m"]), int(match["s"] or 0)) if hour < 24 else None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _year(match: re.Match[str]) -> int:
    if match["y"]:
        return int(match["y"])
    short = int(match["yy"])
    return short + (2000 if short < 69 else 1900)


def _numbered(match: re.Match[str]) -> datetime.date | None:
    return _date(int(match["y"]), int(match["m"]), int(match["d"]))


def _day_first(match: re.Match[str]) -> datetime.date | None:
    year, first, second = _year(match), int(match["a"]), int(match["b"])
    return _date(year, second, first) or _date(year, first, second)


def _month(name: str) -> int | None:
    name = plain(name)
    numbers = {number for full, number in MONTHS.items() if full.startswith(name)}
    return numbers.pop() if len(numbers) == 1 else None


def _day_named(match: re.Match[str]) -> datetime.date | None:
    month = _month(match["name"])
    return _date(_year(match), month, int(match["d"])) if month else None


def _named_day(match: re.Match[str]) -> datetime.date | None:
    month = _month(match["name"])
    return _date(int(match["y"]), month, int(match["d"])) if month else None


_SPELLINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], datetime.date | None], bool], ...] = (
    (YEAR_FIRST, _numbered, True),
    (CJK, _numbered, True),
    (DAY_OF_YEAR, _day_first, True),
    (DAY_MONTH, _day_named, True),
    (MONTH_DAY, _named_day, True),
    (SPACED, _day_first, False),
    (COMPACT, _numbered, False),
    (GLUED, _numbered, False),
)
