"""A null for a field that takes none means that its default holds, wherever in a record the field stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, NotRequired

import pytest
from pydantic import BaseModel, Field, RootModel, StringConstraints, TypeAdapter
from typing_extensions import TypedDict

from support import WIRES, Clients, made
from typesight import Mode
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]


class Item(BaseModel):
    name: str
    count: int = 1


class Card(BaseModel):
    kind: Literal["card"] = "card"
    last: str = ""


class Cash(BaseModel):
    kind: Literal["cash"] = "cash"
    change: float = 0.0


class Noted(TypedDict):
    name: str
    note: NotRequired[str]


class Named(RootModel[dict[str, Item]]):
    """Items by their names."""


class Tree(BaseModel):
    name: str
    below: dict[str, Tree] = {}


Word = Annotated[str, StringConstraints(pattern="^[a-z]+$")]
GIVEN, MEANT = {"name": "tea", "count": None}, {"name": "tea", "count": 1}

# Rows: (the type of the field, what a model gives for it, what that means).
PLACES: list[tuple[Any, Any, Any]] = [
    (Item, GIVEN, MEANT),
    (list[Item], [GIVEN], [MEANT]),
    (dict[str, Item], {"a": GIVEN}, {"a": MEANT}),
    (dict[str, dict[str, Item]], {"a": {"b": GIVEN}}, {"a": {"b": MEANT}}),
    (dict[str, list[Item]], {"a": [GIVEN]}, {"a": [MEANT]}),
    (dict[Word, Item], {"a": GIVEN}, {"a": MEANT}),
    (tuple[int, Item], [1, GIVEN], [1, MEANT]),
    (tuple[Item, ...], [GIVEN], [MEANT]),
    (dict[str, tuple[Item, int]], {"a": [GIVEN, 1]}, {"a": [MEANT, 1]}),
    (Item | None, GIVEN, MEANT),
    (dict[str, Item | int], {"a": GIVEN, "b": 2}, {"a": MEANT, "b": 2}),
    (
        dict[str, Annotated[Card | Cash, Field(discriminator="kind")]],
        {"a": {"kind": "cash", "change": None}},
        {"a": {"kind": "cash", "change": 0.0}},
    ),
    (dict[str, Noted], {"a": {"name": "x", "note": None}}, {"a": {"name": "x"}}),
    (Named, {"a": GIVEN}, {"a": MEANT}),
    (dict[str, Tree], {"a": {"name": "x", "below": {"b": {"name": "y", "below": None}}}},
     {"a": {"name": "x", "below": {"b": {"name": "y", "below": {}}}}}),
]  # fmt: skip


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("kind", "given", "meant"), PLACES, ids=[str(row[0])[:60] for row in PLACES])
def test_a_null_for_a_field_with_a_default_is_its_default(
    wire: str, kind: Any, given: Any, meant: Any, sandbox: Start, clients: Clients
) -> None:
    class Holder(BaseModel):
        held: kind

    box = sandbox({"held": given})
    client = made(clients, wire, box, max_retries=0)
    got = client.create(response_model=Holder, messages=[{"role": "user", "content": "Read."}], mode=Mode.JSON)
    assert got == TypeAdapter(Holder).validate_python({"held": meant})


@pytest.mark.parametrize("kind", [dict[str, int], dict[str, Item], list[Item]])
def test_an_entry_that_is_null_itself_is_none_that_was_left_out(kind: Any, sandbox: Start, clients: Clients) -> None:
    class Holder(BaseModel):
        held: kind

    box = sandbox({"held": [None] if kind == list[Item] else {"a": None}})
    client = made(clients, "chat", box, max_retries=0)
    with pytest.raises(Exception, match="no valid Holder"):
        client.create(response_model=Holder, messages=[{"role": "user", "content": "Read."}], mode=Mode.JSON)
