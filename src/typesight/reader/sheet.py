"""A `Sheet`: everything that was read, as rows with their labels, and what stands beside and below a label."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from typesight.reader.amounts import decimal_mark
from typesight.reader.fields import Field
from typesight.reader.labels import Label, find_word, labels
from typesight.reader.lines import Line, overlap
from typesight.reader.matching import Match
from typesight.reader.options import Option, paired
from typesight.reader.rows import LEVEL, Row, rows
from typesight.reader.stacking import beneath, is_aligned, stacked
from typesight.reader.text import COLONS, words
from typesight.reader.ticks import is_tick
from typesight.reader.vocabulary import ALONE, PHRASES, QUALIFIERS, TAXES

__all__ = ["Hit", "Sheet", "Stretch"]

FAR = 1.6
"""Gap in line heights from which two neighbours in a row are separate columns, not one text."""

BELOW = 2.6
"""Distance in line heights within which a row is the next one below."""


_NOTE = re.compile(r"^\s*\([^)]*\)")
"""A note in brackets behind a label: `Weight (kg)`."""

PART = 0.8
"""How sure a label is that is a part of a longer one."""

TIGHT = 0.35
"""Gap in line heights within which a row goes on with the text above it."""

_MARKS = " =#°º№" + "".join(COLONS)
"""What stands between a label and its value."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of text and the lines it is part of; `marked` says that a colon or the like stood before it."""

    text: str
    lines: tuple[Line, ...]
    marked: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A label in row `row` of a sheet, and the idea it stands for there (None for a phrase of the schema only).

    `path` is that of the field it was matched to by its likeness, if it was; `is_own` says that the phrase is a name of
    a field of the schema, whose it is alone then.
    """

    row: int
    label: Label
    idea: str | None
    path: str | None = None
    is_own: bool = False

    def names(self, field: Field) -> bool:
        """Whether it is a label of this field: by its own words, by its idea, or by likeness."""
        if self.path is not None:
            return self.path == field.path
        by_idea = not self.is_own and field.idea is not None and self.idea == field.idea
        return self.label.phrase in field.names or by_idea


class Sheet:
    """The rows of a document; read only, and a class for what it works out once."""

    def __init__(self, lines: Iterable[Line], phrases: Iterable[str] = (), matches: Iterable[Match] = ()) -> None:
        self.lines = read = tuple(lines)
        self._matches = {match.line: match for match in matches}
        self.rows: tuple[Row, ...] = rows(line for line in read if not is_tick(line))
        self._ticks = tuple(line for line in read if is_tick(line))
        self._own = tuple(dict.fromkeys(phrases))
        self._phrases = {phrase.replace(" ", ""): phrase for phrase in (*self._own, *PHRASES)}

    @cached_property
    def mark(self) -> str | None:
        """The decimal mark of the document."""
        return decimal_mark(row.text for row in self.rows)

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """All labels, row by row."""
        return tuple(hit for at in range(len(self.rows)) for hit in self._hits_of(at))

    @cached_property
    def by_row(self) -> tuple[tuple[Hit, ...], ...]:
        """The labels of each row, left to right."""
        rows: list[list[Hit]] = [[] for _ in self.rows]
        for hit in self.hits:
            rows[hit.row].append(hit)
        return tuple(tuple(sorted(row, key=lambda hit: (hit.label.at, hit.label.start))) for row in rows)

    @cached_property
    def options(self) -> tuple[tuple[Option, ...], ...]:
        """The options of each row, left to right."""
        level: dict[int, list[Line]] = {}
        for tick in self._ticks:
            apart = [(_apart(tick, row), at) for at, row in enumerate(self.rows) if row.image == tick.image]
            nearest, at = min(apart, default=(1.0, -1))
            if nearest < LEVEL:
                level.setdefault(at, []).append(tick)
        return tuple(paired(row, level.get(at, ())) for at, row in enumerate(self.rows))

    def _hits_of(self, at: int) -> Iterator[Hit]:
        row = self.rows[at]
        for place, line in enumerate(row.lines):
            if line in self._matches:
                match = self._matches[line]
                label = Label(line.text[: match.end], place, 0, match.end, match.score, leads=True)
                yield Hit(at, label, None, match.path)
        for label in labels(row, self._phrases):
            text = row.lines[label.at].text
            if row.lines[label.at] not in self._matches:
                if label.phrase in ALONE and not _stands_alone(text, label):
                    continue
                idea, is_own = PHRASES.get(label.phrase), label.phrase in self._own
                if idea == "total":
                    idea = _qualified(text[: label.start], text[label.end :])
                if is_own and idea is None and _is_part(text, label):
                    label = replace(label, score=PART * label.score)
                yield Hit(at, label, idea, is_own=is_own)

    def beside(self, hit: Hit) -> Stretch | None:
        """The text right of a label, up to the next label or column."""
        parts = self.right(hit)
        if not parts:
            return None
        kept = [parts[0]]
        for part in parts[1:]:
            gap = part.lines[0].box[0] - kept[-1].lines[0].box[2]
            if gap > FAR * part.lines[0].height:
                break
            kept.append(part)
        return Stretch(" ".join(part.text for part in kept), tuple(part.lines[0] for part in kept), parts[0].marked)

    def going_on(self, hit: Hit, part: Stretch) -> tuple[Line, ...]:
        """The lines that go on, below it, with a text beside a label: in its column, with nothing at their left."""
        more: list[Line] = []
        above = part.lines[0]
        for at, row in enumerate(self.rows[hit.row + 1 :], hit.row + 1):
            line = row.lines[0]
            near = row.image == above.image and line.box[1] - above.box[3] <= TIGHT * above.height
            if (
                not near
                or not is_aligned(above, line)
                or any(one.label.leads and one.is_own for one in self.by_row[at])
            ):
                break
            more.append(line)
            above = line
        return tuple(more)

    def right(self, hit: Hit) -> tuple[Stretch, ...]:
        """The pieces of the row right of a label, line by line, up to the next label that opens a line."""
        row, label = self.rows[hit.row], hit.label
        if row.lines[label.at] in self.stacked:
            return ()
        after = [other.label for other in self.by_row[hit.row] if other.label is not label]
        own = row.lines[label.at]
        stop = min(
            (one.start for one in after if one.at == label.at and _opens(one, label, own.text)), default=len(own.text)
        )
        rest = _NOTE.sub("", own.text[label.end : stop])
        parts = [Stretch(_bare(rest), (own,), rest.lstrip(" )].").startswith((*COLONS, "=", "#")))]
        for at, line in enumerate(row.lines[label.at + 1 :], label.at + 1):
            if any(one.at == at and one.leads for one in after):
                break
            parts.append(Stretch(_bare(line.text), (line,)))
        return tuple(part for part in parts if part.text)

    def below(self, hit: Hit) -> tuple[Stretch, ...]:
        """The lines just under a label that has nothing at its right, unless they are labels themselves."""
        line = self.rows[hit.row].lines[hit.label.at]
        if line in self.stacked:
            value = beneath(self.rows, hit.row, line)
            return (Stretch(_bare(value.text), (value,)),) if value else ()
        if any(one in self.stacked for one in self.rows[hit.row].lines):
            return ()  # an empty cell beside others that are filled
        under = self.rows[hit.row + 1 : hit.row + 2]
        if self.right(hit) or not under or under[0].image != line.image:
            return ()
        if under[0].lines[0].middle - line.middle > BELOW * max(line.height, under[0].height):
            return ()
        taken = {other.label.at for other in self.by_row[hit.row + 1] if other.label.leads}
        if len(under[0].lines) == 1 and not self.by_row[hit.row + 1]:
            return (Stretch(_bare(under[0].text), under[0].lines),)
        span = line.box[0], line.box[2]
        lower = [(at, one) for at, one in enumerate(under[0].lines) if overlap(span, (one.box[0], one.box[2])) > 0]
        return tuple(Stretch(_bare(one.text), (one,)) for at, one in lower if at not in taken and _bare(one.text))

    @cached_property
    def is_level(self) -> bool:
        """Whether the labels of the schema have their values beside them, nearly all."""
        leading = [hit for hit in self.hits if hit.label.leads and (hit.is_own or hit.path is not None)]
        return len(leading) >= 3 and sum(bool(self.right(hit)) for hit in leading) >= 0.6 * len(leading)

    @cached_property
    def stacked(self) -> frozenset[Line]:
        """The lines that are labels and have their values below them, as in the cells of a form."""
        leading = [{hit.label.at for hit in row if hit.label.leads and self._is_all(hit)} for row in self.by_row]
        return stacked(self.rows, leading, self.options)

    def _is_all(self, hit: Hit) -> bool:
        """Whether a label is most of its line, or set off by a colon."""
        label, text = hit.label, self.rows[hit.row].lines[hit.label.at].text
        return 2 * (label.end - label.start) > len(text) or text[label.end :].lstrip()[:1] in COLONS

    def leading(self, row: int, ideas: Collection[str], within: Collection[Line] | None = None) -> bool:
        """Whether a line of the row (of those `within` it, if given) opens with a label for one of these ideas."""
        lines = self.rows[row].lines
        opens = [hit for hit in self.by_row[row] if hit.label.leads and hit.idea in ideas]
        return any(within is None or lines[hit.label.at] in within for hit in opens)


def _is_part(text: str, label: Label) -> bool:
    """Whether other words belong to what a label is a part of: `Patient no.` is not the patient."""
    more = re.split(r"[(:\uff1a]", text[label.end :], maxsplit=1)
    return len(more) > 1 and any(char.isalpha() for char in more[0]) or text[label.end :].strip()[:1].islower()


def _stands_alone(text: str, label: Label) -> bool:
    """Whether a label is all of its line, or set off by a colon."""
    return label.start == 0 and (text[label.end :].lstrip()[:1] in COLONS or not text[label.end :].strip(" ."))


def _apart(tick: Line, row: Row) -> float:
    """How far a tick is from being level with the nearest line of a row, in line heights."""
    nearest = min(row.lines, key=lambda line: max(line.box[0] - tick.box[2], tick.box[0] - line.box[2]))
    return abs(tick.middle - nearest.middle) / nearest.height


def _bare(text: str) -> str:
    """The text without the marks between a label and its value."""
    bare = text.strip(_MARKS + "\t;")
    while bare[:1] in {")", "]", ".", *COLONS}:
        bare = bare[1:].lstrip(_MARKS + ".")
    return bare.rstrip(_MARKS)


def _opens(label: Label, before: Label, text: str) -> bool:
    """Whether a second label in a line begins an entry of its own: `Tel: 1 Fax: 2`."""
    between = text[before.end : label.start]
    told = any(char.isdigit() or char in COLONS for char in between)
    return label.start > before.end and told and text[label.end :].lstrip(" .").startswith(COLONS)


def _qualified(before: str, after: str) -> str:
    """What the other words of its line make of a total."""
    said = [word for word in (*words(before), *words(after)) if word.isalpha()]
    known = {found for word in said if (found := find_word(word, QUALIFIERS))}
    for word, idea in QUALIFIERS.items():
        if word in known:
            return idea
    return "tax" if said[:1] and said[0] in TAXES else "total"
