"""A `Table`: the row that is the head of its items, and its columns.

The head of a table is a row that holds little but the names of what an item consists of, in the words of the schema
or in those that documents use; or a row under whose words stands what the fields of an item take.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from typesight.ocr.rows import Row
from typesight.reader.fields import Field
from typesight.reader.items.columns import (
    HOLDS,
    NUMBERS,
    OF_PHRASE,
    QUANTIFIED,
    Column,
    Span,
    head_above,
    role_of,
    span_of,
)
from typesight.reader.labels.labels import Label, labels
from typesight.reader.labels.matching import LIKE, like
from typesight.reader.values.values import choice, truth
from typesight.text.dates import find_dates, find_times

__all__ = ["COUNTED", "Table", "head_of"]

_STAND_INS = (("price", "unit price"), ("price", "amount"), ("unit price", "price"), ("amount", "price"))
"""What a field wants, and the column that serves it where none is named for it; the first that is free."""

LOOKED = 6
"""Rows below a head that are looked at to tell what its columns hold."""

GAP = 1.9
"""Distance to the row above, in the largest so far, from which a row is no part of the table."""

COVERED = 0.6
"""Share of a row's letters that must belong to names of columns for the row to be a head by its words."""

FILLED = 0.6
"""Share of its heads that something must stand under, in the rows below, for a row to be a head by its columns."""

COUNTED = re.compile(r"\d{1,6}\s+(?=\S*[^\W\d_])")
"""A number before a text: `2 Tea`."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table's head: the row of the sheet it is in, and its columns, left to right."""

    row: int
    columns: tuple[Column, ...]


def head_of(
    rows: Sequence[Row], fields: Sequence[Field], sums: Collection[int] = (), others: Collection[int] = ()
) -> Table | None:
    """The head of the table whose items have these fields; of several rows the one that names most of them.

    `sums` are the rows, by number, that tell a sum: a table ends there; `others` are heads of other tables.
    """
    named = {name: field for field in reversed(fields) for name in reversed(field.names)}
    phrases = {phrase.replace(" ", ""): phrase for phrase in (*OF_PHRASE, *named)}
    best: tuple[float, float] = (1.0, 0.0)
    found: Table | None = None
    for at, row in enumerate(rows):
        heads = labels(row, phrases)
        if at in others or max(len(heads), len(row.lines)) < 2 or any(_is_filled(line.text) for line in row.lines):
            continue
        end = next(
            (below for below in range(at + 1, min(len(rows), at + 1 + LOOKED)) if below in sums), at + 1 + LOOKED
        )
        covered = _covered(row, heads)
        columns, suits = _columns(row, heads, _together(rows[at:end]), fields)
        by_words = len(heads) > 1 and covered >= COVERED and not any(char.isdigit() for char in row.text)
        if not by_words and not _is_headed(columns, len(fields)):
            continue
        rank = suits, covered
        if rank > best:
            best, found = rank, Table(at, columns)
    return found


