"""The layouts of a bill: a letter with a table of items, or a till's narrow slip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PIL import Image
from pydantic import BaseModel

from .document import Entry, record
from .pens import Look, Page
from .tables import Column, Style, draw_table, items

__all__ = ["Bill", "Spelling", "banded", "centred", "draw_bill", "split", "till", "truth_of"]


@dataclass(frozen=True)
class Spelling:
    """How an amount is printed."""

    thousands: str = ","
    point: str = "."
    before: str = ""
    after: str = ""

    def amount(self, value: str) -> str:
        """Print an amount of two decimals, as in "1234.50"."""
        whole, _, cents = value.lstrip("-").partition(".")
        grouped = f"{int(whole):,}".replace(",", self.thousands)
        return f"{'-' if value.startswith('-') else ''}{self.before}{grouped}{self.point}{cents}{self.after}"

    def bare(self, value: str) -> str:
        """The same without its currency."""
        return Spelling(self.thousands, self.point).amount(value)


@dataclass(frozen=True)
class Bill:
    """A bill. Rows and totals have their amounts as in the record; `spelling` is how they are printed.

    `totals_at` is the share of the width where the labels of the totals begin; `way` is how a till prints an item.
    `besides` is not drawn: what stands within another entry, or nowhere.
    """

    title: str
    model: type[BaseModel]
    look: Look
    layout: Layout
    seller: Entry
    meta: tuple[Entry, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[Entry, ...]
    spelling: Spelling
    customer: Entry | None = None
    besides: tuple[Entry, ...] = ()
    path: str = "items"
    style: Style = "lines"
    currency_in_rows: bool = False
    totals_at: float = 0.65
    way: Literal["under", "ahead", "line", "plain", "table"] = "plain"
    closing: str = ""

    @property
    def printed_rows(self) -> list[list[str]]:
        """The rows as they are printed."""
        return [[self._cell(column, cell) for column, cell in zip(self.columns, row, strict=True)] for row in self.rows]

    def _cell(self, column: Column, cell: str) -> str:
        if column.kind == "number":
            return cell.replace(".", self.spelling.point)
        if column.kind != "money":
            return cell
        return self.spelling.amount(cell) if self.currency_in_rows else self.spelling.bare(cell)


Layout = Callable[[Page, Bill], None]

_TILL_TEXT = {"ahead": "{1}x {0}", "line": "{0}   {1} x {2}", "plain": "{0}"}


def truth_of(bill: Bill) -> dict[str, Any]:
    """The record that stands in the bill."""
    others = [bill.customer] if bill.customer else []
    filled = record([bill.seller, *others, *bill.besides, *bill.meta, *bill.totals])
    return {**filled, bill.path: items(bill.columns, bill.rows)}


def draw_bill(bill: Bill) -> Image.Image:
    """The bill's picture."""
    page = Page(bill.look)
    bill.layout(page, bill)
    return page.finished()


def split(page: Page, bill: Bill) -> None:
    """The issuer at the left, title and dates at the right; the customer below."""
    top = page.y
    _block(page, page.left, str(bill.seller.printed), first=1.25)
    bottom, page.y = page.y, top
    page.write(page.right, bill.title, scale=1.6, bold=True, anchor="right", fill=page.look.faint)
    page.down(1.3)
    for entry in bill.meta:
        start = page.right - page.measure(str(entry.printed))
        page.write(page.right, str(entry.printed), anchor="right")
        page.write(min(start - page.size, page.across(0.8)), entry.label, anchor="right", bold=True)
        page.down(0.85)
    page.y = max(page.y, bottom) + page.row / 2
    _customer(page, page.left, bill)
    _table_and_totals(page, bill)


def centred(page: Page, bill: Bill) -> None:
    """The issuer in the middle of the top, then title; the customer at the left, dates at the right."""
    middle = page.look.width / 2
    for number, line in enumerate(str(bill.seller.printed).split("\n")):
        page.write(middle, line, scale=1.0 if number else 1.4, bold=not number, anchor="middle")
        page.down(0.85)
    page.rule(page.y - page.row * 0.5)
    page.down(0.6)
    page.write(middle, bill.title, scale=1.2, bold=True, anchor="middle")
    page.down(1.3)
    top = page.y
    _customer(page, page.left, bill)
    bottom, page.y = page.y, top
    for entry in bill.meta:
        page.write(page.across(0.6), f"{entry.label}: {entry.printed}")
        page.down(0.85)
    page.y = max(page.y, bottom)
    _table_and_totals(page, bill)


