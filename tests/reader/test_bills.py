"""Bills: items without a head, and what else is typical of a receipt."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from typesight.reader import Line, fill

Paper = Callable[[str], list[Line]]
Rows = list[tuple[Any, ...]]


class Item(BaseModel):
    name: str
    quantity: int | None = None
    unit_price: Decimal | None = None
    amount: Decimal


class Bill(BaseModel):
    items: list[Item]


class Priced(BaseModel):
    class Row(BaseModel):
        name: str
        price: Decimal

    items: list[Row]


def filled(lines: list[Line], model: type[BaseModel]) -> dict[str, Any]:
    return fill(lines, model.model_json_schema())


def rows(lines: list[Line], model: type[BaseModel] = Bill) -> Rows:
    """The items, each as the values of its fields, None for what is not told."""
    record = model.model_validate(filled(lines, model)).model_dump(mode="json")
    listed: list[dict[str, Any]] = next(value for value in record.values() if isinstance(value, list))
    return [tuple(one.values()) for one in listed]


SUPERMARKET = """
           FAIRLANE MARKET
       4100 Sutter Road, Sacramento, CA 95819
ST# 02119     OP# 009045    REG# 45
GROCERY
MILK 2% GAL 007874235187 F          3.48
BREAD WHEAT 007225003712 F          2.98
LAUNDRY PODS 003700087561          12.97 X
BANANAS
  1.25 lb @ 0.60 /lb                0.75 N
                  SUBTOTAL         20.18
     TAX 1       8.250 %            1.07
                  TOTAL            21.25
              DEBIT TEND           21.25
ACCOUNT # **** **** **** 5108
APPROVAL CODE 083772
# ITEMS SOLD 4
"""


def test_a_supermarket_bill_has_codes_weights_and_tax_letters(paper: Paper) -> None:
    class Product(BaseModel):
        name: str
        upc: str | None = None
        quantity: Decimal
        unit_price: Decimal
        price: Decimal
        taxable: bool

    class Supermarket(BaseModel):
        items: list[Product]

    assert rows(paper(SUPERMARKET), Supermarket) == [
        ("MILK 2% GAL", "007874235187", "1", "3.48", "3.48", False),
        ("BREAD WHEAT", "007225003712", "1", "2.98", "2.98", False),
        ("LAUNDRY PODS", "003700087561", "1", "12.97", "12.97", True),
        ("BANANAS", None, "1.25", "0.60", "0.75", False),
    ]


def test_a_supermarket_bill_tells_how_it_was_paid(paper: Paper) -> None:
    class Supermarket(BaseModel):
        payment_method: Literal["cash", "credit", "debit"]
        card_last_4: str
        approval_code: str
        items_sold: int
        reg_number: int

    assert filled(paper(SUPERMARKET), Supermarket) == {
        "payment_method": "debit",
        "card_last_4": "5108",
        "approval_code": "083772",
        "items_sold": 4,
        "reg_number": 45,
    }


def test_a_cafe_bill_has_the_letter_of_its_tax_rate(paper: Paper) -> None:
    class Position(BaseModel):
        artikel: str
        menge: int
        einzelpreis: Decimal
        betrag: Decimal
        mwst_code: str

    class Rechnung(BaseModel):
        firma: str
        positionen: list[Position]
        zahlungsart: Literal["bar", "karte"]
        tisch: int

    sheet = paper("""
         Café Morgenrot
     Lindenallee 7, 04105 Leipzig
