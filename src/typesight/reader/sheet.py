"""A `Sheet`: everything that was read, as rows with their labels, and what stands beside and below a label."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from typesight.reader.amounts import decimal_mark
from typesight.reader.labels import Label, find_word, labels
from typesight.reader.lines import Line, overlap
from typesight.reader.rows import Row, rows
from typesight.reader.text import COLONS, words
from typesight.reader.vocabulary import PHRASES, QUALIFIERS, TAXES

__all__ = ["Hit", "Sheet", "Stretch"]

FAR = 1.6
"""Gap in line heights from which two neighbours in a row are separate columns, not one text."""

BELOW = 2.6
"""Distance in line heights within which a row is the next one below."""


_MARKS = " =#" + "".join(COLONS)
"""What stands between a label and its value."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of text and the lines it is part of; `marked` says that a colon or the like stood before it."""

    text: str
    lines: tuple[Line, ...]
    marked: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A label in row `row` of a sheet, and the idea it stands for there (None for a phrase of the schema only)."""

    row: int
    label: Label
    idea: str | None


class Sheet:
    """The rows of a document; read only, and a class for what it works out once."""

    def __init__(self, lines: Iterable[Line], phrases: Iterable[str] = ()) -> None:
        self.rows: tuple[Row, ...] = rows(lines)
        self._phrases = {phrase.replace(" ", ""): phrase for phrase in (*PHRASES, *phrases)}

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
        return tuple(tuple(hit for hit in self.hits if hit.row == at) for at in range(len(self.rows)))

    def _hits_of(self, at: int) -> Iterator[Hit]:
        for label in labels(self.rows[at], self._phrases):
            idea = PHRASES.get(label.phrase)
            text = self.rows[at].lines[label.at].text
            yield Hit(at, label, _qualified(text[: label.start], text[label.end :]) if idea == "total" else idea)

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

    def right(self, hit: Hit) -> tuple[Stretch, ...]:
        """The pieces of the row right of a label, line by line, up to the next label that opens a line."""
        row, label = self.rows[hit.row], hit.label
        after = [other.label for other in self.by_row[hit.row] if other.label is not label]
        own = row.lines[label.at]
        stop = min(
            (one.start for one in after if one.at == label.at and _opens(one, label, own.text)), default=len(own.text)
        )
        rest = own.text[label.end : stop]
        parts = [Stretch(_bare(rest), (own,), rest.lstrip(" )].").startswith((*COLONS, "=", "#")))]
        for at, line in enumerate(row.lines[label.at + 1 :], label.at + 1):
            if any(one.at == at and one.leads for one in after):
                break
            parts.append(Stretch(_bare(line.text), (line,)))
        return tuple(part for part in parts if part.text)

    def below(self, hit: Hit) -> tuple[Stretch, ...]:
        """The lines just under a label that has nothing at its right, unless they are labels themselves."""
        line = self.rows[hit.row].lines[hit.label.at]
        under = self.rows[hit.row + 1 : hit.row + 2]
        if self.right(hit) or not under or under[0].image != line.image:
            return ()
        if under[0].lines[0].middle - line.middle > BELOW * max(line.height, under[0].height):
            return ()
        taken = {other.label.at for other in self.by_row[hit.row + 1] if other.label.leads}
        if len(under[0].lines) == 1 and not self.by_row[hit.row + 1]:
            return (Stretch(_bare(under[0].text), under[0].lines),)
        span = line.box[0], line.box[2]
        beneath = [(at, one) for at, one in enumerate(under[0].lines) if overlap(span, (one.box[0], one.box[2])) > 0]
        return tuple(Stretch(_bare(one.text), (one,)) for at, one in beneath if at not in taken and _bare(one.text))

    def leading(self, row: int, ideas: Collection[str], within: Collection[Line] | None = None) -> bool:
        """Whether a line of the row (of those `within` it, if given) opens with a label for one of these ideas."""
        lines = self.rows[row].lines
        opens = [hit for hit in self.by_row[row] if hit.label.leads and hit.idea in ideas]
        return any(within is None or lines[hit.label.at] in within for hit in opens)


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
