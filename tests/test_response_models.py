"""The table of response_models: kind x wire x mode. A record is what was asked for, or the call is refused."""

from __future__ import annotations

import enum
import json
import pickle
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, Optional, TypeVar
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, RootModel, create_model
from typing_extensions import TypedDict

from support import WIRES, Clients
from typesight import Image, Maybe, Mode, SchemaError
from typesight.testing import Reply, Sandbox

Start = Callable[..., Sandbox]
X = TypeVar("X")


class Item(BaseModel):
    """One line."""

    name: str = Field(description="as printed")
    price: Decimal = Decimal("1")


class Shop(BaseModel):
    shop: str


class Cash(BaseModel):
    by: Literal["cash"]
    paid: float


class Card(BaseModel):
    by: Literal["card"]
    number: str


class Bill(BaseModel):
    """A bill."""

    shop: Shop = Field(description="who sold it")
    items: list[Item] = Field(min_length=1)
    paid: Cash | Card = Field(discriminator="by")
    when: date | None = None


class Node(BaseModel):
    value: int
    children: list[Node] = []


class Page(BaseModel, Generic[X]):
    items: list[X]


class Tags(RootModel[list[str]]):
    pass


class Named(RootModel[dict[str, int]]):
    pass


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Sizes(TypedDict, total=False):
    width: int
    height: int


class Old(typing.TypedDict):
    """Of the module that most people import it from."""

    width: int


class Older(Old, total=False):
    sizes: list[Old]
    height: int


class Point(NamedTuple):
    x: int
    y: int = 2


@dataclass
class Place:
    """Where."""

    street: str
    number: int = 1


class Loose(BaseModel):
    anything: Any


class Scores(BaseModel):
    points: dict[str, int]


Optionals = create_model("Optionals", **{f"f{place}": (str, "") for place in range(25)})  # type: ignore[call-overload]
Unions = create_model("Unions", **{f"f{place}": (int | None, ...) for place in range(17)})  # type: ignore[call-overload]

BOTH = frozenset({"chat", "responses", "messages"})
CLAUDE = frozenset({"messages"})
NONE: frozenset[str] = frozenset()
BILL = {
    "shop": {"shop": "Corner"}, "items": [{"name": "tea", "price": 2.5}], "paid": {"by": "card", "number": "12"},
    "when": "2026-11-20",
}  # fmt: skip
OLDER = {"width": 3, "sizes": [{"width": 4}]}
NODE = {"value": 1, "children": [{"value": 2, "children": []}]}
UUID_TEXT = "12345678-1234-5678-1234-567812345678"

# Rows: (name, kind, answer, record, wires whose native strict output cannot carry it, the path it is refused with).
KINDS: list[tuple[str, Any, Any, Any, frozenset[str], str]] = [
    ("model", Item, {"name": "tea", "price": 2.50}, Item(name="tea", price=Decimal("2.5")), NONE, ""),
    ("nested model", Bill, BILL, Bill.model_validate(BILL), NONE, ""),
    ("list", list[Item], {"result": [{"name": "tea", "price": 1}]}, [Item(name="tea")], NONE, ""),
    ("empty list", list[Item], {"result": []}, [], NONE, ""),
    ("Iterable", Iterable[Shop], {"result": [{"shop": "a"}]}, [Shop(shop="a")], NONE, ""),
    ("union", Item | Shop, {"result": {"shop": "x"}}, Shop(shop="x"), NONE, ""),
    ("optional", Optional[Shop], {"result": None}, None, NONE, ""),  # noqa: UP045
    ("discriminated", Annotated[Cash | Card, Field(discriminator="by")], {"result": {"by": "cash", "paid": 2.5}},
     Cash(by="cash", paid=2.5), NONE, ""),
    ("maybe, a record", Maybe[Shop], {"result": {"shop": "x"}, "reason": None},
     Maybe[Shop](result=Shop(shop="x")), NONE, ""),
    ("maybe, none", Maybe[Shop], {"result": None, "reason": "a cat"}, Maybe[Shop](reason="a cat"), NONE, ""),
    ("int", int, {"result": 5}, 5, NONE, ""),
    ("float", float, {"result": 5.5}, 5.5, NONE, ""),
    ("str", str, {"result": "a"}, "a", NONE, ""),
    ("bool", bool, {"result": True}, True, NONE, ""),
    ("date", date, {"result": "2026-11-20"}, date(2026, 11, 20), NONE, ""),
    ("datetime", datetime, {"result": "2026-11-20T10:00:00"}, datetime(2026, 11, 20, 10), NONE, ""),
    ("Decimal", Decimal, {"result": 12.5}, Decimal("12.5"), NONE, ""),
    ("UUID", UUID, {"result": UUID_TEXT}, UUID(UUID_TEXT), NONE, ""),
    ("Literal", Literal["a", "b"], {"result": "b"}, "b", NONE, ""),
    ("Enum", Colour, {"result": "blue"}, Colour.BLUE, NONE, ""),
    ("TypedDict", Sizes, {"width": 3, "height": 4}, {"width": 3, "height": 4}, NONE, ""),
    ("TypedDict of typing", Older, OLDER, OLDER, NONE, ""),
    ("list of them", list[Old], {"result": [{"width": 3}]}, [{"width": 3}], NONE, ""),
    ("dataclass", Place, {"street": "High", "number": 3}, Place("High", 3), NONE, ""),
    ("NamedTuple", Point, {"result": [1, 3]}, Point(1, 3), BOTH, "result"),
    ("dict", dict[str, int], {"a": 1}, {"a": 1}, BOTH, "the response_model"),
    ("dict in a model", Scores, {"points": {"a": 1}}, Scores(points={"a": 1}), BOTH, "points"),
    ("tuple", tuple[int, str], {"result": [1, "a"]}, (1, "a"), BOTH, "result"),
    ("set", set[int], {"result": [1, 2]}, {1, 2}, NONE, ""),
    ("RootModel of a list", Tags, {"result": ["a"]}, Tags(["a"]), NONE, ""),
    ("RootModel of a dict", Named, {"a": 1}, Named({"a": 1}), BOTH, "the response_model"),
    ("generic", Page[Shop], {"items": [{"shop": "x"}]}, Page[Shop](items=[Shop(shop="x")]), NONE, ""),
    ("recursive", Node, NODE, Node(value=1, children=[Node(value=2)]), CLAUDE, "children"),
    ("Annotated", Annotated[int, Field(gt=3)], {"result": 4}, 4, NONE, ""),
    ("Any", Loose, {"anything": [1]}, Loose(anything=[1]), BOTH, "anything"),
    ("25 optional fields", Optionals, {"f0": "a"}, Optionals(f0="a"), CLAUDE, "f24"),
    ("17 unions", Unions, {f"f{n}": n for n in range(17)}, Unions(**{f"f{n}": n for n in range(17)}), CLAUDE, "f16"),
]  # fmt: skip
NAMES = [row[0] for row in KINDS]


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", Image(picture)]}]


