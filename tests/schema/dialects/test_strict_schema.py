"""A schema in a provider's strict subset breaks none of its published rules, or is refused with the way out."""

from __future__ import annotations

import copy
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, Optional
from uuid import UUID

import pytest
from pydantic import AnyUrl, BaseModel, ConfigDict, Field, RootModel, create_model
from typing_extensions import TypedDict

from typesight import SchemaError
from typesight.schema.dialects.strict_schema import CLAUDE, OPENAI, Dialect, write_plain_schema, write_strict_schema
from typesight.schema.target import make_target
from typesight.testing.anthropic.strict_schemas import check_anthropic_budget, check_anthropic_schema
from typesight.testing.openai.strict_schemas import check_openai_schema

DIALECTS = pytest.mark.parametrize("dialect", [OPENAI, CLAUDE], ids=["openai", "claude"])


def complaints(schema: dict[str, Any], dialect: Dialect) -> list[str]:
    """What the published rules say against a schema, as it goes over the wire."""
    sent = json.loads(json.dumps(schema))
    if dialect is OPENAI:
        return list(check_openai_schema(sent))
    return [*check_anthropic_schema(sent), *check_anthropic_budget([sent])]


def written(kind: Any, dialect: Dialect) -> dict[str, Any]:
    return write_strict_schema(make_target(kind).schema, dialect)


def field(kind: Any, dialect: Dialect, name: str) -> dict[str, Any]:
    rule: dict[str, Any] = written(kind, dialect)["properties"][name]
    return rule


class Colour(Enum):
    RED = "r"
    GREEN = "g"


class Item(BaseModel):
    """One line."""

    name: str = Field(description="as printed")
    price: Decimal = Field(ge=0, description="gross")
    colour: Colour = Field(Colour.RED, description="the colour")
    other: Colour = Colour.GREEN


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]
    bark: int = 1


class Pets(BaseModel):
    one: Annotated[Cat | Dog, Field(discriminator="kind")]
    many: list[Cat | Dog] = []


class Sizes(TypedDict, total=False):
    width: int


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


class Empty(BaseModel):
    pass


class Awkward(BaseModel):
    title: str
    type: int
    properties: list[str]
    required: str = "x"
    defs: int = Field(alias="$defs")
    ref: int = Field(alias="$ref")


class Many(BaseModel):
    mixed: Literal["a", None, 1]
    nothing: None
    url: AnyUrl
    data: bytes
    numbers: set[int]
    words: frozenset[str]
    amount: Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2)]
    maybe: Decimal | None = Field(None, description="if any")
    code: Annotated[str, Field(pattern=r"^a{2}$", min_length=2, max_length=5)]
    three: Annotated[list[int], Field(min_length=3, max_length=4)]
    even: Annotated[int, Field(ge=1, le=9, multiple_of=2)]
    day: date
    moment: datetime
    span: timedelta
    id: UUID
    items: Optional[list[Item]] = None  # noqa: UP045 - the older spelling is a type too


MODELS: list[Any] = [
    Item,
    Pets,
    Sizes,
    Open,
    Empty,
    Many,
    Awkward,
    list[Item],
    Cat | Dog,
    int,
    Colour,
    Literal["a", 1],
    RootModel[list[Item]],
    Optional[Item],  # noqa: UP045 - as above
    set[str],
]


@DIALECTS
@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: getattr(kind, "__name__", str(kind)))
def test_what_is_written_breaks_no_published_rule(kind: Any, dialect: Dialect) -> None:
    assert complaints(written(kind, dialect), dialect) == []


@DIALECTS
def test_the_type_s_own_schema_is_left_as_it_is(dialect: Dialect) -> None:
    schema = make_target(Many).schema
    before = copy.deepcopy(dict(schema))
    write_strict_schema(schema, dialect)
    assert schema == before


@DIALECTS
def test_a_schema_is_written_the_same_every_time(dialect: Dialect) -> None:
    assert json.dumps(written(Many, dialect)) == json.dumps(written(Many, dialect))


@DIALECTS
def test_the_descriptions_of_model_and_fields_survive(dialect: Dialect) -> None:
    schema = written(Item, dialect)
    assert schema["description"] == "One line."
    assert schema["properties"]["name"]["description"] == "as printed"


