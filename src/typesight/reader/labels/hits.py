"""A `Hit`: a label in a row of the sheet, and what it stands for there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from typesight.ocr.lines import Line
from typesight.ocr.rows import Row
from typesight.reader.fields import Field
from typesight.reader.labels.labels import Label, find_word, labels
from typesight.reader.labels.matching import Match
from typesight.reader.words.vocabulary import ALONE, PHRASES, QUALIFIERS, TAXES
from typesight.text.letters import COLONS, split_words

__all__ = ["PART", "Hit", "hits_of"]

PART = 0.8
"""How sure a label is that is a part of a longer one."""


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

    @property
    def is_known(self) -> bool:
        """Whether it is a label of a field, by the field's own words or by likeness."""
        return self.label.leads and (self.is_own or self.path is not None)

    def names(self, field: Field) -> bool:
        """Whether it is a label of this field: by its own words, by its idea, or by likeness."""
        if self.path is not None:
            return self.path == field.path
        by_idea = not self.is_own and field.idea is not None and self.idea == field.idea
        return self.label.phrase in field.names or by_idea


def hits_of(
    row: Row, at: int, own: Collection[str], phrases: Mapping[str, str], matches: Mapping[Line, Match]
) -> Iterator[Hit]:
    """The labels of row `at`: lines that were matched to a field, and `phrases`, those of the schema being `own`."""
    for place, line in enumerate(row.lines):
        if line in matches:
            match = matches[line]
            label = Label(line.text[: match.end], place, 0, match.end, match.score, leads=True)
            yield Hit(at, label, None, match.path)
    for label in labels(row, phrases):
        line = row.lines[label.at]
        if line not in matches and (label.phrase not in ALONE or _stands_alone(line.text, label)):
            yield _hit(at, label, line.text, label.phrase in own)


def _hit(at: int, label: Label, text: str, is_own: bool) -> Hit:
    idea = PHRASES.get(label.phrase)
    if idea == "total":
        idea = _qualified(text[: label.start], text[label.end :])
    is_part = is_own and idea is None and _is_part(text, label)
    return Hit(at, replace(label, score=PART * label.score) if is_part else label, idea, is_own=is_own)


def _is_part(text: str, label: Label) -> bool:
    """Whether other words belong to what a label is a part of: `Patient no.` is not the patient."""
    more = re.split(r"[(:\uff1a]", text[label.end :], maxsplit=1)
    return (len(more) > 1 and any(char.isalpha() for char in more[0])) or text[label.end :].strip()[:1].islower()


def _stands_alone(text: str, label: Label) -> bool:
    """Whether a label is all of its line, or set off by a colon."""
    return label.start == 0 and (text[label.end :].lstrip()[:1] in COLONS or not text[label.end :].strip(" ."))


def _qualified(before: str, after: str) -> str:
    """What the other words of its line make of a total."""
    said = [word for word in (*split_words(before), *split_words(after)) if word.isalpha()]
    known = {found for word in said if (found := find_word(word, QUALIFIERS))}
    for word, idea in QUALIFIERS.items():
        if word in known:
            return idea
    return "tax" if said[:1] and said[0] in TAXES else "total"
