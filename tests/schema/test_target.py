"""Every kind of response_model: a schema that is an object, a legal name, and the value as the type asked for."""

from __future__ import annotations

import enum
import json
import pickle
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, Optional, TypeVar, Union
from uuid import UUID

import pytest
from pydantic import AliasChoices, BaseModel, Field, RootModel, ValidationInfo, create_model, field_validator
from typing_extensions import TypedDict

from typesight import SchemaError
from typesight.schema.target import ValidationResult, make_target

LEGAL = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]{0,63}")
X = TypeVar("X")


class Item(BaseModel):
    """One line."""

    name: str
    price: Decimal = Decimal("1")


class Shop(BaseModel):
    shop: str


class Node(BaseModel):
    value: int
    children: list[Node] = []


class Page(BaseModel, Generic[X]):
    items: list[X]


class Tags(RootModel[list[str]]):
    pass


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Sizes(TypedDict, total=False):
    width: int
    height: int


class Point(NamedTuple):
    x: int
    y: int = 2


@dataclass
class Place:
    """Where."""

    street: str
    number: int = 1


def judged(kind: Any, answer: Any, **how: Any) -> ValidationResult[Any]:
    return make_target(kind).judge(answer if isinstance(answer, str) else json.dumps(answer), **how)


def value(kind: Any, answer: Any, **how: Any) -> Any:
    """The record that an answer makes."""
    result = judged(kind, answer, **how)
    assert result.faults == ()
    return result.value


KINDS: list[tuple[Any, Any, Any]] = [
    (Item, {"name": "tea", "price": "2.50"}, Item(name="tea", price=Decimal("2.50"))),
    (list[Item], {"result": [{"name": "tea"}]}, [Item(name="tea")]),
    (list[Item], {"result": []}, []),
    (Item | Shop, {"result": {"shop": "x"}}, Shop(shop="x")),
    (Union[Item, Shop], {"result": {"name": "x"}}, Item(name="x")),  # noqa: UP007 - the older spelling is a type too
    (list[Item | Shop], {"result": [{"shop": "x"}, {"name": "y"}]}, [Shop(shop="x"), Item(name="y")]),
    (Optional[Item], {"result": None}, None),  # noqa: UP045 - as above
    (int, {"result": 5}, 5),
    (float, {"result": 5.5}, 5.5),
    (str, {"result": "a"}, "a"),
    (bool, {"result": True}, True),
    (date, {"result": "2026-11-20"}, date(2026, 11, 20)),
    (datetime, {"result": "2026-11-20T10:00:00"}, datetime(2026, 11, 20, 10)),
    (Decimal, {"result": 12.5}, Decimal("12.5")),
    (UUID, {"result": "12345678-1234-5678-1234-567812345678"}, UUID("12345678-1234-5678-1234-567812345678")),
    (Literal["a", "b"], {"result": "b"}, "b"),
    (Colour, {"result": "blue"}, Colour.BLUE),
    (Sizes, {"width": 3}, {"width": 3}),
    (Place, {"street": "High", "number": 3}, Place("High", 3)),
    (Point, {"result": [1, 3]}, Point(1, 3)),
    (dict[str, int], {"a": 1}, {"a": 1}),
    (tuple[int, str], {"result": [1, "a"]}, (1, "a")),
    (set[int], {"result": [1, 2]}, {1, 2}),
    (Tags, {"result": ["a"]}, Tags(["a"])),
    (Page[Item], {"items": [{"name": "x"}]}, Page[Item](items=[Item(name="x")])),
    (Node, {"value": 1, "children": [{"value": 2}]}, Node(value=1, children=[Node(value=2)])),
    (Annotated[int, Field(gt=3)], {"result": 4}, 4),
]
IDS = [str(index) + "-" + getattr(kind, "__name__", str(kind)) for index, (kind, _, _) in enumerate(KINDS)]


@pytest.mark.parametrize(("kind", "answer", "record"), KINDS, ids=IDS)
def test_an_answer_becomes_the_record_one_would_build_by_hand(kind: Any, answer: Any, record: Any) -> None:
    made = value(kind, answer)
    assert made == record
    assert type(made) is type(record)
    assert pickle.loads(pickle.dumps(made)) == record


@pytest.mark.parametrize(("kind", "answer", "record"), KINDS, ids=IDS)
def test_the_schema_is_an_object_of_plain_json_with_a_legal_name(kind: Any, answer: Any, record: Any) -> None:
    target = make_target(kind)
    assert target.schema["type"] == "object"
    assert json.loads(json.dumps(dict(target.schema))) == target.schema
    assert LEGAL.fullmatch(target.name)


def test_an_iterable_is_validated_whole_before_it_is_a_record() -> None:
    answer = {"result": [{"shop": "x"}, {"shop": 5}]}
    assert [fault.path for fault in judged(Iterable[Shop], answer).faults] == ["result.1.shop"]


