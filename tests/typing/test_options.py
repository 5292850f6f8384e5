"""A misspelled option is an error to type checkers. mypy and pyright read this file; the test keeps it importable.

Every line with an ignore is wrong. mypy and pyright both report an ignore where they find no error: mypy because it is
strict, pyright because of the comment below.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typesight
from support import Receipt
from typesight.testing import FakeModel

if TYPE_CHECKING:
    from collections.abc import Callable

    import anthropic
    import openai
    from tenacity import AsyncRetrying, Retrying

MESSAGES: list[dict[str, Any]] = []


def fakes(model: FakeModel) -> None:
    model.client(model="gpt-4o", max_retries=0, sdk={"timeout": 3})
    model.client(max_retrys=1)  # type: ignore[call-overload]
    model.client("ollama")  # type: ignore[call-overload]
    model.client("anthropic", api="responses")  # type: ignore[call-overload]


def makers(gpt: openai.OpenAI, agpt: openai.AsyncOpenAI, claude: anthropic.Anthropic) -> None:
    typesight.from_openai(gpt, model="gpt-4o", max_retries=1, temperature=0, max_side=1000)
    typesight.from_openai(gpt, max_retrys=1)  # type: ignore[call-overload]
    typesight.from_openai(gpt, verify="warn")  # type: ignore[call-overload]
    typesight.from_openai(gpt, max_retries="3")  # type: ignore[call-overload]
    typesight.from_openai(agpt, modle="gpt-4o")  # type: ignore[call-overload]
    typesight.from_anthropic(claude, model="claude-haiku-5-5", enable_prompt_caching=True)
    typesight.from_anthropic(claude, enable_caching=True)  # type: ignore[call-overload]
    typesight.from_local(turn="auto")
    typesight.from_local(trun="auto")  # type: ignore[call-overload]
    typesight.from_provider("openai/gpt-4o", api_key="k", base_url="http://x", sdk={"timeout": 3}, max_retries=0)
    typesight.from_provider("openai/gpt-4o", organization="x")  # type: ignore[call-overload]
    typesight.from_provider("openai/gpt-4o", model="x")  # type: ignore[call-overload]


def hooks(client: typesight.Client, count: Callable[[typesight.ReplyEvent], None]) -> None:
    client.on("record", print)
    client.on("reply", count)
    client.on("record", count)  # type: ignore[call-overload]
    client.on("replies", print)  # type: ignore[call-overload]
    client.extract(Receipt, "r.jpg", hooks={"reply": [count], "record": print})
    client.extract(Receipt, "r.jpg", hooks={"record": count})  # type: ignore[call-overload]


def calls(client: typesight.Client, retrying: Retrying) -> None:
    client.create(response_model=Receipt, messages=MESSAGES, max_retries=retrying, temperature=0, n=1)
    client.create(response_model=Receipt, messages=MESSAGES, max_retrys=1)  # type: ignore[call-overload]
    client.create(response_model=list[Receipt], temprature=1)  # type: ignore[call-overload]
    client.create(messages=MESSAGES, max_token=1)  # type: ignore[call-overload]
    client.create(response_model=Receipt, verify="warn")  # type: ignore[call-overload]
    client.create(response_model=Receipt, deadline="1 s")  # type: ignore[call-overload]
    client.create_with_completion(response_model=Receipt, msgs=[])  # type: ignore[call-overload]
    client.create_partial(response_model=Receipt, growing_text=True)
    client.create_partial(response_model=Receipt, growing=True)  # type: ignore[call-overload]
    client.create_iterable(response_model=Receipt, growing_text=True)  # type: ignore[call-overload]
    client.estimate(messages=MESSAGES, max_side=100)
    client.estimate(messages=MESSAGES, max_sides=100)  # type: ignore[call-arg]


def documents(client: typesight.Client) -> None:
    client.extract(Receipt, "r.jpg", verify="warn", hint="ocr", system="Be exact.", seed=1)
    client.extract(Receipt, "r.jpg", verfy="warn")  # type: ignore[call-overload]
    client.extract(Receipt, "r.jpg", verify="wran")  # type: ignore[call-overload]
    client.extract(Receipt, "r.jpg", input="x")  # type: ignore[call-overload]
    typesight.extract(Receipt, "r.jpg", model="openai/gpt-4o", api_key="k", base_url="http://x", max_retries=0)
    typesight.extract(Receipt, "r.jpg")  # type: ignore[call-overload]
    typesight.extract(Receipt, "r.jpg", model="local", max_retrys=0)  # type: ignore[call-overload]


async def asynchronous(client: typesight.AsyncClient, policy: AsyncRetrying, other: Retrying) -> None:
    await client.create(response_model=Receipt, messages=MESSAGES, max_retries=policy)
    await client.create(response_model=Receipt, max_retries=other)  # type: ignore[call-overload]
    await client.create(response_model=Receipt, max_retrys=1)  # type: ignore[call-overload]
    await client.extract(Receipt, "r.jpg", verfy="warn")  # type: ignore[call-overload]
    await typesight.extract_async(Receipt, "r.jpg", model="local", hnt="ocr")  # type: ignore[call-overload]


def test_the_calls_are_importable() -> None:
    assert all(map(callable, (makers, calls, documents, asynchronous)))
