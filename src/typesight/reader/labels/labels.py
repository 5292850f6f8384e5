"""A `Label`: a phrase of the vocabulary, or of the schema, found in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from typesight.errors import MissingExtra
from typesight.ocr.rows import Row
from typesight.text.letters import COLONS, fold_text

__all__ = ["Label", "alike", "find_word", "labels"]

MOST_WORDS = 5
ALIKE = 80
"""Similarity (rapidfuzz ratio, 0 to 100) from which a phrase of five letters or more is taken as misread, not other."""

LETTERS = 6
"""One letter in so many may be misread, and one in a shorter word."""

_LOOK_ALIKE = ("0odqcea", "1iltjfr", "5s", "8bh", "9gqy", "2z", "uvwyn", "nmhr", "7t")
"""Letters and digits that are taken for one another."""

_WHOSE = frozenset({"your", "my", "our", "the", "his", "her", "their"})
"""Words before a label that leave it one: `Your name`."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Label:
    """A phrase in line `at` of a row, characters `start` to `end`; `score` is 1 for an exact match.

    `leads` says that no other word stands before it in its line: a label, not a word of a sentence.
    """

    phrase: str
    at: int
    start: int
    end: int
    score: float
    leads: bool


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    at: int
    start: int
    end: int


def labels(row: Row, phrases: Mapping[str, str]) -> tuple[Label, ...]:
    """The phrases found in a row, left to right; where two overlap, the longer, then the more alike, is kept.

    `phrases` maps a phrase with its letters joined (`grandtotal`) to the phrase.
    """
    kept: list[Label] = []
    for label in sorted(_found(row, phrases), key=lambda label: (-_weight(label), label.at, label.start)):
        if not any(label.at == other.at and label.start < other.end and other.start < label.end for other in kept):
            kept.append(label)
    return tuple(sorted(kept, key=lambda label: (label.at, label.start)))


def _weight(label: Label) -> float:
    return len(label.phrase) * label.score**2


def _found(row: Row, phrases: Mapping[str, str]) -> Iterator[Label]:
    for at, line in enumerate(row.lines):
        spoken = _words(line.text, at)
        for first in range(len(spoken)):
            for last in range(first, min(len(spoken), first + MOST_WORDS)):
                window = spoken[first : last + 1]
                if any(mark in line.text[window[0].end : window[-1].start] for mark in COLONS):
                    break  # what follows a colon is no part of the label
                match = _match("".join(word.text for word in window), phrases, len(window))
                if match is not None and not _swallows(window, match[0], phrases):
                    before = [word.text for word in spoken[:first] if word.text.isalpha() and word.text not in _WHOSE]
                    counted = any(word.text.isdigit() for word in spoken[:first])
                    leads = (  # `a) Total` and `2 Total`, not `P.O. number`, and not `1.5 vCPU`
                        not any(len(word) > 1 for word in before) and len(before) + counted < 2
                    )
                    yield Label(match[0], at, window[0].start, window[-1].end, match[1], leads)


def _swallows(window: list[_Word], phrase: str, phrases: Mapping[str, str]) -> bool:
    """Whether a phrase fits only because a label and what follows it were joined: `Total e` is not `totale`."""
    return len(window) > len(phrase.split()) == 1 and window[0].text in phrases


def _words(text: str, at: int) -> list[_Word]:
    """The words of a line; `TotalRM` and `Date:27` are two each."""
    found: list[_Word] = []
    for match in _WORD.finditer(text):
        cuts = [0, *(cut.start() for cut in _GLUED.finditer(match[0])), len(match[0])]
        for start, end in pairwise(cuts):
            found.append(_Word(fold_text(match[0][start:end]), at, match.start() + start, match.start() + end))
    return found


def _match(spelled: str, phrases: Mapping[str, str], count: int = 1) -> tuple[str, float] | None:
    """The phrase that the letters of `count` words spell, with its score, or None; a misread one has no words more."""
    if spelled in phrases:
        return phrases[spelled], 1.0
    if len(spelled) < 4 or spelled.isdigit():
        return None
    process, ratio = _rapidfuzz()
    best = process.extractOne(spelled, phrases.keys(), scorer=ratio, score_cutoff=ALIKE)
    if best is None or len(best[0]) < 5 or count != len(phrases[best[0]].split()) or not _is_misread(spelled, best[0]):
        return None
    return phrases[best[0]], best[1] / 100


def _is_misread(spelled: str, phrase: str) -> bool:
    """Whether so few letters differ that it may be the same word misread: `monday` is not `moneda`.

    In a short word, which is soon another, only letters that look alike: `tota1` is `total`, `place` is not `plate`.
    """
    from rapidfuzz.distance import Levenshtein

    if len(phrase) >= LETTERS:
        return int(Levenshtein.distance(spelled, phrase)) <= max(1, len(phrase) // LETTERS)
    if len(spelled) != len(phrase):
        return spelled == f"{phrase}s"
    apart = [(one, other) for one, other in zip(spelled, phrase, strict=True) if one != other]
    return len(apart) == 1 and any(set(apart[0]) <= set(group) for group in _LOOK_ALIKE)


def find_word(word: str, among: Mapping[str, object]) -> str | None:
    """The word of a table that this one is, or is a misreading of."""
    found = _match(word, {known: known for known in among})
    return found[0] if found else None


def alike(one: str, other: str) -> bool:
    """Whether a word is likely to be a misreading of another."""
    return bool(_rapidfuzz()[1](one, other) >= ALIKE)


def _rapidfuzz() -> tuple[Any, Any]:
    try:
        from rapidfuzz import fuzz, process
    except ImportError as missing:
        raise MissingExtra("local", "finding labels in what was read") from missing
    return process, fuzz.ratio
