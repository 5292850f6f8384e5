"""Finding: the candidates of one field, by which reading of the sheet suits its kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from typesight.reader.candidate import Candidate, ranked
from typesight.reader.fields import NUMERIC, Field
from typesight.reader.find.charges import charges
from typesight.reader.find.dated import dated
from typesight.reader.find.labelled import hits, labelled, ticked
from typesight.reader.find.money import MONEY, money, unsigned
from typesight.reader.find.numbered import numbered
from typesight.reader.find.offered import offered
from typesight.reader.find.payment import is_digits, is_means, last_digits, means
from typesight.reader.page.sheet import Sheet
from typesight.reader.parties.letterhead import address, merchant
from typesight.reader.values.values import EMAIL, IBAN, URL, choice
from typesight.text.amounts import CURRENCY_SIGNS
from typesight.text.dates import find_times

__all__ = ["allowed", "constant", "found_for"]

_FREE = {"email": EMAIL, "website": URL, "iban": IBAN}
_CURRENCY = re.compile(
    r"(?<![^\W\d_])(" + "|".join(sorted(map(re.escape, CURRENCY_SIGNS), key=len, reverse=True)) + r")(?![^\W\d_])"
)


def found_for(sheet: Sheet, field: Field, *, only: bool) -> Iterator[Candidate]:
    """The candidates of a field; `only` says that no other field asks for a date (or for a time of day)."""
    yield from ticked(sheet, field)
    if is_means(field):
        yield from means(sheet, field)
    if is_digits(field):
        yield from last_digits(sheet, field)
    elif field.kind == "choice":
        yield from _choices(sheet, field)
    elif field.kind in {"date", "date-time"} or (field.kind == "string" and field.idea == "date"):
        yield from dated(sheet, field, only=only)
    elif field.idea in MONEY and field.kind not in {"boolean", "time"}:
        yield from money(sheet, field)
    else:
        yield from labelled(sheet, field)
        yield from numbered(sheet, field)
        yield from charges(sheet, field)
        if field.kind == "time" and (only or field.idea == "time"):
            yield from _clock(sheet)
        elif field.idea in _SPECIAL:
            yield from _SPECIAL[field.idea](sheet, field)


def allowed(found: Iterable[Candidate], field: Field) -> tuple[Candidate, ...]:
    """The candidates that the field's own bounds allow, best first."""
    return ranked(one for one in (unsigned(each, field) for each in found) if _is_allowed(one.value, field))


def _choices(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    yield from constant(field)
    if len(field.choices) < 2:
        return
    for hit in hits(sheet, field):
        if offered(sheet, hit):
            continue  # the ticks tell, and where they do not, nothing does
        part = sheet.beside(hit) or next(iter(sheet.below(hit)), None)
        if part and not sheet.option_words.isdisjoint(part.lines):
            continue
        if hit.label.leads and part and (found := choice(part.text, field.choices)) is not None:
            yield Candidate(found, 0.9 * hit.label.score, part.lines, f"at the label {hit.label.phrase!r}")
    if field.idea == "currency":
        yield from (one for one in _currency(sheet) if one.value in field.choices)


def constant(field: Field) -> Iterator[Candidate]:
    """The value of a field that may have one alone; a consent is not given by being asked for."""
    if len(field.choices) == 1 and not isinstance(field.choices[0], bool):
        yield Candidate(field.choices[0], 1.0, (), "the schema allows nothing else")


def _currency(sheet: Sheet) -> Iterator[Candidate]:
    """The currency, if all signs and codes on the sheet name the same one."""
    seen = Counter(CURRENCY_SIGNS[sign] for row in sheet.rows for sign in _CURRENCY.findall(row.text))
    if len(seen) == 1:
        yield Candidate(next(iter(seen)), 0.85, (), "the only currency that is named")


def _shaped(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """Texts that can only be what the field wants: an e-mail address, a web address, an IBAN."""
    for row in sheet.rows:
        for line in row.lines:
            for match in _FREE[field.idea or ""].finditer(line.text):
                yield Candidate(match[0].rstrip("."), 0.8, (line,), f"has the form of {field.idea}")


def _clock(sheet: Sheet) -> Iterator[Candidate]:
    found = {(time, line) for row in sheet.rows for line in row.lines for time in find_times(line.text)}
    if len({time for time, _ in found}) == 1:
        time, line = found.pop()
        yield Candidate(time.isoformat(), 0.75, (line,), "the only time of day")


_SPECIAL: dict[str, Callable[[Sheet, Field], Iterable[Candidate]]] = {
    "merchant": lambda sheet, _: merchant(sheet),
    "address": lambda sheet, _: address(sheet),
    "currency": lambda sheet, _: _currency(sheet),
    "email": _shaped,
    "website": _shaped,
    "iban": _shaped,
}
"""What is known of an idea beyond its labels."""


def _is_allowed(found: Any, field: Field) -> bool:
    """Whether a value keeps to its field's own bounds, as far as JSON Schema states them for one value."""
    schema = field.schema or {}
    stated = (schema, *(one for one in schema.get("anyOf", ()) if isinstance(one, Mapping)))
    if isinstance(found, str) and field.kind == "string":
        return all(_is_of_form(found, one) for one in stated if one.get("type", "string") == "string")
    if field.kind in NUMERIC and found is not None:
        try:
            size = Decimal(str(found))
        except InvalidOperation:
            return False
        return size.is_finite() and all(_is_within(size, one) for one in stated)
    return found is not None


def _is_of_form(text: str, schema: Mapping[str, Any]) -> bool:
    low, high, pattern = schema.get("minLength"), schema.get("maxLength"), schema.get("pattern")
    if (low is not None and len(text) < low) or (high is not None and len(text) > high):
        return False
    try:
        return pattern is None or re.search(pattern, text) is not None
    except re.error:  # a form that Python does not know
        return True


_BOUNDS: tuple[tuple[str, Callable[[Decimal, Decimal], bool]], ...] = (
    ("minimum", Decimal.__ge__),
    ("maximum", Decimal.__le__),
    ("exclusiveMinimum", Decimal.__gt__),
    ("exclusiveMaximum", Decimal.__lt__),
    ("multipleOf", lambda size, step: step == 0 or size % step == 0),
)


def _is_within(size: Decimal, schema: Mapping[str, Any]) -> bool:
    return all(keeps(size, Decimal(str(schema[name]))) for name, keeps in _BOUNDS if schema.get(name) is not None)