def test_the_record_s_fields_set_are_those_that_were_given() -> None:
    assert value(Item, {"name": "x"}).model_fields_set == {"name"}


def test_nothing_is_attached_to_the_record() -> None:
    assert vars(value(Item, {"name": "x"})) == vars(Item(name="x"))


NAMES = [
    (Item, "Item"),
    (Page[Item], "Page_Item"),
    (type("Квитанция", (Item,), {}), "Record"),
    (type("9Lives", (Item,), {}), "Record_9Lives"),
    (type("_hidden", (Item,), {}), "hidden"),
    (type("R" * 90, (Item,), {}), "R" * 64),
]


@pytest.mark.parametrize(("kind", "name"), NAMES, ids=[name[:20] for _, name in NAMES])
def test_a_name_is_made_legal_for_a_tool(kind: Any, name: str) -> None:
    assert make_target(kind).name == name


@pytest.mark.parametrize(
    "title", ["Ünïcode", "a b", "💶", "9" * 80, "-x", "_", "Page[Item, list[Shop]]", "é" * 70 + "x"]
)
def test_every_name_is_legal_whatever_the_class_is_called(title: str) -> None:
    assert LEGAL.fullmatch(make_target(type(title, (Item,), {})).name)


def test_the_docstring_of_a_model_describes_it() -> None:
    assert make_target(Item).description == "One line."


def test_a_type_without_a_docstring_has_no_description() -> None:
    assert make_target(Shop).description == ""


def test_a_target_is_built_once_per_type() -> None:
    assert make_target(Item) is make_target(Item)


def test_a_type_that_cannot_be_hashed_has_a_target() -> None:
    assert make_target(Annotated[int, ["a list"]]).wrapped


@pytest.mark.parametrize("kind", [object(), 5, "Receipt"], ids=["an object", "a number", "a name"])
def test_what_is_no_type_is_refused_as_a_schema_error(kind: Any) -> None:
    with pytest.raises(SchemaError, match="cannot be a response_model"):
        make_target(kind)


def test_a_wrapped_answer_without_its_key_is_a_fault_of_the_whole() -> None:
    (fault,) = judged(list[Item], {"items": []}).faults
    assert (fault.path, '"result"' in fault.message) == ("", True)


@pytest.mark.parametrize("answer", ["[5]", "5", "null", '"text"'])
def test_an_answer_that_is_no_object_is_a_fault(answer: str) -> None:
    assert judged(list[Item], answer).faults
    assert judged(Item, answer).faults


@pytest.mark.parametrize("answer", ["", "no JSON", '{"name": NaN}', '{"name": "a", "name": "b"}', "[" * 5_000])
def test_an_answer_that_is_not_readable_is_one_fault_of_the_whole(answer: str) -> None:
    result = judged(Item, answer)
    assert (result.value, result.data, [fault.path for fault in result.faults]) == (None, None, [""])


@pytest.mark.parametrize("depth", [100, 400, 600, 900])
def test_a_deeply_nested_answer_is_judged_and_not_a_crash(depth: int) -> None:
    answer = '{"name": "x", "extra": ' + "[" * depth + "]" * depth + "}"
    result = judged(Item, answer)
    assert result.value == Item(name="x") or [fault.path for fault in result.faults] == [""]


def test_a_lone_surrogate_is_a_fault_and_not_a_crash() -> None:
    assert judged(Shop, r'{"shop": "\ud800"}').faults


def test_a_decimal_keeps_every_digit_that_the_model_wrote() -> None:
    assert value(Item, '{"name": "x", "price": 12345678901234567.89}').price == Decimal("12345678901234567.89")


def test_an_integer_beyond_64_bits_is_kept() -> None:
    assert value(int, '{"result": 123456789012345678901234567890}') == 123456789012345678901234567890


@pytest.mark.parametrize("written", ['"NaN"', '"Infinity"', '"-inf"', "1e999"])
def test_no_float_of_a_record_is_infinite_or_no_number(written: str) -> None:
    assert judged(float, f'{{"result": {written}}}').faults


def test_a_number_in_quotes_is_a_number_unless_strict() -> None:
    assert value(float, {"result": "12.50"}) == 12.5
    assert judged(float, {"result": "12.50"}, strict=True).faults


def test_a_date_in_json_is_a_date_also_when_strict() -> None:
    assert value(date, {"result": "2026-11-20"}, strict=True) == date(2026, 11, 20)