@DIALECTS
def test_the_description_of_a_nested_model_survives(dialect: Dialect) -> None:
    assert "One line." in json.dumps(written(list[Item], dialect))


@DIALECTS
def test_a_description_beside_a_reference_survives(dialect: Dialect) -> None:
    rule = field(Item, dialect, "colour")
    assert rule["description"].startswith("the colour")
    assert "$ref" not in rule


def test_a_description_beside_a_reference_to_a_recursive_model_survives() -> None:
    class Holder(BaseModel):
        root: Node = Field(description="the root")

    rule = field(Holder, OPENAI, "root")
    assert rule == {"anyOf": [{"$ref": "#/$defs/Node"}], "description": "the root"}


@DIALECTS
def test_a_constraint_that_the_dialect_cannot_say_is_said_in_words(dialect: Dialect) -> None:
    assert field(Many, dialect, "code")["description"] == "(at least 2 characters; at most 5 characters)"
    assert field(Many, dialect, "numbers")["description"] == "(no item twice)"


def test_claude_is_told_bounds_in_words_and_openai_in_schema() -> None:
    assert field(Many, CLAUDE, "even")["description"] == "(at least 1; at most 9; a multiple of 2)"
    assert {"minimum", "maximum", "multipleOf"} <= field(Many, OPENAI, "even").keys()
    assert field(Many, CLAUDE, "three")["description"] == "(at least 3 items; at most 4 items)"
    assert (field(Many, OPENAI, "three")["minItems"], field(Many, OPENAI, "three")["maxItems"]) == (3, 4)


def test_a_format_of_one_dialect_is_words_in_the_other() -> None:
    assert field(Many, CLAUDE, "url")["format"] == "uri"
    assert "format uri" in field(Many, OPENAI, "url")["description"]


@DIALECTS
def test_a_pattern_that_looks_around_is_said_in_words(dialect: Dialect) -> None:
    class Looked(BaseModel):
        model_config = ConfigDict(regex_engine="python-re")
        code: str = Field(pattern=r"(?=x)x{2}")

    assert field(Looked, dialect, "code") == {"type": "string", "description": "(matches (?=x)x{2})"}


@DIALECTS
def test_a_decimal_is_asked_for_as_a_number(dialect: Dialect) -> None:
    assert field(Item, dialect, "price")["type"] == "number"


@DIALECTS
def test_a_decimal_or_nothing_is_a_number_or_null(dialect: Dialect) -> None:
    assert field(Many, dialect, "maybe")["anyOf"] == [{"type": "number"}, {"type": "null"}]


@DIALECTS
def test_a_number_or_a_text_stays_either(dialect: Dialect) -> None:
    class Either(BaseModel):
        value: float | str
        other: int | float | str | None

    kinds = [branch["type"] for branch in field(Either, dialect, "value")["anyOf"]]
    assert kinds == ["number", "string"]
    kinds = [branch["type"] for branch in field(Either, dialect, "other")["anyOf"]]
    assert kinds == ["integer", "number", "string", "null"]


def test_an_optional_field_is_nullable_for_openai_and_left_out_of_required_for_claude() -> None:
    assert {"type": "null"} in field(Dog, OPENAI, "bark")["anyOf"]
    assert written(Dog, OPENAI)["required"] == ["kind", "bark"]
    assert field(Dog, CLAUDE, "bark")["type"] == "integer"
    assert written(Dog, CLAUDE)["required"] == ["kind"]


def test_the_tag_of_a_discriminated_union_can_not_be_null() -> None:
    """A tag with a default, the usual way to write one, whose null would leave the branch unknown."""

    class Car(BaseModel):
        kind: Literal["car"] = "car"
        wheels: int

    class Boat(BaseModel):
        kind: Literal["boat"] = "boat"
        sails: int

    class Trip(BaseModel):
        by: Annotated[Car | Boat, Field(discriminator="kind")]

    schema = written(Trip, OPENAI)
    tags = [branch["properties"]["kind"] for branch in schema["$defs"].values()]
    assert not any("null" in json.dumps(tag) for tag in tags)


@DIALECTS
def test_definitions_that_nothing_names_are_left_out(dialect: Dialect) -> None:
    assert "$defs" not in written(Dog, dialect)


