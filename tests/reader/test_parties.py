from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from typesight.reader import Line, fill

Paper = Callable[[str], list[Line]]


class Party(BaseModel):
    name: str
    address: str | None = None


class Trade(BaseModel):
    seller: Party
    buyer: Party | None = None


def flat(*names: str) -> dict[str, Any]:
    """A schema of texts with these names."""
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}}


def nested(role: str, *parts: str) -> dict[str, Any]:
    """A schema of one party with these parts."""
    party = {"type": "object", "properties": {part: {"type": "string"} for part in parts}}
    return {"type": "object", "properties": {role: party}}


LETTERHEAD = """
Orchard Tools Ltd                       INVOICE
5 Foundry Lane
Leeds LS1 4AB
"""


@pytest.mark.parametrize(
    "label", ["Bill to", "BILLED TO:", "Invoice for", "Customer", "Kunde", "Client", "Facturé à", "Cliente:", "Sold to"]
)
def test_the_buyer_stands_below_a_label(paper: Paper, label: str) -> None:
    sheet = LETTERHEAD + f"\n\n{label}\nQuince Partners\n18 Mill Road\nYork YO1 7PR\n"
    assert fill(paper(sheet), Trade.model_json_schema())["buyer"] == {
        "name": "Quince Partners",
        "address": "18 Mill Road, York YO1 7PR",
    }


def test_two_parties_stand_side_by_side(paper: Paper) -> None:
    sheet = """
INVOICE

Exporter                    Consignee
Velluto S.p.A.              Nordvarme
Via Roma 3                  Strandgata 9
36100 Vicenza               5004 Bergen
Italy                       Norway
"""
    schema = nested("consignee", "name", "address", "country")
    assert fill(paper(sheet), schema)["consignee"] == {
        "name": "Nordvarme",
        "address": "Strandgata 9, 5004 Bergen",
        "country": "Norway",
    }
    assert fill(paper(sheet), nested("exporter", "name", "address"))["exporter"] == {
        "name": "Velluto S.p.A.",
        "address": "Via Roma 3, 36100 Vicenza, Italy",
    }


def test_the_tax_number_is_that_of_its_own_party(paper: Paper) -> None:
    sheet = """
Emisor                      Cliente
Molino Alto S.L.            Casa Lirio
NIF: B11111111              NIF: B22222222
Calle Sol 8                 Calle Luna 5
23700 Linares               41003 Sevilla
"""
    schema = nested("cliente", "nombre", "nif", "direccion")
    assert fill(paper(sheet), schema)["cliente"] == {
        "nombre": "Casa Lirio",
        "nif": "B22222222",
        "direccion": "Calle Luna 5, 41003 Sevilla",
    }


def test_a_tax_number_with_spaces_is_read_whole(paper: Paper) -> None:
    sheet = "Orchard Tools Ltd\nVAT Reg No: GB 318 2047 65\n5 Foundry Lane, Leeds LS1 4AB\n"
    assert fill(paper(sheet), flat("vat_number")) == {"vat_number": "GB 318 2047 65"}


def test_an_amount_behind_a_tax_is_no_tax_number(paper: Paper) -> None:
    sheet = LETTERHEAD + "\n\nVAT 1 234 567.89\n"
    assert "vat_id" not in fill(paper(sheet), nested("seller", "name", "vat_id"))["seller"]


WINDOW = """
                                       Tischlerei Lindner GmbH
                                                    Sägeweg 12
                                                 87435 Kempten

Tischlerei Lindner GmbH · Sägeweg 12 · 87435 Kempten

Kaffeehaus Amsel                         Rechnungsdatum: 17.03.2026
Einkauf                                  Kunden-Nr.: K-20774
Bachstraße 40
87541 Hindelang

Rechnung

Holzöl                                   2        24,00
Leim                                     1         6,00

Summe                                             30,00

Zahlbar innerhalb von 14 Tagen
"""


def test_the_addressee_of_a_letter_needs_no_label(paper: Paper) -> None:
    found = fill(paper(WINDOW), nested("buyer", "name", "street", "city"))
    assert found["buyer"] == {"name": "Kaffeehaus Amsel", "street": "Bachstraße 40", "city": "87541 Hindelang"}


