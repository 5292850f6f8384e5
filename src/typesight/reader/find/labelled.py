"""What a label tells: the value beside or below it, its own tick, or the option that is ticked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from typesight.ocr.lines import Line
from typesight.reader.candidate import Candidate
from typesight.reader.fields import Field
from typesight.reader.find.offered import offered, own_tick
from typesight.reader.labels.hits import PART, Hit
from typesight.reader.labels.matching import LIKE, likeness
from typesight.reader.page.sheet import TIGHT, Sheet, Stretch
from typesight.reader.parties.letterhead import TOP, is_firm
from typesight.reader.values.values import boolean, choice, value
from typesight.reader.words.vocabulary import ALONE, TITLES
from typesight.text.letters import fold_text

__all__ = ["hits", "labelled", "ticked"]

_VALUE = re.compile(r"(?:\s+[a-z]+\b|\s+\([^)]*\))*\s*(?P<value>[A-Z\d$€£+][^:]*)$")
"""What may be a value right behind a label: small words belong to the label, and a colon ends another."""

_NOTHING = frozenset(
    {"none", "n/a", "na", "nil", "not set", "not specified", "not applicable", "-", "--", "\u2013", "\u2014"}
)
"""What is printed where there is nothing."""

_MERGED = 0.72
"""How much less sure a value is that nothing sets off from its label."""

_PARTIES = frozenset({"merchant", "customer"})
"""Ideas whose value is a party, whose address may follow it."""

_OF_SECTION = 0.6
"""Likeness of a heading and the name of an object from which the labels below it are the object's."""

_NEAR = 0.8
"""Gap in line heights within which a text goes on in the line below, where no label stands at its left."""

_TITLED = frozenset({"document number", "order number", "transaction number"})
"""Ideas that are also what documents call themselves."""

_SHAPED = frozenset(
    {
        "phone",
        "fax",
        "document number",
        "order number",
        "transaction number",
        "ticket number",
        "tax number",
        "company number",
        "authorisation",
        "email",
        "website",
    }
)
"""Ideas whose values are told by their form."""


def hits(sheet: Sheet, field: Field) -> Iterator[Hit]:
    """The labels of a field: its own words, or the vocabulary's for its idea."""
    return _meant(sheet, field, [hit for hit in sheet.hits if hit.names(field)])


def _meant(sheet: Sheet, field: Field, hits: Sequence[Hit]) -> Iterator[Hit]:
    """Those of the labels of a field that mean it, and not a field of the same name in another object.

    The heading above tells; where none does, labels come in the order of the fields.
    """
    parent = field.path.rsplit(".", 2)[-2] if "." in field.path else ""
    if not parent or not hits:
        yield from hits
        return
    told = [hit for hit in hits if likeness(_over(sheet, hit), parent) >= _OF_SECTION]
    place, count = field.twin
    leading = [hit for hit in hits if hit.label.leads]
    if told or count < 2 or len(leading) != count:
        yield from told or hits
        return
    yield leading[place]


def _over(sheet: Sheet, hit: Hit) -> str:
    return sheet.headings.get(sheet.rows[hit.row].lines[hit.label.at], "")


