"""Paths of failing fields are those of the data, spelled one way."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

from typesight.schema.field_paths import (
    MISSING,
    FieldError,
    PathSteps,
    collect_field_errors,
    drop_paths,
    find_at,
    find_steps,
    join_steps,
)


def errors(kind: Any, data: Any, prefix: tuple[str, ...] = ()) -> tuple[FieldError, ...]:
    """What fails when the data is held against the type."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(data)
    return collect_field_errors(caught.value, data, prefix)


def paths(kind: Any, data: Any) -> list[str]:
    return [fault.path for fault in errors(kind, data)]


class Item(BaseModel):
    name: str
    price: float


class Cash(BaseModel):
    kind: Literal["cash"]
    given: float


class Card(BaseModel):
    kind: Literal["card"]
    digits: str


class Bill(BaseModel):
    items: list[Item]


def test_a_location_is_its_steps_with_dots_between() -> None:
    assert join_steps(("items", 0, "price")) == "items.0.price"


def test_the_whole_record_is_the_empty_path() -> None:
    assert join_steps(()) == ""


def test_a_nested_field_has_the_path_of_its_place_in_the_data() -> None:
    data = {"items": [{"name": "a", "price": 1}, {"name": "b", "price": "x"}]}
    assert paths(Bill, data) == ["items.1.price"]


def test_a_field_missing_in_a_nested_list_is_named_and_marked() -> None:
    (fault,) = errors(Bill, {"items": [{"name": "a", "price": 1}, {"name": "b"}]})
    assert fault == FieldError("items.1.price", "Field required", None, missing=True)


def test_the_prefix_stands_before_every_path() -> None:
    (fault,) = errors(list[Item], [{"name": "a"}], prefix=("result",))
    assert fault.path == "result.0.price"


def test_a_field_of_a_union_is_named_without_the_branch() -> None:
    class Paid(BaseModel):
        by: Cash | Card

    data = {"by": {"kind": "cash", "given": "x"}}
    assert "by.given" in paths(Paid, data)
    assert not any("Cash" in path or "Card" in path for path in paths(Paid, data))


def test_a_field_of_a_discriminated_union_is_named_without_its_tag() -> None:
    class Paid(BaseModel):
        by: Annotated[Cash | Card, Field(discriminator="kind")]

    assert paths(Paid, {"by": {"kind": "card"}}) == ["by.digits"]


def test_several_complaints_of_one_field_are_one_error() -> None:
    class Either(BaseModel):
        value: int | bool

    (fault,) = errors(Either, {"value": "x"})
    assert fault.path == "value"
    assert "; or: " in fault.message


def test_a_scalar_union_that_was_given_an_object_fails_at_its_own_path() -> None:
    class Either(BaseModel):
        value: int | str

    assert paths(Either, {"value": {"a": 1}}) == ["value"]


def test_a_union_of_a_model_and_a_scalar_names_no_branch() -> None:
    class Either(BaseModel):
        value: Item | str

    assert "value.str" not in paths(Either, {"value": {"name": 1}})


def test_an_alias_is_the_name_in_the_path() -> None:
    class Named(BaseModel):
        total: int = Field(alias="grand-total")

    assert paths(Named, {"grand-total": "x"}) == ["grand-total"]


def test_a_key_that_is_not_allowed_is_named() -> None:
    class Closed(BaseModel):
        model_config = ConfigDict(extra="forbid")
        a: int

    assert paths(Closed, {"a": 1, "b": 2}) == ["b"]


def test_a_value_of_a_dict_is_named_by_its_key() -> None:
    assert paths(dict[str, int], {"a": 1, "b": "x"}) == ["b"]


def test_a_validator_of_the_whole_model_fails_the_whole_record() -> None:
    class Sum(BaseModel):
        a: int

        @model_validator(mode="after")
        def check(self) -> Sum:
            raise ValueError("does not add up")

    (fault,) = errors(Sum, {"a": 1})
    assert (fault.path, fault.message, fault.quotes) == ("", "does not add up", True)


@pytest.mark.parametrize("kind", [ValueError, AssertionError])
def test_a_validators_own_words_stand_without_pydantics_prefix(kind: type[Exception]) -> None:
    class Own(BaseModel):
        a: int

        @field_validator("a")
        @classmethod
        def check(cls, value: int) -> int:
            raise kind("too odd")

    (fault,) = errors(Own, {"a": 1})
    assert (fault.message, fault.quotes) == ("too odd", True)


def test_pydantics_own_words_are_not_marked_as_quoting() -> None:
    (fault,) = errors(Item, {"name": "a", "price": "x"})
    assert fault.quotes is False


def test_the_value_that_failed_is_kept_as_it_was_given() -> None:
    (fault,) = errors(Item, {"name": "a", "price": "7x"})
    assert fault.value == "7x"


def test_a_record_without_its_failing_fields_keeps_the_others() -> None:
    data = {"a": 1, "b": {"c": 2, "d": 3}}
    assert drop_paths(data, {"b.c"}) == {"a": 1, "b": {"d": 3}}


def test_a_list_item_that_fails_as_a_whole_is_left_out() -> None:
    assert drop_paths({"a": [1, "x", 3]}, {"a.1"}) == {"a": [1, 3]}


def test_a_failing_field_of_a_list_item_takes_only_itself() -> None:
    assert drop_paths({"a": [{"b": 1, "c": 2}]}, {"a.0.b"}) == {"a": [{"c": 2}]}


def test_a_path_is_no_prefix_of_a_longer_name() -> None:
    assert drop_paths({"total": 1, "total_net": 2}, {"total"}) == {"total_net": 2}


def test_the_data_itself_is_left_as_it_is() -> None:
    data = {"a": {"b": [1, 2]}}
    drop_paths(data, {"a.b.0"})
    assert data == {"a": {"b": [1, 2]}}


def test_data_that_is_no_container_is_returned() -> None:
    assert drop_paths(5, {"a"}) == 5


DATA: dict[str, Any] = {
    "total": 5,
    "items": [{"name": "tea", "price": "x"}, {"name": "milk"}],
    "a.b": {"c": 1},
    "a": {"b": {"c": 2}, "d": 3},
    "by place": {"0": "zero"},
}

PLACES: list[tuple[str, PathSteps | None]] = [
    ("total", ("total",)),
    ("items", ("items",)),
    ("items.0", ("items", 0)),
    ("items.0.price", ("items", 0, "price")),
    ("items.1.price", ("items", 1, "price")),  # not there yet
    ("date", ("date",)),  # not there yet
    ("a.d", ("a", "d")),
    ("by place.0", ("by place", "0")),
    ("a.b.c", None),  # two keys lead there
    ("items.2", None),
    ("items.2.price", None),
    ("items.first", None),
    ("total.x", None),
]


@pytest.mark.parametrize(("path", "steps"), PLACES)
def test_a_path_is_a_place_unless_it_could_be_none_or_two(path: str, steps: PathSteps | None) -> None:
    assert find_steps(path, DATA) == steps


def test_what_stands_at_a_place_is_found_or_missing() -> None:
    assert find_at(DATA, ("items", 0, "name")) == "tea"
    assert find_at(DATA, ()) == DATA
    for steps in (("date",), ("items", 5), ("items", "0"), ("total", "x"), ("items", -1)):
        assert find_at(DATA, steps) is MISSING
