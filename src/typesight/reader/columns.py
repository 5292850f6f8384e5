"""A `Column`: one head of a table, what it holds, and where it stands.

The head of a table is a row that holds little but the names of what an item consists of, in the words of the schema
or in those that documents use.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from typesight.reader.fields import Field
from typesight.reader.labels import Label, labels
from typesight.reader.matching import LIKE, like
from typesight.reader.rows import Row
from typesight.reader.text import words

__all__ = ["NUMBERS", "Column", "Span", "Table", "apart", "head_above", "head_of", "role_of", "span_of"]

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

_OF_PHRASE = {" ".join(words(phrase)): role for role, listed in ROLES.items() for phrase in reversed(listed.split(","))}
_OF_NUMBER = dict.fromkeys(("charge", "charges", "fee", "fees", "service", "work"), "amount")
"""The same for a field that is a number, where the phrase stands for a text otherwise."""

_NUMERIC = frozenset({"number", "decimal", "integer"})

_STAND_INS = (("price", "unit price"), ("price", "amount"), ("unit price", "price"), ("amount", "price"))
"""What a field wants, and the column that serves it where none is named for it; the first that is free."""

LOOKED = 6
"""Rows below a head that are looked at to tell what its columns hold."""

COVERED = 0.6
"""Share of a row's letters that must belong to names of columns for the row to be a head."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A head, itself a key: the span it covers in pixels, and the field or role of its values (None if unknown).

    `holds_numbers` says that nearly all that stands under it are numbers.
    """

    span: Span
    field: Field | None
    role: str | None
    holds_numbers: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the column's values are numbers."""
        return self.field.kind in _NUMERIC if self.field else self.role in NUMBERS or self.holds_numbers

    def may_hold(self, field: Field) -> bool:
        """Whether the values under the head are what a field of this kind takes, by what stands there."""
        return field.kind not in _NUMERIC or self.holds_numbers


@dataclass(frozen=True, slots=True)
class Table:
    """A table's head: the row of the sheet it is in, and its columns, left to right."""

    row: int
    columns: tuple[Column, ...]


def role_of(field: Field) -> str | None:
    """What of an item a field is, by the first of its names that tells; a number is no text and no code."""
    is_number = field.kind in _NUMERIC
    known = (role for name in field.names if (role := (is_number and _OF_NUMBER.get(name)) or _OF_PHRASE.get(name)))
    return next((role for role in known if is_number == (role in NUMBERS)), None)


def head_of(rows: Sequence[Row], fields: Sequence[Field], sums: Collection[int] = ()) -> Table | None:
    """The head of the table whose items have these fields; of several rows the one that names most of them.

    `sums` are the rows, by number, that tell a sum: a table ends there.
    """
    named = {name: field for field in reversed(fields) for name in reversed(field.names)}
    phrases = {phrase.replace(" ", ""): phrase for phrase in (*_OF_PHRASE, *named)}
    best: tuple[int, float] = (1, 0.0)
    found: Table | None = None
    for at, row in enumerate(rows):
        heads = labels(row, phrases)
        covered = _covered(row, heads)
        if len(heads) < 2 or covered < COVERED or any(char.isdigit() for char in row.text):
            continue
        end = next(
            (below for below in range(at + 1, min(len(rows), at + 1 + LOOKED)) if below in sums), at + 1 + LOOKED
        )
        columns = _columns(row, heads, rows[at + 1 : end], fields)
        rank = len({column.field.path for column in columns if column.field}), covered
        if rank > best:
            best, found = rank, Table(at, columns)
    return found


def _covered(row: Row, heads: Iterable[Label]) -> float:
    """The share of a row's letters that belong to labels."""
    told = sum(char.isalpha() for head in heads for char in row.lines[head.at].text[head.start : head.end])
    return told / max(1, sum(char.isalpha() for char in row.text))


def _columns(row: Row, heads: Sequence[Label], below: Sequence[Row], fields: Sequence[Field]) -> tuple[Column, ...]:
    """The columns under a head, left to right, each with the field it suits best: no field twice."""
    texts = {span_of(row, head.at, head.start, head.end): head.phrase for head in heads}
    labelled = {head.at for head in heads}
    texts |= {span_of(row, at, 0, len(line.text)): line.text for at, line in enumerate(row.lines) if at not in labelled}
    spans = sorted(texts)
    bare = [_bare(span, _OF_PHRASE.get(texts[span]), spans, below) for span in spans]
    suited = [
        (_suits(column, texts[column.span], field), -at, column, field)
        for at, column in enumerate(bare)
        for field in fields
    ]
    given: dict[Column, Field] = {}
    for score, _, column, field in sorted(suited, key=lambda each: each[:2], reverse=True):
        if score > 0 and column not in given and field not in given.values():
            given[column] = field
    for is_text in (True, False):  # what is left over on both sides belongs together
        columns = [one for one in bare if one not in given and one.is_number is not is_text]
        left = [one for one in fields if one not in given.values() and (one.kind == "string") is is_text]
        if len(columns) == len(left) == 1 and columns[0].may_hold(left[0]):
            given[columns[0]] = left[0]
    return tuple(replace(column, field=given.get(column)) for column in bare)


def _bare(span: Span, role: str | None, spans: Sequence[Span], rows: Sequence[Row]) -> Column:
    """A column without a field; what it holds is told by what stands under its head, else by its role."""
    under = [line.text for row in rows for line in row.lines if head_above((line.box[0], line.box[2]), spans) == span]
    digits = [text for text in under if sum(char.isdigit() for char in text) > sum(char.isalpha() for char in text)]
    return Column(span, None, role, 2 * len(digits) > len(under) if under else role in NUMBERS)


def _suits(column: Column, head: str, field: Field) -> float:
    """How well a field suits a column: by its own name, by what of an item it is, by words they share; 0: not."""
    if not column.may_hold(field):
        return 0.0
    role = role_of(field)
    if head in field.names:
        return 1.0
    if role is not None and role == column.role:
        return 0.8
    if role is not None and (role, column.role) in _STAND_INS:
        return 0.5 - 0.01 * _STAND_INS.index((role, column.role))
    likeness = like(head, field)
    return 0.6 * likeness if likeness >= LIKE else 0.0


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