Tisch 12          Bedienung: Jana
2 x Cappuccino        3,20      6,40 A
1 x Apfelkuchen                 3,90 B
3 x Mineralwasser 0,5l  2,80    8,40 A
Summe EUR                      18,70
Bar                            20,00
Rückgeld                        1,30
""")
    assert rows(sheet, Rechnung) == [
        ("Cappuccino", 2, "3.20", "6.40", "A"),
        ("Apfelkuchen", 1, "3.90", "3.90", "B"),
        ("Mineralwasser 0,5l", 3, "2.80", "8.40", "A"),
    ]
    record = filled(sheet, Rechnung)
    assert (record["firma"], record["zahlungsart"], record["tisch"]) == ("Café Morgenrot", "bar", 12)


def test_a_boutique_takes_reductions_off_the_item_above(paper: Paper) -> None:
    class Article(BaseModel):
        libelle: str
        taille: str | None = None
        prix: Decimal
        remise: Decimal | None = None
        net: Decimal

    class Ticket(BaseModel):
        articles: list[Article]

    sheet = paper("""
        ATELIER DU LIN
Caisse 3    Ticket 004512
Chemise lin          Taille M     45,00
  Remise 20%                      -9,00
Echarpe bleue                     19,90
Ceinture cuir        Taille 90    28,00
  Remise 50%                     -14,00
TOTAL                             69,90
""")
    assert rows(sheet, Ticket) == [
        ("Chemise lin", "M", "45.00", "9.00", "36.00"),
        ("Echarpe bleue", None, "19.90", None, "19.90"),
        ("Ceinture cuir", "90", "28.00", "14.00", "14.00"),
    ]


def test_a_corner_shop_has_counts_and_savings_below_its_items(paper: Paper) -> None:
    class Row(BaseModel):
        item: str
        qty: int
        price_each: Decimal
        amount: Decimal
        saving: Decimal | None = None

    class Shop(BaseModel):
        lines: list[Row]
        total_savings: Decimal
        paid_by: str
        card_ending: str = Field(description="Last four digits")

    sheet = paper("""
       GREENLEAF STORES
     Tel: 0161 555 0182
Bananas                3.30
  2 @ £1.65 each
Olive oil 500ml        6.50
  Member price saving  -1.50
Master Lock 40mm       9.00
Bar soap               2.10
12 free range eggs     3.25
  3 for 2              -0.25
Goods                 22.40
Total savings          1.75
VISA DEBIT            22.40
Card ending 4419
""")
    assert rows(sheet, Shop) == [
        ("Bananas", 2, "1.65", "3.30", None),
        ("Olive oil 500ml", 1, "6.50", "6.50", "1.50"),
        ("Master Lock 40mm", 1, "9.00", "9.00", None),
        ("Bar soap", 1, "2.10", "2.10", None),
        ("12 free range eggs", 1, "3.25", "3.25", "0.25"),
    ]
    record = filled(sheet, Shop)
    assert (record["total_savings"], record["paid_by"], record["card_ending"]) == ("1.75", "VISA DEBIT", "4419")


def test_a_restaurant_prints_prices_before_counts(paper: Paper) -> None:
    class Restaurant(BaseModel):
        items: list[Item]
        service_charge: Decimal

    sheet = paper("""
      TRATTORIA LUNA
Margherita        9.50   2   19.00
Tiramisu          6.00   1    6.00
House red         5.25   3   15.75
Bill so far                  40.75
Optional service 10%          4.08
Amount due                   44.83
""")
    assert rows(sheet, Restaurant) == [
        ("Margherita", 2, "9.50", "19.00"),
        ("Tiramisu", 1, "6.00", "6.00"),
        ("House red", 3, "5.25", "15.75"),
    ]
    assert filled(sheet, Restaurant)["service_charge"] == "4.08"


def test_a_parking_receipt_has_numbers_behind_names(paper: Paper) -> None:
    class Parking(BaseModel):
        machine: str
        ticket_no: str
        plate: str
        payment: Literal["cash", "card", "app"]
        auth_code: str

    sheet = paper("""
   CITY PARKING
