"""Amounts of a document: the total and its parts, cross-checked with what was paid and given back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from typesight.ocr.lines import Line
from typesight.reader.candidate import Candidate, ranked
from typesight.reader.fields import NUMERIC, Field
from typesight.reader.labels.hits import Hit
from typesight.reader.labels.labels import find_word
from typesight.reader.page.sheet import Sheet
from typesight.reader.values.values import spelled
from typesight.reader.words.vocabulary import PHRASES, QUALIFIERS, WEAK
from typesight.text.amounts import CURRENCY_SIGNS, FoundAmount, find_amounts
from typesight.text.letters import fold_text, split_words

__all__ = ["MONEY", "has_others", "idea_at", "is_followed", "money", "opens", "parted", "seen", "unsigned"]

MONEY = frozenset(
    {"total", "subtotal", "tax", "discount", "rounding", "service charge", "tip", "shipping", "paid", "change"}
)
"""Ideas whose values are amounts of money."""

ROUNDING = Decimal("0.05")
"""By how much cash rounding moves a total at most, in the currency's unit (5 cents in most countries that do it)."""

KNOWN = {
    word: word for phrase in (*PHRASES, *QUALIFIERS, *CURRENCY_SIGNS, "and of the to") for word in split_words(phrase)
}
"""Words that may stand between a label and its amount."""

_SHORT = 3
"""Letters of a word that may be a code; longer ones say what a total is of: `Total expenses`."""
_INCLUDED = re.compile(
    r"^\W*(?:incl\w*|inkl\w*|of which|thereof|contains|davon|darin|enth\w*|dont|di cui|waarvan)\W*(?:the|of)?\W*$", re.I
)
"""What may stand before a tax that is a part of the total."""

_SIGNED = re.compile(
    r"^\W*(?:less|minus|plus|add|zzgl|abzgl|zuz\w+glich|abz\w+glich|plus|moins|menos|mas|meno)\W*$", re.I
)
"""What may stand before an amount that is added or taken off."""

_COUNTED = re.compile(r"^\W*\d+ [^\W\d_]{3,}\W+$")
"""The number of items before a sum: `4 items, you pay`."""

_TAKEN_OFF = frozenset(
    split_words("coupon coupons saving savings saved rebate reduction credit voucher promo promotion")
)
"""Names of what is taken off: positive in a field of this name, though it is printed as a negative amount.

A discount stays as it is printed: that of an invoice is often one of the amounts to be added up.
"""

_LETTERS = re.compile(r"[^\W\d_]+")

Seen = tuple[Decimal, float, tuple[Line, ...]]
"""An amount, how sure its place makes it (0 to 1), and its lines."""


def money(sheet: Sheet, field: Field) -> tuple[Candidate, ...]:
    """The amounts that a money field may have; a total is held against paid, change and rounding."""
    labelled = [one for hit in sheet.hits if _is_for(sheet, hit, field) for one in _at(sheet, hit)]
    found = [_candidate(field, value, score, lines, f"labelled {field.idea}") for value, score, lines in labelled]
    if field.idea == "total":
        found = [_supported(sheet, one) for one in found] + list(_settled(sheet, field))
    return ranked(one for one in found if one.value is not None)


def _is_for(sheet: Sheet, hit: Hit, field: Field) -> bool:
    """Whether a label is for an amount: one that is another field's very name is not."""
    idea = idea_at(sheet, hit)
    if idea != field.idea:
        return idea is None and hit.names(field)
    return hit.names(field) or not hit.is_own


def _candidate(field: Field, value: Decimal, score: float, lines: tuple[Line, ...], why: str) -> Candidate:
    return Candidate(spelled(value, field.kind), min(0.99, score), lines, why)


def seen(sheet: Sheet, idea: str) -> Iterator[Seen]:
    """The amounts that stand at labels of an idea."""
    for hit in sheet.hits:
        if idea_at(sheet, hit) == idea:
            yield from _at(sheet, hit)


def opens(sheet: Sheet, hit: Hit) -> bool:
    """Whether a label begins its line, but for words that leave it the same: `incl. VAT`, `4 items, you pay`."""
    before = _before(sheet, hit)
    included = (hit.idea == "tax" and _INCLUDED.match(before)) or _SIGNED.match(before)
    return hit.label.leads or bool(included or (idea_at(sheet, hit) == "total" and _COUNTED.match(before)))


