"""Matching: which printed label means which field, where neither the schema nor the vocabulary has its very words.

`Dept.` is the department, `Position applied for` the position, `Copies to keep` is `keep_copies`. A label and a field
are likened by the words they share, and each label goes to the one field it is likest to.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from typesight.ocr.lines import Line
from typesight.reader.fields import Field
from typesight.reader.labels.labels import alike
from typesight.reader.words.synonyms import are_contrary, are_synonyms
from typesight.reader.words.vocabulary import idea_of
from typesight.text.letters import COLONS, split_words

__all__ = ["LIKE", "Match", "are_apart", "key_text", "like", "likeness", "matches"]

LIKE = 0.55
"""Likeness from which a label is taken for a field's."""

_SYNONYM = 0.75
"""How much a synonym counts of the word itself."""

_BARE = 0.3
"""Likeness of `Project name` and a field that is called nothing but `name`."""

_CLEARLY = 0.8
"""Likeness from which a label is taken for a field's, whatever else it may mean."""

_ASIDE = 0.9
"""How much words in brackets count."""

_UNDER = 0.95
"""How much likeness counts that a label has together with its heading."""

_MISREAD = 0.7
"""The same for a word that differs by a letter or two: it may be misread, or another."""

_MOST_WORDS = 12
_LEADERS = re.compile(r"[\s.\u2026_]{3,}$")
_ENUMERATED = re.compile(r"^\s*\d{1,2}\s*[.):]?\s+(?=\D)")
_BRACKETS = re.compile(r"\([^)]*\)?")

_EMPTY = frozenset(
    split_words(
        "a an and any are at be by can do does for had has have i if in into is it its may me my of on or our "
        "please shall should so that the their there these they this to up us was we were will with would you your"
    )
)
"""Words that say nothing of what a field holds."""

_PALE = frozenset(split_words("name number date value text type code details field no amount size status time enabled"))
"""Words that say little: a label may leave them out, or a field."""

_SAME = {
    spelled: group.split()[0]
    for group in (
        "number no nr num nbr numero nummer", "phone tel telephone telefon mobile cell", "department dept",
        "quantity qty", "date day", "license licence", "registration reg", "address addr", "identification id",
        "birth born dob", "organisation organization org", "colour color", "postcode zip postal", "surname family",
        "maximum max", "minimum min", "temperature temp", "average avg", "percent percentage", "email mail",
        "administrator admin", "1 first primary main",
        "2 second secondary alternate", "enabled on",
        "authentication factor", "wifi wlan", "kilogram kg", "kilometre km",
    )
    for spelled in group.split()
}  # fmt: skip
"""Spellings of one word in forms and schemas."""

_ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "ies", "ied", "ed", "es", "ers", "er", "s", "e", "y")
_STEM = 4
"""Letters that are left, at least, when an ending is taken off."""


@dataclass(frozen=True, slots=True)
class Match:
    """A label in a line, characters 0 to `end`, and the path of the field it is taken for."""

    line: Line
    end: int
    path: str
    likeness: float

    @property
    def score(self) -> float:
        """How sure the label is: an exact one has 1."""
        return 0.5 + 0.45 * self.likeness


def key_text(text: str) -> tuple[str, int] | None:
    """What of a line may be a label, and where it ends: up to its colon, or all of it; None if it looks like none."""
    colon = min((at for mark in COLONS if (at := text.find(mark)) > 0), default=-1)
    end = colon if colon > 0 else len(text)
    told = _LEADERS.sub("", text[:end])
    spoken = split_words(told)
    letters = sum(char.isalpha() for char in told)
    if (
        not spoken
        or "@" in told
        or letters < 2
        or len(spoken) > _MOST_WORDS
        or letters < 0.6 * len(told.replace(" ", ""))
    ):
        return None
    return told, len(told) if colon < 0 else end


def matches(
    lines: Iterable[Line],
    fields: Sequence[Field],
    words: Collection[Line] = (),
    headings: Mapping[Line, str] | None = None,
) -> tuple[Match, ...]:
    """The labels among lines that are likest to a field; each line and each field once.

    Lines that are the `words` of a tick are labels of booleans alone; `headings` are those above the lines.
    """
    found = sorted(_likened(lines, fields, words, headings or {}), key=lambda one: -one.likeness)
    lines_taken: set[Line] = set()
    fields_taken: set[str] = set()
    kept: list[Match] = []
    for one in found:
        if one.line not in lines_taken and one.path not in fields_taken:
            lines_taken.add(one.line)
            fields_taken.add(one.path)
            kept.append(one)
    return tuple(_exchanged(kept, found))


def _exchanged(kept: Sequence[Match], found: Sequence[Match]) -> Sequence[Match]:
    """The same, a field that has no label given that of another field, where this one has a second and both gain."""
    kept = list(kept)
    for one in found:
        if any(one.path == other.path for other in kept):
            continue
        holder = next((other for other in kept if other.line == one.line), None)
        lines = {other.line for other in kept}
        second = holder and next((two for two in found if two.path == holder.path and two.line not in lines), None)
        if holder and second and one.likeness + second.likeness > holder.likeness:
            kept[kept.index(holder)] = one
            kept.append(second)
    return kept


