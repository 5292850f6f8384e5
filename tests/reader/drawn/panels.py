"""The layout of a settings panel or a sheet of facts: rows of label and value, switches, lists, tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from pydantic import BaseModel

from .document import Entry, record
from .pens import Look, Page
from .tables import Column, Style, draw_table, items

__all__ = ["Bullets", "Panel", "Table", "draw_panel", "truth_of"]


@dataclass(frozen=True)
class Bullets:
    """A list of strings, each after a dash or a dot in a line of its own; `label` is its heading."""

    path: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table of records under a heading, if it has one."""

    path: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    style: Style = "lines"


Part = Entry | Bullets | Table


@dataclass(frozen=True)
class Panel:
    """A panel. Values begin at the share `at` of the width, or end at the right margin if it is None.

    `cards` puts each section on a rounded card, `ruled` a hairline under each row, `zebra` a tint under every second.
    """

    title: str
    model: type[BaseModel]
    look: Look
    parts: tuple[Part, ...]
    at: float | None = None
    cards: bool = False
    ruled: bool = False
    zebra: bool = False
    bold: bool = False
    colon: str = ""
    on: str = "#2f7de1"


def truth_of(panel: Panel) -> dict[str, Any]:
    """The record that stands in the panel."""
    return record(map(_entry, panel.parts))


def _entry(part: Part) -> Entry:
    if isinstance(part, Bullets):
        return Entry(part.path, "", truth=list(part.texts))
    if isinstance(part, Table):
        return Entry(part.path, "", truth=items(part.columns, part.rows))
    return part


def draw_panel(panel: Panel) -> Image.Image:
    """The panel's picture."""
    page = Page(panel.look)
    page.write(page.left, panel.title, scale=1.5, bold=True)
    page.down(1.7)
    for section in _sections(panel.parts):
        if isinstance(section, Table):
            _heading(page, section.label)
            draw_table(page, section.columns, section.rows, section.style)
            page.down(0.5)
        elif isinstance(section, Bullets):
            _bullets(page, section)
        elif section[0].is_heading:
            _heading(page, section[0].label)
        else:
            _entries(page, panel, section)
    return page.finished()


def _sections(parts: Sequence[Part]) -> Iterator[list[Entry] | Bullets | Table]:
    """Entries that stand together; every heading, list and table alone."""
    together: list[Entry] = []
    for part in parts:
        if isinstance(part, Entry) and not part.is_heading:
            together.append(part)
            continue
        if together:
            yield together
            together = []
        yield [part] if isinstance(part, Entry) else part
    if together:
        yield together


def _heading(page: Page, text: str) -> None:
    if text:
        page.down(0.3)
        page.write(page.left, text, scale=1.1, bold=True)
        page.down(1.15)


def _bullets(page: Page, bullets: Bullets) -> None:
    _heading(page, bullets.label)
    radius = page.size * 0.14
    for text in bullets.texts:
        middle = (page.left + page.size * 0.8, page.y - page.size * 0.3)
        box = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
        page.pen.ellipse(box, fill=page.look.ink)
        page.write(page.left + page.size * 1.5, text)
        page.down(0.9)
    page.down(0.3)


def _entries(page: Page, panel: Panel, entries: Sequence[Entry]) -> None:
    """The rows of one section."""
    top, inset = page.y - page.size * 0.35 - page.row / 2, 0.0
    if panel.cards:
        inset = page.size * 0.7
        card = (page.left, top, page.right, top + page.row * len(entries))
        page.pen.rounded_rectangle(card, radius=page.size * 0.6, fill=page.look.tint)
    for number, entry in enumerate(entries):
        if panel.zebra and number % 2 == 0:
            page.band(top + number * page.row, top + (number + 1) * page.row)
            inset = page.size * 0.4
        if panel.ruled and (number or not panel.cards):
            page.rule(top + number * page.row, left=page.left + inset, right=page.right - inset)
        page.write(page.left + inset, entry.label + panel.colon, bold=panel.bold)
        _value(page, panel, entry, inset)
        page.down()
    page.down(0.6)


def _value(page: Page, panel: Panel, entry: Entry, inset: float) -> None:
    grey = page.look.faint if panel.at is None else page.look.ink
    if isinstance(entry.printed, bool):
        page.switch(page.right - inset, entry.printed, panel.on)
    elif panel.at is None:
        page.write(page.right - inset, entry.printed, anchor="right", fill=grey)
    else:
        page.write(page.across(panel.at), entry.printed, fill=grey)