Machine 0042
Ticket 00583914
Vehicle reg.              191-C-20874
Fee                            €11.20
MASTERCARD xxxx-xxxx-5108      €11.20
Auth code 00872B
""")
    assert filled(sheet, Parking) == {
        "machine": "0042",
        "ticket_no": "00583914",
        "plate": "191-C-20874",
        "payment": "card",
        "auth_code": "00872B",
    }


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Tea  2.50\nCake  3.00\nAll of it  5.50", [("Tea", "2.50"), ("Cake", "3.00")]),  # a sum in other words
        ("Tea  2.00\nCake  3.00\nPie  5.00\nTotal  10.00", [("Tea", "2.00"), ("Cake", "3.00"), ("Pie", "5.00")]),
        ("Tea  2.50\n2 items, you pay  9.00\nGift  9.00", [("Tea", "2.50")]),
        ("Tea  2.50\nTotal qty  9.00\nGift  4.00", [("Tea", "2.50")]),
        ("Tea  2.50\nSub total\n2.50\nExtra  4.00", [("Tea", "2.50")]),
        ("Stud 2 x 4  5.00\nTotal  5.00", [("Stud 2 x 4", "5.00")]),  # no count
        ("Eggs 10 pcs  3.19\nTotal  3.19", [("Eggs 10 pcs", "3.19")]),  # nobody asked for it
        ("Fruit  @24.00\n40158  *1  24.00\nTotal  24.00", [("Fruit", "24.00")]),
        ("Lamp  36.00\nLess 20%, now  28.80\nTotal  28.80", [("Lamp", "28.80")]),
        ("Lamp  36.00\nDisc  -7.20  28.80\nTotal  28.80", [("Lamp", "28.80")]),
        ("118204 Tea  2.50\n118311 Cake  3.00\nTotal  5.50", [("Tea", "2.50"), ("Cake", "3.00")]),
    ],
)
def test_where_an_item_begins_and_where_the_items_end(paper: Paper, printed: str, expected: Rows) -> None:
    assert rows(paper(printed), Priced) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Tea  2 x 3.50\nTotal  7.00", [("Tea", 2, "3.50", "7.00")]),
        ("Pins\n6.00 boxes  17.00  102.00\nTotal  102.00", [("Pins", 6, "17.00", "102.00")]),
        (
            "Slice    2    26.00\nPie    1    13.00\nTotal  39.00",
            [("Slice", 2, None, "26.00"), ("Pie", 1, "13.00", "13.00")],
        ),
        ("Ham\n0.512 kg @ 1.99/kg  1.02\nTotal  1.02", [("Ham", 1, "1.99", "1.02")]),  # what is weighed is one thing
        ("2 x Tea  5.00\nCake  3.00\nTotal  8.00", [("Tea", 2, None, "5.00"), ("Cake", 1, "3.00", "3.00")]),
        ("Diesel  100.00\n2.590 / litre\nTotal  100.00", [("Diesel", None, "2.590", "100.00")]),
        ("Stud 2 x 4 oak  5.00\nTotal  5.00", [("Stud 2 x 4 oak", None, None, "5.00")]),
        (
            "Set\n0025679  2 x 8.00  16.00\n0025680  1 x 7.00  7.00\nTotal  23.00",
            [("Set", 2, "8.00", "16.00"), ("0025680", 1, "7.00", "7.00")],
        ),
        (
            "Order: 4711\nTea  1200\nCake  2400\nTotal  3600",
            [("Tea", None, None, "1200"), ("Cake", None, None, "2400")],
        ),
        ("Tea  2.50\nCake  3.00\nTotal  5.50", [("Tea", None, None, "2.50"), ("Cake", None, None, "3.00")]),
    ],
)
def test_how_many_of_a_thing_and_what_one_costs(paper: Paper, printed: str, expected: Rows) -> None:
    assert rows(paper(printed)) == expected


def test_one_of_a_thing_is_meant_where_the_schema_wants_a_count(paper: Paper) -> None:
    class Counted(BaseModel):
        class Row(BaseModel):
            name: str
            quantity: int
            unit_price: Decimal
            amount: Decimal

        items: list[Row]

    assert rows(paper("Tea  2.50\n2 x Cake  6.00\nTotal  8.50"), Counted) == [
        ("Tea", 1, "2.50", "2.50"),
        ("Cake", 2, "3.00", "6.00"),
    ]
    assert rows(paper("Tea  2.50\nTotal  2.50"), Counted) == [("Tea", 1, "2.50", "2.50")]


def test_a_code_may_stand_above_the_name(paper: Paper) -> None:
    class Coded(BaseModel):
        class Row(BaseModel):
            code: str
            name: str
            price: Decimal

        items: list[Row]

    assert rows(paper("118204\nTea\n  2.50\nTotal  2.50"), Coded) == [("118204", "Tea", "2.50")]


def test_a_reduction_may_be_asked_for_in_percent(paper: Paper) -> None:
    class Shop(BaseModel):
        class Row(BaseModel):
            article: str
            size: str | None = None
            original_price: Decimal
            reduction: Decimal | None = Field(None, description="Percent off")
            price_paid: Decimal

        articles: list[Row]

    sheet = paper("Felt hat (size M)  40.00\nLess 50%, now  20.00\nScarf  12.00\n2 items, you pay  32.00")
    assert rows(sheet, Shop) == [
        ("Felt hat", "M", "40.00", "50", "20.00"),
        ("Scarf", None, "12.00", None, "12.00"),
    ]


def test_a_row_that_another_field_is_named_for_is_no_item(paper: Paper) -> None:
    class Ride(BaseModel):
        fare: Decimal
        express_fee: Decimal | None = None
        extras: list[Priced.Row]

    sheet = paper("Fare  46.20\nAirport  5.00\nBridge toll  8.75\nExpress service  3.00\nTotal  62.95")
    assert filled(sheet, Ride) == {
        "fare": "46.20",
        "express_fee": "3.00",
        "extras": [{"name": "Airport", "price": "5.00"}, {"name": "Bridge toll", "price": "8.75"}],
    }


def test_a_row_of_a_table_that_another_field_is_named_for_is_no_item(paper: Paper) -> None:
    class Cleaner(BaseModel):
        express_fee: Decimal
        garments: list[Priced.Row]

    sheet = paper(
        "Name               Price\nCoat               38.00\nExpress service    12.00\nTotal              50.00"
    )
    assert filled(sheet, Cleaner) == {"express_fee": "12.00", "garments": [{"name": "Coat", "price": "38.00"}]}


@pytest.mark.parametrize(
    "printed", ["Shirt    M    45.00\nTotal    45.00", "Shirt  45.00\nSize: M\nTotal  45.00", "Shirt, size M  45.00"]
)
def test_a_size_stands_in_a_column_or_behind_its_name(paper: Paper, printed: str) -> None:
    class Shop(BaseModel):
        class Row(BaseModel):
            article: str
            size: str | None = None
            price: Decimal

        articles: list[Row]

    assert rows(paper(printed), Shop) == [("Shirt", "M", "45.00")]


def test_a_price_may_be_that_of_one(paper: Paper) -> None:
    class Shop(BaseModel):
        class Row(BaseModel):
            name: str
            quantity: int
            price: Decimal = Field(description="Price of one piece")

        items: list[Row]

    assert rows(paper("Tea  2 x 3.50  7.00\nTotal  7.00"), Shop) == [("Tea", 2, "3.50")]


def test_a_tax_letter_may_stand_before_the_price_where_it_is_asked_for(paper: Paper) -> None:
    class Shop(BaseModel):
        class Row(BaseModel):
            name: str
            price: Decimal
            taxable: bool

        items: list[Row]

    sheet = paper("Milk  F  3.48\nSoap  T  2.10\nTotal  5.58")
    assert rows(sheet, Shop) == [("Milk", "3.48", False), ("Soap", "2.10", True)]


def test_a_tax_summary_is_not_the_table_of_items(paper: Paper) -> None:
    sheet = paper("Tea  2 x 8.00  16.00\nCake  4.00\nTotal  20.00\nSummary  Amount  Price\nS  18.30  1.70")
    assert rows(sheet) == [("Tea", 2, "8.00", "16.00"), ("Cake", 1, "4.00", "4.00")]


def test_letters_behind_the_prices_of_a_table_are_no_text(paper: Paper) -> None:
    class Pharmacy(BaseModel):
        class Row(BaseModel):
            product: str
            price: Decimal
            taxable: bool

        products: list[Row]

    sheet = paper("Product      Price\nBandage       4.29  T\nWater         1.79\nTotal         6.08")
    assert rows(sheet, Pharmacy) == [("Bandage", "4.29", True), ("Water", "1.79", False)]


@pytest.mark.parametrize(
    ("name", "kind", "printed", "expected"),
    [
        ("card_last_four", str, "Card  xxxx 5108", "5108"),
        ("last4", int, "Paid by Mastercard ending 2075", 2075),
        ("card_last4", str, "Visa Debit   6620", "6620"),
        ("check_number", int, "Check #30418   Table 12", 30418),
        ("transaction_id", str, "24/02/2026 10:08   Trans. T-770935", "T-770935"),
        ("order_number", int, "Order 87, dine in", 87),
        ("till", str, "25/07/2026   Till T2", "T2"),
        ("number_of_items", int, "4 items, you pay   14.00", 4),
        ("amount_paid", Decimal, "4 items, you pay   14.00", "14.00"),
        ("coupon", Decimal, "Coupon   -2.00", "2.00"),
        ("savings", Decimal, "Loyalty savings   -1.50", "1.50"),
        ("vat", Decimal, "Total   29.65\nincl. VAT 13.5%   3.53", "3.53"),
        ("vat_number", str, "VAT No. GB 642 9081 17", "GB 642 9081 17"),
        ("payment_method", Literal["cash", "card", "voucher"], "VISA **** 8836   21.40", "card"),
        ("payment_method", Literal["cash", "card", "voucher"], "Cash   30.00", "cash"),
        ("payment_type", Literal["coins", "card", "app"], "Paid by card", "card"),
        ("pharmacy_name", str, "Cedar Street Pharmacy\n402 Cedar Street, Duluth, MN 55802", "Cedar Street Pharmacy"),
    ],
)
def test_what_is_typical_of_a_receipt(paper: Paper, name: str, kind: Any, printed: str, expected: Any) -> None:
    model = type("Receipt", (BaseModel,), {"__annotations__": {name: kind}})
    assert filled(paper(printed), model) == {name: expected}


@pytest.mark.parametrize("printed", ["Card points   5.00", "Cash   0.00", "Bar soap   2.10"])
def test_what_was_not_paid_with_is_not_told(paper: Paper, printed: str) -> None:
    class Receipt(BaseModel):
        payment_method: Literal["cash", "card"]

    assert filled(paper(printed), Receipt) == {}


def test_the_net_amount_beside_a_total_is_what_is_left_without_tax(paper: Paper) -> None:
    class Fuel(BaseModel):
        net_amount: Decimal
        vat_amount: Decimal
        total_amount: Decimal

    sheet = paper("TOTAL   £56.05\nNet   £46.71\nVAT 20%   £9.34")
    assert filled(sheet, Fuel) == {"net_amount": "46.71", "vat_amount": "9.34", "total_amount": "56.05"}


def test_a_date_belongs_to_the_words_before_it(paper: Paper) -> None:
    class Receipt(BaseModel):
        model_config = {"json_schema_extra": {"properties": {"return_by": {"type": "string", "format": "date"}}}}

    assert filled(paper("25 July 2026\nReturns accepted until 22 August 2026"), Receipt) == {"return_by": "2026-08-22"}
