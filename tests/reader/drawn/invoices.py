"""Invoices and receipts that were never sent: an issuer, dates, items, a total."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field

from .bills import Bill, Spelling, banded, centred, draw_bill, split, till, truth_of
from .document import Drawn, Entry
from .pens import Look
from .tables import Column

__all__ = ["invoices"]


class Item(BaseModel):
    description: str
    quantity: int
    unit_price: Decimal
    amount: Decimal


class Invoice(BaseModel):
    seller: str
    customer: str
    invoice_number: str
    invoice_date: date
    due_date: date | None = None
    items: list[Item]
    subtotal: Decimal
    tax: Decimal
    total: Decimal


class Work(BaseModel):
    item: str
    hours: Decimal
    rate: Decimal
    total: Decimal


class Timesheet(BaseModel):
    issuer: str = Field(description="Who sends the invoice")
    client: str
    number: str
    date: date
    items: list[Work]
    subtotal: Decimal
    vat: Decimal
    total_due: Decimal


class LineItem(BaseModel):
    name: str
    qty: int
    price: Decimal


class Order(BaseModel):
    vendor: str
    order_number: str = Field(alias="orderNumber")
    order_date: date
    ship_to: str
    lines: list[LineItem]
    shipping: Decimal
    total: Decimal


class Posten(BaseModel):
    bezeichnung: str
    menge: int
    einzelpreis: Decimal
    betrag: Decimal


class Rechnung(BaseModel):
    verkaeufer: str
    rechnungsnummer: str
    datum: date
    posten: list[Posten]
    netto: Decimal
    mwst: Decimal = Field(title="MwSt.")
    gesamt: Decimal


class Service(BaseModel):
    service: str
    amount: Decimal


class Party(BaseModel):
    name: str
    address: str
    tax_id: str | None = None


class ServiceInvoice(BaseModel):
    seller: Party
    invoice_number: str
    date: date
    services: list[Service]
    total: Decimal
    currency: str | None = None


class Part(BaseModel):
    sku: str
    description: str
    quantity: int
    unit_price: Decimal
    line_total: Decimal


class PartsInvoice(BaseModel):
    seller: str
    bill_to: str
    number: str
    date: date
    purchase_order: str | None
    items: list[Part]
    subtotal: Decimal
    discount: Decimal
    sales_tax: Decimal
    total: Decimal


class Charge(BaseModel):
    description: str
    usage: Decimal = Field(description="kWh used")
    charge: Decimal


class UtilityBill(BaseModel):
    provider: str
    account_number: str
    statement_date: date
    charges: list[Charge]
    amount_due: Decimal
    due_date: date


class Ligne(BaseModel):
    designation: str
    quantite: int
    prix_unitaire: Decimal
    montant: Decimal


class Facture(BaseModel):
    vendeur: str
    numero: str
    date: date
    lignes: list[Ligne]
    total_ht: Decimal
    tva: Decimal
    total_ttc: Decimal


class Bought(BaseModel):
    name: str
    price: Decimal


class Receipt(BaseModel):
    company: str
    date: date
    items: list[Bought]
    total: Decimal
    cash: Decimal | None = None
    change: Decimal | None = None


class Dish(BaseModel):
    name: str
    quantity: int
    amount: Decimal


class TableReceipt(BaseModel):
    restaurant: str
    date: date
    table: int | None = None
    items: list[Dish]
    subtotal: Decimal
    tax: Decimal
    total: Decimal


class CafeReceipt(BaseModel):
    merchant_name: str
    date: date
    items: list[Item]
    total: Decimal
    cash: Decimal
    change: Decimal


DOLLARS = Spelling(before="$")
EUROS = Spelling(".", ",", after=" €")
PLAIN = Spelling()


def _party(path: str, label: str, block: str) -> Entry:
    """Somebody with an address; the record has the name, which is the first line."""
    return Entry(path, label, block, block.partition("\n")[0])


def _money(field: str, header: str, share: float) -> Column:
    return Column(field, header, share, "money")


def _whole(field: str, header: str, share: float) -> Column:
    return Column(field, header, share, "whole")


BILLS: tuple[Bill, ...] = (
    Bill(
        "INVOICE", Invoice, Look("roboto", 24, 1300), split, style="grid", spelling=DOLLARS, currency_in_rows=True,
        seller=_party("seller", "", "Larch & Finch Ltd\n12 Mill Road\nHexford, VT 05001"),
        customer=_party("customer", "Bill to", "Cobalt Theatre Group\n88 Stage Street\nMarlow, NH 03456"),
        meta=(
            Entry("invoice_number", "Invoice no.", "INV-2025-0417"),
            Entry("invoice_date", "Date", "April 2, 2025", "2025-04-02"),
            Entry("due_date", "Due date", "May 2, 2025", "2025-05-02"),
        ),
        columns=(Column("description", "Description", 0.42), _whole("quantity", "Qty", 0.12),
                 _money("unit_price", "Unit price", 0.22), _money("amount", "Amount", 0.24)),
        rows=(
            ("Oak table, oiled", "2", "1234.50", "2469.00"),
            ("Folding chair", "40", "18.25", "730.00"),
            ("Stage curtain, flame retardant, 6 x 4 m, dark red", "1", "865.00", "865.00"),
            ("Delivery", "1", "75.00", "75.00"),
        ),
        totals=(Entry("subtotal", "Subtotal", "4139.00"), Entry("tax", "Tax (6%)", "248.34"),
                Entry("total", "Total", "4387.34")),
        closing="Payment within 30 days. Thank you for your business.",
    ),
    Bill(
        "Invoice", Timesheet, Look("sans", 27, 1200), banded, style="bare", spelling=Spelling(before="£"),
        seller=_party("issuer", "", "Kestrel Studio\nUnit 4, Ropeworks Yard\nPortwyn PW1 4DD"),
        customer=_party("client", "For", "Juniper Health Trust\n3 Almoner Square\nBrackenford"),
        meta=(Entry("number", "Invoice number", "KS-118"), Entry("date", "Invoice date", "27/02/2025", "2025-02-27"),
              Entry("", "Terms", "14 days")),
        columns=(Column("item", "Item", 0.52), Column("hours", "Hours", 0.14, "number"),
                 _money("rate", "Rate", 0.16), _money("total", "Total", 0.18)),
        rows=(
            ("Interface design for the appointment screens", "12.5", "64.00", "800.00"),
            ("Workshop with the nursing staff", "3.0", "80.00", "240.00"),
            ("Corrections after review and preparation of files for print", "4.25", "64.00", "272.00"),
        ),
        totals=(Entry("subtotal", "Subtotal", "1312.00"), Entry("vat", "VAT 20%", "262.40"),
                Entry("total_due", "Total due", "1574.40")),
    ),
    Bill(
        "INVOICE", Invoice, Look("manrope", 22, 1400), split, style="zebra", spelling=EUROS, totals_at=0.6,
        seller=_party("seller", "", "Van Houtem Verlichting BV\nLampstraat 9\n3511 Duinstad"),
        customer=_party("customer", "Customer", "Atelier Sol\nRua da Eira 20\n4050 Portuende"),
        meta=(Entry("invoice_number", "Invoice", "2025/1093"),
              Entry("invoice_date", "Date", "18-03-2025", "2025-03-18"),
              Entry("due_date", "Due", "17-04-2025", "2025-04-17")),
        columns=(Column("", "Pos", 0.07), Column("description", "Article", 0.43), _whole("quantity", "Quantity", 0.14),
                 _money("unit_price", "Price", 0.16), _money("amount", "Amount", 0.2)),
        rows=(
            ("1", "Pendant lamp Luma 40", "6", "219.00", "1314.00"),
            ("2", "Wall lamp Brisa", "12", "84.50", "1014.00"),
            ("3", "LED bulb E27, warm white", "30", "5.95", "178.50"),
        ),
        totals=(Entry("subtotal", "Net amount", "2506.50"), Entry("tax", "VAT 21%", "526.37"),
                Entry("total", "Total amount", "3032.87")),
        closing="Please transfer the amount to NL00 DUIN 0123 4567 89.",
    ),
    Bill(
        "Order confirmation", Order, Look("caladea", 26, 1100), centred, style="lines", spelling=DOLLARS, path="lines",
        seller=_party("vendor", "", "Moss & Thistle Garden Supply\n400 County Road 9, Elmsdale"),
        customer=_party("ship_to", "Ship to", "Beatrix Lowell\n17 Ferry Lane\nOakhollow"),
        meta=(Entry("orderNumber", "Order no.", "100482"), Entry("order_date", "Ordered", "Mar 8, 2025", "2025-03-08")),
        columns=(_whole("qty", "Qty", 0.12), Column("name", "Product", 0.53),
                 _money("price", "Price", 0.17), _money("", "Total", 0.18)),
        rows=(
            ("3", "Terracotta pot 30 cm", "14.00", "42.00"),
            ("10", "Tulip bulbs, mixed", "0.85", "8.50"),
            ("1", "Pruning shears", "32.40", "32.40"),
            ("2", "Compost 40 L", "9.75", "19.50"),
        ),
        totals=(Entry("shipping", "Shipping", "12.90"), Entry("total", "Order total", "115.30")),
    ),
    Bill(
        "Rechnung", Rechnung, Look("hanken", 25, 1250, worn=23), split, style="grid", spelling=EUROS, path="posten",
        seller=_party("verkaeufer", "", "Tischlerei Rabenau GmbH\nAm Anger 5\n99610 Wiesenbach"),
        customer=Entry("", "An", "Familie Ostrowski\nHauptstraße 31\n99610 Wiesenbach"),
        meta=(Entry("rechnungsnummer", "Rechnungsnr.", "R-24-311"),
              Entry("datum", "Datum", "12.11.2024", "2024-11-12")),
        columns=(Column("", "Pos.", 0.08), Column("bezeichnung", "Bezeichnung", 0.42), _whole("menge", "Menge", 0.12),
                 _money("einzelpreis", "Einzelpreis", 0.19), _money("betrag", "Betrag", 0.19)),
        rows=(
            ("1", "Einbauschrank Eiche", "1", "1850.00", "1850.00"),
            ("2", "Regalboden 80 cm", "8", "42.50", "340.00"),
            ("3", "Montage", "1", "260.00", "260.00"),
        ),
        totals=(Entry("netto", "Netto", "2450.00"), Entry("mwst", "MwSt. 19 %", "465.50"),
                Entry("gesamt", "Gesamt", "2915.50")),
    ),
    Bill(
        "Statement of fees", ServiceInvoice, Look("serif", 28, 1150), centred, style="lines", spelling=PLAIN,
        path="services", totals_at=0.55,
        seller=_party("seller.name", "", "Hollis & Abara, Notaries\n9 Chancery Row, Wexmoor\nTax ID 77-0042190"),
        besides=(Entry("seller.address", "", "9 Chancery Row, Wexmoor"), Entry("seller.tax_id", "", "77-0042190")),
        customer=Entry("", "Prepared for", "Mr. Aurelio Banks\n2 Cliff View, Wexmoor"),
        meta=(Entry("invoice_number", "Reference", "F-5561"), Entry("date", "Date", "March 3, 2025", "2025-03-03"),
              Entry("currency", "Currency", "EUR")),
        columns=(Column("service", "Service", 0.72), _money("amount", "Amount", 0.28)),
        rows=(("Drafting of the deed of sale", "640.00"), ("Entry in the land register", "185.00"),
              ("Certified copies (3)", "45.00")),
        totals=(Entry("total", "Total", "870.00"),),
    ),
    Bill(
        "TAX INVOICE", PartsInvoice, Look("roboto", 23, 1600, tint="#d5e3f3"), banded, style="zebra",
        spelling=DOLLARS, totals_at=0.7,
        seller=_party("seller", "", "Ironbark Cycle Parts Inc.\n2200 Foundry Ave, Dock 7\nCopper Bay, OR 97001"),
        customer=_party("bill_to", "Bill to:", "Summit Pedal Co-op\n51 Ridge Blvd\nTall Pines, ID 83001"),
        meta=(Entry("number", "Invoice #", "48213"), Entry("date", "Date", "2025-01-15"),
              Entry("purchase_order", "P.O. number", "PO-7719"), Entry("", "Terms", "Net 30")),
        columns=(Column("sku", "SKU", 0.15), Column("description", "Description", 0.38),
                 _whole("quantity", "Quantity", 0.12), _money("unit_price", "Unit price", 0.17),
                 _money("line_total", "Line total", 0.18)),
        rows=(
            ("BR-204", "Brake pads, ceramic", "24", "11.20", "268.80"),
            ("CH-011", "Chain, 11-speed", "10", "27.95", "279.50"),
            ("WH-700", "Wheel set 700c, tubeless ready", "4", "312.00", "1248.00"),
            ("TL-003", "Multi-tool", "15", "9.80", "147.00"),
            ("GR-120", "Bar tape, cork", "12", "6.15", "73.80"),
        ),
        totals=(Entry("subtotal", "Subtotal", "2017.10"), Entry("discount", "Discount", "-100.00"),
                Entry("sales_tax", "Sales tax", "0.00"), Entry("total", "Amount due", "1917.10")),
    ),
    Bill(
        "Electricity bill", UtilityBill, Look("plain", 25, 1050), banded, style="lines", spelling=DOLLARS,
        path="charges", totals_at=0.5,
        seller=_party("provider", "", "Saltmarsh Power & Light\nPO Box 118\nGullhaven"),
        customer=Entry("", "Service address", "Ms. Imogen Tran\n640 Jetty Road\nGullhaven"),
        meta=(Entry("account_number", "Account number", "88-2041-7"),
              Entry("statement_date", "Statement date", "05/29/2025", "2025-05-29"),
              Entry("due_date", "Due date", "06/26/2025", "2025-06-26")),
        columns=(Column("description", "Charge", 0.48), Column("usage", "kWh", 0.16, "number"),
                 Column("", "Rate", 0.16, "number"), _money("charge", "Amount", 0.2)),
        rows=(("Day rate", "312.5", "0.1820", "56.88"), ("Night rate", "140.0", "0.1100", "15.40"),
              ("Grid usage fee", "452.5", "0.0300", "13.58")),
        totals=(Entry("", "Previous balance", "0.00"), Entry("amount_due", "Amount due", "85.86")),
    ),
    Bill(
        "FACTURE", Facture, Look("sans", 29, 1350), split, style="bare", spelling=Spelling(" ", ",", after=" €"),
        path="lignes", totals_at=0.62,
        seller=_party("vendeur", "", "Atelier Corbeau SARL\n14 rue des Tanneurs\n35999 Valbrume"),
        customer=Entry("", "Client", "Librairie du Phare\n2 quai Neuf\n29999 Portmer"),
        meta=(Entry("numero", "Facture n°", "FA-0092"), Entry("date", "Date", "21 mars 2025", "2025-03-21")),
        columns=(Column("designation", "Désignation", 0.46), _whole("quantite", "Qté", 0.12),
                 _money("prix_unitaire", "P.U. HT", 0.2), _money("montant", "Montant HT", 0.22)),
        rows=(("Affiche 50 x 70", "60", "8.40", "504.00"), ("Carte postale", "500", "0.35", "175.00"),
              ("Vitrine, pose comprise", "1", "1290.00", "1290.00")),
        totals=(Entry("total_ht", "Total HT", "1969.00"), Entry("tva", "TVA 20 %", "393.80"),
                Entry("total_ttc", "Total TTC", "2362.80")),
    ),
    Bill(
        "Invoice", ServiceInvoice, Look("light", 26, 1000), split, style="grid", path="services", totals_at=0.55,
        spelling=Spelling("'", after=" CHF"),
        seller=_party("seller.name", "", "Alpenrad Werkstatt\nSeeweg 3\n6999 Bergmatt"),
        besides=(Entry("seller.address", "", "Seeweg 3, 6999 Bergmatt"), Entry("seller.tax_id", ""),
                 Entry("currency", "", "CHF")),
        meta=(Entry("invoice_number", "No.", "A-1207"), Entry("date", "Date", "19.5.2025", "2025-05-19")),
        columns=(Column("", "Nr", 0.1), Column("service", "Work done", 0.6), _money("amount", "Amount", 0.3)),
        rows=(("1", "New drive train with cassette, chain and bottom bracket", "1248.00"),
              ("2", "Wheel trueing", "60.00"), ("3", "Washing", "25.50")),
        totals=(Entry("total", "Total", "1333.50"),),
    ),
    Bill(
        "", CafeReceipt, Look("roboto", 26, 620, margin=40), till, way="under", spelling=PLAIN, totals_at=0,
        seller=_party("merchant_name", "", "THE BRASS KETTLE\n31 Corn Street\nTel. 0555 210 88"),
        meta=(Entry("date", "Date:", "14/06/2025 10:31", "2025-06-14"), Entry("", "Served by:", "Nell")),
        columns=(Column("description", "", 0.4), _whole("quantity", "", 0.2), _money("unit_price", "", 0.2),
                 _money("amount", "", 0.2)),
        rows=(("Flat white", "2", "3.50", "7.00"), ("Cheese scone", "1", "2.80", "2.80"),
              ("Earl Grey, pot", "3", "3.10", "9.30")),
        totals=(Entry("total", "TOTAL", "19.10"), Entry("cash", "Cash", "20.00"), Entry("change", "Change", "0.90")),
        closing="Thank you, see you soon!",
    ),
    Bill(
        "", Receipt, Look("plain", 28, 640, margin=36), till, way="plain", spelling=PLAIN, totals_at=0,
        seller=_party("company", "", "GREENGATE MARKET\n5 Union Square"),
        meta=(Entry("date", "", "2025-02-27  18:04", "2025-02-27"), Entry("", "Receipt", "004417")),
        columns=(Column("name", "", 0.7), _money("price", "", 0.3)),
        rows=(("Milk 1 L", "1.19"), ("Rye bread", "2.49"), ("Apples 1.2 kg", "3.35"), ("Butter", "2.05"),
              ("Dark chocolate", "1.79"), ("Eggs 10 pcs", "3.19")),
        totals=(Entry("total", "TOTAL", "14.06"), Entry("cash", "CASH", "20.00"), Entry("change", "CHANGE", "5.94")),
    ),
    Bill(
        "Guest check", TableReceipt, Look("caladea", 27, 700, margin=45), till, way="ahead", spelling=DOLLARS,
        currency_in_rows=True, totals_at=0.3,
        seller=_party("restaurant", "", "Pomelo Kitchen\n77 Harbor Walk, Saltmere"),
        meta=(Entry("table", "Table", "12", 12), Entry("date", "Date", "Jul 4, 2025", "2025-07-04")),
        columns=(Column("name", "", 0.5), _whole("quantity", "", 0.2), _money("amount", "", 0.3)),
        rows=(("Lemonade", "2", "7.00"), ("Grilled trout", "1", "18.50"), ("Lentil soup", "3", "19.50"),
              ("Fig tart", "2", "13.00")),
        totals=(Entry("subtotal", "Subtotal", "58.00"), Entry("tax", "Tax", "4.64"), Entry("total", "Total", "62.64")),
        closing="Tip not included",
    ),
    Bill(
        "SALES RECEIPT", Receipt, Look("sans", 27, 760, margin=40, worn=31), till, way="table", style="bare",
        spelling=Spelling(".", ","), totals_at=0.4,
        seller=_party("company", "", "Eisenwaren Holm\nMarkt 3, 24999 Sundhafen"),
        besides=(Entry("cash", ""), Entry("change", "")),
        meta=(Entry("date", "Date", "30.04.2025", "2025-04-30"),),
        columns=(Column("", "Qty", 0.13), Column("name", "Item", 0.57), _money("price", "EUR", 0.3)),
        rows=(("1", "Cordless drill 18 V", "1149.00"), ("4", "Sandpaper", "3.96"), ("1", "Wood glue", "6.49")),
        totals=(Entry("total", "Total EUR", "1159.45"), Entry("", "Card", "1159.45")),
    ),
    Bill(
        "", CafeReceipt, Look("serif", 25, 800, margin=50), till, way="line", spelling=EUROS, totals_at=0.35,
        seller=_party("merchant_name", "", "Panaderia Luz\nCalle del Horno 2, Villaclara"),
        meta=(Entry("date", "Date", "3 Oct 2025", "2025-10-03"), Entry("", "Ticket", "B-0931")),
        columns=(Column("description", "", 0.4), _whole("quantity", "", 0.2), _money("unit_price", "", 0.2),
                 _money("amount", "", 0.2)),
        rows=(("Croissant", "4", "1.15", "4.60"), ("Country loaf", "1", "3.40", "3.40"),
              ("Almond biscuits", "2", "2.75", "5.50")),
        totals=(Entry("total", "Total", "13.50"), Entry("cash", "Cash paid", "15.00"),
                Entry("change", "Change", "1.50")),
    ),
)  # fmt: skip


def invoices() -> list[Drawn]:
    """Ten invoices and five till receipts."""
    return [
        Drawn(f"invoice-{number}", draw_bill(bill), bill.model, truth_of(bill)) for number, bill in enumerate(BILLS, 1)
    ]
