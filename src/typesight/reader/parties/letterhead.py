"""The letterhead: who issued a document and where they are, from the lines at its top."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from typesight.ocr.lines import Line, enclose_lines, measure_overlap
from typesight.ocr.rows import Row
from typesight.reader.candidate import Candidate, ranked
from typesight.reader.page.blocks import in_runs
from typesight.reader.page.sheet import Sheet
from typesight.reader.parties.places import CONTACT, ENTRY, POSTCODE, WHOLE, joined, placed
from typesight.text.dates import find_dates
from typesight.text.letters import fold_text, split_words

__all__ = ["TOP", "address", "is_firm", "merchant"]

_RIVAL, _DOUBT, _STILL = 0.25, 0.85, 0.62
"""By how much less sure another name is that makes the best one doubtful, how doubtful, and down to what score."""

TOP = 14
"""Rows from the top within which a letterhead stands."""

_SUFFIX = re.compile(
    r"\b(sdn\.? ?bhd|s ?/ ?b|bhd|berhad|ltd|limited|llc|llp|inc|incorporated|corp|corporation|gmbh|ag|kg|ug|e\.k|plc|"
    r"pte|pty|pvt|s\.?a\.?r\.?l|s\.?r\.?l|s\.?p\.?a|s\.?a\.?s|s\.?l|b\.?v|n\.?v|oy|ab|aps|a/s|co|& sons)\b\.?"
)
_TRADE = frozenset(
    split_words(
        "enterprise enterprises trading restaurant restoran ristorante cafe caffe coffee bakery kitchen store "
        "stores shop mart market supermarket supermarche markt hypermarket minimarket pharmacy farmacia "
        "apotheke hardware supplies supply services service industries holdings group company marketing machinery "
        "electrical electronics fashion boutique florist hotel clinic garage motors petrol station stationery "
        "bookstore books furniture center centre salon laundry foods bistro bar grill pizzeria "
        "studio solutions technologies systems consulting"
    )
)
"""Words for a trade, as they stand in names of firms."""

_TITLE = frozenset(
    split_words(
        "bill invoice receipt statement form order note slip report quotation quote certificate pass card application "
        "agreement declaration registration enrolment questionnaire timetable list contract request voucher folio "
        "confirmation schedule claim sheet survey rechnung angebot bestellung lieferschein quittung facture devis "
        "commande livraison factura presupuesto pedido albaran fattura preventivo ordine ricevuta"
    )
)
"""Last words of what a document calls itself."""

_ENDS = frozenset(
    {
        "phone",
        "fax",
        "tax number",
        "tax",
        "email",
        "website",
        "date",
        "document number",
        "order number",
        "transaction number",
        "ticket number",
        "title",
        "cashier",
        "table",
        "line",
    }
    | {"customer", "quantity", "unit price", "company number", "total", "time", "account", "member", "merchant"}
)
"""Ideas whose label ends an address."""

_CLOSES = frozenset({"phone", "fax", "tax number", "title", "customer"})
"""Ideas whose label, under a name, ends the letterhead."""

_GOES_ON = re.compile(r"\s+(?!(?:no|nr|id|num|number|name|code)\b)[^\W\d_]{2}", re.I)
_CLEAR, _UNCLEAR, _ENOUGH = 0.9, 0.95, 0.62
"""Below the first, names were wrong more often than their score says (2 of 9): it counts less, down to the last."""

_BULLET = re.compile(r"\s*[·•|]\s*")

_REGISTERED = re.compile(
    r"\s*[(\[]?\s*(?:reg\w*\.?|no\.?|co\.?|[\s:])*\d{4,}[\w\- ]*[A-Z]?\s*[)\]]\s*$|\s*\(\d{4,}-?\w\)", re.I
)


def merchant(sheet: Sheet) -> tuple[Candidate, ...]:
    """Names that the issuer may have, best first; less sure where another is nearly as good."""
    best, *others = ranked(candidate for _, candidate in _names(sheet)) or (None,)
    if best is None:
        return ()
    if others and others[0].score > best.score - _RIVAL:
        best = replace(best, score=max(others[0].score, best.score * _DOUBT, min(best.score, _STILL)))
    if best.score < _CLEAR:
        best, *others = (replace(one, score=_sobered(one.score)) for one in (best, *others))
    return (best, *others)


def _sobered(score: float) -> float:
    return max(min(score, _ENOUGH), _UNCLEAR * score)


def address(sheet: Sheet) -> tuple[Candidate, ...]:
    """The issuer's address, if lines under the name look like one."""
    names = sorted(_names(sheet), key=lambda named: -named[1].score)
    start = names[0][0] + 1 if names and names[0][1].score >= 0.6 else 0
    block = list(_block(sheet, start, names[0][1].lines if start else ()))
    if not block:
        return ()
    text = joined([_text(lines) for lines in block])
    coded = bool(POSTCODE.search(text) or WHOLE.match(text))
    score = 0.55 + 0.25 * coded + (0.08 if len(block) > 1 else -0.15)
    lines = tuple(line for part in block for line in part)
    return (Candidate(text, score, lines, "the lines under the name that look like an address"),)


def _names(sheet: Sheet) -> Iterator[tuple[int, Candidate]]:
    """Each row at the top that may be a name, with its candidate."""
    top = [row for row in sheet.rows[:TOP] if row.image == sheet.rows[0].image]
    usual = median([row.height for row in sheet.rows]) if sheet.rows else 1
    first, closed = True, False
    for at, row in enumerate(top):
        if sheet.leading(at, _BODY) and not first:
            break
        lines = _main(row)
        text = _cleaned(_before_bullets(_text(lines)))
        closed = closed or (not first and sheet.leading(at, _CLOSES, lines))
        if not _named(text) or _labelled(sheet, at, lines) or find_dates(text):
            continue
        name, more = _continued(text, top[at + 1 : at + 2])
        score = _name_score(name, at, first) + (0.08 if max(line.height for line in lines) > 1.35 * usual else 0)
        if any(placed(below.text) for below in top[at + 1 : at + 4]):
            score += 0.1
        score -= 0.3 if closed else 0.0  # below the issuer's own numbers it is more often the customer
        yield at + len(more), Candidate(name, min(0.97, score), (*lines, *more), "the name at the top")
        first = first and _is_title(text)


