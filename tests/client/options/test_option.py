"""A row declares an option: its name and everything else follow from it."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypedDict, TypeVar

from typesight.client.options.option import Option, SdkParameter, list_options, list_parameters

P = TypeVar("P")


def double(given: int) -> int:
    return given * 2


class Base(TypedDict, Generic[P], total=False):
    copies: Annotated[int | P, Option("How many.", takes="a number", read=double, default=1)]


class Wide(Base[P], Generic[P], total=False):
    colour: Annotated[str | None, Option("Which.", takes="a text")]
    seed: Annotated[int | None, SdkParameter(("OpenAI Chat Completions",))]
    plain: int


def test_the_options_of_ours_are_listed_with_those_of_the_bases() -> None:
    rows = list_options(Wide)
    assert list(rows) == ["copies", "colour"]
    assert (rows["copies"].says, rows["copies"].takes, rows["copies"].default) == ("How many.", "a number", 1)
    assert rows["copies"].read(rows["copies"].default) == 2


def test_the_parameters_of_the_sdks_are_listed_apart() -> None:
    assert list_parameters(Wide) == {"seed": SdkParameter(("OpenAI Chat Completions",))}


def test_an_option_without_a_reader_takes_anything() -> None:
    something: Any = object()
    assert list_options(Wide)["colour"].read(something) is something
