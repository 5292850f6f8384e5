"""Numbers printed right behind the name of a thing, or before it: `Check #30418`, `Till T2`, `4 items`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from typesight.ocr.lines import Line
from typesight.reader.candidate import Candidate
from typesight.reader.fields import Field
from typesight.reader.page.sheet import Sheet
from typesight.text.dates import find_dates
from typesight.text.letters import split_words

__all__ = ["numbered"]

_NUMBER = frozenset(split_words("number no nr num nbr n id code"))
_THINGS = frozenset(
    split_words(
        "till register terminal lane pump table check order ticket receipt bay gate seat room counter desk pos locker "
        "cab car machine bay kasse caisse caja cassa tisch mesa tavolo pumpe"
    )
)
"""Things that are known by their number: a field of this name alone holds it."""

_OF_FORM = frozenset({"phone", "fax", "tax number", "company number", "email", "website", "account", "member"})
"""Ideas whose values may have spaces: they have a form of their own."""

_COUNT = frozenset(split_words("number no num of count total"))
_ITEMS = frozenset(
    split_words("item items article articles piece pieces product products pcs artikel produits articoli")
)

_TOKEN = re.compile(r"(?<![\w\-/.,:])(?=[A-Za-z\-/]*\d)[A-Za-z]{0,4}[\-/]?\d[A-Za-z\d]*(?:[\-/][A-Za-z\d]+)*(?![\w/])")
_BREAK = re.compile(r"[,;|\u00b7\u2022()]|\s{2,}")
_AFTER = re.compile(r"\s*(?:$|[,;|\u00b7\u2022)](?!\d)|\s+[^\W\d])")
_BEFORE = re.compile(r"^\W*(?P<count>\d{1,4})\s+(?P<thing>[^\W\d_]{3,})")
_STEM = 3
"""Letters an abbreviation has at least: `Reg.` is the register."""


def numbered(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """The numbers behind what a field is the number of; and, where it is a count, those before what it counts."""
    spoken = field.wordings[0][1] if field.wordings else ()
    if field.kind not in {"integer", "string"} or field.idea in _OF_FORM or not spoken:
        return
    things = tuple(word for word in spoken if word not in _NUMBER)
    if things and (things != spoken or _THINGS.issuperset(spoken)):
        for row in sheet.rows:
            for line in row.lines:
                yield from _behind(line, things, field)
    if field.kind == "integer":
        yield from _before(sheet, field, spoken)


def _behind(line: Line, things: Sequence[str], field: Field) -> Iterator[Candidate]:
    for match in _TOKEN.finditer(line.text):
        before = _BREAK.split(line.text[: match.start()])[-1]
        said = [word for word in split_words(before) if word.isalpha()]
        named = [word for word in said if word not in _NUMBER]
        is_marked = len(named) < len(said) or before.rstrip().endswith((":", "#", "\u2116", "."))
        after = line.text[match.end() :]
        ends = bool(_AFTER.match(after)) if is_marked else not _BREAK.split(after)[0].strip()
        if not ends or find_dates(match[0]) or len(named) != len(things) or not all(map(_is_short, named, things)):
            continue
        told = match[0] if field.kind == "string" else int(match[0]) if match[0].isdigit() else None
        if told is not None:
            yield Candidate(told, 0.85 if is_marked else 0.72, (line,), f"behind {before.strip()!r}")


def _is_short(word: str, thing: str) -> bool:
    """Whether a word is another, or the beginning of it."""
    return word == thing or (len(word) >= _STEM and thing.startswith(word))


def _before(sheet: Sheet, field: Field, spoken: Sequence[str]) -> Iterator[Candidate]:
    """`4 items`, at the beginning of a row, where the number of items is asked for."""
    things = {word for word in spoken if word not in _COUNT}
    counts = things != set(spoken)
    wanted = _ITEMS if field.idea == "quantity" else things | {f"{word}s" for word in things} if counts else set()
    for row in sheet.rows:
        match = _BEFORE.match(row.text)
        if match and split_words(match["thing"])[-1] in wanted:
            yield Candidate(int(match["count"]), 0.8, (row.lines[0],), f"before {match['thing']!r}")
