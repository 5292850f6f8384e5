"""What type checkers see of the calls. mypy and pyright read this file; the test runs only to keep it importable."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, Optional, TypedDict, Union, assert_type

import typesight
from support import Receipt
from typesight.testing import FakeModel

if TYPE_CHECKING:
    import anthropic
    import openai
    from anthropic.types import Message
    from openai.types.chat import ChatCompletion
    from openai.types.responses import Response

MESSAGES: list[dict[str, Any]] = []


class Colour(Enum):
    RED = "red"


class Size(TypedDict):
    width: int


class Shop(typesight.Maybe[Receipt]):
    name: str


def fakes(model: FakeModel) -> None:
    assert_type(model.client(), typesight.Client[ChatCompletion])
    assert_type(model.client(api="responses"), typesight.Client[Response])
    assert_type(model.client("anthropic", max_retries=0), typesight.Client[Message])
    assert_type(model.client(async_client=True), typesight.AsyncClient[ChatCompletion])
    assert_type(model.client(api="responses", async_client=True), typesight.AsyncClient[Response])
    assert_type(model.client("anthropic", async_client=True), typesight.AsyncClient[Message])


def makers(gpt: openai.OpenAI, agpt: openai.AsyncOpenAI, claude: anthropic.Anthropic) -> None:
    assert_type(typesight.from_openai(gpt), typesight.Client[ChatCompletion])
    assert_type(typesight.from_openai(gpt, api="responses"), typesight.Client[Response])
    assert_type(typesight.from_openai(agpt), typesight.AsyncClient[ChatCompletion])
    assert_type(typesight.from_openai(agpt, api="responses"), typesight.AsyncClient[Response])
    assert_type(typesight.from_anthropic(claude), typesight.Client[Message])
    assert_type(typesight.from_provider("openai/gpt-6-luna"), typesight.Client[Any])
    assert_type(typesight.from_provider("openai/gpt-6-luna", async_client=True), typesight.AsyncClient[Any])
    assert_type(typesight.from_local(), typesight.Client[Any])


def models(client: typesight.Client) -> None:
    assert_type(client.create(response_model=Receipt, messages=MESSAGES), Receipt)
    assert_type(client.create(response_model=typesight.Maybe[Receipt], messages=MESSAGES), typesight.Maybe[Receipt])
    assert_type(client.create(response_model=Size, messages=MESSAGES), Size)
    assert_type(client.create(response_model=Colour, messages=MESSAGES), Colour)


def lists(client: typesight.Client) -> None:
    assert_type(client.create(response_model=list[Receipt], messages=MESSAGES), list[Receipt])
    assert_type(client.create(response_model=list[Receipt | Shop], messages=MESSAGES), list[Receipt | Shop])
    assert_type(client.create(response_model=Iterable[Receipt], messages=MESSAGES), Iterable[Receipt])
    assert_type(client.create(response_model=dict[str, int], messages=MESSAGES), dict[str, int])
    assert_type(client.create(response_model=tuple[int, str], messages=MESSAGES), tuple[int, str])


def unions(client: typesight.Client) -> None:
    assert_type(client.create(response_model=Receipt | Shop, messages=MESSAGES), Receipt | Shop)
    assert_type(client.create(response_model=Receipt | None, messages=MESSAGES), Receipt | None)
    assert_type(client.create(response_model=Union[Receipt, Shop], messages=MESSAGES), Receipt | Shop)  # noqa: UP007
    assert_type(client.create(response_model=Optional[Receipt], messages=MESSAGES), Receipt | None)  # noqa: UP045
    assert_type(client.create(response_model=Literal["a", "b"], messages=MESSAGES), Literal["a", "b"])


def primitives(client: typesight.Client) -> None:
    assert_type(client.create(response_model=int, messages=MESSAGES), int)
    assert_type(client.create(response_model=str, messages=MESSAGES), str)
    assert_type(client.create(response_model=Decimal, messages=MESSAGES), Decimal)
    assert_type(client.create(response_model=date, messages=MESSAGES), date)


def nothing(gpt: typesight.Client[ChatCompletion], claude: typesight.Client[Message]) -> None:
    assert_type(gpt.create(messages=MESSAGES), ChatCompletion)
    assert_type(gpt.create(response_model=None, messages=MESSAGES), ChatCompletion)
    assert_type(gpt.chat.completions.create(response_model=None, messages=MESSAGES), ChatCompletion)
    assert_type(gpt.responses.create(response_model=None, input="Hello."), Response)
    assert_type(claude.messages.create(response_model=None, messages=MESSAGES), Message)


def beside(client: typesight.Client[ChatCompletion]) -> None:
    assert_type(
        client.create_with_completion(response_model=Receipt, messages=MESSAGES), tuple[Receipt, ChatCompletion]
    )
    assert_type(
        client.create_with_completion(response_model=int | str, messages=MESSAGES), tuple[int | str, ChatCompletion]
    )
    assert_type(client.responses.create_with_completion(response_model=Receipt, input="x"), tuple[Receipt, Response])
    assert_type(client.extract(Receipt, "r.jpg"), typesight.Extraction[Receipt])
    assert_type(client.extract(Receipt | None, "r.jpg").record, Receipt | None)
    assert_type(client.extract(list[Receipt], "r.jpg").record, list[Receipt])
    assert_type(typesight.extract(Receipt | Shop, "r.jpg", model="local").record, Receipt | Shop)
    assert_type(client.chat.completions.create(response_model=Receipt, messages=MESSAGES), Receipt)


def streams(client: typesight.Client, other: typesight.AsyncClient) -> None:
    assert_type(client.create_partial(response_model=Receipt, messages=MESSAGES), Iterator[Receipt])
    assert_type(client.create_iterable(response_model=Receipt, messages=MESSAGES), Iterator[Receipt])
    assert_type(client.create_iterable(response_model=Receipt | Shop, messages=MESSAGES), Iterator[Receipt | Shop])
    assert_type(other.create_partial(response_model=Receipt, messages=MESSAGES), AsyncIterator[Receipt])
    assert_type(other.create_iterable(response_model=Receipt | Shop, messages=MESSAGES), AsyncIterator[Receipt | Shop])


async def asynchronous(client: typesight.AsyncClient[ChatCompletion]) -> None:
    assert_type(await client.create(response_model=Receipt, messages=MESSAGES), Receipt)
    assert_type(await client.create(response_model=list[Receipt], messages=MESSAGES), list[Receipt])
    assert_type(await client.create(response_model=Receipt | Shop, messages=MESSAGES), Receipt | Shop)
    assert_type(await client.create(response_model=int, messages=MESSAGES), int)
    assert_type(await client.create(messages=MESSAGES), ChatCompletion)
    assert_type(await client.create(response_model=None, messages=MESSAGES), ChatCompletion)
    assert_type(await client.responses.create(response_model=None, input="x"), Response)
    assert_type(await client.extract(Receipt, "r.jpg"), typesight.Extraction[Receipt])
    assert_type(await client.messages.create(response_model=Receipt, messages=MESSAGES), Receipt)
    assert_type(
        await client.create_with_completion(response_model=Receipt, messages=MESSAGES), tuple[Receipt, ChatCompletion]
    )


def test_the_calls_are_there() -> None:
    assert all(map(callable, (makers, models, lists, unions, primitives, nothing, beside, streams, asynchronous)))
