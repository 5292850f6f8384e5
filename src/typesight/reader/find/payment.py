"""Payment: what a bill was paid with, and the digits of the card that are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typesight.ocr.rows import Row
from typesight.reader.candidate import Candidate
from typesight.reader.fields import Field
from typesight.reader.find.money import has_others
from typesight.reader.page.sheet import Sheet
from typesight.text.amounts import find_amounts
from typesight.text.letters import fold_text, split_words

__all__ = ["is_digits", "is_means", "last_digits", "means"]

_MEANS = {
    phrase: means
    for means, spelled in (
        (
            "card",
            "card,credit card,debit card,credit,debit,visa,visa debit,visa credit,mastercard,master card,amex,american "
            "express,maestro,girocard,ec karte,karte,kreditkarte,carte,carte bancaire,cb,tarjeta,carta,contactless,"
            "contactless debit,contactless credit,bancontact,pinpas,interac,eftpos,debit mastercard",
        ),
        ("cash", "cash,coins,notes,bar,bargeld,especes,efectivo,contanti,contant,tunai"),
        ("app", "app,apple pay,google pay,mobile"),
        ("voucher", "voucher,gift voucher,gift card,gutschein"),
        ("transfer", "bank transfer,transfer,wire,uberweisung,virement"),
        ("cheque", "cheque"),
        ("paypal", "paypal"),
    )
    for phrase in spelled.split(",")
}
"""What one pays with, by the phrases for it."""

_PAY = frozenset(
    split_words(
        "paid payment pay tender tendered settled bezahlt zahlung paye paiement pagado pago pagato "
        "zahlungsart zahlungsmittel zahlungsweise"
    )
)
_BY = frozenset(split_words("method type mode means form by with via kind art"))
_OTHER_CARDS = frozenset(split_words("loyalty member membership club points bonus reward rewards customer holder"))
_MASKED = re.compile(r"(?:[*xX\u2022\u25cf\u00b7#.\u2026]\s?){2,}[\s\-]*(?P<digits>\d{4})(?!\d)")
_ENDING = re.compile(r"\b(?:ending|ends|last (?:4|four))\b\D{0,12}(?P<digits>\d{4})(?!\d)", re.I)
_FOUR = re.compile(r"(?<![\d.,])(?P<digits>\d{4})$")


def is_digits(field: Field) -> bool:
    """Whether a field is for the last digits of a number that is printed masked."""
    said = {word for _, spoken in field.wordings for word in spoken}
    return "last" in said and bool(said & {"4", "four"}) and field.kind in {"string", "integer"}


def last_digits(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """Four digits behind a mask, behind `ending`, or beside the name of a card."""
    for row in sheet.rows:
        for line in row.lines:
            masked = _MASKED.search(line.text) or _ENDING.search(line.text)
            found = masked or (_FOUR.search(line.text) if _leading(row) == "card" else None)
            if found:
                told = found["digits"] if field.kind == "string" else int(found["digits"])
                yield Candidate(told, 0.92 if masked else 0.75, (line,), "the digits of a card")


def is_means(field: Field) -> bool:
    """Whether a field is for what was paid with."""
    said = {word for _, spoken in field.wordings[:2] for word in spoken}
    asks = bool(said & _BY) or field.kind == "choice"
    return field.kind in {"choice", "string"} and bool(said & _PAY) and asks and not any("date" in one for one in said)


def means(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """What rows say that begin with what was paid with, or say that it was; not sure where they differ."""
    found = [(phrase, row) for row in sheet.rows if (phrase := _told(row, sheet.mark)) is not None]
    sure = 0.85 if len({_MEANS[phrase] for phrase, _ in found}) == 1 else 0.4
    longest = max((len(phrase) for phrase, _ in found), default=0)
    for phrase, row in found:
        value = _chosen(phrase, field) if field.kind == "choice" else _printed(row.text, phrase)
        if value is not None:
            score = sure if len(phrase) == longest else sure - 0.05
            yield Candidate(value, score, row.lines[:1], "what it was paid with")


def _told(row: Row, mark: str | None) -> str | None:
    """The phrase for what was paid with, if a row tells it."""
    said = split_words(row.text)
    if _OTHER_CARDS.intersection(said):
        return None
    if _PAY.intersection(said[:2]):
        return next((one for at in range(len(said)) if (one := _phrase(said[at:]))), None)
    if _MASKED.search(row.text) or _ENDING.search(row.text) or _shows_digits(row):
        return _phrase(said)
    printed = [one.value for one in find_amounts(row.text, mark) if one.has_decimals]
    phrase = _phrase(said) if any(printed) else None
    return None if phrase and has_others(" ".join(said[len(phrase.split()) :])) else phrase


def _shows_digits(row: Row) -> bool:
    return len(row.lines) > 1 and any(_FOUR.search(line.text) for line in row.lines[1:])


def _leading(row: Row) -> str | None:
    phrase = _phrase(split_words(row.text))
    return _MEANS[phrase] if phrase else None


def _phrase(said: tuple[str, ...]) -> str | None:
    """The longest phrase for a means of payment with which a text begins."""
    return next((one for size in (2, 1) if (one := " ".join(said[:size])) in _MEANS), None)


def _chosen(phrase: str, field: Field) -> Any:
    """The one choice that is this phrase, has its words, or is the same kind of means."""
    spoken = {choice: " ".join(split_words(str(choice))) for choice in field.choices}
    tests = (
        lambda name: name == phrase,
        lambda name: bool(set(name.split()) & (set(phrase.split()) - {"card"})),
        lambda name: any(_MEANS.get(one) == _MEANS[phrase] for one in (name, *name.split())),
    )
    for test in tests:
        found = [choice for choice, name in spoken.items() if test(name)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _printed(text: str, phrase: str) -> str | None:
    """The phrase as it is printed."""
    match = re.search(r"\W+".join(phrase.split()), fold_text(text))
    return text[match.start() : match.end()] if match and len(fold_text(text)) == len(text) else None
