"""A `Sheet`: everything that was read, as rows with their labels, and what stands beside and below a label."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from typesight.ocr.lines import Line, is_tick, measure_overlap
from typesight.ocr.rows import MAX_OFFSET, Row, group_rows
from typesight.ocr.ticks.printed_ticks import split_printed_ticks
from typesight.reader.labels.hits import Hit, hits_of
from typesight.reader.labels.labels import Label
from typesight.reader.labels.matching import Match
from typesight.reader.page.beneath import WIDE, WRAPPED, is_aligned, is_narrower, shares
from typesight.reader.page.options import Option, grid, paired
from typesight.reader.page.sections import headings
from typesight.reader.page.stacking import stacked
from typesight.reader.words.vocabulary import PHRASES
from typesight.text.amounts import find_decimal_mark
from typesight.text.letters import COLONS

__all__ = ["FAR", "TIGHT", "Sheet", "Stretch"]

FAR = 1.6
"""Gap in line heights from which two neighbours in a row are separate columns, not one text."""

BELOW = 2.6
"""Distance in line heights within which a row is the next one below."""

_NOTE = re.compile(r"^\s*\([^)]*\)")
"""A note in brackets behind a label: `Weight (kg)`."""

BETWEEN = 0.9
"""How far a tick may be from being level with either of two rows, in line heights."""

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


class Sheet:
    """The rows of a document; read only, and a class for what it works out once.

    `phrases` are the names of the schema's fields, `matches` labels that are like one; in the rows of `tables` no
    labels are looked for.
    """

    def __init__(
        self,
        lines: Iterable[Line],
        phrases: Iterable[str] = (),
        matches: Iterable[Match] = (),
        tables: Collection[int] = (),
    ) -> None:
        self.lines = read = tuple(split_printed_ticks(lines))
        self._tables = frozenset(tables)
        self._matches = {match.line: match for match in matches}
        self.rows: tuple[Row, ...] = group_rows(line for line in read if not is_tick(line))
        self._ticks = tuple(line for line in read if is_tick(line))
        self._own = dict.fromkeys(phrases)  # in their order, so that of two that are as alike the first is taken
        self._phrases = {phrase.replace(" ", ""): phrase for phrase in (*self._own, *PHRASES)}

    @cached_property
    def mark(self) -> str | None:
        """The decimal mark of the document."""
        return find_decimal_mark(row.text for row in self.rows)

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """All labels, row by row."""
        rows = (at for at in range(len(self.rows)) if at not in self._tables)
        return tuple(hit for at in rows for hit in hits_of(self.rows[at], at, self._own, self._phrases, self._matches))

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
            between = [place for distance, place in apart if distance < BETWEEN]
            if nearest < MAX_OFFSET or len(between) > 1:  # between a name and the note below it: the name's
                level.setdefault(at if nearest < MAX_OFFSET else min(between), []).append(tick)
        return tuple(paired(row, level.get(at, ())) for at, row in enumerate(self.rows))

    @cached_property
    def option_words(self) -> frozenset[Line]:
        """The lines that say what a tick stands for."""
        rows = enumerate(self.options)
        return frozenset(
            self.rows[at].lines[one.at] for at, row in rows if at not in self.grids for one in row if one.at is not None
        )

    @cached_property
    def headings(self) -> Mapping[Line, str]:
        """The heading of each line that stands under one."""
        values = self.option_words.union(self.stacked, self.stacked.values())
        known = (hit for hit in self.hits if hit.is_known)
        labels = frozenset(self.rows[hit.row].lines[hit.label.at] for hit in known)
        return headings(self.rows, values | labels)

    @cached_property
    def grids(self) -> dict[int, tuple[tuple[str, Option], ...]]:
        """The rows of ticks whose words stand at the head of their columns, with these words."""
        found = {at: grid(self.rows, self.options, at) for at, row in enumerate(self.options) if len(row) > 1}
        return {at: row for at, row in found.items() if row}

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

    def going_on(self, hit: Hit, part: Stretch, near: float = TIGHT) -> tuple[Line, ...]:
        """The lines that go on, below it, with a text beside a label: in its column, with no label at their left.

        `near` is how close they are, in line heights; a note in small print may stand below the label.
        """
        more: list[Line] = []
        above, label = part.lines[0], self.rows[hit.row].lines[hit.label.at]
        for row in self.rows[hit.row + 1 :]:
            line = next((one for one in row.lines if is_aligned(above, one)), None)
            if line is None or row.image != above.image or line.box[1] - above.box[3] > near * above.height:
                break
            beside = [one for one in row.lines if one.box[0] < line.box[0] and one.box[2] > label.box[0]]
            if any(one in self._leading or not is_narrower(one, label) for one in beside):
                break
            more.append(line)
            above = line
        return tuple(more)

    @cached_property
    def _leading(self) -> frozenset[Line]:
        """The lines that are known labels and little else."""
        told = (hit for hit in self.hits if hit.label.leads and self._is_all(hit))
        return frozenset(self.rows[hit.row].lines[hit.label.at] for hit in told)

    def paragraph(self, hit: Hit, part: Stretch) -> tuple[Line, ...]:
        """The lines that a text below a label wraps into: each as far left, after one that reaches far right."""
        above, more = part.lines[-1], list[Line]()
        edge = max(line.box[2] for line in self.lines if line.image == above.image)
        for row in self.rows[hit.row + 1 :]:
            line = row.lines[0]
            if row.image != above.image or line.middle <= above.middle:
                continue
            near = line.box[1] - above.box[3] <= WRAPPED * above.height and len(row.lines) == 1
            wraps = above.box[2] >= WIDE * edge and is_aligned(above, line)
            if not near or not wraps or line in self.stacked or line in self._leading:
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
            value = self.stacked[line]
            return () if is_tick(value) else (self._joined(value),)
        if any(one in self.stacked for one in self.rows[hit.row].lines) or self._is_head(hit.row):
            return ()  # an empty cell beside others that are filled, or a column of which no one value is meant
        under = self.rows[hit.row + 1 : hit.row + 2]
        if self.right(hit) or not under or under[0].image != line.image:
            return ()
        if under[0].lines[0].middle - line.middle > BELOW * max(line.height, under[0].height):
            return ()
        taken = {other.label.at for other in self.by_row[hit.row + 1] if other.label.leads}
        span = line.box[0], line.box[2]
        if len(under[0].lines) == 1 and not self.by_row[hit.row + 1]:
            alone = under[0].lines[0]
            near = measure_overlap(span, (alone.box[0], alone.box[2])) > 0 or alone.box[0] > line.box[0]
            return (Stretch(_bare(alone.text), (alone,)),) if near else ()
        lower = [
            (at, one) for at, one in enumerate(under[0].lines) if measure_overlap(span, (one.box[0], one.box[2])) > 0
        ]
        return tuple(Stretch(_bare(one.text), (one,)) for at, one in lower if at not in taken and _bare(one.text))

    def _is_head(self, at: int) -> bool:
        """Whether the two rows below a row go on with its columns, three or more, as a table's do."""
        heads, *body = (row.lines for row in self.rows[at : at + 3])
        shared = [sum(any(shares(line, one) > 0.5 for line in heads) for one in lines) for lines in body]
        return len(heads) > 2 and len(shared) > 1 and min(shared) > 2

    def _joined(self, line: Line) -> Stretch:
        """A line that stands below a label, with those that follow it closely, under no label of their own."""
        row = next(row for row in self.rows if line in row.lines)
        taken = [line]
        for one in row.lines[row.lines.index(line) + 1 :]:
            near = one.box[0] - taken[-1].box[2] <= FAR * one.height
            if not near or one in self.stacked.values() or one in self.option_words:
                break
            taken.append(one)
        return Stretch(_bare(" ".join(one.text for one in taken)), tuple(taken))

    @cached_property
    def is_level(self) -> bool:
        """Whether the labels of the schema have their values beside them, nearly all."""
        leading = [hit for hit in self.hits if hit.is_known]
        return len(leading) >= 3 and sum(bool(self.right(hit)) for hit in leading) >= 0.6 * len(leading)

    @cached_property
    def stacked(self) -> Mapping[Line, Line]:
        """The lines that are labels and have their values below them, as in the cells of a form, with these."""
        leading = [{hit.label.at for hit in row if hit.label.leads and self._is_all(hit)} for row in self.by_row]
        return stacked(self.rows, leading, self.options, self._tables)

    def _is_all(self, hit: Hit) -> bool:
        """Whether a label is most of its line, or set off by a colon."""
        label, text = hit.label, self.rows[hit.row].lines[hit.label.at].text
        return 2 * (label.end - label.start) > len(text) or text[label.end :].lstrip()[:1] in COLONS

    def has_label(self, row: int) -> bool:
        """Whether a line of the row is a known label and little else."""
        return not self._leading.isdisjoint(self.rows[row].lines)

    def leading(self, row: int, ideas: Collection[str], within: Collection[Line] | None = None) -> bool:
        """Whether a line of the row (of those `within` it, if given) opens with a label for one of these ideas."""
        lines = self.rows[row].lines
        opens = [hit for hit in self.by_row[row] if hit.label.leads and hit.idea in ideas]
        return any(within is None or lines[hit.label.at] in within for hit in opens)


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