def _together(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows below a head, up to a gap."""
    steps = [0.0]
    for above, row in pairwise(rows):
        step = row.middle - above.middle
        if row.image != above.image or (len(steps) > 1 and step > GAP * max(steps)):
            break
        steps.append(step)
    return rows[1 : len(steps)]


def _is_filled(text: str) -> bool:
    """Whether a text is a value and no head: a number, an amount, a date."""
    digits = sum(char.isdigit() for char in text)
    return digits > 0 and (digits >= sum(char.isalpha() for char in text) or bool(find_dates(text)))


def _is_headed(columns: Sequence[Column], fields: int) -> bool:
    """Whether what stands below a row makes it a head: most of its columns are filled, and most fields have theirs."""
    ticked = {column.chosen.path for column in columns if column.chosen}
    filled = sum(bool(column.holds) or column.chosen is not None for column in columns)
    given = sum(column.field is not None for column in columns) + len(ticked)
    return filled >= max(2, FILLED * len(columns)) and given >= max(2, 0.5 * fields)


def _covered(row: Row, heads: Iterable[Label]) -> float:
    """The share of a row's letters that belong to labels."""
    told = sum(char.isalpha() for head in heads for char in row.lines[head.at].text[head.start : head.end])
    return told / max(1, sum(char.isalpha() for char in row.text))


def _columns(
    row: Row, heads: Sequence[Label], below: Sequence[Row], fields: Sequence[Field]
) -> tuple[tuple[Column, ...], float]:
    """The columns under a head, left to right, each with the field it suits best; and how well they all do."""
    texts = {
        span_of(row, at, start, end): text
        for at in range(len(row.lines))
        for start, end, text in _heads_in(row, at, [head for head in heads if head.at == at], below)
    }
    spans = sorted(texts)
    bare = [_bare(span, OF_PHRASE.get(texts[span]), spans, below) for span in spans]
    suited = [
        (_suits(column, texts[column.span], field), -at, column, field)
        for at, column in enumerate(bare)
        for field in fields
    ]
    given: dict[Column, Field] = {}
    total = 0.0
    for score, _, column, field in sorted(suited, key=lambda each: each[:2], reverse=True):
        if score > 0 and column not in given and field not in given.values():
            given[column] = field
            total += score
    for holds in ("date", "time", "number", "text", ""):  # what is left over on both sides belongs together
        columns = [one for one in bare if one not in given and (not holds or one.holds == holds)]
        left = [one for one in fields if one not in given.values()]
        left = [one for one in left if not holds or HOLDS.get(one.kind, "text") == holds]
        if (
            len(columns) == len(left) > 0
            and (len(left) == 1 or holds in {"date", "time"})
            and columns[0].may_hold(left[0])
        ):
            given |= dict(zip(columns, left, strict=True))
            total += 0.3 * len(left)
    heads_of = {column: texts[column.span] for column in bare}
    left = [one for one in fields if one not in given.values()]
    chosen = _chosen({column: head for column, head in heads_of.items() if column not in given}, left)
    return (
        tuple(replace(one, field=given.get(one), head=heads_of[one], chosen=chosen.get(one)) for one in bare),
        total + 0.5 * len({one.path for one in chosen.values()}),
    )


def _chosen(heads: Mapping[Column, str], fields: Sequence[Field]) -> dict[Column, Field]:
    """The columns whose heads are choices of one field, two at least, with this field."""
    found = {
        column: one
        for one in fields
        for column, head in heads.items()
        if one.kind == "choice" and choice(head, one.choices) is not None
    }
    return {column: one for column, one in found.items() if list(found.values()).count(one) > 1}


def _heads_in(row: Row, at: int, heads: Sequence[Label], below: Sequence[Row]) -> Iterator[tuple[int, int, str]]:
    """Where in a line of the head its columns' names begin and end, and what they say; mostly it is one."""
    line = row.lines[at]
    span = float(line.box[0]), float(line.box[2])
    spans = [(float(one.box[0]), float(one.box[2])) for one in row.lines]
    under = [[one.text for one in each.lines if head_above((one.box[0], one.box[2]), spans) == span] for each in below]
    apart = sum(len(texts) > 1 or any(COUNTED.match(text) for text in texts) for texts in under)
    if len(heads) > 1 and 2 * apart > sum(map(bool, under)):
        yield from ((head.start, head.end, head.phrase) for head in heads)
    elif heads and heads[0].start < 3 and all(not part.strip().isalpha() for part in (line.text[heads[0].end :],)):
        yield 0, len(line.text), heads[0].phrase
    else:
        yield 0, len(line.text), line.text


def _bare(span: Span, role: str | None, spans: Sequence[Span], rows: Sequence[Row]) -> Column:
    """A column without a field; what it holds is told by what stands under its head, else by its role."""
    lines = [line for row in rows for line in row.lines if head_above((line.box[0], line.box[2]), spans) == span]
    under = tuple(line.text for line in lines)
    kinds = Counter(_kind_of(text) for text in under)
    holds, count = kinds.most_common(1)[0] if kinds else ("number" if role in NUMBERS else "", 0)
    holds = holds if 2 * count > len(under) or not under else "text"
    own = [(float(line.box[0]), float(line.box[2])) for line in lines if _kind_of(line.text) == holds]
    extent = min(left for left, _ in (span, *own)), max(right for _, right in (span, *own))
    return Column(span, None, role, holds, under, extent)


def _kind_of(text: str) -> str:
    if find_dates(text):
        return "date"
    if find_times(text) and sum(char.isalpha() for char in text) < 3:
        return "time"
    is_number = any(map(str.isdigit, text)) and (not any(map(str.isalpha, text)) or QUANTIFIED.fullmatch(text))
    return "number" if is_number else "text"


def _suits(column: Column, head: str, field: Field) -> float:
    """How well a field suits a column: by its own name, by what of an item it is, by words they share; 0: not."""
    if not column.may_hold(field):
        return 0.0
    if head in field.names:
        return 1.0
    texts, role = column.texts, role_of(field)
    if texts and all(_is_told(text, field) for text in texts):
        return 0.9
    if role is not None and role == column.role:
        return 0.8
    likeness = like(head, field)
    stands_in = role is not None and (role, column.role) in _STAND_INS
    stand_in = 0.5 - 0.01 * _STAND_INS.index((role or "", column.role or "")) if stands_in else 0.0
    return max(stand_in, 0.75 * likeness if likeness >= LIKE else 0.0)


def _is_told(text: str, field: Field) -> bool:
    """Whether a text says which of a few values a field has."""
    if field.kind == "choice":
        return choice(text, field.choices) is not None
    return field.kind == "boolean" and truth(text, field.names) is not None
