"""Lists: the rows of tables and bills, and lists of words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from typesight.reader import Line, fill

Paper = Callable[[str], list[Line]]


class Item(BaseModel):
    description: str
    quantity: int | None = None
    unit_price: Decimal | None = None
    amount: Decimal


class Bill(BaseModel):
    items: list[Item]
    total: Decimal


def filled(lines: list[Line], model: type[BaseModel]) -> dict[str, Any]:
    return model.model_validate(fill(lines, model.model_json_schema())).model_dump(mode="json", by_alias=True)


def item(description: str, quantity: int | None, unit_price: str | None, amount: str) -> dict[str, Any]:
    return {"description": description, "quantity": quantity, "unit_price": unit_price, "amount": amount}


TWO = [item("Brass lamp", 2, "30.00", "60.00"), item("Pencil, blue", 10, "0.85", "8.50")]
TABLES = {
    "by the schema's own names": """
Description            Quantity   Unit price   Amount
Brass lamp                    2        30.00    60.00
Pencil, blue                 10         0.85     8.50
Total                                           68.50
""",
    "by the words of the trade, in another order": """
Qty    Item                   Rate        Total
2      Brass lamp            30.00        60.00
10     Pencil, blue           0.85         8.50
                         Sub total        68.50
                             TOTAL        68.50
""",
    "in another language": """
Menge   Bezeichnung           Einzelpreis   Gesamtpreis
2       Brass lamp                  30,00         60,00
10      Pencil, blue                 0,85          8,50
                          Gesamtbetrag           68,50
""",
    "a column that nobody asked for": """
No.   Description        Tax    Qty   Price    Amount
1     Brass lamp          6%      2   30.00     60.00
2     Pencil, blue        6%     10    0.85      8.50
Total                                           68.50
""",
    "a wrapped text": """
Description            Quantity   Unit price   Amount
Brass lamp                    2        30.00    60.00
Pencil,                      10         0.85     8.50
blue
Total                                           68.50
""",
    "text above its numbers": """
Description            Quantity   Unit price   Amount
Brass lamp
                              2        30.00    60.00
Pencil, blue
                             10         0.85     8.50
Total                                           68.50
""",
    "without a head": """
CORNER SHOP LTD
Brass lamp         2 x 30.00      60.00
Pencil, blue      10 x 0.85        8.50
TOTAL                             68.50
""",
    "without a head, each on two rows": """
CORNER SHOP LTD
Date: 20/11/2026
Brass lamp
   2 x 30.00               60.00
Pencil, blue
  10 @ 0.85                 8.50
TOTAL                      68.50
CASH                      100.00
""",
}


@pytest.mark.parametrize("layout", TABLES)
def test_a_table_is_read_into_items(layout: str, paper: Paper) -> None:
    assert filled(paper(TABLES[layout]), Bill)["items"] == TWO


def test_what_a_row_does_not_tell_is_null_where_it_may_be(paper: Paper) -> None:
    found = filled(paper("Green tea          2.50\nScone              3.10\nTOTAL              5.60"), Bill)
    assert found["items"] == [item("Green tea", None, None, "2.50"), item("Scone", None, None, "3.10")]


def test_what_a_row_does_not_tell_is_missing_where_it_may_not_be_null(paper: Paper) -> None:
    class Strict(BaseModel):
        class Row(BaseModel):
            name: str
            amount: Decimal
            color: str

        items: list[Row]
        total: Decimal

    found = fill(paper("Green tea      2.50\nTOTAL      2.50"), Strict.model_json_schema())
    assert found == {"items": [{"name": "Green tea", "amount": "2.50"}], "total": "2.50"}


def test_a_table_without_numbers_has_an_item_a_row(paper: Paper) -> None:
    class Service(BaseModel):
        name: str
        status: Literal["running", "stopped"]
        version: str

    class Panel(BaseModel):
        services: list[Service]

    found = filled(
        paper("Name       Status     Version\nmailer     Running    v2\nindexer    Stopped    v3 beta"), Panel
    )
    assert found["services"] == [
        {"name": "mailer", "status": "running", "version": "v2"},
        {"name": "indexer", "status": "stopped", "version": "v3 beta"},
    ]


@pytest.mark.parametrize(
    "printed",
    [
        "Languages: English, German, French",
        "Languages    English, German, French",
        "Languages\nEnglish, German, French",
        "Languages\n- English\n- German\n- French",
        "Languages\nEnglish\nGerman\nFrench\nTimezone: UTC",
    ],
)
def test_a_list_of_words_stands_beside_its_label_or_below(printed: str, paper: Paper) -> None:
    class Settings(BaseModel):
        languages: list[str]

    assert filled(paper(printed), Settings)["languages"] == ["English", "German", "French"]


def test_a_list_without_its_label_is_left_out(paper: Paper) -> None:
    class Settings(BaseModel):
        languages: list[str] = Field(default_factory=list)

    assert fill(paper("Theme: dark"), Settings.model_json_schema()) == {}