def banded(page: Page, bill: Bill) -> None:
    """Title over issuer and customer side by side; then dates in a band, each under its small label."""
    page.write(page.left, bill.title, scale=2.0, bold=True, y=page.y + page.size * 0.5)
    page.down(2)
    top = page.y
    _block(page, page.left, str(bill.seller.printed))
    bottom, page.y = page.y, top
    _customer(page, page.across(0.5), bill)
    page.y = max(page.y, bottom) + page.row * 0.3
    page.band(page.y - page.size, page.y + page.row * 1.1)
    for at, entry in enumerate(bill.meta):
        x = page.across(at / len(bill.meta)) + page.size * 0.4
        page.write(x, entry.label, scale=0.75, fill=page.look.faint)
        page.write(x, str(entry.printed), y=page.y + page.row * 0.75)
    page.down(2.6)
    _table_and_totals(page, bill)


def till(page: Page, bill: Bill) -> None:
    """A narrow slip: all of it one under the other."""
    middle = page.look.width / 2
    for number, line in enumerate(str(bill.seller.printed).split("\n")):
        page.write(middle, line, scale=1.0 if number else 1.3, bold=not number, anchor="middle")
        page.down(0.9)
    if bill.title:
        page.write(middle, bill.title, bold=True, anchor="middle")
        page.down()
    page.down(0.3)
    for entry in bill.meta:
        page.write(page.left, " ".join(filter(None, (entry.label, str(entry.printed)))))
        page.down(0.9)
    _dashes(page)
    if bill.way == "table":
        page.down(0.2)
        draw_table(page, bill.columns, bill.printed_rows, bill.style)
    for row in bill.printed_rows if bill.way != "table" else ():
        _till_row(page, bill, row)
    _dashes(page)
    _totals(page, bill)
    _closing(page, bill.closing, middle)


def _till_row(page: Page, bill: Bill, row: Sequence[str]) -> None:
    """A name, then perhaps count and price, and the amount."""
    name, *numbers = row
    if bill.way == "under":
        page.write(page.left, name)
        page.down(0.85)
        page.write(page.left + page.size, f"{numbers[0]} x {numbers[1]}")
    else:
        page.write(page.left, _TILL_TEXT[bill.way].format(name, *numbers))
    page.write(page.right, numbers[-1], anchor="right")
    page.down(0.95)


def _dashes(page: Page) -> None:
    count = int((page.right - page.left) / page.measure("- "))
    page.write(page.left, "- " * count, fill=page.look.faint)
    page.down(0.9)


def _block(page: Page, x: float, text: str, first: float = 1.0) -> None:
    """Lines of an address, the first in bold."""
    for number, line in enumerate(text.split("\n")):
        page.write(x, line, scale=1.0 if number else first, bold=not number)
        page.down(0.8)


def _customer(page: Page, x: float, bill: Bill) -> None:
    if bill.customer:
        page.write(x, bill.customer.label, fill=page.look.faint)
        page.down(0.85)
        _block(page, x, str(bill.customer.printed))


def _table_and_totals(page: Page, bill: Bill) -> None:
    page.down(0.9)
    draw_table(page, bill.columns, bill.printed_rows, bill.style)
    page.down(0.5)
    _totals(page, bill)
    _closing(page, bill.closing, None)


def _totals(page: Page, bill: Bill) -> None:
    """Labels and amounts; the total is bold, or the last if none has that name."""
    paths = [entry.path for entry in bill.totals]
    main = "total" if "total" in paths else paths[-1]
    inset = 0 if bill.layout is till else page.size * 0.4
    for entry in bill.totals:
        bold = entry.path == main
        page.write(page.across(bill.totals_at), entry.label, bold=bold)
        page.write(page.right - inset, bill.spelling.amount(str(entry.printed)), anchor="right", bold=bold)
        page.down(0.95)


def _closing(page: Page, text: str, middle: float | None) -> None:
    page.down(0.5)
    for line in page.wrapped(text, page.right - page.left, scale=0.85) if text else ():
        x = page.left if middle is None else middle
        page.write(x, line, scale=0.85, anchor="left" if middle is None else "middle", fill=page.look.faint)
        page.down(0.8)
