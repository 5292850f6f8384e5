"""A `Column`: one head of a table, what it holds, and where it stands.

The head of a table is a row that holds little but the names of what an item consists of, in the words of the schema
or in those that documents use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from typesight.reader.fields import Field
from typesight.reader.labels import Label, labels
from typesight.reader.rows import Row
from typesight.reader.text import words

__all__ = ["NUMBERS", "Column", "Span", "Table", "head_of", "role_of", "span_of"]

Span = tuple[float, float]
"""(left, right) in pixels."""

ROLES: dict[str, str] = {
    "text": (
        "description, item, items, name, item name, product, product name, article, service, particulars, details, "
        "menu, title, task, activity, position, item description, goods, dish, material, work, bezeichnung, "
        "beschreibung, artikel, leistung, designation, libelle, descripcion, concepto, producto, descrizione, "
        "prodotto, descricao, omschrijving, opis, nama, keterangan, 品名, 项目"
    ),
    "quantity": (
        "quantity, qty, units, unit, count, pcs, pieces, hours, hrs, days, no of items, number, menge, anzahl, stk, "
        "quantite, qte, cantidad, cant, quantita, aantal, quantidade, ilosc, kuantiti, bil, 数量"
    ),
    "unit price": (
        "unit price, price each, unit cost, rate, each, u price, uprice, price per unit, unit rate, item price, "
        "hourly rate, einzelpreis, e preis, prix unitaire, pu, precio unitario, prezzo unitario, stukprijs, harga "
        "seunit, harga unit, 单价"
    ),
    "amount": (
        "amount, total, line total, item total, total price, sum, net amount, net, extended, extended price, amt, "
        "subtotal, value, total amount, gesamtpreis, gesamt, betrag, summe, montant, total ht, importe, importo, "
        "totale, bedrag, totaal, valor, kwota, jumlah, 金额"
    ),
    "price": "price, cost, preis, prix, precio, prezzo, prijs, preco, cena, harga",
    "tax": "tax, vat, gst, mwst, ust, tva, iva, btw, tax rate, vat rate, tax amount",
    "discount": "discount, disc, rabatt, remise, descuento, sconto",
    "code": (
        "code, sku, item code, product code, article number, item number, part number, part no, item no, ref, no, "
        "pos, line, art nr, artikelnummer, barcode"
    ),
}
"""What an item of a bill consists of, and the phrases that name it on paper and in schemas."""

NUMBERS = frozenset({"quantity", "unit price", "amount", "price", "tax", "discount"})
"""Roles whose values are numbers."""

_OF_PHRASE = {" ".join(words(phrase)): role for role, listed in ROLES.items() for phrase in reversed(listed.split(","))}
_NUMERIC = frozenset({"number", "decimal", "integer"})

_STAND_INS = (("price", "unit price"), ("price", "amount"), ("unit price", "price"), ("amount", "price"))
"""What a field wants, and the column that serves it where none is named for it; the first that is free."""

COVERED = 0.6
"""Share of a row's letters that must belong to names of columns for the row to be a head."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A head, itself a key: the span it covers in pixels, and the field or role of its values (None if unknown)."""

    span: Span
    field: Field | None
    role: str | None

    @property
    def is_number(self) -> bool:
        """Whether the column's values are numbers."""
        return self.field.kind in _NUMERIC if self.field else self.role in NUMBERS


@dataclass(frozen=True, slots=True)
class Table:
    """A table's head: the row of the sheet it is in, and its columns, left to right."""

    row: int
    columns: tuple[Column, ...]


def role_of(field: Field) -> str | None:
    """What of an item a field is, by the first of its names that tells; a number is no text and no code."""
    known = (role for name in field.names if (role := _OF_PHRASE.get(name)))
    is_number = field.kind in _NUMERIC
    return next((role for role in known if is_number == (role in NUMBERS)), None)


def head_of(rows: Sequence[Row], fields: Sequence[Field]) -> Table | None:
    """The head of the table whose items have these fields; of several rows the one that names most of them."""
    named = {name: field for field in reversed(fields) for name in reversed(field.names)}
    phrases = {phrase.replace(" ", ""): phrase for phrase in (*_OF_PHRASE, *named)}
    best: tuple[int, float] = (1, 0.0)
    found: Table | None = None
    for at, row in enumerate(rows):
        heads = labels(row, phrases)
        covered = _covered(row, heads)
        if len(heads) < 2 or covered < COVERED or any(char.isdigit() for char in row.text):
            continue
        columns = _columns(row, heads, named, fields)
        rank = len({column.field.path for column in columns if column.field}), covered
        if rank > best:
            best, found = rank, Table(at, columns)
    return found


def _covered(row: Row, heads: Iterable[Label]) -> float:
    """The share of a row's letters that belong to labels."""
    told = sum(char.isalpha() for head in heads for char in row.lines[head.at].text[head.start : head.end])
    return told / max(1, sum(char.isalpha() for char in row.text))


def _columns(
    row: Row, heads: Sequence[Label], named: Mapping[str, Field], fields: Sequence[Field]
) -> tuple[Column, ...]:
    """The columns under labels: a field by its own name, else by its role, which no other column is named for."""
    by_name = {head: named[head.phrase] for head in heads if head.phrase in named}
    taken = {field.path for field in by_name.values()}
    free = [field for field in fields if field.path not in taken]
    columns: list[Column] = []
    for head in heads:
        role, field = _OF_PHRASE.get(head.phrase), by_name.get(head)
        if field is None and role is not None:
            field = next((one for one in free if role_of(one) == role), None)
            free = [one for one in free if one is not field]
        columns.append(Column(span_of(row, head.at, head.start, head.end), field, role))
    for wanted, role in _STAND_INS:
        field = next((one for one in free if role_of(one) == wanted), None)
        at = next((at for at, one in enumerate(columns) if one.field is None and one.role == role), None)
        if field is not None and at is not None:
            columns[at] = replace(columns[at], field=field)
            free.remove(field)
    return tuple(columns)


def span_of(row: Row, at: int, start: int, end: int) -> Span:
    """Where the characters `start` to `end` of line `at` of a row stand, all letters taken for equally wide."""
    line = row.lines[at]
    left, width = line.box[0], line.box[2] - line.box[0]
    letters = max(1, len(line.text))
    return left + width * start / letters, left + width * end / letters
