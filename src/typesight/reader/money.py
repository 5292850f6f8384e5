"""Amounts of a document: the total and its parts, cross-checked with what was paid and given back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from typesight.reader.amounts import CURRENCIES, FoundAmount, amounts
from typesight.reader.candidate import Candidate, ranked
from typesight.reader.fields import Field
from typesight.reader.labels import find_word
from typesight.reader.lines import Line
from typesight.reader.sheet import Hit, Sheet
from typesight.reader.text import plain, words
from typesight.reader.values import spelled
from typesight.reader.vocabulary import PHRASES, QUALIFIERS, WEAK

__all__ = ["MONEY", "money", "seen"]

MONEY = frozenset(
    {"total", "subtotal", "tax", "discount", "rounding", "service charge", "tip", "shipping", "paid", "change"}
)
"""Ideas whose values are amounts of money."""

ROUNDING = Decimal("0.05")
"""By how much cash rounding moves a total at most, in the currency's unit (5 cents in most countries that do it)."""

KNOWN = {word: word for phrase in (*PHRASES, *QUALIFIERS, *CURRENCIES, "and of the to") for word in words(phrase)}
"""Words that may stand between a label and its amount."""

_LETTERS = re.compile(r"[^\W\d_]+")

Seen = tuple[Decimal, float, tuple[Line, ...]]
"""An amount, how sure its place makes it (0 to 1), and its lines."""


def money(sheet: Sheet, field: Field) -> tuple[Candidate, ...]:
    """The amounts that a money field may have; a total is held against paid, change and rounding."""
    labelled = list(seen(sheet, field.idea or ""))
    found = [_candidate(field, value, score, lines, f"labelled {field.idea}") for value, score, lines in labelled]
    if field.idea == "total":
        found = [_supported(sheet, one) for one in found] + list(_settled(sheet, field))
    return ranked(one for one in found if one.value is not None)


def _candidate(field: Field, value: Decimal, score: float, lines: tuple[Line, ...], why: str) -> Candidate:
    return Candidate(spelled(value, field.kind), min(0.99, score), lines, why)


def seen(sheet: Sheet, idea: str) -> Iterator[Seen]:
    """The amounts that stand at labels of an idea."""
    for hit in sheet.hits:
        if hit.idea == idea:
            yield from _at(sheet, hit)


def _at(sheet: Sheet, hit: Hit) -> Iterator[Seen]:
    sure = 0.9 * hit.label.score * (1.0 if hit.label.leads else 0.6) * (0.7 if hit.label.phrase in WEAK else 1.0)
    sure *= _aside(sheet, hit)
    places = [(part, 1.0) for part in sheet.right(hit)] or [(part, _under(sheet, hit)) for part in sheet.below(hit)]
    found = [(amount, part.lines, factor) for part, factor in places for amount in _printed(part.text, sheet.mark)]
    exact = [one for one in found if one[0].fraction] or found
    if not exact:
        return
    amount, lines, factor = exact[-1]
    several = len({one[0].value for one in exact}) > 1
    plain = not amount.fraction and amount.currency is None and sheet.mark is not None
    score = sure * factor * (0.6 if several else 1.0) * (0.6 if plain else 1.0)
    yield amount.value, score, (sheet.rows[hit.row].lines[hit.label.at], *lines)


def _under(sheet: Sheet, hit: Hit) -> float:
    """How much the amount below a label counts: alone in its row it is the label's, else it may be a column's."""
    alone = len(sheet.rows[hit.row].lines) == len(sheet.rows[hit.row + 1].lines) == 1
    return 0.8 if alone else 0.5


def _aside(sheet: Sheet, hit: Hit) -> float:
    """How much the label itself counts: less within brackets, and less beside words that nothing is known about."""
    line = sheet.rows[hit.row].lines[hit.label.at].text
    rest = [word for word in _LETTERS.findall(plain(line[hit.label.end :])) if len(word) > 1]
    strange = [word for word in rest if word not in KNOWN and find_word(word, KNOWN) is None]
    return (0.7 if line.lstrip().startswith("(") else 1.0) * (0.65 if strange else 1.0)


def _printed(text: str, mark: str | None) -> list[FoundAmount]:
    """The amounts in a text that are no percentage."""
    return [amount for amount in amounts(text, mark) if not amount.percent]


def _supported(sheet: Sheet, candidate: Candidate) -> Candidate:
    """The candidate, surer if paid less change is the same, or a card was charged with it."""
    value = Decimal(str(candidate.value)) if candidate.value is not None else None
    if value is None or value <= 0:
        return Candidate(candidate.value, candidate.score * 0.5, candidate.lines, candidate.why)
    settled = {amount for amount, _, _ in _balances(sheet)}
    charged = {abs(amount) for idea in ("card", "paid") for amount, _, _ in seen(sheet, idea)}
    if value not in settled and any(abs(value - other) <= ROUNDING for other in settled):
        return Candidate(candidate.value, candidate.score * 0.7, candidate.lines, "total before rounding")
    gain = 0.09 if value in settled else 0.05 if value in charged else 0.0
    return Candidate(candidate.value, min(0.99, candidate.score + gain), candidate.lines, candidate.why)


def _balances(sheet: Sheet) -> Iterator[Seen]:
    """Paid less change, for every pair of them."""
    given = list(seen(sheet, "change"))
    for paid, sure, lines in seen(sheet, "paid"):
        for back, sure_too, other in given:
            if abs(paid) > abs(back):
                yield abs(paid) - abs(back), min(sure, sure_too), (*lines, *other)


def _settled(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """The total as what was paid less what was given back, if that amount is printed somewhere."""
    printed = {amount.value for row in sheet.rows for amount in _printed(row.text, sheet.mark)}
    for value, sure, lines in _balances(sheet):
        if value in printed:
            yield _candidate(field, value, 0.75 * sure, lines, "paid less change")
    for value, sure, lines in seen(sheet, "card"):
        if value != 0:
            yield _candidate(field, abs(value), 0.68 * sure, lines, "charged to a card")
