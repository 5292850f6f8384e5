"""A response_model in the form that pydantic takes."""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterable
from typing import Annotated, Any, Literal, Optional

import pytest
import typing_extensions
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from typesight import SchemaError
from typesight.schema.annotations import taken
from typesight.schema.target import target_of


class Item(BaseModel):
    name: str


class Base(typing.TypedDict):
    """A size."""

    width: Annotated[int, Field(gt=0, description="in mm")]
    note: typing_extensions.NotRequired[str]


class Size(Base, total=False):
    height: int
    parts: list[Base]


class Chain(typing.TypedDict):
    inner: list[Chain]


class New(typing_extensions.TypedDict):
    width: int


LEFT = [
    Item,
    New,
    list[Item],
    dict[str, New],
    Item | None,
    Literal["a", 1],
    Annotated[int, Field(gt=1)],
    int,
    "Item",
    3,
]


@pytest.mark.parametrize("kind", LEFT, ids=str)
def test_what_pydantic_takes_is_left_as_it_is(kind: Any) -> None:
    assert taken(kind) == kind


def test_an_iterable_is_a_list_wherever_it_stands() -> None:
    assert taken(Iterable[Item]) == list[Item]
    assert taken(dict[str, Iterable[Item]]) == dict[str, list[Item]]


SIZE = {"width": 1, "height": 2, "parts": [{"width": 3, "note": "a"}]}
HOLDERS = [
    (Size, SIZE),
    (list[Size], [SIZE]),
    (Size | None, SIZE),
    (Optional[Size], None),  # noqa: UP045
    (Size | Item, SIZE),
    (dict[str, Size], {"a": SIZE}),
    (tuple[Size, int], (SIZE, 1)),
    (Annotated[list[Size], Field(max_length=1)], [SIZE]),
]


@pytest.mark.parametrize(("kind", "value"), HOLDERS, ids=[str(row[0]) for row in HOLDERS])
def test_a_typed_dict_of_typing_is_taken_wherever_it_stands(kind: Any, value: Any) -> None:
    assert TypeAdapter(taken(kind)).validate_python(value) == value


def test_its_keys_stay_required_or_not_and_its_constraints_and_descriptions_stay() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(taken(Size))
    assert adapter.validate_python({"width": 1}) == {"width": 1}
    for wrong in ({}, {"width": 0}, {"width": 1, "parts": [{}]}):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)
    schema = adapter.json_schema()
    assert (schema["title"], schema["required"]) == ("Size", ["width"])
    assert schema["properties"]["width"]["description"] == "in mm"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="pydantic takes it there")
def test_one_that_holds_itself_is_refused_and_does_not_hang() -> None:
    with pytest.raises(SchemaError, match="Chain cannot be a response_model"):
        target_of(Chain)
