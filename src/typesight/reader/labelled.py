"""What a label tells: the value beside or below it, its own tick, or the option that is ticked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from typesight.reader.candidate import Candidate
from typesight.reader.fields import Field
from typesight.reader.letterhead import TOP
from typesight.reader.lines import Line
from typesight.reader.options import options, own_tick
from typesight.reader.sheet import Hit, Sheet, Stretch
from typesight.reader.values import boolean, choice, value
from typesight.reader.vocabulary import TITLES

__all__ = ["hits", "labelled", "ticked"]

_BLOCKS = frozenset({"customer", "merchant", "address"})
"""Ideas whose values stand below their label in any layout."""

_SHAPED = frozenset({"phone", "fax", "document number", "tax number", "company number", "email", "website"})
"""Ideas whose values are told by their form."""


def hits(sheet: Sheet, field: Field) -> Iterator[Hit]:
    """The labels of a field: its own words, or the vocabulary's for its idea."""
    return (hit for hit in sheet.hits if hit.names(field))


def ticked(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """What the ticks at a label of the field say: its own tick, or the option that is ticked."""
    for hit in hits(sheet, field):
        label = _line(sheet, hit)
        own = own_tick(sheet, hit)
        if own and field.kind == "boolean":
            yield Candidate(own.is_on, 0.93 * hit.label.score, (own.tick, label), f"the tick of {hit.label.phrase!r}")
            continue
        offered = options(sheet, hit) if hit.label.leads else ()
        chosen = [(text, option) for text, option in offered if option.is_on]
        told = _chosen(field, [text for text, _ in chosen], len(offered))
        if told is not None:
            lines = (label, *(option.tick for _, option in chosen))
            yield Candidate(told, 0.93 * hit.label.score, lines, f"ticked at the label {hit.label.phrase!r}")


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
        if not hit.label.leads or options(sheet, hit):
            continue
        beside = sheet.beside(hit)
        later = field.idea == "address" and hit.row > TOP // 2  # further down it is more often the customer's
        block = field.idea in {"customer", "merchant", "address"}  # these stand below their label in any layout
        under = 0.9 if _line(sheet, hit) in sheet.stacked else 0.55 if sheet.is_level and not block else 0.66
        places = [(beside, 0.75 if later else 0.92)] if beside else [(part, under) for part in sheet.below(hit)[:1]]
        for shown, sure in places:
            is_long = beside and field.kind == "string" and field.idea not in _SHAPED
            part = _whole(sheet, hit, shown, ", " if field.idea == "address" else " ") if is_long else shown
            found = value(part.text, field.kind, field.idea, sheet.mark)
            if found is None or (field.kind == "string" and not _separate(sheet, part, hit, field)):
                continue
            lines = (_line(sheet, hit), *part.lines)
            where = "beside" if beside else "below"
            yield Candidate(found, sure * hit.label.score, lines, f"{where} the label {hit.label.phrase!r}")


def _whole(sheet: Sheet, hit: Hit, part: Stretch, between: str) -> Stretch:
    """A text beside a label with the lines in which it goes on."""
    more = sheet.going_on(hit, part) if len(part.lines) == 1 and part.lines[0] != _line(sheet, hit) else ()
    return Stretch(between.join([part.text, *(line.text for line in more)]), (*part.lines, *more), part.marked)


def _line(sheet: Sheet, hit: Hit) -> Line:
    return sheet.rows[hit.row].lines[hit.label.at]


def _separate(sheet: Sheet, part: Stretch, hit: Hit, field: Field) -> bool:
    """Whether a text is the value of a label: set off by a mark or a gap, or of a shape of its own."""
    after = _line(sheet, hit).text[hit.label.end :]
    if hit.label.phrase in TITLES and hit.idea == "document number" and after.strip()[:1] not in {"#", "№"}:
        return part.marked and part.lines[0].middle < sheet.rows[hit.row].box[3]
    return part.marked or field.idea in _SHAPED
