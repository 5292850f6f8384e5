"""The layouts of a form: where labels stand, and where what was filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PIL import Image
from pydantic import BaseModel

from .document import Entry
from .pens import Look, Marks, Page

__all__ = ["Form", "Layout", "above", "boxed", "column", "draw_form", "leaders", "pairs", "ruled"]


CROSSES = Marks()


@dataclass(frozen=True)
class Form:
    """A form: its title, its look, where things stand, and what is asked.

    `at` is the share of the width where values begin, `per_row` how many entries stand side by side in each row of a
    section (the last number goes on), `colon` what follows a label.
    """

    title: str
    model: type[BaseModel]
    look: Look
    layout: Layout
    entries: tuple[Entry, ...]
    marks: Marks = CROSSES
    at: float = 0.4
    per_row: tuple[int, ...] = (2,)
    colon: str = ""
    note: str = ""


Layout = Callable[[Page, Form], None]


def draw_form(form: Form) -> Image.Image:
    """The form's picture."""
    page = Page(form.look)
    page.write(page.left, form.title, scale=1.5, bold=True, y=page.y + page.size * 0.3)
    page.down(2)
    form.layout(page, form)
    if form.note:
        page.down(0.5)
        for line in page.wrapped(form.note, page.right - page.left, scale=0.8):
            page.write(page.left, line, scale=0.8, fill=page.look.faint)
            page.down(0.7)
        page.down(0.3)
    return page.finished()


def column(page: Page, form: Form) -> None:
    """Each value right after its label."""
    for entry in form.entries:
        if not _whole_row(page, form, entry):
            _down(page, _value(page, page.write(page.left, entry.label + form.colon) + page.size * 0.5, entry, form))


def ruled(page: Page, form: Form) -> None:
    """Values in a column of their own, begun at `at`; a fine rule under each row if there is no colon."""
    for entry in form.entries:
        if not _whole_row(page, form, entry):
            page.write(page.left, entry.label + form.colon, fill=page.look.faint if form.colon else None)
            _down(page, _value(page, page.across(form.at), entry, form))
            if not form.colon:
                page.rule(page.y - page.row * 0.72)


def leaders(page: Page, form: Form) -> None:
    """Dots from the label to the value, which ends at the right margin."""
    dot = page.measure(". ")
    for entry in form.entries:
        if not _whole_row(page, form, entry):
            start = page.write(page.left, entry.label, bold=True)
            end = page.right - (page.measure(str(entry.printed)) + page.size * 0.4 if entry.printed else 0)
            page.write(end, ". " * int((end - start - page.size * 0.4) / dot), anchor="right", fill=page.look.faint)
            page.write(page.right, str(entry.printed), anchor="right")
            page.down()


def above(page: Page, form: Form) -> None:
    """Small labels over the values."""
    for row in _rows(form):
        if len(row) == 1 and _whole_row(page, form, row[0]):
            continue
        for at, entry in enumerate(row):
            page.write(page.across(at / len(row)), entry.label, scale=0.75, fill=page.look.faint)
        page.down(0.8)
        deep = max(_value(page, page.across(at / len(row)), entry, form) for at, entry in enumerate(row))
        _down(page, deep)
        page.down(0.35)


def pairs(page: Page, form: Form) -> None:
    """Label and value, label and value: side by side, with a line under each value if there is no colon."""
    across = max(form.per_row)
    for row in _rows(form):
        if len(row) == 1 and _whole_row(page, form, row[0]):
            continue
        deep = 1
        for at, entry in enumerate(row):
            left, right = page.across(at / across), page.across((at + 1) / across) - page.size
            page.write(left, entry.label + form.colon, bold=True)
            start = left + form.at * (right - left)
            deep = max(deep, _value(page, start, entry, form))
            if not form.colon and not entry.options:
                page.rule(page.y + page.size * 0.3, left=start, right=right)
        _down(page, deep)


def boxed(page: Page, form: Form) -> None:
    """Cells with borders: the label small in the upper left, the value below."""
    inset = page.size * 0.4
    for row in _rows(form):
        top = page.y - page.size
        if len(row) == 1 and row[0].is_heading:
            page.band(top, top + page.row * 0.95)
            page.write(page.left + inset, row[0].label, bold=True)
            page.y = top + page.row * 0.95 + page.size
            continue
        page.y = top + page.size * 0.95
        for at, entry in enumerate(row):
            page.write(page.across(at / len(row)) + inset, entry.label, scale=0.7, fill=page.look.faint)
        page.y += page.size * 1.4
        deep = max(_value(page, page.across(at / len(row)) + inset, entry, form) for at, entry in enumerate(row))
        bottom = page.y + (deep - 1) * page.size * 1.25 + page.size * 0.6
        for at in range(len(row)):
            cell = (page.across(at / len(row)), top, page.across((at + 1) / len(row)), bottom)
            page.pen.rectangle(cell, outline=page.look.ink, width=2)
        page.y = bottom + page.size
    page.y += page.row - page.size


def _rows(form: Form) -> Iterator[Sequence[Entry]]:
    """Entries side by side; headings and single boxes have a row of their own."""
    row: list[Entry] = []
    number = 0
    for entry in form.entries:
        alone = entry.is_heading or isinstance(entry.printed, bool)
        if row and (alone or len(row) == form.per_row[min(number, len(form.per_row) - 1)]):
            yield row
            row, number = [], number + 1
        row.append(entry)
        if alone:
            yield row
            row = []
    if row:
        yield row


def _whole_row(page: Page, form: Form, entry: Entry) -> bool:
    """Draw a heading or a single box with its words; False if the entry is neither."""
    if entry.is_heading:
        page.down(0.4)
        page.write(page.left, entry.label, scale=1.15, bold=True)
        page.down(1.15)
    elif isinstance(entry.printed, bool):
        _choice(page, page.left, entry.label, entry.printed, form.marks)
        page.down()
    return entry.is_heading or isinstance(entry.printed, bool)


def _value(page: Page, x: float, entry: Entry, form: Form) -> int:
    """Draw what was filled in and tell how many lines it took."""
    for option in entry.options:
        x = _choice(page, x, option, option == entry.printed, form.marks) + page.size * 1.2
    lines = [] if entry.options else str(entry.printed).split("\n")
    for deep, line in enumerate(lines):
        page.write(x, line, y=page.y + deep * page.size * 1.25)
    return max(1, len(lines))


def _choice(page: Page, x: float, words: str, on: bool, marks: Marks) -> float:
    gap = page.size * 0.4
    if marks.after:
        return page.tick(page.write(x, words) + gap, on, marks)
    return page.write(page.tick(x, on, marks) + gap, words)


def _down(page: Page, lines: int) -> None:
    page.y += page.row + (lines - 1) * page.size * 1.25