def ticked(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """What the ticks at a label of the field say: its own tick, or the option that is ticked."""
    yield from _in_matrix(sheet, field)
    for hit in hits(sheet, field):
        label = _line(sheet, hit)
        own = own_tick(sheet, hit)
        if own and (field.kind == "boolean" or (field.choices == (True,) and own.is_on)):
            yield Candidate(own.is_on, 0.93 * hit.label.score, (own.tick, label), f"the tick of {hit.label.phrase!r}")
            continue
        shown = offered(sheet, hit) if hit.label.leads else ()
        chosen = [(text, option) for text, option in shown if option.is_on]
        told = _chosen(field, [text for text, _ in chosen], len(shown))
        if told is not None:
            lines = (label, *(option.tick for _, option in chosen))
            yield Candidate(told, 0.93 * hit.label.score, lines, f"ticked at the label {hit.label.phrase!r}")


def _in_matrix(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """The tick of a boolean of a nested object where its parent's row and its own column cross."""
    if field.kind != "boolean" or "." not in field.path:
        return
    parent, own = field.path.split(".")[-2:]
    for at, cells in sheet.grids.items():
        label = sheet.rows[at].lines[0]
        if likeness(label.text, parent) >= LIKE:
            for head, option in cells:
                if likeness(head, own) >= LIKE:
                    lines = (label, option.tick)
                    yield Candidate(option.is_on, 0.9, lines, f"ticked under {head!r} in the row {label.text!r}")


def _chosen(field: Field, texts: Sequence[str], offered: int) -> Any:
    """The value of a field for which these options are ticked of those that were offered."""
    if field.kind == "boolean" and offered == 1:
        return bool(texts) and boolean(texts[0]) is not False
    if len(texts) != 1 or offered < 2:
        return None
    return choice(texts[0], field.choices) if field.kind == "choice" else value(texts[0], field.kind, field.idea)


def labelled(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """Values beside or below a label of the field."""
    for hit in hits(sheet, field):
        is_alone = hit.label.phrase in ALONE and field.idea in _PARTIES  # whose parties are told apart
        if not hit.label.leads or offered(sheet, hit) or is_alone:
            continue
        beside = sheet.beside(hit)
        later = field.idea == "address" and hit.row > TOP // 2  # further down it is more often the customer's
        block = field.idea in _PARTIES | {"address"}  # these stand below their label in any layout
        under = 0.9 if _line(sheet, hit) in sheet.stacked else 0.55 if sheet.is_level and not block else 0.66
        if field.idea == "merchant" and any(is_firm(part.text) for part in sheet.below(hit)[:1]):
            under = 0.9  # `Owned by` a firm says more than the name of a brand at the top
        places = [(beside, 0.75 if later else 0.92)] if beside else [(part, under) for part in sheet.below(hit)[:1]]
        for shown, sure in places:
            is_long = field.kind == "string" and field.idea not in _SHAPED
            part = _whole(sheet, hit, field, shown, is_beside=beside is not None) if is_long else shown
            found = value(part.text, field.kind, field.idea or field.shape, sheet.mark)
            if field.is_optional and isinstance(found, str) and fold_text(found).strip(" .") in _NOTHING:
                continue
            if isinstance(found, str) and not field.suits(found):
                continue
            if found is None or (field.kind == "string" and not _separate(sheet, part, hit, field)):
                continue
            lines = (_line(sheet, hit), *part.lines)
            where = "beside" if beside else "below"
            score = sure * hit.label.score
            if not part.marked and part.lines[0] == lines[0] and field.kind == "string":
                behind = _VALUE.match(lines[0].text[hit.label.end :])
                found, score = (behind["value"] if behind else found), min(score, _MERGED * sure)
            yield Candidate(found, score, lines, f"{where} the label {hit.label.phrase!r}")


def _whole(sheet: Sheet, hit: Hit, field: Field, part: Stretch, *, is_beside: bool) -> Stretch:
    """A text beside or below a label with the lines in which it goes on; those of an address with commas between."""
    between = ", " if is_beside and "address" in {field.idea, field.word_idea} else " "
    if not is_beside:
        more = sheet.paragraph(hit, part)
    elif len(part.lines) == 1 and part.lines[0] != _line(sheet, hit):
        more = sheet.going_on(hit, part, TIGHT if field.idea in _PARTIES else _NEAR)
    else:
        return part
    return Stretch(between.join([part.text, *(line.text for line in more)]), (*part.lines, *more), part.marked)


def _line(sheet: Sheet, hit: Hit) -> Line:
    return sheet.rows[hit.row].lines[hit.label.at]


def _may_be_merged(hit: Hit, after: str) -> bool:
    """Whether a label and its value may have been read as one text: `Street and number 14 Tanner Row`."""
    is_exact = hit.is_own and hit.label.start == 0 and hit.label.score in {1.0, PART}
    return is_exact and bool(_VALUE.match(after))


def _separate(sheet: Sheet, part: Stretch, hit: Hit, field: Field) -> bool:
    """Whether a text is the value of a label: set off by a mark or a gap, or of a shape of its own."""
    after = _line(sheet, hit).text[hit.label.end :]
    if not part.marked and part.lines[0] == _line(sheet, hit) and _may_be_merged(hit, after):
        return True
    if hit.label.phrase in TITLES and hit.idea in _TITLED and after.strip()[:1] not in {"#", "№"}:
        return part.marked and part.lines[0].middle < sheet.rows[hit.row].box[3]
    return part.marked or field.idea in _SHAPED
