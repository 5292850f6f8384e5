"""The words that documents use for the same thing: an idea, and the phrases that name it in fields and on paper."""

from __future__ import annotations

import re
from collections.abc import Sequence

from typesight.text.letters import split_words

__all__ = ["ALONE", "IDEAS", "NUMBERED", "PHRASES", "QUALIFIERS", "TAXES", "TITLES", "WEAK", "idea_of"]

IDEAS: dict[str, str] = {
    "total": (
        "total, ttl, grand total, amount due, total due, balance due, due, net total, nett total, total amount, "
        "total amt, total payable, amount payable, total sales, sales total, invoice total, invoice amount, bill "
        "total, bill amount, total price, total to pay, to pay, net amount, nett amount, nett, total payment, "
        "total cost, amount to pay, bruttobetrag, rechnungsbetrag, endbetrag, gesamt brutto, total a payer, "
        "total general, total facture, total factura, totale fattura, totale documento, net a payer ttc, "
        " total rounded, rounded total, total sale, final total, order total, amount, "
        "sum, you pay, amount owing, amount owed, balance to pay, jumlah, "
        "jumlah besar, summe, gesamt, gesamtbetrag, gesamtsumme, zu zahlen, betrag, total ttc, "
        "montant, montant total, net a payer, importe, importe total, totale, totale complessivo, totaal, te "
        "betalen, valor total, total a pagar, suma, razem, 合计, 总计, 合計"
    ),
    "subtotal": (
        "subtotal, sub total, subtotal amount, total before tax, amount before tax, net sales, zwischensumme, "
        "nettobetrag, nettosumme, summe netto, zwischensumme netto, montant ht, total hors taxes, base imponible, "
        "imponibile, totale imponibile, "
        "sous total, subtotale, total ht, taxable amount, net before tax, total excl tax, netto"
    ),
    "tax": (
        "tax, gst, vat, sales tax, tax amount, tax total, total tax, total gst, total vat, gst amount, vat "
        "amount, gst payable, service tax, pst, hst, qst, mehrwertsteuer, umsatzsteuer, mwst betrag, montant tva, "
        "cuota iva, "
        "importe iva, importo iva, mwst, ust, tva, iva, btw, sst, hst, cukai"
    ),
    "discount": (
        "discount, total discount, discount amount, disc, rabatt, remise, descuento, sconto, savings, you saved, "
        "you save, total savings, total saved, saving, coupon, coupons, coupon discount, nachlass, korting"
    ),
    "rounding": "rounding, rounding adj, rounding adjustment, round off, rounding adjusted",
    "service charge": (
        "service charge, serv charge, svc charge, service chg, optional service, discretionary service, opt service, "
        "optional service charge, discretionary service charge, servizio, coperto"
    ),
    "tip": "tip, gratuity, tips, tip amount",
    "shipping": (
        "shipping, shipping cost, delivery fee, delivery charge, freight, postage, versand, shipping and handling"
    ),
    "paid": (
        "cash, paid, tendered, amount paid, paid amount, cash received, cash tendered, cash paid, amount "
        "tendered, tender, cash tend, tend, payment, payment amount, total paid, total tendered, bayaran, tunai, bar, "
        "gegeben, bezahlt, especes, efectivo, contanti"
    ),
    "card": (
        "visa, mastercard, master card, master, credit card, debit card, card, card payment, amex, maestro, girocard"
    ),
    "change": (
        "change, change due, cash change, change amount, balance, baki, ruckgeld, wechselgeld, rendu, cambio, resto"
    ),
    "carried over": (
        "previous balance, opening balance, balance forward, brought forward, carried forward, balance brought "
        "forward, last balance, previous amount, previous bill, saldovortrag, ubertrag"
    ),
    "quantity": (
        "quantity, qty, total qty, total quantity, qty count, item count, total items, total item, no of items, "
        "items sold, number of items, item qty, menge, cantidad, quantite, pcs"
    ),
    "unit price": "unit price, price, u price, s price, rate, preis, prix, precio, prezzo",
    "line": "description, item, items, code, item code, code desc, product, article, beschreibung, artikel",
    "date": (
        "date, invoice date, bill date, receipt date, date of issue, issue date, issued, issued on, date issued, "
        "doc date, document date, transaction date, purchase date, date of purchase, order date, sale date, sales "
        "date, inv date, date time, datum, rechnungsdatum, fecha, data, tarikh, date of invoice, 日期"
    ),
    "due date": "due date, payment due, pay by, payment due date, due on, fallig am, falligkeitsdatum, echeance",
    "expiry": (
        "expiry, expiry date, expires, expires on, valid until, valid till, expiration date, exp date, best before"
    ),
    "birth date": "birth date, date of birth, birthday, dob, geburtsdatum, born",
    "delivery date": (
        "delivery date, ship date, shipping date, delivered on, lieferdatum, print date, printed on, printed"
    ),
    "arrival": (
        "arrival, arrival date, arrival time, check in, check in date, time in, date in, arriving, anreise, ankunft, "
        "arrivee, llegada, entrada, arrivo"
    ),
    "departure": (
        "departure, departure date, departure time, check out, check out date, time out, date out, departing, leaving, "
        "abreise, abfahrt, depart, salida, partenza"
    ),
    "time": "time, uhrzeit, heure, hora, masa",
    "merchant": (
        "company, company name, merchant, merchant name, vendor, vendor name, seller, seller name, supplier, "
        "supplier name, store, store name, shop, shop name, business, business name, sold by, issued by, issuer, "
        "from, retailer, restaurant, restaurant name, bill from, owned by, operated by, "
        "managed by, provider, service provider, utility, carrier, hotel, verkaufer, lieferant, fournisseur, vendeur, "
        "proveedor, fornitore"
    ),
    "customer": (
        "customer, customer name, client, client name, bill to, billed to, invoice to, invoiced to, prepared for, "
        "buyer, buyer name, purchaser, recipient, recipient name, attention, attn, to, for, an, sold "
        "to, kunde, cliente"
    ),
    "address": (
        "address, company address, merchant address, vendor address, store address, shop address, seller address, "
        "business address, location, adresse, anschrift, direccion, indirizzo, alamat"
    ),
    "document number": (
        "invoice number, invoice no, invoice id, invoice, inv no, inv number, bill no, bill number, bill, receipt "
        "no, receipt number, receipt id, receipt, rcpt no, document no, document number, doc no, ref, ref no, "
        "reference, reference number, reference no, slip no, slip, rechnungsnummer, rechnungs nr, "
        "beleg nr, numero de facture, facture no, facture n, factura no, factura n, numero factura, fattura n"
    ),
    "order number": "order no, order number, order id, order",
    "transaction number": "trans no, transaction id, transaction no, transaction number, trans",
    "ticket number": "check no, check number, ticket no, ticket number",
    "tax number": (
        "gst no, gst id, gst reg no, gst reg, gst registration no, vat no, vat id, vat number, vat reg no, tax "
        "id, tax no, tax number, ust idnr, ust id, steuernummer, gst number, gst, abn, nif, cif, ein, tin, "
        "partita iva"
    ),
    "company number": (
        "company no, company reg no, reg no, registration no, registration number, co no, co reg no, co reg, roc "
        "no, brn, company number, company registration no, co registration no"
    ),
    "phone": (
        "phone, phone number, phone no, tel, telephone, tel no, telefon, mobile, contact no, contact number, hp, "
        "call us"
    ),
    "fax": "fax, fax no, fax number, telefax",
    "plate": (
        "number plate, plate, plate number, plate no, licence plate, license plate, registration plate, vehicle reg, "
        "vehicle registration, vehicle no, vehicle number, reg plate, car reg, kennzeichen, immatriculation, matricula"
    ),
    "authorisation": (
        "auth code, authorisation code, authorization code, authorisation, authorization, auth no, auth, "
        "approval code, approval no, appr code, app code, approval number"
    ),
    "email": "email, e mail, email address, mail, correo",
    "website": "website, url, web, homepage, web site",
    "currency": "currency, currency code, wahrung, devise, moneda",
    "cashier": "cashier, cashier name, served by, server, staff, salesperson, sales person, operator, kassierer",
    "table": "table, table no, table number, tisch, mesa, pax, cover, guests",
    "account": "account, account no, account number, bank acc",
    "bank code": "bic, swift, bic code, swift code, sort code, routing number, blz",
    "terminal": "merchant number, merchant id, terminal id, card number",
    "iban": "iban, iban no, iban number",
    "member": "member, member no, member id, points, points balance",
    "summary": "tax summary, gst summary, vat summary, gst analysis, tax code, tax rate, gst rate",
    "title": (
        "tax invoice, invoice, simplified tax invoice, cash bill, cash sales, tax cash sales, receipt, official "
        "receipt, sales receipt, guest check, bill, rechnung, quittung, facture, factura, fattura, ricevuta, "
        "welcome, thank you, please come again, purchase order, statement, quotation, delivery order, customer "
        "copy, duplicate, copy, reprint, unpaid, overdue, draft, void, pro forma"
    ),
}
"""One row per thing; phrases without accents and punctuation. General office language only, no name of anyone."""

