"""The unit of a reask, in every mode and on every wire: what a second answer makes of the parts that failed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
from PIL import Image as Pillow
from pydantic import AliasPath, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from support import WIRES, Clients, completion, conversation, made
from typesight import ExtractionFailed, InvalidRecord, Mode, Reasking, ReplyError
from typesight.checks import sums_to
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]
CELLS = [(wire, mode) for wire in WIRES for mode in Mode]
MESSAGES = [{"role": "user", "content": "Read it."}]


class Item(BaseModel):
    name: str
    price: Decimal = Field(gt=0)
    note: str | None = None


class Bill(BaseModel):
    shop: str
    items: list[Item]


class Summed(BaseModel):
    items: list[Item]
    total: Decimal
    _sum = sums_to("items.*.price", "total")


class Letter(BaseModel):
    shop: str
    due: date | None = None
    pages: int = 1


class Invoice(BaseModel):
    type: Literal["invoice"]
    number: str
    total: Decimal


class Ticket(BaseModel):
    type: Literal["ticket"]
    number: str
    total: Decimal


class Document(BaseModel):
    document: Invoice | Ticket


class Numbers(BaseModel):
    shop: str
    numbers: list[int]


class Group(BaseModel):
    name: str
    items: list[Item]


class Grouped(BaseModel):
    groups: list[Group]


class Priced(BaseModel):
    shop: str
    prices: dict[str, Item]


class Path(BaseModel):
    gross: Decimal = Field(validation_alias=AliasPath("totals", "gross"))
    shop: str


class ByName(BaseModel):
    model_config = ConfigDict(loc_by_alias=False)
    number: str = Field(alias="Number")
    shop: str


class Point(BaseModel):
    x: int
    y: int = Field(lt=100)


class Points(BaseModel):
    points: list[Point]


class Pairs(BaseModel):
    pairs: list[tuple[int, int]]


class Optionals(BaseModel):
    shop: str
    items: list[Item] = []


class Bounded(BaseModel):
    shop: str
    items: list[Item] = Field(min_length=2)


COFFEE, TEA, SCONE = ({"name": name, "price": price} for name, price in (("COFFEE", 3.5), ("TEA", 2), ("SCONE", 4)))
DISCOUNT = {"name": "DISCOUNT", "price": -1}
HOT = {**COFFEE, "note": "hot"}
BAD_TEA = {"name": "TEA", "price": "2x"}


def bill(*items: Any, shop: str = "X") -> dict[str, Any]:
    return {"shop": shop, "items": list(items)}


def groups(*items: Any) -> dict[str, Any]:
    return {"groups": [{"name": "Food", "items": [SCONE]}, {"name": "Drinks", "items": list(items)}]}


# Rows: what is shown -> (the type, the first reply, the second, the record that must come out).
UNITS: dict[str, tuple[Any, Any, Any, Any]] = {
    "a value of an object": (Letter, {"shop": "X", "pages": "a"}, {"shop": "", "pages": 2}, {"shop": "X", "pages": 2}),
    "an optional value that is left out": (Letter, {"shop": "X", "due": "N/A"}, {"shop": "X"}, {"shop": "X"}),
    "an optional value that is null": (Letter, {"shop": "X", "due": "N/A"}, {"shop": "X", "due": None}, {"shop": "X"}),
    "an optional value that first was left out": (
        Letter, {"shop": "X", "pages": "a"}, {"shop": "X", "pages": 2, "due": "2026-11-20"},
        {"shop": "X", "pages": 2, "due": "2026-11-20"},
    ),
    "a row that is none": (Bill, bill(COFFEE, DISCOUNT, TEA), bill(COFFEE, TEA), bill(COFFEE, TEA)),
    "null for a row that is none": (Bill, bill(COFFEE, DISCOUNT, TEA), bill(COFFEE, None, TEA), bill(COFFEE, TEA)),
    "a row, alone": (Bill, bill(COFFEE, BAD_TEA, SCONE), bill(TEA, shop=""), bill(COFFEE, TEA, SCONE)),
    "rows in another order": (Bill, bill(COFFEE, BAD_TEA, SCONE), bill(SCONE, TEA, COFFEE), bill(SCONE, TEA, COFFEE)),
    "a row that was missed": (Bill, bill(COFFEE, BAD_TEA), bill(COFFEE, SCONE, TEA), bill(COFFEE, SCONE, TEA)),
    "a row that a sum misses": (
        Summed, {"items": [COFFEE, TEA], "total": 9.5}, {"items": [COFFEE, TEA, SCONE], "total": 9.5},
        {"items": [COFFEE, TEA, SCONE], "total": 9.5},
    ),
    "a list that is too short": (Bounded, bill(COFFEE), bill(COFFEE, TEA), bill(COFFEE, TEA)),
    "two rows that say the same": (
        Bill, bill(COFFEE, BAD_TEA, BAD_TEA), bill(COFFEE, TEA, {**TEA, "price": 3}),
        bill(COFFEE, TEA, {**TEA, "price": 3}),
    ),
    "no row of all": (Bill, bill(DISCOUNT), bill(), bill()),
    "a root list": (list[Item], [COFFEE, DISCOUNT, TEA], [COFFEE, TEA], [COFFEE, TEA]),
    "a list of numbers": (
        Numbers, {"shop": "X", "numbers": [5, "x", 7]}, {"shop": "X", "numbers": [5, 7]},
        {"shop": "X", "numbers": [5, 7]},
    ),
    "an item as it is given": (
        Bill, bill(COFFEE, {**BAD_TEA, "note": "hot"}), bill(COFFEE, TEA), bill(COFFEE, TEA),
    ),
    "rows that differ in optional values": (
        Bill, bill({**TEA, "note": "n", "price": -1}, {**TEA, "price": "x"}), bill(TEA, {**TEA, "note": "n"}, SCONE),
        bill(TEA, {**TEA, "note": "n"}, SCONE),
    ),
    "rows that differ in optional values, alone": (
        Bill, bill({**TEA, "note": "n", "price": -1}, {**TEA, "price": "x"}, SCONE),
        bill({**TEA, "price": 3}, {**TEA, "note": "n"}, shop=""),
        bill({**TEA, "note": "n"}, {**TEA, "price": 3}, SCONE),
    ),
    "texts that are numbers": (
        Bill, bill({"name": "1.1", "price": 2}, BAD_TEA),
        bill({"name": "1.10", "price": 2}, {"name": "1.1", "price": 2}, TEA),
        bill({"name": "1.10", "price": 2}, {"name": "1.1", "price": 2}, TEA),
    ),
    "rows of zeros": (
        Points, {"points": [{"x": 0, "y": 500}, {"x": 1, "y": 2}]}, {"points": [{"x": 1, "y": 2}, {"x": 0, "y": 0}]},
        {"points": [{"x": 1, "y": 2}, {"x": 0, "y": 0}]},
    ),
    "tuples": (
        Pairs, {"pairs": [[1, 2], ["x", 3]]}, {"pairs": [[2, 1], [1, 2], [4, 3]]}, {"pairs": [[2, 1], [1, 2], [4, 3]]},
    ),
    "a list that may be left out": (
        Optionals, {"shop": "X", "items": [DISCOUNT]}, {"shop": "X"}, {"shop": "X"},
    ),
    "a nested list": (Grouped, groups(COFFEE, DISCOUNT, TEA), groups(COFFEE, TEA), groups(COFFEE, TEA)),
    "lists in a list": (list[list[int]], [[1], [2, "x"], [3]], [[1], [2], [3]], [[1], [2], [3]]),
    "an entry of a dict": (
        Priced, {"shop": "X", "prices": {"a.1": BAD_TEA, "b": SCONE}}, {"shop": "", "prices": {"a.1": TEA}},
        {"shop": "X", "prices": {"a.1": TEA, "b": SCONE}},
    ),
    "an entry that is none": (
        Priced, {"shop": "X", "prices": {"a": DISCOUNT, "b": SCONE}}, {"shop": "X", "prices": {"b": SCONE}},
        {"shop": "X", "prices": {"b": SCONE}},
    ),
    "a union without a discriminator": (
        Document, {"document": {"type": "ticket", "number": "7", "total": "7x"}},
        {"document": {"type": "invoice", "number": "7", "total": 7}},
        {"document": {"type": "invoice", "number": "7", "total": 7}},
    ),
    "a path that is an alias": (
        Path, {"shop": "X"}, {"shop": "X", "totals": {"gross": 5}}, {"shop": "X", "totals": {"gross": 5}},
    ),
    "a value at a path that is an alias": (
        Path, {"shop": "X", "totals": {"gross": "x"}}, {"shop": "", "totals": {"gross": 5}},
        {"shop": "X", "totals": {"gross": 5}},
    ),
    "a name that has an alias": (ByName, {"shop": "X"}, {"shop": "X", "Number": "7"}, {"shop": "X", "Number": "7"}),
}  # fmt: skip


def scripted(data: Any) -> Any:
    """A reply as the Sandbox takes it; what is no object stands under the key that tools and schemas ask for."""
    return data if isinstance(data, dict) else {"result": data}


def record_of(kind: Any, data: Any) -> Any:
    return TypeAdapter(kind).validate_json(json.dumps(data))


# What strict schemas cannot carry.
LOOSE = {"an entry of a dict", "an entry that is none", "tuples"}
SHOWN = [(*cell, shown) for cell in CELLS for shown in UNITS if cell[1] is not Mode.JSON_SCHEMA or shown not in LOOSE]


@pytest.mark.parametrize(("wire", "mode", "shown"), SHOWN)
def test_the_second_answer_makes_the_record_right(
    wire: str, mode: Mode, shown: str, sandbox: Start, clients: Clients
) -> None:
    kind, first, second, right = UNITS[shown]
    box = sandbox(scripted(first), scripted(second))
    client = made(clients, wire, box)
    record = client.create(messages=MESSAGES, response_model=kind, mode=mode, reask="fields", max_retries=1)
    assert record == record_of(kind, right)
    assert len(box.requests) == 2


# Rows: what is shown -> (the first reply, an answer that cannot be told apart, the whole list that is then asked for).
DOUBTS = {
    "an item that is another": (bill(COFFEE, DISCOUNT), bill(TEA, shop=""), bill(COFFEE, TEA)),
    "a value alone": (bill(COFFEE, BAD_TEA, SCONE), bill({"name": "", "price": 2}), bill(COFFEE, TEA, SCONE)),
    "a right row, said with less": (
        bill(HOT, {"name": "COFFEE", "price": -1, "note": "cold"}, TEA),
        bill(COFFEE, TEA),
        bill(HOT, TEA),
    ),
    "a right row that may be the failing one": (bill(TEA, {**TEA, "price": -1}), bill(TEA, shop=""), bill(TEA)),
}


def test_a_dict_in_doubt_is_settled_by_the_whole_of_it(sandbox: Start, clients: Clients) -> None:
    right = {"shop": "X", "prices": {"a": COFFEE}}
    box = sandbox({"shop": "X", "prices": {"a": {"name": "C0FFEE", "price": -1}}}, right, right)
    client = made(clients, "chat", box, mode=Mode.TOOLS)
    assert client.create(messages=MESSAGES, response_model=Priced, reask="fields") == Priced.model_validate(right)


@pytest.mark.parametrize("shown", DOUBTS)
@pytest.mark.parametrize(("wire", "mode"), CELLS)
def test_where_no_single_item_matches_the_whole_list_is_asked_for(
    wire: str, mode: Mode, shown: str, sandbox: Start, clients: Clients
) -> None:
    first, second, third = DOUBTS[shown]
    box = sandbox(first, second, third)
    client = made(clients, wire, box)
    extraction = client.extract(Bill, picture(), mode=mode, reask="fields", turn=False)
    assert extraction.record == Bill.model_validate(third)
    assert extraction.attempts[2].asked == ("items",)
    (path,) = extraction.attempts[0].errors
    assert extraction.attempts[1].errors == extraction.attempts[0].errors, "the first cause, again"
    turns = box.requests[2].body.get("messages") or box.requests[2].body["input"]
    assert f"- {path}: " in json.dumps(turns[-1])
    assert "Give items whole" in json.dumps(turns[-1])


def picture() -> Any:
    return Pillow.effect_noise((300, 300), 40)


@pytest.mark.parametrize("mode", [Mode.JSON, Mode.PROMPTED])
@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ({"items.1": None}, bill(COFFEE, TEA)),
        ({"items.1": {"name": "DISCOUNT", "price": 1}}, bill(COFFEE, {"name": "DISCOUNT", "price": 1}, TEA)),
        ({"items.1": TEA}, None),  # another row: the list is asked for
        ({"items.1.price": 2}, None),  # no row at all
    ],
)
def test_an_item_under_its_own_path_is_taken_if_it_is_the_one_that_failed(
    mode: Mode, answer: Any, right: Any, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(bill(COFFEE, DISCOUNT, TEA), answer)
    client = made(clients, "chat", box)
    asked = {"messages": MESSAGES, "response_model": Bill, "mode": mode, "reask": "fields", "max_retries": 1}
    if right is not None:
        assert client.create(**asked) == Bill.model_validate(right)
        return
    with pytest.raises(ExtractionFailed) as caught:
        client.create(**asked)
    assert caught.value.errors == {"items.1.price": "Input should be greater than 0"}
    assert [each["name"] for each in caught.value.partial["items"]] == ["COFFEE", "DISCOUNT", "TEA"]


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("asynchronous", [False, True])
async def test_rows_stay_whole_in_streams(wire: str, asynchronous: bool, sandbox: Start, clients: Clients) -> None:
    box = sandbox(bill(COFFEE, DISCOUNT, TEA), bill(COFFEE, TEA))
    client = made(clients, wire, box, asynchronous=asynchronous)
    stream = client.create_partial(messages=MESSAGES, response_model=Bill)
    shown = [each async for each in stream] if asynchronous else list(stream)
    assert shown[-1] == Bill.model_validate(bill(COFFEE, TEA))


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("second", [[COFFEE, TEA], [TEA, COFFEE], [SCONE, COFFEE, TEA]])
def test_rows_stay_whole_in_items(wire: str, second: Any, sandbox: Start, clients: Clients) -> None:
    """The item that was given before the first that failed is given once, wherever the answer has it."""
    box = sandbox({"result": [COFFEE, DISCOUNT, TEA]}, {"result": second})
    items = made(clients, wire, box).create_iterable(messages=MESSAGES, response_model=Item)
    assert list(items) == [Item.model_validate(each) for each in (COFFEE, *(row for row in second if row != COFFEE))]


def test_rows_stay_whole_when_another_model_takes_over(sandbox: Start, clients: Clients) -> None:
    """The second answer is read and wrong, the third comes from the model that took over."""
    box = sandbox(bill(COFFEE, DISCOUNT, BAD_TEA), bill(BAD_TEA, shop=""), bill(COFFEE, TEA))
    client = made(clients, "chat", box)
    how = Reasking(ask="fields", escalate=["gpt-4.1"])
    record = client.create(messages=MESSAGES, response_model=Bill, reask=how)
    assert record == Bill.model_validate(bill(COFFEE, TEA))
    assert [request.body["model"] for request in box.requests] == ["gpt-4o", "gpt-4o", "gpt-4.1"]
    told = json.dumps(box.requests[2].body["messages"])
    assert "in the item" in told
    assert "DISCOUNT" in told


def test_the_repairs_of_every_part_are_listed_where_it_stands(sandbox: Start, clients: Clients) -> None:
    """Those of the first reply that are kept as well, each under the path that its item has in the record."""
    first = bill({"name": "MILK", "price": "$1.50"}, DISCOUNT, BAD_TEA)
    box = sandbox(first, bill({"name": "TEA", "price": "$2.00"}, {"name": "MILK", "price": 1.5}))
    extraction = made(clients, "chat", box).extract(Bill, picture(), reask="fields", turn=False)
    assert [(item.name, str(item.price)) for item in extraction.record.items] == [("TEA", "2.00"), ("MILK", "1.50")]
    assert [(each.path, each.before, each.after) for each in extraction.repairs] == [
        ("items.0.price", "$2.00", "2.00"),
        ("items.1.price", "$1.50", "1.50"),
    ]


def test_a_complaint_of_a_union_is_about_the_branch_that_was_meant(sandbox: Start, clients: Clients) -> None:
    box = sandbox(UNITS["a union without a discriminator"][1])
    with pytest.raises(ExtractionFailed) as caught:
        made(clients, "chat", box).create(messages=MESSAGES, response_model=Document, max_retries=0)
    assert list(caught.value.errors) == ["document.total"]
    assert "type" not in str(caught.value.last)


def test_a_message_that_names_the_values_of_a_list_asks_for_the_list(sandbox: Start, clients: Clients) -> None:
    class Counted(BaseModel):
        items: list[Item]
        count: int

        @model_validator(mode="after")
        def counted(self) -> Counted:
            if len(self.items) != self.count:
                raise ValueError("items.*.name do not come to count")
            return self

    box = sandbox({"items": [COFFEE], "count": 2}, {"items": [COFFEE, TEA], "count": 2})
    extraction = made(clients, "chat", box).extract(Counted, picture(), reask="fields", turn=False)
    assert [item.name for item in extraction.record.items] == ["COFFEE", "TEA"]
    assert extraction.attempts[1].asked == ("items", "count")
    assert "Give items whole" in json.dumps(box.requests[1].body["messages"][-1])


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (bill(COFFEE, TEA), bill(COFFEE, TEA)),  # there is no such row
        (bill({**SCONE, "price": 9}, shop=""), bill(COFFEE, {**SCONE, "price": 9}, TEA)),
        (bill({"name": "MUFFIN", "price": 4}, shop=""), None),  # which is it about?
        (bill(COFFEE, SCONE, TEA), bill(COFFEE, SCONE, TEA)),  # it is what is printed
    ],
)
def test_rows_stay_whole_when_a_value_is_challenged(answer: Any, right: Any) -> None:
    """What `verify="reask"` does with a value that is printed nowhere."""
    machine = conversation(Bill)
    first = completion(bill(COFFEE, SCONE, TEA), tool=None)
    machine.receive(first)
    machine.challenge(["items.1.price"])
    if right is None:
        with pytest.raises(InvalidRecord):
            machine.receive(completion(answer, tool=None))
        return
    assert machine.receive(completion(answer, tool=None)).record == Bill.model_validate(right)


@pytest.mark.slow
def test_work_for_a_reask_grows_with_the_reply_and_not_with_its_square() -> None:
    """Counted in calls of functions, which are the same on every machine."""

    def calls(count: int) -> int:
        machine = conversation(Bill, ask="fields")
        wrong = [{"name": f"row {number}", "price": "x"} for number in range(count)]
        counted = 0

        def count_call(frame: Any, event: str, arg: Any) -> None:
            nonlocal counted
            counted += event in {"call", "c_call"}

        sys.setprofile(count_call)
        try:
            for items in (wrong, [{**row, "price": 2} for row in wrong[1:]]):
                with suppress(ReplyError):
                    machine.receive(completion(bill(*items), tool=None))
        finally:
            sys.setprofile(None)
        return counted

    calls(10)  # what is done once
    assert calls(2_000) < 2.2 * calls(1_000)


def test_a_number_beyond_any_ends_in_no_foreign_error() -> None:
    machine = conversation(Bill, ask="fields")
    with pytest.raises(InvalidRecord):
        machine.receive(completion(bill(COFFEE, BAD_TEA), tool=None))
    beyond = '{"shop": "X", "items": [{"name": "TEA", "price": 2, "more": 1e99999999999999999999}]}'
    with suppress(InvalidRecord):
        machine.receive(completion(beyond, tool=None))


def test_an_optional_value_may_be_left_out_of_a_keyed_answer(sandbox: Start, clients: Clients) -> None:
    box = sandbox({"shop": "X" * 200, "due": "N/A", "pages": "a"}, {"pages": 2})
    client = made(clients, "chat", box, mode=Mode.PROMPTED)
    record = client.create(messages=MESSAGES, response_model=Letter, reask="fields", max_retries=1)
    assert record == Letter(shop="X" * 200, pages=2)
    schema = json.loads(box.requests[1].body["messages"][-1]["content"].splitlines()[-1])
    assert schema["minProperties"] == 0
    assert {"type": "null"} in schema["properties"]["due"]["anyOf"]
