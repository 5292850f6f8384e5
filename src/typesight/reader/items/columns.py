"""A `Column`: one head of a table, what of an item it names, what it holds, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from typesight.ocr.rows import Row
from typesight.reader.fields import NUMERIC, Field
from typesight.text.letters import split_words

__all__ = [
    "HOLDS",
    "NUMBERS",
    "OF_PHRASE",
    "QUANTIFIED",
    "Column",
    "Span",
    "apart",
    "head_above",
    "role_of",
    "span_of",
]

Span = tuple[float, float]
"""(left, right) in pixels."""

ROLES: dict[str, str] = {
    "text": (
        "description, item, items, name, item name, product, product name, article, service, particulars, details, "
        "menu, title, task, activity, position, item description, goods, dish, material, work, bezeichnung, "
        "beschreibung, artikel, leistung, designation, libelle, descripcion, concepto, producto, descrizione, "
        "prodotto, descricao, work done, work, services, charge, omschrijving, opis, nama, keterangan, 品名, 项目"
    ),
    "quantity": (
        "quantity, qty, units, unit, count, pcs, pieces, hours, hrs, days, no of items, number, menge, anzahl, stk, "
        "quantite, qte, cantidad, cant, quantita, aantal, quantidade, ilosc, kuantiti, bil, 数量"
    ),
    "unit price": (
        "unit price, price each, unit cost, rate, each, u price, uprice, price per unit, unit rate, item price, "
        "hourly rate, einzelpreis, e preis, prix unitaire, pu, precio unitario, prezzo unitario, stukprijs, harga "
        "seunit, harga unit, unit amount, 单价"
    ),
    "amount": (
        "amount, total, line total, item total, total price, sum, net amount, net, extended, extended price, amt, "
        "subtotal, value, total amount, gesamtpreis, gesamt, betrag, summe, montant, total ht, importe, importo, "
        "totale, bedrag, totaal, valor, kwota, jumlah, eur, usd, gbp, chf, rm, 金额"
    ),
    "price": "price, cost, preis, prix, precio, prezzo, prijs, preco, cena, harga",
    "tax": "tax, vat, gst, mwst, ust, tva, iva, btw, tax rate, vat rate, tax amount",
    "discount": "discount, disc, rabatt, remise, descuento, sconto",
    "code": (
        "code, sku, item code, product code, article number, item number, part number, part no, item no, ref, no, "
        "pos, line, art nr, nr, item nr, artikelnummer, barcode, sn, s no"
    ),
}
"""What an item of a bill consists of, and the phrases that name it on paper and in schemas."""

NUMBERS = frozenset({"quantity", "unit price", "amount", "price", "tax", "discount"})
"""Roles whose values are numbers."""

OF_PHRASE = {
    " ".join(split_words(phrase)): role for role, listed in ROLES.items() for phrase in reversed(listed.split(","))
}
"""Roles by the phrases that name them."""

_OF_NUMBER = dict.fromkeys(("charge", "charges", "fee", "fees", "service", "work"), "amount")
"""The same for a field that is a number, where the phrase stands for a text otherwise."""

QUANTIFIED = re.compile(r"\D{0,3}[\d.,' ]+\s*[^\d\s]{0,4}\.?(?:\s*(?:per|/)\s*[^\W\d_]+)?")
"""A number with its unit: `687 kWh`, `53.20p per day`."""

HOLDS = {
    "number": "number",
    "decimal": "number",
    "integer": "number",
    "date": "date",
    "date-time": "date",
    "time": "time",
}
"""What stands in the column of a field of each kind; text, if anything else."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A head, itself a key: the span it covers in pixels, and the field or role of its values (None if unknown).

    `holds` says what nearly all that stands under it is: number, date, time, text, or nothing (""); `texts` are these,
    and `extent` is the span of the head and of the lines of its kind; `head` is what the head says, and `chosen` the
    field of which that is a choice, ticked below it.
    """

    span: Span
    field: Field | None
    role: str | None
    holds: str = ""
    texts: tuple[str, ...] = ()
    extent: Span = (0.0, 0.0)
    head: str = ""
    chosen: Field | None = None

    @property
    def is_number(self) -> bool:
        """Whether the column's values are numbers."""
        if self.field:
            return self.field.kind in NUMERIC
        return self.holds == "number" if self.holds else self.role in NUMBERS

    def may_hold(self, field: Field) -> bool:
        """Whether the values under the head are what a field of this kind takes, by what stands there."""
        wanted = HOLDS.get(field.kind, "text")
        if not self.holds or wanted == self.holds:
            return True
        return wanted == "text" and (field.kind == "string" or self.holds == "text")


def role_of(field: Field) -> str | None:
    """What of an item a field is, by the first of its names that tells; a number is no text and no code."""
    is_number = field.kind in NUMERIC
    known = (role for name in field.names if (role := (is_number and _OF_NUMBER.get(name)) or OF_PHRASE.get(name)))
    return next((role for role in known if is_number == (role in NUMBERS)), None)


def head_above(span: Span, spans: Sequence[Span]) -> Span:
    """The head that a span stands under: the one it shares most with, else the one it is nearest to."""
    shared = max(spans, key=lambda other: min(span[1], other[1]) - max(span[0], other[0]))
    return shared if min(span[1], shared[1]) > max(span[0], shared[0]) else min(spans, key=lambda o: apart(span, o))


def apart(one: Span, other: Span) -> float:
    """How far two spans are from being aligned: at their left, their right or their middle, in pixels."""
    return min(abs(one[0] - other[0]), abs(one[1] - other[1]), abs(one[0] + one[1] - other[0] - other[1]) / 2)


def span_of(row: Row, at: int, start: int, end: int) -> Span:
    """Where the characters `start` to `end` of line `at` of a row stand, all letters taken for equally wide."""
    line = row.lines[at]
    left, width = line.box[0], line.box[2] - line.box[0]
    letters = max(1, len(line.text))
    return left + width * start / letters, left + width * end / letters
