"""Parties: who issued a document and to whom, as candidates for the fields that ask for a part of either."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from typesight.ocr.lines import Line
from typesight.reader.candidate import Candidate, ranked
from typesight.reader.fields import Field
from typesight.reader.page.sheet import Sheet
from typesight.reader.parties.cast import Cast, cast
from typesight.reader.parties.headed import Headed
from typesight.reader.parties.party import tax_number
from typesight.reader.parties.roles import BUYER, DELIVERY, SELLER, Asked, asked
from typesight.reader.values.values import EMAIL
from typesight.reader.words.vocabulary import ALONE
from typesight.text.letters import fold_text

__all__ = ["parties"]

CLAIMED, LESS = 0.9, 0.65
"""The score from which a part of a labelled party outdoes what other labels say of its field, and by how much."""

SEVERAL = 0.6
"""By how much less sure a part is that differs between parties of one role."""

MOST = 0.88
"""How sure a part of an issuer without a label is at most: less so than what a label of the field says."""

_ROLES = frozenset({SELLER, BUYER, DELIVERY})
_GENERAL = frozenset({("company",), ("business",), ("merchant",)})
"""What may be called so beside an issuer that has a field of its own."""

_ELSEWHERE: Mapping[str, re.Pattern[str]] = {
    **{kind: re.compile(kind) for kind in ("station", "school", "hospital", "practice", "agency", "carrier")},
    "bank": re.compile(r"bank|banque|banc[oa]\b|kasse\b|\bbuilding society|\bcredit union|\bcaisse\b"),
}
"""Trades of others than the issuer, for the most part; an issuer of that trade has it in its name."""

Found = Mapping[str, tuple[Candidate, ...]]


def parties(sheet: Sheet, places: Sequence[Field], found: Found) -> Found:
    """The candidates of the fields that ask for a part of a party, with those that were `found` before."""
    fields = {field.path: field for field in places if field.kind == "string"}
    wishes = {path: wish for path, field in fields.items() if (wish := asked(field))}
    if not wishes:
        return {}
    known = cast(sheet, frozenset(wish.phrase for wish in wishes.values() if wish.is_kind or wish.role not in _ROLES))
    told: dict[str, tuple[Candidate, ...]] = {}
    for path, wish in wishes.items():
        siblings = {other.part for other in wishes.values() if other.parent == wish.parent and wish.parent}
        mine = [one for one in _answers(sheet, known, wish, siblings) if _fits(one, fields[path])]
        told[path] = ranked((*mine, *_rest(found.get(path, ()), mine, wish, known)))
    return _settled(told, wishes)


def _answers(sheet: Sheet, known: Cast, wish: Asked, siblings: set[str]) -> Iterator[Candidate]:
    """What the sheet tells of the part of a party that is wished for."""
    labelled = [one for one in known.headed if one.role == wish.role or one.phrase == wish.phrase]
    if wish.role == BUYER and not labelled and not known.is_order:
        labelled = [one for one in known.headed if one.role == DELIVERY]
    if wish.is_kind and known.is_order:  # the vendor of an order is not the `company` whose order it is
        labelled = []
    exact = [one for one in known.headed if one.phrase == wish.phrase]
    yield from _headed(exact or labelled, wish, siblings)
    if (labelled and not wish.is_kind) or (" ".join(wish.phrase) in ALONE and not wish.parent):
        return
    if wish.role == (BUYER if known.is_order and not wish.is_kind else SELLER):
        yield from (replace(one, score=min(one.score, MOST)) for one in _issued(sheet, known, wish, siblings))
    elif wish.role in {SELLER, BUYER} and (part := known.addressee.told(wish.part, siblings)):
        yield Candidate(part[0], 0.75, part[1], "the addressee at the top")


def _headed(labelled: Sequence[Headed], wish: Asked, siblings: set[str]) -> Iterator[Candidate]:
    """A part of the parties at these labels."""
    parts = [(one, part) for one in labelled if (part := one.party.told(wish.part, siblings))]
    several = len({text for _, (text, _) in parts}) > 1
    for one, (text, lines) in parts:
        score = one.score * (SEVERAL if several else 1.0)
        yield Candidate(text, score, (*one.label.lines, *lines), f"the party at the label {' '.join(one.phrase)!r}")


def _issued(sheet: Sheet, known: Cast, wish: Asked, siblings: set[str]) -> Iterator[Candidate]:
    """A part of the issuer: of the letterhead, or the only one of its kind outside the other parties."""
    if wish.part == "name":
        spoken = [_ELSEWHERE[word] for word in wish.phrase if word in _ELSEWHERE]
        yield from (one for one in known.names if all(trade.search(fold_text(one.value)) for trade in spoken))
        return
    if wish.part == "address" and "country" not in siblings:
        yield from known.places
    part = known.issuer.told(wish.part, siblings)
    if part:
        yield Candidate(part[0], MOST if wish.part == "tax" else 0.8, part[1], "in the letterhead")
        return
    rest = [line for row in sheet.rows for line in row.lines if line not in known.others]
    if wish.part == "tax":
        yield from _only({number: line for line in rest if (number := tax_number(line.text))})
    elif wish.part == "email" and wish.phrase:
        yield from _only({mail[0]: line for line in rest if (mail := EMAIL.search(line.text))})


def _only(found: Mapping[str, Line]) -> Iterator[Candidate]:
    if len(found) == 1:
        text, line = next(iter(found.items()))
        yield Candidate(text, 0.85, (line,), "the only one outside the other parties")


def _rest(before: Sequence[Candidate], mine: Sequence[Candidate], wish: Asked, known: Cast) -> Iterator[Candidate]:
    """The candidates of before, less sure where a labelled party has the part, without the other parties' parts."""
    claimed = any(one.why.startswith("the party") and one.score >= CLAIMED for one in mine)
    whole = [one.value for one in mine if wish.part == "tax"]
    for one in before:
        is_cut = any(text != one.value and text.startswith(one.value) for text in whole)
        is_issuers = wish.role != SELLER and not mine and not known.issuer.lines.isdisjoint(one.lines[-1:])
        if not is_issuers:
            yield replace(one, score=one.score * LESS) if claimed or is_cut else one


def _fits(one: Candidate, field: Field) -> bool:
    schema = field.schema or {}
    return bool(schema.get("minLength", 0) <= len(one.value) <= schema.get("maxLength", len(one.value)))


def _settled(told: Found, wishes: Mapping[str, Asked]) -> Found:
    """Without the issuer in `company` where another field asks for the issuer by its trade."""
    named = {path: wish for path, wish in wishes.items() if (wish.role, wish.part, wish.parent) == (SELLER, "name", "")}
    general = {path for path, wish in named.items() if wish.phrase in _GENERAL}
    issuers = {told[path][0].value for path in named if path not in general and told[path]}
    return {
        path: tuple(one for one in ordered if path not in general or one.value not in issuers)
        for path, ordered in told.items()
    }
