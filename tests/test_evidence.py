"""Evidence: each value of a record held against what is printed in its picture."""

from __future__ import annotations

import json
import pickle
import warnings
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from pydantic import BaseModel, field_validator

import typesight
from support import WIRES, Clients, made
from typesight import Evidence, EvidenceWarning, Extraction, Image, PictureWarning, Reasking
from typesight.ocr.engine import is_ocr_installed
from typesight.testing import Fault, Sandbox

Start = Callable[..., Sandbox]
pytestmark = pytest.mark.skipif(not is_ocr_installed(), reason="needs the extra `local`")


class Item(BaseModel):
    name: str
    price: Decimal


class Bill(BaseModel):
    company: str
    date: date
    items: list[Item]
    total: Decimal
    note: str | None = None


ITEMS = [{"name": "Green tea", "price": "2.50"}, {"name": "Scone", "price": "3.10"}]
TRUE = {"company": "Harbour Cafe Ltd", "date": "2026-11-20", "items": ITEMS, "total": "5.60"}
WRONG = {**TRUE, "total": "5.80"}
PRINTED = [
    "HARBOUR CAFE LTD",
    "Date: 20/11/2026",
    "Green tea          2.50",
    "Scone              3.10",
    "TOTAL      5.60",
]


@pytest.fixture(scope="module")
def page() -> Pillow.Image:
    """A bill in large print, 900 x 700 pixels."""
    paper = Pillow.new("RGB", (900, 700), "white")
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(size=40)
    for row, text in enumerate(PRINTED):
        pen.text((60, 60 + 110 * row), text, "black", font)
    return paper


def statuses(got: Extraction[Any]) -> dict[str, str]:
    return {path: each.status for path, each in got.evidence.items()}