def test_the_issuer_may_stand_at_the_right(paper: Paper) -> None:
    found = fill(paper(WINDOW), nested("seller", "name", "street", "postcode", "city"))
    assert found["seller"] == {
        "name": "Tischlerei Lindner GmbH",
        "street": "Sägeweg 12",
        "postcode": "87435",
        "city": "Kempten",
    }


def test_an_address_of_the_premises_is_the_customers(paper: Paper) -> None:
    sheet = "Meadow Power Ltd\n\n\nMs R. Fenn\n27 Quarry Road\nBangor LL57 2TH\n\n\nElectricity  12.00"
    assert fill(paper(sheet), flat("supplier", "customer_name", "supply_address")) == {
        "supplier": "Meadow Power Ltd",
        "customer_name": "Ms R. Fenn",
        "supply_address": "27 Quarry Road, Bangor LL57 2TH",
    }


def test_the_vendor_of_a_purchase_order_did_not_issue_it(paper: Paper) -> None:
    sheet = """
Harbor Builders Inc                   PURCHASE ORDER
5600 Gate Blvd, Columbus, OH 43228

VENDOR                      SHIP TO
Midland Pipe Wholesale      Harbor Builders - Yard 2
77 Foundry Road             930 Park Way
Dayton, OH 45402            Grove City, OH 43123
Tel. (937) 555-0148
"""
    assert fill(paper(sheet), nested("vendor", "company", "address", "phone"))["vendor"] == {
        "company": "Midland Pipe Wholesale",
        "address": "77 Foundry Road, Dayton, OH 45402",
        "phone": "(937) 555-0148",
    }
    assert fill(paper(sheet), flat("buyer_name", "delivery_address")) == {
        "buyer_name": "Harbor Builders Inc",
        "delivery_address": "930 Park Way, Grove City, OH 43123",
    }


def test_goods_without_a_bill_are_for_whom_they_are_delivered_to(paper: Paper) -> None:
    sheet = "DELIVERY NOTE\n" + LETTERHEAD + "\n\nDeliver to:\nQuince Garden Centre\nMoor Road\nIlkley LS29 9AB\n"
    assert fill(paper(sheet), flat("recipient_name", "delivery_address")) == {
        "recipient_name": "Quince Garden Centre",
        "delivery_address": "Moor Road, Ilkley LS29 9AB",
    }


@pytest.mark.parametrize("trade", ["hotel_name", "pharmacy", "firm", "garage", "operator", "cafe"])
def test_a_field_may_call_the_issuer_by_its_trade(paper: Paper, trade: str) -> None:
    assert fill(paper(LETTERHEAD), flat(trade)) == {trade: "Orchard Tools Ltd"}


def test_a_name_may_begin_with_a_word_for_its_trade(paper: Paper) -> None:
    sheet = "Hotel Seeblick\nHofweg 21, 3600 Thun\nGuest      Ms Ida Holm"
    assert fill(paper(sheet), flat("hotel_name", "guest_name", "company")) == {
        "hotel_name": "Hotel Seeblick",
        "guest_name": "Ms Ida Holm",
    }


def test_a_bank_is_the_issuer_only_if_its_name_says_so(paper: Paper) -> None:
    assert fill(paper(LETTERHEAD), flat("bank_name")) == {}
    assert fill(paper("Lune Mutual Bank     Current account statement"), flat("bank_name")) == {
        "bank_name": "Lune Mutual Bank"
    }


def test_a_label_may_go_on_with_the_name(paper: Paper) -> None:
    sheet = "555A\nOperated by Fell Coaches\nInvoice for Casa Lirio\nAttn. Emil Tran"
    assert fill(paper(sheet), flat("operator", "client", "client_contact")) == {
        "operator": "Fell Coaches",
        "client": "Casa Lirio",
        "client_contact": "Emil Tran",
    }


def test_small_print_over_cells_names_the_parts(paper: Paper) -> None:
    sheet = """
FROM (SENDER)                      TO (RECIPIENT)
Name / business                    Name / business
Heron Ceramics Ltd                 Haruka Ito
Street, town, postcode             Street, town, postcode
14 Mill Lane, Frome BA11 1PT       3-8-2 Kitano, Sapporo 004-0863
Country                            Country
United Kingdom                     Japan
"""
    assert fill(paper(sheet), nested("recipient", "name", "address", "country"))["recipient"] == {
        "name": "Haruka Ito",
        "address": "3-8-2 Kitano, Sapporo 004-0863",
        "country": "Japan",
    }