def _likened(
    lines: Iterable[Line], fields: Sequence[Field], ticked: Collection[Line], headings: Mapping[Line, str]
) -> Iterator[Match]:
    for line in lines:
        key = key_text(line.text)
        if key is None:
            continue
        for field in fields:
            is_told = line in ticked and key[1] == len(line.text) and field.kind != "boolean"
            score = 0.0 if is_told else like(key[0], field)
            if not is_told and line in headings:
                score = max(score, _UNDER * like(f"{headings[line]} {key[0]}", field))
            if score >= LIKE and not _is_another(key[0], field, score):
                yield Match(line, key[1], field.path, score)


def like(label: str, field: Field) -> float:
    """How like a label and a field are by their words, 0 to 1."""
    label = _ENUMERATED.sub("", label)
    within = _BRACKETS.search(label)
    if _is_contrary(label, field):
        return 0.0
    return max(_likened_words(label, field), _ASIDE * _likened_words(within[0], field) if within else 0.0)


def _is_contrary(label: str, field: Field) -> bool:
    """Whether a label says the contrary of a field's name, and not what the name says."""
    said, wanted = set(split_words(label)), set(field.wordings[0][1]) if field.wordings else set()
    return any(are_contrary(one, other) for one in said - wanted for other in wanted - said)


def likeness(label: str, name: str) -> float:
    """How like a text and a name in code are by their words, 0 to 1."""
    said, wanted = _content(split_words(label)), _content(split_words(name))
    return _shared(said, wanted) if said and wanted else 0.0


def _is_another(label: str, field: Field, score: float) -> bool:
    """Whether a label that is rather like a field is known to mean another thing, or may well do."""
    if score >= _CLEARLY:
        return False
    idea = idea_of(split_words(_BRACKETS.sub(" ", _ENUMERATED.sub("", label))))
    is_known = idea is not None and idea not in {field.idea, field.word_idea}
    return is_known or (field.is_optional and are_apart(label, field))


def are_apart(label: str, field: Field) -> bool:
    """Whether a label and a field each say something that the other does not: gross weight, net weight."""
    said = _content(split_words(_BRACKETS.sub(" ", _ENUMERATED.sub("", label))))
    wanted = [name for _, name in field.wordings if name]
    return all(_lacks(said, _content(name)) and _lacks(_content(name), said) for name in wanted)


def _lacks(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a word of one side that says something is like none of the other's."""
    return any(word not in _PALE and all(_likeness(word, its) == 0 for its in other) for word in one)


def _likened_words(label: str, field: Field) -> float:
    said = _content(split_words(_BRACKETS.sub(" ", label))) or _content(split_words(label))
    if not said:
        return 0.0
    idea = idea_of(split_words(_BRACKETS.sub(" ", label)))
    best = 0.9 if idea is not None and idea == field.word_idea else 0.0
    for weight, name in field.wordings:
        wanted = _content(name)
        if wanted:
            best = max(best, weight * _shared(said, wanted))
    return best


@lru_cache(maxsize=65536)
def _shared(said: tuple[str, ...], wanted: tuple[str, ...]) -> float:
    """The mean of how much of each side the other has; words that say little count little."""
    said, wanted = _spelled_out(said, wanted), _spelled_out(wanted, said)
    telling = [one for one in said if one not in _PALE] or said  # a label may be nothing but `Name`
    if not any(_likeness(one, other) for one in telling for other in wanted):
        return _BARE if _PALE.issuperset(wanted) and set(wanted) <= set(said) else 0.0
    return (_covered(said, wanted) + _covered(wanted, said)) / 2


def _spelled_out(words_: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The words, with the other side's words for the one that is their initials: `po` for a purchase order."""
    for size in range(2, len(other) + 1):
        for at in range(len(other) - size + 1):
            initials = "".join(word[0] for word in other[at : at + size])
            if initials in words_:
                where = words_.index(initials)
                return (*words_[:where], *other[at : at + size], *words_[where + 1 :])
    return words_


def _covered(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    weights = [(0.3 if word in _PALE else 1.0, max(_likeness(word, its) for its in other)) for word in one]
    return sum(weight * likeness for weight, likeness in weights) / sum(weight for weight, _ in weights)


@lru_cache(maxsize=8192)
def _content(spoken: tuple[str, ...]) -> tuple[str, ...]:
    """The words that say something; letters in a row are one (`P.O.`)."""
    told: list[str] = []
    initials = ""
    for word in (*spoken, ""):
        if len(word) == 1 and word.isalpha():
            initials += word
            continue
        if len(initials) > 1:
            told.append(initials)
        initials = ""
        if word and word not in _EMPTY:
            told.append(_SAME.get(word, word))
    return tuple(told)


@lru_cache(maxsize=65536)
def _likeness(one: str, other: str) -> float:
    """1 for the same word, less for one that may stand for it, 0 for another."""
    if _same(one, other):
        return 1.0
    if min(len(one), len(other)) > _STEM and alike(one, other):
        return _MISREAD
    return _SYNONYM if are_synonyms(one, other) and _PALE.isdisjoint((one, other)) else 0.0


def _same(one: str, other: str) -> bool:
    """Whether two words are the same but for an ending or an abbreviation."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and long.startswith(short) and (len(short) >= _STEM or len(long) > len(short) + 2):
        return True
    return len(short) >= _STEM and _stem(one) == _stem(other)


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word