WEAK = frozenset({"amount", "amt", "sum", "betrag", "montant", "importe", "suma", "nett", "net amount", "net amt"})
"""Phrases for a total that also head a column or stand for a part; they count less."""

TITLES = frozenset({"invoice", "receipt", "bill", "order", "slip", "trans", "facture", "factura", "fattura"})
"""Phrases that are more often the title of a document than the label of its number: a colon or `#` makes them one."""

ALONE = frozenset({"to", "for", "an", "from"})
"""Phrases that are a label only where nothing else is in their line, or where a colon follows."""

QUALIFIERS: dict[str, str] = {
    **dict.fromkeys(
        ("excl", "excluding", "exclusive", "excludes", "excluded", "before", "without", "exc", "ht"), "subtotal"
    ),
    **dict.fromkeys(("qty", "quantity", "item", "items", "pcs", "count", "units", "articles"), "quantity"),
    **dict.fromkeys(("discount", "saving", "savings", "saved", "disc"), "discount"),
    **dict.fromkeys(("point", "points", "member"), "member"),
    **dict.fromkeys(("summary", "analysis"), "summary"),
    **dict.fromkeys(
        ("incl", "including", "inclusive", "included", "inc", "rounded", "payable", "due", "ttc", "after"), "total"
    ),
}
"""What another word of its line makes of a total; the first row of the table that applies wins."""