def test_the_context_reaches_the_validators() -> None:
    class Known(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def known(cls, given: str, info: ValidationInfo) -> str:
            if given not in (info.context or ()):
                raise ValueError("not known")
            return given

    assert value(Known, {"name": "a"}, context={"a"}) == Known.model_construct(name="a")
    assert judged(Known, {"name": "b"}, context={"a"}).faults[0].message == "not known"


def test_an_alias_is_what_is_asked_for_and_read() -> None:
    class Named(BaseModel):
        total: int = Field(alias="grand-total")
        other: int = Field(0, validation_alias=AliasChoices("first", "second"))

    assert set(make_target(Named).schema["properties"]) == {"grand-total", "first"}
    assert value(Named, {"grand-total": 3, "first": 4}).model_dump() == {"total": 3, "other": 4}


class Defaults(BaseModel):
    count: int = 3
    tags: list[str] = Field(default_factory=list)
    note: str | None = "n"
    anything: Any = "a"
    place: Place | None = None


def test_a_null_that_stands_for_a_default_lets_the_default_hold() -> None:
    assert value(Defaults, {"count": None, "tags": None}) == Defaults()


def test_a_null_that_the_field_takes_stays_a_null() -> None:
    assert value(Defaults, {"note": None, "anything": None}) == Defaults(note=None, anything=None)


def test_a_null_for_a_required_field_is_a_fault() -> None:
    assert [fault.path for fault in judged(Item, {"name": None}).faults] == ["name"]


def test_a_null_deep_inside_lets_the_default_hold() -> None:
    class Outer(BaseModel):
        items: list[Item]
        one: Item | None = None

    answer = {"items": [{"name": "a", "price": None}], "one": {"name": "b", "price": None}}
    assert value(Outer, answer) == Outer(items=[Item(name="a")], one=Item(name="b"))


def test_a_null_in_a_recursive_model_lets_the_default_hold() -> None:
    answer = {"value": 1, "children": [{"value": 2, "children": None}]}
    assert value(Node, answer) == Node(value=1, children=[Node(value=2)])


def test_a_null_in_a_dataclass_and_a_typed_dict_lets_the_default_hold() -> None:
    assert value(Place, {"street": "a", "number": None}) == Place("a", 1)
    assert value(Sizes, {"width": None, "height": 2}) == {"height": 2}


def test_a_null_in_a_list_or_a_dict_is_left_where_it_is() -> None:
    assert [fault.path for fault in judged(list[int], {"result": [1, None]}).faults] == ["result.1"]
    assert [fault.path for fault in judged(dict[str, int], {"a": None}).faults] == ["a"]


class Cat(BaseModel):
    kind: Literal["cat"]
    note: str = ""


class Dog(BaseModel):
    kind: Literal["dog"]
    note: str | None = None


def test_a_null_is_dropped_by_the_branch_of_the_union_that_the_answer_is() -> None:
    class Owner(BaseModel):
        pet: Annotated[Cat | Dog, Field(discriminator="kind")]

    assert value(Owner, {"pet": {"kind": "cat", "note": None}}).pet == Cat(kind="cat")
    assert value(Owner, {"pet": {"kind": "dog", "note": None}}).pet == Dog(kind="dog", note=None)


def test_a_null_inside_the_second_branch_of_a_union_lets_the_default_hold() -> None:
    class Inner(BaseModel):
        z: int = 0

    class First(BaseModel):
        kind: Literal["p"]
        data: Shop

    class Second(BaseModel):
        kind: Literal["q"]
        data: Inner

    class Outer(BaseModel):
        of: First | Second

    assert value(Outer, {"of": {"kind": "q", "data": {"z": None}}}).of == Second(kind="q", data=Inner())


def test_a_fault_of_a_wrapped_answer_names_the_place_in_the_answer() -> None:
    assert [fault.path for fault in judged(list[Item], {"result": [{}]}).faults] == ["result.0.name"]


def test_a_validator_that_changes_the_value_first_still_gives_a_fault() -> None:
    class Odd(BaseModel):
        n: int

        @field_validator("n", mode="before")
        @classmethod
        def halved(cls, given: Any) -> Any:
            return Decimal(given) / 2

    assert [fault.path for fault in judged(Odd, {"n": 3}).faults] == ["n"]


def test_a_judgement_with_a_value_has_no_faults_and_keeps_the_data() -> None:
    result = judged(Item, {"name": "x"})
    assert (result.value, result.data, result.faults) == (Item(name="x"), {"name": "x"}, ())


class Payment(enum.Enum):
    CASH = "cash"
    NONE = None


@pytest.mark.parametrize("kind", [Literal["cash", None], Literal["cash"] | None, Payment])
def test_a_null_that_is_one_of_the_values_does_not_mean_the_default(kind: Any) -> None:
    made = create_model("Bill", paid=(kind, "cash"))
    result = judged(made, {"paid": None})
    assert (result.faults, result.data) == ((), {"paid": None})
    assert made.model_validate({"paid": None}) == result.value