@pytest.mark.parametrize("wire", WIRES)
def test_every_value_of_a_record_has_its_evidence(
    wire: str, sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    got = made(clients, wire, sandbox(WRONG)).extract(Bill, page)
    assert statuses(got) == {
        "company": "found",
        "date": "found",
        "items.0.name": "found",
        "items.0.price": "found",
        "items.1.name": "found",
        "items.1.price": "found",
        "total": "absent",
        "note": "unchecked",
    }


@pytest.mark.slow
def test_evidence_tells_where_a_value_stands(sandbox: Start, clients: Clients, page: Pillow.Image) -> None:
    total = made(clients, "chat", sandbox(TRUE)).extract(Bill, page).evidence["total"]
    assert (total.status, total.text, total.image, total.rivals, total.label) == ("found", "5.60", 0, 2, "TOTAL")
    assert total.box is not None
    left, top, right, bottom = total.box
    assert 60 < left < right < 450
    assert 490 < top < bottom < 570


@pytest.mark.slow
def test_a_picture_that_is_shown_smaller_has_its_boxes_in_pixels_of_the_original(
    sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    client = made(clients, "chat", sandbox(TRUE, TRUE))
    small = client.extract(Bill, page).evidence["total"].box
    with pytest.warns(PictureWarning):
        grown = client.extract(Bill, page.resize((4500, 3500))).evidence["total"].box
    assert small is not None
    assert grown is not None
    assert [round(edge / 5) for edge in grown] == pytest.approx(list(small), abs=25)


@pytest.mark.slow
def test_an_extraction_tells_its_evidence_once_it_was_looked_at(
    sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    got = made(clients, "chat", sandbox(TRUE)).extract(Bill, page)
    assert got.to_dict()["evidence"] is None
    assert got.evidence["company"].status == "found"
    told = json.loads(got.model_dump_json())["evidence"]
    assert told["total"]["status"] == "found"
    assert set(told["total"]) == {"status", "box", "image", "text", "score", "rivals", "label"}
    again = pickle.loads(pickle.dumps(got))
    assert again.evidence == got.evidence


def test_the_local_reader_has_evidence_for_what_it_read(page: Pillow.Image) -> None:
    with typesight.from_local() as client:
        got = client.extract(Bill, page)
    assert got.record == Bill.model_validate({**TRUE, "company": "HARBOUR CAFE LTD"})
    assert {each.status for path, each in got.evidence.items() if path != "note"} == {"found"}


def test_nothing_is_absent_from_a_picture_that_only_the_endpoint_has_seen(sandbox: Start, clients: Clients) -> None:
    got = made(clients, "chat", sandbox(TRUE), profile="gpt-4o").extract(
        Bill, Image.from_url("https://example.org/r.png")
    )
    assert set(got.evidence.values()) == {Evidence("unchecked")}


@pytest.mark.slow
def test_warn_names_the_fields_and_quotes_nothing(sandbox: Start, clients: Clients, page: Pillow.Image) -> None:
    box = sandbox(WRONG)
    with pytest.warns(EvidenceWarning, match=r"OCR did not find the values of these fields, check them: total$"):
        got = made(clients, "chat", box).extract(Bill, page, verify="warn")
    assert got.record.total == Decimal("5.80")
    assert len(box.requests) == 1


@pytest.mark.slow
def test_warn_says_nothing_of_a_record_that_is_printed(sandbox: Start, clients: Clients, page: Pillow.Image) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert made(clients, "chat", sandbox(TRUE)).extract(Bill, page, verify="warn").record.total == Decimal("5.60")


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("wire", WIRES)
async def test_reask_challenges_a_value_that_is_printed_nowhere(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    box = sandbox(WRONG, TRUE)
    got: Any = made(clients, wire, box, asynchronous=asynchronous).extract(Bill, page, verify="reask")
    got = await got if asynchronous else got
    assert got.record == Bill.model_validate(TRUE)
    assert [list(attempt.errors) for attempt in got.attempts] == [["total"], []]
    assert got.attempts[1].asked == ("total",)
    assert "printed nowhere" in json.dumps(box.requests[1].body)
    assert got.evidence["total"].status == "found"


@pytest.mark.slow
def test_what_the_model_insists_on_is_accepted_and_stays_marked(
    sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    box = sandbox(WRONG, WRONG)
    got = made(clients, "chat", box).extract(Bill, page, verify="reask")
    assert (got.record.total, got.evidence["total"].status, len(box.requests)) == (Decimal("5.80"), "absent", 2)


@pytest.mark.slow
@pytest.mark.parametrize("then", [("no record", "none at all"), (Fault(401),)], ids=["no answer", "an SDK error"])
def test_a_valid_record_is_not_lost_by_a_challenge_that_comes_to_nothing(
    then: tuple[Any, ...], sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    got = made(clients, "chat", sandbox(WRONG, *then)).extract(Bill, page, verify="reask")
    assert got.record.total == Decimal("5.80")
    assert got.evidence["total"].status == "absent"
    assert len(got.attempts) == len(then) + 1 - (len(then) == 1)


@pytest.mark.slow
def test_without_reasks_a_challenge_is_not_made_at_the_record_s_cost(
    sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    box = sandbox(WRONG)
    got = made(clients, "chat", box).extract(Bill, page, verify="reask", max_retries=0)
    assert (got.record.total, len(box.requests)) == (Decimal("5.80"), 1)


@pytest.mark.parametrize("wrong", ["yes", True, 0])
def test_any_other_verify_is_refused_before_any_request(
    wrong: Any, sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    box = sandbox(TRUE)
    with pytest.raises(ValueError, match="is not one of off, warn, reask"):
        made(clients, "chat", box).extract(Bill, page, verify=wrong)
    assert box.requests == []


@pytest.mark.slow
@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("wire", WIRES)
async def test_a_hint_gives_the_text_that_was_read_beside_the_picture_once(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    box = sandbox({**TRUE, "total": "x"}, TRUE)
    got: Any = made(clients, wire, box, asynchronous=asynchronous).extract(Bill, page, hint="ocr")
    assert (await got if asynchronous else got).record == Bill.model_validate(TRUE)
    told = [json.dumps(request.body) for request in box.requests]
    assert ["Scone 3.10" in told[0], told[0].count("HARBOUR CAFE LTD"), told[1].count("HARBOUR CAFE LTD")] == [
        True,
        1,
        1,
    ]


@pytest.mark.slow
def test_without_a_hint_no_text_is_sent(sandbox: Start, clients: Clients, page: Pillow.Image) -> None:
    box = sandbox(TRUE)
    made(clients, "chat", box).extract(Bill, page)
    assert "HARBOUR" not in json.dumps(box.requests[0].body)


@pytest.mark.parametrize("wrong", ["text", True])
def test_any_other_hint_is_refused(wrong: Any, sandbox: Start, clients: Clients, page: Pillow.Image) -> None:
    with pytest.raises(ValueError, match="give 'ocr' or None"):
        made(clients, "chat", sandbox(TRUE)).extract(Bill, page, hint=wrong)


@pytest.mark.slow
def test_a_complaint_makes_the_local_reader_try_its_next_candidate() -> None:
    class Bounded(BaseModel):
        total: Decimal

        @field_validator("total")
        @classmethod
        def _not_the_first(cls, total: Decimal) -> Decimal:
            if total == Decimal("73.00"):
                raise ValueError("is not the total")
            return total

    paper = Pillow.new("RGB", (700, 400), "white")
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(size=40)
    for row, text in enumerate(["TOTAL        73.00", "AMOUNT DUE   68.87", "CASH        100.00"]):
        pen.text((60, 60 + 110 * row), text, "black", font)
    with typesight.from_local() as client:
        got = client.extract(Bounded, paper)
    assert got.record.total == Decimal("68.87")
    assert [list(attempt.errors) for attempt in got.attempts] == [["total"], []]


def test_what_the_local_reader_leaves_out_a_model_is_asked_for(
    sandbox: Start, clients: Clients, page: Pillow.Image
) -> None:
    class More(Bill):
        cashier: str

    box = sandbox({**TRUE, "company": "HARBOUR CAFE LTD", "cashier": "Scone"})
    asked = Reasking(escalate=[(made(clients, "chat", box), "gpt-4o")])
    with typesight.from_local() as client:
        got = client.extract(More, page, reask=asked)
    assert [(attempt.model, attempt.asked, list(attempt.errors)) for attempt in got.attempts] == [
        ("local", "all", ["cashier"]),
        ("local", ("cashier",), ["cashier"]),
        ("gpt-4o", ("cashier",), []),
    ]
    assert len(box.requests[0].pictures) == 1
    assert (got.record.cashier, got.record.total) == ("Scone", Decimal("5.60"))
    assert {each.status for path, each in got.evidence.items() if path != "note"} == {"found"}


@pytest.mark.slow
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_the_local_reader_turns_a_picture_whose_text_does_not_stand(turns: int, page: Pillow.Image) -> None:
    with typesight.from_local() as client:
        got = client.extract(Bill, page.rotate(90 * turns, expand=True))
    assert got.record == Bill.model_validate({**TRUE, "company": "HARBOUR CAFE LTD"})
    assert got.evidence["total"].label == "TOTAL"


@pytest.mark.slow
def test_the_boxes_of_a_part_are_in_pixels_of_the_whole(page: Pillow.Image) -> None:
    class Sum(BaseModel):
        total: Decimal

    client, part = typesight.from_local(), Image(page).crop((40, 400, 900, 700))
    box, own = (client.extract(Sum, each).evidence["total"].box for each in (page, part))
    assert box is not None and own is not None
    assert max(abs(one - other) for one, other in zip(box, own, strict=True)) < 30