TAXES = frozenset(split_words("gst vat tax mwst ust tva iva btw sst hst"))
"""Names of taxes: `total GST` is a tax, `total incl. GST` is not."""

NUMBERED = frozenset(
    {"document number", "order number", "transaction number", "ticket number", "tax number", "company number"}
    | {"phone", "fax", "account", "bank code", "terminal", "iban", "member", "table"}
)
"""Ideas whose values are numbers of something, or codes."""

_NUMBER_WORDS = frozenset(split_words("number no"))
"""Words that leave a field the same thing only where it is a number: `store_number` is not the store."""

_NEUTRAL = frozenset(
    split_words(
        "merchant vendor invoice receipt bill document doc purchase transaction order store shop seller company issue "
        "issued total final overall grand gross the of a an in on number no value field printed payment business paid"
    )
)
"""Modifiers that leave a field the same thing: `invoice_date` is the date, `delivery_date` is another."""


_FIRMS = tuple(
    split_words(
        "pharmacy cafe station garage bakery bar salon clinic cinema theatre museum supermarket dealer venue issuer "
        "operator outlet firma magasin negozio tienda geschaft laden winkel"
    )
)
_IN_SCHEMAS: dict[str, str] = {
    **{f"{firm} name": "merchant" for firm in _FIRMS},
    **{firm: "merchant" for firm in _FIRMS if firm not in {"operator", "bar", "venue"}},
}
"""Names of fields for who issued a document, where the same words on paper are something else: `Station 4`."""


def _phrases() -> dict[str, str]:
    """Phrase, its words joined by spaces -> idea; a phrase of two ideas belongs to the first."""
    table: dict[str, str] = {}
    for idea, listed in IDEAS.items():
        for phrase in listed.split(","):
            spelled = " ".join(split_words(phrase))
            for variant in (spelled, spelled.replace("amount", "amt")):
                table.setdefault(variant, idea)
    return table


PHRASES = _phrases()


def idea_of(name: Sequence[str]) -> str | None:
    """The idea that the words of a field's name stand for, or None if the vocabulary has none."""
    whole = " ".join(name)
    for spelled in (whole, re.sub("([aou])e", r"\1", whole)):  # `verkaeufer` is how code spells `Verkäufer`
        if spelled in PHRASES:
            return PHRASES[spelled]
    if whole in _IN_SCHEMAS:
        return _IN_SCHEMAS[whole]
    for cut in range(1, len(name)):
        head, tail = name[:cut], name[cut:]
        for kept, dropped in ((tail, head), (head, tail)):
            found = PHRASES.get(" ".join(kept)) if _NEUTRAL.issuperset(dropped) else None
            if found is not None and (found in NUMBERED or _NUMBER_WORDS.isdisjoint(dropped)):
                return found
    return None
