"""Lists: what a list of a schema may hold, objects from a table or a bill, scalars from a line or from bullets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from typesight.ocr.lines import Line
from typesight.reader.candidate import Candidate
from typesight.reader.fields import Field, ListField
from typesight.reader.find.offered import offered
from typesight.reader.items.items import items
from typesight.reader.labels.hits import Hit
from typesight.reader.page.sheet import Sheet
from typesight.reader.values.values import choice, value
from typesight.text.letters import COLONS

__all__ = ["listed"]

_BETWEEN = re.compile(r"\s*[,;•·|\u3001\uff0c]\s*|\s+/\s+")
_BULLET = re.compile(r"^\s*(?:[•·●○◦▪■□\-–*>✓✔☑]|\d{1,2}[.)])\s*")  # noqa: RUF001
_INDENT = 0.5
"""How far right of its heading, in line heights, a list begins at most to the left: a little is printing's own."""

_CLOSE = 0.8
"""Gap in line heights within which the next line goes on with a list beside its label."""

_NEXT = 2.2
"""Distance in line heights within which a row is the next of a list."""


def listed(sheet: Sheet, place: ListField, claimed: Collection[Line] = ()) -> Iterator[Candidate]:
    """What a list may hold, as JSON; `claimed` are the lines that tell other fields."""
    if place.items:
        found = items(sheet, place, claimed)
        if found:
            lines = tuple(line for one in found for line in one.lines)
            told = [_object(one.cells, place.items) for one in found]
            yield Candidate(told, 0.7, lines, "the rows of a table")
    elif place.own.kind:
        yield from _scalars(sheet, place.own)


def _object(cells: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """Values by dotted path as nested objects; what is not there is null where it may be, else left out."""
    made: dict[str, Any] = {}
    for field in fields:
        *parents, name = field.path.split(".")
        is_begun = not parents or any(path.startswith(f"{'.'.join(parents)}.") for path in cells)
        if field.path not in cells and not (field.may_be_null and is_begun):
            continue
        inner = made
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[name] = cells.get(field.path)
    return made


def _scalars(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """The parts of a text beside the list's label, or the lines below its heading."""
    for hit in sheet.hits:
        if not hit.label.leads or not hit.names(field):
            continue
        shown = offered(sheet, hit)
        beside = sheet.beside(hit)
        if shown:
            texts = [text for text, option in shown if option.is_on]
            lines = tuple(option.tick for _, option in shown if option.is_on)
        elif beside and (beside.marked or beside.lines[0] != sheet.rows[hit.row].lines[hit.label.at]):
            more = sheet.going_on(hit, beside, _CLOSE) if len(beside.lines) == 1 else ()
            texts = [*_BETWEEN.split(beside.text), *(_BULLET.sub("", line.text) for line in more)]
            lines = (*beside.lines, *more)
        else:
            below = list(_below(sheet, hit))
            texts = [_BULLET.sub("", line.text) for line in below]
            texts = _BETWEEN.split(texts[0]) if len(texts) == 1 else texts
            lines = tuple(below)
        told = [_scalar(text, field, sheet.mark) for text in texts if text.strip()]
        if (told or shown) and None not in told:
            yield Candidate(told, 0.85 * hit.label.score, lines, f"listed at the label {hit.label.phrase!r}")


def _scalar(text: str, field: Field, mark: str | None) -> Any:
    return choice(text, field.choices) if field.kind == "choice" else value(text, field.kind, None, mark)


def _below(sheet: Sheet, hit: Hit) -> Iterator[Line]:
    """The lines below a heading, in its column, up to the next label or gap."""
    above = sheet.rows[hit.row].lines[hit.label.at]
    left = above.box[0] - _INDENT * above.height
    bulleted: bool | None = None
    for at, row in enumerate(sheet.rows[hit.row + 1 :], hit.row + 1):
        line = next((one for one in row.lines if one.box[0] >= left), None)
        if (
            line is None
            or line.image != above.image
            or line.middle - above.middle > _NEXT * max(line.height, above.height)
        ):
            return
        marked = bool(_BULLET.match(line.text))
        other = not marked and (sheet.has_label(at) or any(colon in line.text for colon in COLONS))
        if other or (bulleted is not None and marked is not bulleted):
            return
        bulleted = marked
        yield line
        above = line
