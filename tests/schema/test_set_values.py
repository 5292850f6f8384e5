"""Values of one JSON document set into another, and the schema of such values alone."""

from __future__ import annotations

import copy
import re
from typing import Any

from pydantic import BaseModel, Field

from typesight.schema.field_paths import PathSteps, find_steps
from typesight.schema.set_values import make_values_schema, merge_values
from typesight.schema.target import make_target

DATA: dict[str, Any] = {
    "total": 5,
    "items": [{"name": "tea", "price": "x"}, {"name": "milk"}],
    "a.b": {"c": 1},
    "a": {"b": {"c": 2}, "d": 3},
    "by place": {"0": "zero"},
}


def test_values_are_set_and_taken_away_in_a_copy() -> None:
    before = copy.deepcopy(DATA)
    made = merge_values(DATA, {("items", 1, "price"): 2, ("total",): 7}, [("a", "d"), ("nothing",)])
    assert made["items"] == [{"name": "tea", "price": "x"}, {"name": "milk", "price": 2}]
    assert (made["total"], made["a"]) == (7, {"b": {"c": 2}})
    assert before == DATA


class Item(BaseModel):
    name: str
    price: float = Field(description="as printed", gt=0)


class Bill(BaseModel):
    items: list[Item]
    pay: Item | dict[str, int]


def test_the_schema_of_some_values_has_each_under_its_path_with_its_own_rule() -> None:
    data = {"items": [{"name": "tea", "price": "x"}], "pay": {"a": "b"}}
    places: dict[str, PathSteps] = {"items.0.price": ("items", 0, "price"), "items.0": ("items", 0)}
    made = make_values_schema(places, data, make_target(Bill).schema)
    assert (made["minProperties"], made["additionalProperties"]) == (2, False)
    price = made["properties"]["items.0.price"]
    assert (price["type"], price["description"], price["exclusiveMinimum"]) == ("number", "as printed", 0)
    assert made["properties"]["items.0"] == {"$ref": "#/$defs/Item"}
    assert "Item" in made["$defs"]
    assert "patternProperties" not in made


def test_the_same_field_of_several_items_stands_in_it_once() -> None:
    data = {"items": [{"name": "a", "price": "x"}, {"name": "b", "price": "y"}, {"name": 3, "price": 1}]}
    paths = ("items.0.price", "items.1.price", "items.2.name")
    made = make_values_schema({path: find_steps(path, data) or () for path in paths}, data, make_target(Bill).schema)
    assert list(made["properties"]) == ["items.2.name"]
    ((pattern, rule),) = made["patternProperties"].items()
    assert all(re.fullmatch(pattern, path) for path in paths[:2])
    assert not re.fullmatch(pattern, "items.x.price")
    assert rule["type"] == "number"


def test_definitions_that_nothing_names_are_left_out() -> None:
    made = make_values_schema(
        {"items.0.price": ("items", 0, "price")}, {"items": [{"price": 1}]}, make_target(Bill).schema
    )
    assert "$defs" not in made