def test_a_house_has_its_own_line_of_the_address(paper: Paper) -> None:
    sheet = LETTERHEAD + "\n\nInvoice to:\nFell Rail Trust\nStation House\nSkipton BD23 1RX\n"
    assert fill(paper(sheet), flat("customer_address")) == {"customer_address": "Station House, Skipton BD23 1RX"}


def test_an_email_is_that_of_its_own_party(paper: Paper) -> None:
    sheet = (
        LETTERHEAD.replace("Leeds", "desk@orchard.example\nLeeds") + "\n\nBilled to\nOsprey Ltd\npay@osprey.example\n"
    )
    assert fill(paper(sheet), flat("billing_email", "vendor_email")) == {
        "billing_email": "pay@osprey.example",
        "vendor_email": "desk@orchard.example",
    }


def test_a_name_and_an_address_in_one_line_are_set_apart(paper: Paper) -> None:
    sheet = "RAUMHOLZ\nRaumholz Möbel KG, Färberstraße 3, 04105 Leipzig\n"
    assert fill(paper(sheet), flat("lieferant")) == {"lieferant": "Raumholz Möbel KG"}


def test_a_large_name_over_the_issuers_line_is_no_addressee(paper: Paper) -> None:
    sheet = "RAUMHOLZ\nRaumholz Möbel KG, Färberstraße 3, 04105 Leipzig\n\nAmsel Verlag\nAm Kanal 17\n04177 Leipzig\n"
    assert fill(paper(sheet + "\n" * 6 + "Angebot"), flat("kunde")) == {"kunde": "Amsel Verlag"}


def test_headings_side_by_side_are_not_each_others_values(paper: Paper) -> None:
    sheet = (
        "Customer          Vehicle\nMrs A. Kova       Reg. WR19 KTD\n12 Castle Street, Thornbury\nTel. 07700 900 318"
    )
    assert fill(paper(sheet), flat("customer")) == {"customer": "Mrs A. Kova"}


def test_where_a_label_may_point_either_way_its_party_stays_open(paper: Paper) -> None:
    found = fill(paper("Client            Harbour\nBoats             Anchor"), nested("client", "name"))
    assert found.get("client", {}).get("name") != "Harbour"


def test_parties_of_one_role_that_differ_are_left_open(paper: Paper) -> None:
    sheet = LETTERHEAD + "\n\nInvoice for:   Quince Partners\n\nConsignee:   Medlar Trust\n"
    assert "buyer" not in fill(paper(sheet), nested("buyer", "name"))


def test_somebody_of_whom_nothing_is_said_is_left_out(paper: Paper) -> None:
    assert fill(paper(LETTERHEAD), flat("customer_name", "client_address", "account_holder")) == {}


def test_a_parent_that_is_no_role_is_the_label_of_its_own_party(paper: Paper) -> None:
    sheet = """
AGREEMENT

Landlord             Tenant
Medlar Trust         Ida Holm
3 Elm Row            7 Oak Row
York YO1 7PR         York YO1 9XX
"""
    assert fill(paper(sheet), nested("landlord", "name", "address"))["landlord"] == {
        "name": "Medlar Trust",
        "address": "3 Elm Row, York YO1 7PR",
    }


def test_two_addresses_without_a_label_are_nobodys(paper: Paper) -> None:
    sheet = (
        LETTERHEAD
        + "\n\nIda Holm            Emil Tran\n7 Oak Row           9 Elm Row\nYork YO1 9XX        York YO1 7PR\n"
    )
    assert fill(paper(sheet + "\n" * 6 + "Thank you"), flat("customer_name")) == {}


def test_a_large_name_holds_no_addressee_below_it_together(paper: Paper) -> None:
    letter = [
        Line("Meadow Power", 1.0, (0, 0, 300, 60)),
        *(
            Line(text, 1.0, (0, 88 + 34 * at, 250, 120 + 34 * at))
            for at, text in enumerate(["Ms R. Fenn", "27 Quarry Road", "Bangor LL57 2TH"])
        ),
        Line("Thank you", 1.0, (0, 900, 200, 930)),
    ]
    assert fill(letter, flat("supplier", "customer_name")) == {
        "supplier": "Meadow Power",
        "customer_name": "Ms R. Fenn",
    }
