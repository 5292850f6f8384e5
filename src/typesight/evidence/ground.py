"""Ground a record: compare its values with the printed text, numbers and dates by value, texts by letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from typesight.errors import MissingExtra
from typesight.evidence.evidence import Evidence
from typesight.evidence.printed import Place, Printed, places_of
from typesight.ocr.lines import Line, around
from typesight.schema.value_kinds import kind_of, unwrap
from typesight.text.letters import bare, words

__all__ = ["ground"]

ALIKE = 0.85
"""Least similarity (rapidfuzz partial ratio, 0 to 1) at which a text counts as similar."""

_SHORT = 4
"""A text with fewer letters than this must be printed as a separate word."""

_UNCHECKED = Evidence("unchecked")
_NUMERIC = re.compile(r"[-+]?\d+(?:\.\d+)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

Leaf = tuple[str, Any, str, tuple[str, ...]]
"""A path, the value there, the kind of its field, and the words of its name."""


def ground(data: Any, schema: Mapping[str, Any], lines: Sequence[Line]) -> dict[str, Evidence]:
    """The evidence for each value of a record, by path (`items.0.price`; "" for a record that is one value).

    `data` is the record as JSON data, `schema` its JSON Schema, `lines` all lines of the pictures. A number or a date
    is found only as the same value, in any format. A text is found by its letters and digits, and similar if nearly all
    of them match; a text made mostly of digits has to match exactly. Raises MissingExtra.
    """
    printed = Printed(lines)
    found: dict[str, Evidence] = {}
    used: set[Place] = set()
    rows: dict[str, int] = {}
    for path, value, kind, name in _leaves(data, schema, schema, "", ()):
        item = path.rpartition(".")[0]
        search = _Search(printed, name, rows.get(item) if _in_list(path) else None, used)
        found[path], place = search.evidence(value, kind)
        if place is not None:
            used.add(place)
            rows.setdefault(item, place.row)
    return found


def _in_list(path: str) -> bool:
    return any(step.isdigit() for step in path.split("."))


def _leaves(data: Any, schema: Any, root: Mapping[str, Any], path: str, name: tuple[str, ...]) -> Iterator[Leaf]:
    """The values of JSON data, each with its path, the kind that its schema says, and the words of its name."""
    schema = unwrap(schema, root)
    if isinstance(data, Mapping):
        for key, value in data.items():
            inner = schema.get("properties", {}).get(key, schema.get("additionalProperties", True))
            yield from _leaves(value, inner, root, f"{path}.{key}".lstrip("."), words(str(key)))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _leaves(value, schema.get("items", True), root, f"{path}.{number}".lstrip("."), name)
    else:
        yield path, data, _kind(data, schema, root), name


def _kind(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    """The kind that a value is compared as: by its schema, else by its text."""
    if value is None or isinstance(value, bool) or value == "":
        return "nothing"
    kind = kind_of(schema, root) or ""
    if kind in {"choice", "time", "date-time"}:
        return kind
    text = str(value)
    if kind in {"number", "decimal", "integer"} or (not isinstance(value, str) and isinstance(value, int | float)):
        return "number" if _NUMERIC.fullmatch(text) or not isinstance(value, str) else "string"
    if _DAY.fullmatch(text):
        return "date"
    return "string" if not _NUMERIC.fullmatch(text) or kind != "" else "number"


@dataclass(frozen=True, slots=True)
class _Search:
    """The search for one value: the words of its name, the row where its item was found, and the places in use."""

    printed: Printed
    name: tuple[str, ...]
    row: int | None
    used: set[Place]

    def evidence(self, value: Any, kind: str) -> tuple[Evidence, Place | None]:
        """The evidence for a value of this kind, and its place if it is a number or a date."""
        if kind == "nothing":
            return _UNCHECKED, None
        if kind in {"date", "date-time"}:
            return self._placed(self.printed.days, str(value)[:10], len(self.printed.days))
        if kind == "number":
            return self._number(value)
        if kind == "time":
            is_there = str(value)[:5] in self.printed.clocks
            return Evidence("found" if is_there else "absent", score=float(is_there)), None
        told = _text(self.printed, str(value))
        return (_UNCHECKED if kind == "choice" and told.status != "found" else told), None

    def _number(self, value: Any) -> tuple[Evidence, Place | None]:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return Evidence("absent"), None
        kinds = len(self.printed.fractions - {abs(number)}) + 1
        told = self._placed(self.printed.numbers, number, kinds)
        if told[1] is None and number:
            turned, place = self._placed(self.printed.numbers, -number, kinds)
            return (replace(turned, status="similar", score=0.9), place) if place else told
        return told

    def _placed(self, index: Mapping[Any, Sequence[Place]], value: Any, kinds: int) -> tuple[Evidence, Place | None]:
        """Where exactly this value is printed: nearest its item's row, else by a label like its name, else topmost."""
        places = index.get(value, ())
        if not places:
            return Evidence("absent", rivals=kinds), None
        best = min(places, key=self._rank) if len(places) > 1 else places[0]
        label = self.printed.label(best)
        return Evidence("found", best.box, best.image, best.text, 1.0, max(0, kinds - 1), label), best

    def _rank(self, place: Place) -> tuple[Any, ...]:
        apart = abs(place.row - self.row) if self.row is not None else 0
        label = set(words(self.printed.label(place) or ""))
        return apart, place in self.used, -len(label & set(self.name)), place.row


def _text(printed: Printed, value: str) -> Evidence:
    """The evidence for a text by its letters and digits, anywhere on the pages and across line ends."""
    wanted = bare(value)
    if not wanted:
        return _UNCHECKED
    if len(wanted) < _SHORT:
        return _word(printed, value)
    letters, _ = printed.letters
    at = letters.find(wanted)
    if at >= 0:
        return _spread(printed, "found", at, at + len(wanted), 1.0)
    start, end, score = _likest(wanted, letters)
    digits = sum(char.isdigit() for char in wanted)
    if score < ALIKE or 2 * digits > len(wanted):
        return Evidence("absent", score=round(score, 3))
    return _spread(printed, "similar", start, end, score)


def _word(printed: Printed, value: str) -> Evidence:
    """The evidence for a short text: only as separate words."""
    wanted = words(value)
    for row in printed.rows:
        for line in row.lines:
            said = words(line.text)
            if any(said[at : at + len(wanted)] == wanted for at in range(len(said))):
                return Evidence("found", line.box, line.image, line.text, 1.0)
    return Evidence("absent")


def _likest(wanted: str, letters: str) -> tuple[int, int, float]:
    """The start, end and similarity (0 to 1) of the part of the letters that is most similar to a text."""
    try:
        from rapidfuzz import fuzz
    except ImportError as missing:
        raise MissingExtra("local", "comparing texts with what is printed") from missing
    if len(letters) < len(wanted):  # partial_ratio searches for the shorter text in the longer
        return 0, len(letters), fuzz.ratio(wanted, letters) / 100
    found = fuzz.partial_ratio_alignment(wanted, letters, score_cutoff=60)
    return (found.dest_start, found.dest_end, found.score / 100) if found else (0, 0, 0.0)


def _spread(printed: Printed, status: Any, start: int, end: int, score: float) -> Evidence:
    lines = places_of(printed, start, end)
    first = [line for line in lines if line.image == lines[0].image]
    return Evidence(status, around(first), lines[0].image, " ".join(line.text for line in lines), round(score, 3))
