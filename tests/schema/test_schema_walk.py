"""A schema is walked together with the data: what each value may be, and which values are looked at."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from typesight.schema.field_paths import join_steps
from typesight.schema.schema_walk import (
    drop_forced_nulls,
    is_optional,
    list_shapes,
    look_up_ref,
    takes_null,
    trace_schemas,
    walk_leaves,
)
from typesight.schema.target import make_target


class Item(BaseModel):
    name: str
    price: Decimal = Decimal(0)


class Cash(BaseModel):
    kind: Literal["cash"]
    given: float


class Card(BaseModel):
    kind: Literal["card"]
    given: str = ""


class Bill(BaseModel):
    items: list[Item]
    paid: Annotated[Cash | Card, Field(discriminator="kind")]
    rates: dict[str, float] = {}
    note: str | None = None


SCHEMA = make_target(Bill).schema
DATA: dict[str, Any] = {
    "items": [{"name": "tea", "price": 2}, {"name": "milk"}],
    "paid": {"kind": "card", "given": "x"},
    "rates": {"a.b": 1, "c": 2},
    "note": None,
}
LEAVES = {join_steps(steps): steps for steps, _, _ in walk_leaves(DATA, SCHEMA)}


def test_a_ref_names_the_schema_at_its_path() -> None:
    root = {"$defs": {"A/B~C": {"type": "string"}, "List": {"prefixItems": 5}}}
    assert look_up_ref("#/$defs/A~1B~0C", root) == {"type": "string"}
    assert look_up_ref("#", root) is root


@pytest.mark.parametrize(
    "ref", ["#/$defs/None", "#/$defs/List/prefixItems/0", "#/$defs/List/prefixItems", "other.json"]
)
def test_a_ref_that_names_nothing_is_a_schema_without_a_rule(ref: str) -> None:
    assert look_up_ref(ref, {"$defs": {"List": {"prefixItems": 5}}}) == {}


NULLABLE = [
    {},
    {"description": "x"},
    {"type": ["string", "null"]},
    {"enum": ["a", None]},
    {"const": None},
    {"$ref": "#/$defs/A"},
]
NOT_NULLABLE = [
    {"type": "string"},
    {"enum": ["a"]},
    {"const": 0},
    {"anyOf": [{"type": "string"}, {"enum": [0, False]}]},
]


@pytest.mark.parametrize(("rule", "takes"), [(each, each in NULLABLE) for each in (*NULLABLE, *NOT_NULLABLE)], ids=str)
def test_a_schema_takes_null_if_it_says_so_or_says_nothing_of_types(rule: dict[str, Any], takes: bool) -> None:
    root = {"$defs": {"A": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}
    assert takes_null(rule, root) is takes


def test_a_property_may_be_left_out_where_a_shape_has_it_and_none_requires_it() -> None:
    cash, card = (SCHEMA["$defs"][name] for name in ("Cash", "Card"))
    assert is_optional("given", [card])
    assert not is_optional("given", [cash, card])
    assert not is_optional("other", [cash, card])


def test_the_schemas_on_the_way_to_a_place_are_those_of_its_values() -> None:
    trace = trace_schemas(("paid", "given"), DATA, SCHEMA)
    assert [rule and rule.get("type") for rule in trace.rules] == ["object", None, "string"]
    assert [shape.get("title") for shape in trace.shapes[1]] == ["Paid", "Card"]
    assert trace_schemas(("items", 0, "nothing"), DATA, SCHEMA).rules[-1] is None


def test_of_a_tagged_union_the_branch_counts_that_the_data_names() -> None:
    titles = [shape.get("title") for shape in list_shapes(SCHEMA["properties"]["paid"], SCHEMA, {"kind": "cash"})]
    assert titles == ["Paid", "Cash"]


def test_every_value_that_is_no_object_and_no_list_is_a_leaf() -> None:
    assert [*LEAVES] == [
        "items.0.name", "items.0.price", "items.1.name", "paid.kind", "paid.given", "rates.a.b", "rates.c", "note",
    ]  # fmt: skip


@given(st.lists(st.sampled_from([*LEAVES, "", "items", "items.0", "items.1.price", "paid", "rates", "rates.a", "no"])))
def test_with_paths_only_what_stands_at_them_or_directly_inside_is_a_leaf(paths: list[str]) -> None:
    wanted = [path for path, steps in LEAVES.items() if path in paths or join_steps(steps[:-1]) in paths]
    assert [join_steps(steps) for steps, _, _ in walk_leaves(DATA, SCHEMA, paths)] == wanted


def test_data_without_null_is_left_as_it_is() -> None:
    data = {"items": [{"name": "tea"}], "paid": {"kind": "cash", "given": 1}}
    assert drop_forced_nulls(data, SCHEMA, SCHEMA) is data


def test_a_null_that_stands_for_a_default_is_left_out_and_any_other_stays() -> None:
    data = {"items": [{"name": None, "price": None}], "note": None, "other": None}
    assert drop_forced_nulls(data, SCHEMA, SCHEMA) == {"items": [{"name": None}], "note": None, "other": None}