def _before_bullets(text: str) -> str:
    """A name without the address or contacts that follow it after a bullet; a list of other things is none."""
    name, *others = _BULLET.split(text)
    return name if not others or any(placed(other) or CONTACT.search(other) for other in others) else ""


def _labelled(sheet: Sheet, at: int, lines: tuple[Line, ...]) -> bool:
    """Whether a run opens with a label; a word for a trade is none where a name goes on with it: `Hotel Bellevue`."""
    hits = [hit for hit in sheet.by_row[at] if hit.label.leads and sheet.rows[at].lines[hit.label.at] in lines]
    rests = [(hit.idea, sheet.rows[at].lines[hit.label.at].text[hit.label.end :]) for hit in hits]
    return any(idea in _ENDS and (idea != "merchant" or not _GOES_ON.match(rest)) for idea, rest in rests)


_BODY = frozenset({"date", "document number", "line", "quantity", "total", "cashier"})


def _name_score(text: str, at: int, first: bool) -> float:
    said = set(split_words(text))
    score = 0.85 if _SUFFIX.search(fold_text(text)) else 0.75 if said & _TRADE else 0.6 if first else 0.42
    if not first:
        score -= 0.01 * at
    return score - (0.35 if placed(text) else 0.0) - (0.3 if _is_title(text) else 0.0)


def _is_title(text: str) -> bool:
    """Whether a text says what the document is: `Electricity bill` is nobody's name."""
    spoken = split_words(text)
    return len(spoken) <= 3 and spoken[-1:] != () and spoken[-1] in _TITLE


def _named(text: str) -> bool:
    """Whether a text could be a name: letters for the most part."""
    letters = sum(char.isalpha() for char in text)
    mostly = letters >= 4 and letters >= 0.6 * len(text.replace(" ", ""))
    return mostly and bool(_SUFFIX.search(fold_text(text)) or not CONTACT.search(text)) and not ENTRY.fullmatch(text)


def _main(row: Row) -> tuple[Line, ...]:
    """The run of a row with the most text, of those that say more than what the document is."""
    return max(in_runs(row), key=lambda run: (not _is_title(_text(run)), len(_text(run))))


def _under(row: Row, head: tuple[Line, ...]) -> tuple[Line, ...]:
    """The run of a row that stands in the column of other lines, or the longest one."""
    span = enclose_lines(head)[0::2] if head else (0, 0)
    inside = [run for run in in_runs(row) if measure_overlap(span, enclose_lines(run)[0::2]) > 0.3]
    return max(inside, key=lambda run: len(_text(run)), default=_main(row))


def _text(run: tuple[Line, ...]) -> str:
    return " ".join(line.text for line in run)


def _continued(text: str, below: list[Row]) -> tuple[str, tuple[Line, ...]]:
    """The name with the next row, where that is nothing but a legal form."""
    if below and not _SUFFIX.search(fold_text(text)):
        following = _cleaned(below[0].text)
        if re.fullmatch(_SUFFIX.pattern + r"\W*", fold_text(following)):
            return f"{text} {following}", below[0].lines
    return text, ()


def is_firm(text: str) -> bool:
    """Whether a name has a legal form: Ltd, GmbH, Sdn Bhd."""
    return _SUFFIX.search(text.lower()) is not None


def _cleaned(text: str) -> str:
    """A name without a registration number after it or a branch number before it, or a stroke read as a letter."""
    form = _SUFFIX.search(text.lower())
    if form and len(text.lower()) == len(text) and any(char.isdigit() for char in text[form.end() :]):
        text = text[: form.end()]
    name = re.sub(r"^\W*#?\d{3,}\s+", "", _REGISTERED.sub("", text)).strip(" -:*.,~_☆=")
    return name[:-1] if name[-1:] in set("Il1|") and not is_firm(name) and is_firm(name[:-1]) else name


def _block(sheet: Sheet, start: int, head: tuple[Line, ...]) -> Iterator[tuple[Line, ...]]:
    """The lines of the address, row by row: from the first that looks like one to the first that is something else."""
    begun = coded = False
    for at, row in enumerate(sheet.rows[start : start + 10], start):
        lines = _under(row, head)
        if head and begun and not _shares(lines, head):
            continue  # a row of the column beside it
        text, ends = _text(lines), sheet.leading(at, _ENDS, lines)
        fresh = placed(text) and not find_dates(text)
        if begun and coded and not fresh and len(in_runs(row)) > 1:
            return
        if begun and (ends or CONTACT.search(text) or find_dates(text) or not (fresh or _carries_on(text, coded))):
            return
        begun = begun or (fresh and not ends)
        if begun:
            coded = coded or bool(POSTCODE.search(text))
            yield lines


def _shares(run: tuple[Line, ...], head: tuple[Line, ...]) -> bool:
    """Whether a run stands in the column of other lines."""
    return measure_overlap(enclose_lines(run)[0::2], enclose_lines(head)[0::2]) > 0.0


def _carries_on(text: str, coded: bool) -> bool:
    """Whether a text that is no address of itself can be part of one: a town, a country, no digits after its code."""
    return _named(text) and ":" not in text and not (coded and any(char.isdigit() for char in text))