def idea_at(sheet: Sheet, hit: Hit) -> str | None:
    """The idea of a label: what follows the number of items is a total all the same."""
    is_total = PHRASES.get(hit.label.phrase) == "total" and _COUNTED.match(_before(sheet, hit))
    return "total" if is_total else hit.idea


def _before(sheet: Sheet, hit: Hit) -> str:
    return sheet.rows[hit.row].lines[hit.label.at].text[: hit.label.start]


def parted(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields, with a net amount for the subtotal where the total is asked for as well."""
    totals = [field for field in fields if field.idea == "total"]
    net = [field for field in totals if {"net", "nett"}.intersection(field.names[0].split())]
    return tuple(
        replace(field, idea="subtotal") if field in net and len(net) < len(totals) else field for field in fields
    )


def unsigned(candidate: Candidate, field: Field) -> Candidate:
    """The candidate, positive where its field is for what is taken off, unless the schema says otherwise."""
    said = set(field.wordings[0][1]) if field.wordings else set()
    told = str((field.schema or {}).get("description", "")).casefold()
    if not (said & _TAKEN_OFF or "positive" in told) or "negative" in told or field.kind not in NUMERIC:
        return candidate
    value = candidate.value
    return replace(candidate, value=value.lstrip("-") if isinstance(value, str) else abs(value))


def _at(sheet: Sheet, hit: Hit) -> Iterator[Seen]:
    sure = 0.9 * hit.label.score * (0.7 if hit.label.phrase in WEAK else 1.0) * _aside(sheet, hit)
    places = [(part, 1.0) for part in sheet.right(hit)] or [(part, _under(sheet, hit)) for part in sheet.below(hit)]
    found = [(amount, part.lines, factor) for part, factor in places for amount in _printed(part.text, sheet.mark)]
    exact = [one for one in found if one[0].has_decimals] or found
    if not exact:
        return
    amount, lines, factor = exact[-1]
    several = len({one[0].value for one in exact}) > 1
    plain = not amount.has_decimals and amount.currency is None and sheet.mark is not None
    told = 0.9 if hit.idea == "discount" and amount.value < 0 else 0.6  # `Loyalty savings -1.50`
    score = sure * factor * (1.0 if opens(sheet, hit) else told) * (0.6 if several else 1.0) * (0.6 if plain else 1.0)
    yield amount.value, score, (sheet.rows[hit.row].lines[hit.label.at], *lines)


def _under(sheet: Sheet, hit: Hit) -> float:
    """How much the amount below a label counts: alone in its row it is the label's, else it may be a column's."""
    if sheet.rows[hit.row].lines[hit.label.at] in sheet.stacked:
        return 0.95
    alone = len(sheet.rows[hit.row].lines) == len(sheet.rows[hit.row + 1].lines) == 1
    return 0.8 if alone else 0.5


def _aside(sheet: Sheet, hit: Hit) -> float:
    """How much the label itself counts: less within brackets, and less beside words that nothing is known about."""
    line = sheet.rows[hit.row].lines[hit.label.at].text
    strange = _others(line[hit.label.end :])
    return (0.7 if line.lstrip().startswith("(") else 1.0) * (
        1.0 if not strange else 0.7 if hit.is_own and min(map(len, strange)) > _SHORT else 0.65
    )


def is_followed(sheet: Sheet, hit: Hit) -> bool:
    """Whether words follow a label in its line that nothing is known about: `Bar soap` is no cash."""
    return has_others(sheet.rows[hit.row].lines[hit.label.at].text[hit.label.end :])


def has_others(text: str) -> bool:
    """Whether there are words in a text that say nothing of sums and payments."""
    return bool(_others(text))


def _others(text: str) -> list[str]:
    said = [word for word in _LETTERS.findall(fold_text(text)) if len(word) > 1]
    return [word for word in said if word not in KNOWN and find_word(word, KNOWN) is None]


def _printed(text: str, mark: str | None) -> list[FoundAmount]:
    """The amounts in a text that are no percentage."""
    return [amount for amount in find_amounts(text, mark) if not amount.is_percent]


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
