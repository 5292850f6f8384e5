"""Values: a stretch of text -> the JSON value that a field of some kind would take from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from typesight.text.amounts import find_amounts
from typesight.text.dates import find_dates, find_times
from typesight.text.letters import fold_text, split_words

__all__ = ["boolean", "choice", "integer", "number", "spelled", "truth", "value"]

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
URL = re.compile(r"(?:https?://|www\.)[\w./?=&%#~-]+", re.I)
PHONE = re.compile(r"(?<!\w)\(?\+?\(?\d[\d ()./\-–]{5,18}\d(?!\w)")  # noqa: RUF001
_NUMBER_SIGN = re.compile(r"^(?:no|nr|n°|nº|№)\.?\s*:?\s+(?=\S*\d)", re.I)
_OF_ALL = re.compile(r"^\s*(\d+)\s*(?:of|out of|von|de|/)\s*\d+\s*$")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,4})?\b")
IDENTIFIER = re.compile(r"^(?:[A-Z]{1,5}[ .\-/]{1,2})?[\w\-/.]*\d[\w\-/.]*")

_TAX_NUMBER = re.compile(IDENTIFIER.pattern + r"(?: \d{1,4}(?![\w/:.\-]))*")
"""The same, digits in groups: `GB 642 9081 17`."""

YES = frozenset({*split_words("yes y true on enabled active checked ja oui si ya"), "✓", "✔", "☑", "[x]"})
NO = frozenset({*split_words("no n false off disabled inactive unchecked nein non tidak"), "✗", "✘", "☐"})


def boolean(text: str) -> bool | None:
    """True or False for a text that is nothing but a word or mark for it."""
    word = fold_text(text).strip(" :.,;")
    return True if word in YES else False if word in NO else None


def truth(text: str, names: Sequence[str] = ()) -> bool | None:
    """The same for a text that may also be the name of what is asked, or its contrary: `Paid`, `Unpaid`, `Not paid`."""
    told = boolean(text)
    if told is not None:
        return told
    said = "".join(split_words(text))
    for name in ("".join(split_words(name)) for name in names):
        for stem in {name, name.removeprefix("is"), name.removeprefix("has")} - {""}:
            if said == stem:
                return True
            if said in {f"{no}{stem}" for no in ("un", "not", "non", "in", "dis", "no")}:
                return False
    return None


def integer(text: str, mark: str | None = None) -> int | None:
    """The whole number in a text that holds one number; `3.0` is 3, `12.5O` is none."""
    value = number(text, mark)
    if value is None and mark is None:  # `12,408` is a thousand and more where a whole number is wanted
        value = number(text, ".") if "," in text else number(text, ",")
    return int(value) if value is not None and value == value.to_integral_value() else None


def number(text: str, mark: str | None = None) -> Decimal | None:
    """The number in a text that holds exactly one, or says how many of how many: `4 of 10`."""
    found = find_amounts(_OF_ALL.sub(r"\1", text), mark)
    return found[0].value if len(found) == 1 else None


def choice(text: str, choices: tuple[Any, ...]) -> Any:
    """The one choice that a text names as a whole or begins with; None if it is none or several."""
    said = fold_text(text).strip(" :.,;").replace("_", " ")
    same = [option for option in choices if fold_text(str(option)).replace("_", " ") == said]
    if len(same) == 1:
        return same[0]
    starts = [option for option in choices if re.match(rf"{re.escape(fold_text(str(option)))}\b", said)]
    return starts[0] if len(starts) == 1 else None


def spelled(value: Decimal, kind: str) -> Any:
    """A number as JSON of a kind: decimals keep their digits as a string, `number` is a float, `integer` an int."""
    if kind == "number":
        return float(value)
    if kind == "integer":
        return int(value) if value == value.to_integral_value() else None
    return format(value, "f")


def value(text: str, kind: str, idea: str | None = None, mark: str | None = None) -> Any:
    """What a field of this kind and idea takes from a text; None if the text does not hold exactly that."""
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(text, mark)
    shape = _SHAPES.get(idea or "")
    if shape is None:
        return _NUMBER_SIGN.sub("", text.strip(" :;=\t")) or None
    match = shape.search(text)
    return match[0].strip(" .,:-") if match and not find_dates(match[0]) else None


def _date(text: str, _mark: str | None) -> str | None:
    found = {date.value for date in find_dates(text)}
    return found.pop().isoformat() if len(found) == 1 else None


def _date_time(text: str, mark: str | None) -> str | None:
    day, clock = _date(text, mark), set(find_times(text))
    return f"{day}T{clock.pop().isoformat()}" if day and len(clock) == 1 else day


def _time(text: str, _mark: str | None) -> str | None:
    found = set(find_times(text))
    return found.pop().isoformat() if len(found) == 1 else None


def _number(kind: str) -> Callable[[str, str | None], Any]:
    def read(text: str, mark: str | None) -> Any:
        found = number(text, mark)
        return None if found is None else spelled(found, kind)

    return read


_READERS: dict[str, Callable[[str, str | None], Any]] = {
    "date": _date,
    "date-time": _date_time,
    "time": _time,
    "number": _number("number"),
    "decimal": _number("decimal"),
    "integer": integer,
    "boolean": lambda text, _mark: boolean(text),
}

_SHAPES = {
    "email": EMAIL,
    "website": URL,
    "phone": PHONE,
    "fax": PHONE,
    "iban": IBAN,
    "document number": IDENTIFIER,
    "order number": IDENTIFIER,
    "transaction number": IDENTIFIER,
    "ticket number": IDENTIFIER,
    "tax number": _TAX_NUMBER,
    "company number": IDENTIFIER,
    "authorisation": IDENTIFIER,
}
