"""Headed parties: those whose block stands below or beside a label, such as `Bill to`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from typesight.ocr.lines import Line
from typesight.reader.labels.hits import Hit
from typesight.reader.page.blocks import APART, Run, below, beside, block, runs
from typesight.reader.page.sheet import Sheet
from typesight.reader.parties.party import Party, party, tax_number
from typesight.reader.parties.roles import heading, part_named
from typesight.reader.values.values import EMAIL
from typesight.reader.words.vocabulary import ALONE
from typesight.text.letters import COLONS

__all__ = ["Headed", "Phrase", "ends", "headed"]

FAR_OFF = 20
"""Gap in line heights beyond which a run is not beside a label any more."""

UNSURE = 0.5
"""How sure a party is whose label may be none, or may belong to another text."""

Phrase = tuple[str, ...]

_OWN = frozenset({"phone", "fax", "tax number", "company number", "email", "website", "address"})
"""Ideas whose labels stand within the block of a party."""


@dataclass(frozen=True, slots=True)
class Headed:
    """A party below or beside a label: its role, the label's phrase and run, how sure it is, and its own runs."""

    role: str
    phrase: Phrase
    label: Run
    party: Party
    score: float

    @property
    def lines(self) -> frozenset[Line]:
        """The lines of the label and of the party."""
        return self.party.lines | set(self.label.lines)


def headed(sheet: Sheet, own: frozenset[Phrase]) -> Iterator[Headed]:
    """All parties with a label for their role; `own` are phrases of the schema that are roles as well."""
    every, stops = runs(sheet.rows), ends(sheet, own)
    for run in every:
        told = heading(run.text, own)
        if told is None:
            continue
        role, phrase, end = told
        rest = run.text[end:].strip(" .")
        starts = (Run(rest, run.lines),) if rest else _around(run, every, stops)
        found = party(block(starts[0], every), stops) if starts else Party(())
        if found.told("name") or found.is_placed:
            is_below = bool(starts) and starts[0].box[1] > run.box[3]
            score = _score(phrase, found, run.text[end - 1] in COLONS, is_below)
            yield Headed(role, phrase, run, found, score if len(starts) == 1 else min(score, UNSURE))


def _score(phrase: Phrase, found: Party, is_marked: bool, is_below: bool) -> float:
    """How sure it is that a label with its block names a party."""
    if found.told("name") and found.is_placed:
        return 0.96
    if " ".join(phrase) in ALONE and not is_marked:
        return UNSURE
    return 0.93 if is_marked else 0.75 if is_below and len(phrase) == 1 else 0.9


def _around(label: Run, every: Sequence[Run], stops: Callable[[Run], bool]) -> tuple[Run, ...]:
    """The first run of the party that a label is for, level with the label or below it; two if it may be either."""
    right, under = beside(label, every), below(label, every, APART)
    if right and (stops(right) or right.box[0] - label.box[2] > FAR_OFF * label.height):
        right = None
    if under and stops(under):
        under = None
    if right and under and (label.text.rstrip().endswith(COLONS) or any(stops(run) for run in block(under, every))):
        return (right,)  # the label is one of a column of labels
    if right and under:  # headings side by side, each with its own below it?
        placed = [party(block(start, every), stops).is_placed for start in (right, under)]
        right, under = (right if placed != [False, True] else None), (under if placed != [True, False] else None)
    return tuple(start for start in (right, under) if start)


def ends(sheet: Sheet, own: frozenset[Phrase]) -> Callable[[Run], bool]:
    """Tells of a run whether it is a label of something that is no part of a party, or of another party."""
    hits: dict[Line, list[Hit]] = {}
    for hit in sheet.hits:
        hits.setdefault(sheet.rows[hit.row].lines[hit.label.at], []).append(hit)

    def stops(run: Run) -> bool:
        if part_named(run.text) or tax_number(run.text) or EMAIL.search(run.text):
            return False
        if heading(run.text, own) is not None:
            return True
        opening = [hit for hit in hits.get(run.lines[0], ()) if hit.label.leads and hit.idea not in _OWN]
        return any(_is_label(hit, run) for hit in opening)

    return stops


def _is_label(hit: Hit, run: Run) -> bool:
    """Whether a phrase at the start of a run is a label, not the first word of a name."""
    rest = run.lines[0].text[hit.label.end :].strip(" .")
    return not rest or rest[0] in {*COLONS, "#", "№", "=", "("} or rest[0].isdigit()