@pytest.mark.parametrize("mode", [*Mode, None], ids=str)
@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("name", "kind", "answer", "record", "uncarried", "path"), KINDS, ids=NAMES)
def test_a_record_is_what_was_asked_for_or_the_call_is_refused_before_any_request(
    name: str, kind: Any, answer: Any, record: Any, uncarried: frozenset[str], path: str,
    wire: str, mode: Mode | None, sandbox: Start, clients: Clients, picture: bytes,
) -> None:  # fmt: skip
    vendor, options = WIRES[wire]
    box = sandbox(answer)
    client = clients.sync(vendor, box, **options)
    if mode is Mode.JSON_SCHEMA and wire in uncarried:
        with pytest.raises(SchemaError, match=rf"^{path}.*use mode=Mode\.TOOLS"):
            client.create(response_model=kind, messages=ask(picture), mode=mode)
        assert box.requests == []
        return
    got, completion = client.create_with_completion(response_model=kind, messages=ask(picture), mode=mode)
    assert type(got) is type(record)
    assert got == record
    assert pickle.loads(pickle.dumps(got)) == record
    assert type(completion).__module__.startswith(vendor)
    assert len(box.requests) == 1


SEVERAL = [{"shop": "x"}, {"name": "tea", "price": 2}, {"shop": "y"}]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("wire", WIRES)
def test_several_kinds_at_once_come_back_in_order_as_their_own(
    wire: str, mode: Mode, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    vendor, options = WIRES[wire]
    box = sandbox(SEVERAL if mode is Mode.TOOLS else {"result": SEVERAL})
    got = clients.sync(vendor, box, **options).create(
        response_model=list[Item | Shop], messages=ask(picture), mode=mode
    )
    assert got == [Shop(shop="x"), Item(name="tea", price=Decimal(2)), Shop(shop="y")]
    assert [type(each) for each in got] == [Shop, Item, Shop]
    tools = box.requests[0].body.get("tools", [])
    assert len(tools) == (2 if mode is Mode.TOOLS else 0)


@pytest.mark.parametrize("wire", WIRES)
def test_one_bad_call_of_several_is_answered_with_a_result_for_each(
    wire: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    vendor, options = WIRES[wire]
    calls = (("Shop", {"shop": "x"}), ("Item", {"name": "tea", "price": "two"}))
    box = sandbox(Reply(calls=calls), SEVERAL)
    got = clients.sync(vendor, box, **options).create(
        response_model=list[Item | Shop], messages=ask(picture), mode=Mode.TOOLS
    )
    assert len(got) == 3
    told = json.dumps(box.requests[1].body)
    assert told.count("- result.1.price: ") == 1
    assert len(box.requests) == 2


def test_the_schema_is_built_once_for_each_dialect() -> None:
    from typesight.schema.dialects import strict_schema
    from typesight.schema.target import make_target

    target = make_target(Bill)
    assert make_target(Bill) is target
    assert target.write_strict(strict_schema.OPENAI) is target.write_strict(strict_schema.OPENAI)
    assert target.write_strict(strict_schema.CLAUDE) is not target.write_strict(strict_schema.OPENAI)
