"""The ways to call: the paths of the SDKs, the words of each, and what a call refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, ValidationInfo, field_validator

import typesight
from support import GOOD, RECORD, Clients, Receipt
from typesight import Image, ImageError, Mode
from typesight.testing import Reply, Sandbox

Start = Callable[..., Sandbox]


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", Image(picture)]}]


def test_chat_completions_is_always_chat_and_responses_always_responses(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD, GOOD, GOOD, GOOD)
    client = clients.sync("openai", box, model="gpt-6-luna")
    client.create(response_model=Receipt, messages=ask(picture))
    client.create(response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS)
    client.chat.completions.create(response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS)
    client.responses.create(response_model=Receipt, messages=ask(picture))
    chat, responses = "/v1/chat/completions", "/v1/responses"
    assert [request.path for request in box.requests] == [chat, responses, chat, responses]


def test_without_a_response_model_the_usual_wire_is_spoken_and_the_sdks_reply_comes_back(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox("Hello.", "Hello.", "Hello.")
    client = clients.sync("openai", box, model="gpt-6-astra")
    assert client.create(messages=ask(picture)).choices[0].message.content == "Hello."
    assert client.responses.create(messages=ask(picture)).output_text == "Hello."
    claude = clients.sync("anthropic", box)
    assert claude.create(messages=ask(picture)).content[0].text == "Hello."


def test_responses_understands_input_and_instructions(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(GOOD, GOOD)
    client = clients.sync("openai", box, model="gpt-6-astra")
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "Read this."}, Image(picture)]},
    ]
    assert client.responses.create(response_model=Receipt, input=items, instructions="Be exact.") == RECORD
    body = box.requests[0].body
    assert body["instructions"] == "Be exact."
    assert body["store"] is False
    assert client.chat.completions.create(response_model=Receipt, input="Read nothing.", instructions="Be exact.") == (
        RECORD
    )
    assert box.requests[1].body["messages"] == [
        {"role": "system", "content": "Be exact."}, {"role": "user", "content": "Read nothing."},
    ]  # fmt: skip


def test_store_is_sent_as_it_is_asked_for(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(GOOD)
    client = clients.sync("openai", box, model="gpt-6-astra", api="responses")
    client.create(response_model=Receipt, messages=ask(picture), store=True)
    assert box.requests[0].body["store"] is True


LIMITS = [
    ("openai", "gpt-4o", "chat", "max_completion_tokens"), ("openai", "llama3", "chat", "max_tokens"),
    ("openai", "gpt-6-astra", "responses", "max_output_tokens"),
    ("anthropic", "claude-haiku-5-5", "auto", "max_tokens"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:typesight does not know the model")
@pytest.mark.parametrize(("vendor", "model", "api", "spelled"), LIMITS)
def test_max_tokens_is_portable(
    vendor: str, model: str, api: str, spelled: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    clients.sync(vendor, box, model=model, api=api).create(
        response_model=Receipt, messages=ask(picture), max_tokens=300
    )
    body = box.requests[0].body
    assert {key: value for key, value in body.items() if key.startswith("max_")} == {spelled: 300}


def test_options_of_chat_are_spelled_for_responses(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(GOOD)
    client = clients.sync("openai", box, model="gpt-6-astra", api="responses")
    tool = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
    client.create(
        response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS, tools=[tool], reasoning_effort="low",
        verbosity="low",
    )  # fmt: skip
    body = box.requests[0].body
    assert body["reasoning"] == {"effort": "low"}
    assert body["text"] == {"verbosity": "low"}
    assert [(each["type"], each["name"]) for each in body["tools"]] == [("function", "look"), ("function", "Receipt")]


async def test_a_sync_call_works_while_an_event_loop_runs(sandbox: Start, clients: Clients, picture: bytes) -> None:
    assert asyncio.get_running_loop().is_running()
    for vendor in ("openai", "anthropic"):
        assert clients.sync(vendor, sandbox(GOOD)).create(response_model=Receipt, messages=ask(picture)) == RECORD


class Limited(BaseModel):
    total: float

    @field_validator("total")
    @classmethod
    def within(cls, total: float, info: ValidationInfo) -> float:
        if info.context and total > info.context["most"]:
            raise ValueError("more than the context allows")
        return total


@pytest.mark.parametrize("mode", Mode)
def test_context_reaches_the_validators(mode: Mode, sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox({"total": 9}, {"total": 3})
    got = clients.sync("openai", box).create(
        response_model=Limited, messages=ask(picture), mode=mode, context={"most": 5}
    )
    assert got == Limited(total=3)
    assert len(box.requests) == 2


@pytest.mark.parametrize("mode", Mode)
def test_strict_refuses_a_number_that_came_as_text(
    mode: Mode, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox({"total": "9"}, {"total": 9}, {"total": "9"})
    client = clients.sync("openai", box)
    assert client.create(response_model=Limited, messages=ask(picture), mode=mode, strict=True) == Limited(total=9)
    assert client.create(response_model=Limited, messages=ask(picture), mode=mode) == Limited(total=9)
    assert len(box.requests) == 3


def test_a_picture_in_a_tool_s_result_goes_where_it_is_taken(sandbox: Start, clients: Clients, picture: bytes) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "scan", "arguments": "{}"}}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Scan and read."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": [Image(picture)]},
    ]
    box = sandbox(GOOD, GOOD)
    for client in (clients.sync("anthropic", box), clients.sync("openai", box, model="gpt-6-astra", api="responses")):
        assert client.create(response_model=Receipt, messages=messages) == RECORD
    assert [len(request.pictures) for request in box.requests] == [1, 1]
    with pytest.raises(ImageError, match=r"messages\[2\].*user turn.*api='responses'"):
        clients.sync("openai", box).create(response_model=Receipt, messages=messages)


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"api": "grpc"}, ValueError, "not one of auto, chat, responses"),
    ({"stream": True}, TypeError, "stream=True"),
    ({"mode": "xml"}, typesight.ModeError, "there is no mode 'xml'"),
    ({"n": 2}, TypeError, "n=2"),
    ({"messages": None}, TypeError, "needs messages"),
]


@pytest.mark.parametrize(("options", "error", "said"), REFUSED)
def test_what_makes_no_sense_is_refused_before_any_request(
    options: dict[str, Any], error: type[Exception], said: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    with pytest.raises(error, match=said):
        clients.sync("openai", box).create(**{"response_model": Receipt, "messages": ask(picture), **options})
    assert box.requests == []


def test_a_word_of_another_sdk_is_refused_by_name(sandbox: Start, clients: Clients) -> None:
    client = clients.sync("anthropic", sandbox(GOOD))
    with pytest.raises(TypeError, match="input= is a parameter of OpenAI Responses, not of Anthropic Messages"):
        client.create(response_model=Receipt, input="x")
    with pytest.raises(AttributeError, match="this client speaks Anthropic Messages, not OpenAI's Responses"):
        _ = client.responses
    assert not hasattr(client, "responses")


@pytest.mark.slow
def test_commentary_and_thinking_are_no_answers(sandbox: Start, clients: Clients, picture: bytes) -> None:
    text = '{"company": "Corner Shop", "date": "2026-11-20", "total": 73.5}'
    said = Reply(text=text, thinking="hm", commentary='I found {"company": "x", "date": "2026-01-01", "total": 1}')
    box = sandbox(said, said)
    gpt = clients.sync("openai", box, model="gpt-6-astra", api="responses")
    assert gpt.extract(Receipt, picture).record == RECORD
    assert clients.sync("anthropic", box).extract(Receipt, picture).record == RECORD


def test_thinking_and_commentary_go_back_with_the_reask(sandbox: Start, clients: Clients, picture: bytes) -> None:
    bad = Reply(text='{"company": 1}', thinking="hm", commentary="Let me see.")
    box = sandbox(bad, GOOD)
    gpt = clients.sync("openai", box, model="gpt-6-astra", api="responses")
    assert gpt.create(response_model=Receipt, messages=ask(picture)) == RECORD
    items = box.requests[1].body["input"]
    assert [item.get("type") for item in items[1:4]] == ["reasoning", "message", "message"]
    assert [item.get("phase") for item in items[2:4]] == ["commentary", "final_answer"]
    assert items[1]["encrypted_content"]


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_a_client_closes_the_sdk_s(vendor: str, sandbox: Start) -> None:
    box = sandbox(GOOD)
    url = {"openai": box.openai_url, "anthropic": box.anthropic_url}[vendor]
    model = {"openai": "gpt-4o", "anthropic": "claude-haiku-5-5"}[vendor]
    with typesight.from_provider(f"{vendor}/{model}", api_key="k", base_url=url) as client:
        sdk = client._connection.client  # type: ignore[attr-defined]
        assert not sdk.is_closed()
    assert sdk.is_closed()
    async with typesight.from_provider(f"{vendor}/{model}", async_client=True, api_key="k", base_url=url) as other:
        sdk = other._connection.client  # type: ignore[attr-defined]
        assert not sdk.is_closed()
    assert sdk.is_closed()


async def test_the_local_reader_closes_like_any_other() -> None:
    with typesight.from_local() as client:
        assert "local" in repr(client)
    async with typesight.from_local(async_client=True) as other:
        assert "local" in repr(other)


async def test_a_document_that_has_no_name_gets_one(sandbox: Start, clients: Clients, picture: bytes) -> None:
    client, other = clients.sync("openai", sandbox(GOOD)), clients.asynchronous("anthropic", sandbox(GOOD))
    assert client.extract(Receipt, picture, source="scan 17").source == "scan 17"
    assert (await other.extract(Receipt, picture, source="mail 4/2")).source == "mail 4/2"