class Node(BaseModel):
    value: int
    children: list[Node] = []


class Bag(BaseModel):
    meta: dict[str, str]


class Pair(NamedTuple):
    a: int
    b: str


class Anything(BaseModel):
    value: Any


class Coordinates(BaseModel):
    at: tuple[int, int]


class Untyped(BaseModel):
    values: list  # type: ignore[type-arg]  # that it has no type is the point


class Outer(BaseModel):
    bags: list[Bag]


class Deeper(BaseModel):
    outer: Outer


REFUSED: list[tuple[Any, str]] = [
    (Bag, "meta"),
    (Anything, "value"),
    (Coordinates, "at"),
    (Untyped, r"values\.\*"),
    (Pair, "result"),
    (dict[str, int], "the response_model"),
    (Outer, r"bags\.\*\.meta"),
    (Deeper, r"outer\.bags\.\*\.meta"),
]


@DIALECTS
@pytest.mark.parametrize(("kind", "path"), REFUSED, ids=[path for _, path in REFUSED])
def test_what_cannot_be_carried_is_refused_with_its_path_and_a_mode_that_can(
    kind: Any, path: str, dialect: Dialect
) -> None:
    with pytest.raises(SchemaError, match=rf"^{path}: .*mode=Mode\.TOOLS"):
        written(kind, dialect)


def test_openai_carries_a_recursive_model() -> None:
    assert complaints(written(Node, OPENAI), OPENAI) == []


@pytest.mark.parametrize(
    ("kind", "path"), [(Node, r"children\.\*"), (list[Node], r"result\.\*")], ids=["itself", "a list"]
)
def test_claude_is_refused_a_recursive_model_with_its_path(kind: Any, path: str) -> None:
    with pytest.raises(SchemaError, match=rf"^{path}: Node contains itself.*mode=Mode\.TOOLS"):
        written(kind, CLAUDE)


def _wide(count: int, kind: Any, default: Any) -> Any:
    fields: dict[str, Any] = {f"f{number}": (kind, default) for number in range(count)}
    return create_model("Wide", **fields)


def test_claude_takes_24_optional_fields_and_not_25() -> None:
    assert complaints(written(_wide(24, int, 0), CLAUDE), CLAUDE) == []
    with pytest.raises(SchemaError, match=r"25 optional fields .* take 24.*mode=Mode\.TOOLS"):
        written(_wide(25, int, 0), CLAUDE)


@pytest.mark.parametrize("kind", [int | None, Cat | Dog, list[Cat | Dog]], ids=["nullable", "union", "list of unions"])
def test_claude_takes_16_unions_and_not_17(kind: Any) -> None:
    assert complaints(written(_wide(16, kind, ...), CLAUDE), CLAUDE) == []
    with pytest.raises(SchemaError, match=r"17 union-typed fields .* take 16.*mode=Mode\.TOOLS"):
        written(_wide(17, kind, ...), CLAUDE)


def test_openai_takes_more_than_24_optional_fields() -> None:
    assert complaints(written(_wide(60, int | None, None), OPENAI), OPENAI) == []


def test_openai_is_refused_more_enum_values_than_it_takes() -> None:
    values: Any = Literal.__getitem__(tuple(f"v{number}" for number in range(1_001)))
    with pytest.raises(SchemaError, match="enum"):
        written(create_model("Wide", code=(values, ...)), OPENAI)


def test_a_plain_schema_keeps_what_a_strict_one_cannot_carry() -> None:
    schema = write_plain_schema(make_target(Bag).schema)
    assert schema["properties"]["meta"] == {"type": "object", "additionalProperties": {"type": "string"}}


def test_a_plain_schema_has_no_titles_but_a_field_called_title_stays() -> None:
    schema = write_plain_schema(make_target(Awkward).schema)
    assert schema["properties"]["title"] == {"type": "string"}
    assert "title" not in schema


def test_a_plain_schema_keeps_the_titles_inside_a_default() -> None:
    class Named(BaseModel):
        who: dict[str, str] = {"title": "Mr"}

    assert write_plain_schema(make_target(Named).schema)["properties"]["who"]["default"] == {"title": "Mr"}
