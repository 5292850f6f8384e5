"""FakeModel: what is scripted is what a call gives, through each provider's real SDK, without a socket."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import anthropic
import openai
import pytest
from pydantic import BaseModel

import typesight
from typesight.testing import FakeModel, Fault, RepliesUsedUp, Reply, SandboxRequest

MESSAGES = [{"role": "user", "content": "What does the receipt say?"}]
WIRES: dict[str, dict[str, Any]] = {
    "openai_chat": {"provider": "openai"},
    "openai_responses": {"provider": "openai", "api": "responses"},
    "anthropic_messages": {"provider": "anthropic"},
}
each_wire = pytest.mark.parametrize("wire", WIRES)


class Receipt(BaseModel):
    """What a receipt says."""

    company: str
    total: float


GOOD = {"company": "Corner Shop", "total": 73.5}
RECORD = Receipt(company="Corner Shop", total=73.5)


def refuse_sockets(*arguments: Any, **options: Any) -> None:
    raise AssertionError("a socket was opened")


def ask(model: FakeModel, **options: Any) -> Receipt:
    client: typesight.Client = model.client(**options)
    return client.create(response_model=Receipt, messages=MESSAGES)


@each_wire
def test_a_call_opens_no_socket_and_the_model_keeps_the_request(
    wire: str, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "__init__", refuse_sockets)
    model = FakeModel([GOOD])
    assert model.client(**WIRES[wire]).extract(Receipt, picture).record == RECORD
    (request,) = model.requests
    assert (request.wire, request.status, request.pictures[0].size) == (wire, 200, (420, 260))


@each_wire
async def test_an_asynchronous_call_is_answered_likewise_and_a_bad_reply_is_asked_again(wire: str) -> None:
    model = FakeModel([{"company": "Corner Shop", "total": "7x"}, GOOD])
    client = model.client(async_client=True, **WIRES[wire])
    assert await client.create(response_model=Receipt, messages=MESSAGES) == RECORD
    assert '(given: "7x")' in model.requests[1].text


@each_wire
async def test_a_streamed_reply_grows_sync_and_async(wire: str) -> None:
    model = FakeModel([GOOD, GOOD])
    asked: Any = {"response_model": Receipt, "messages": MESSAGES}
    grown = list(model.client(**WIRES[wire]).create_partial(**asked))
    client = model.client(async_client=True, **WIRES[wire])
    grown_async = [record async for record in client.create_partial(**asked)]
    assert grown[-1] == grown_async[-1] == RECORD
    assert len(grown) == len(grown_async) > 1


@pytest.mark.parametrize("reply", [GOOD, RECORD, '{"company": "Corner Shop", "total": 73.5}', lambda _: GOOD])
def test_a_record_may_be_given_in_any_form(reply: object) -> None:
    assert ask(FakeModel([reply])) == RECORD


def test_one_function_answers_every_request() -> None:
    def answer(request: SandboxRequest) -> object:
        return GOOD if "receipt" in request.text else Fault(500)

    model = FakeModel(answer)
    assert ask(model) == ask(model) == RECORD


@each_wire
@pytest.mark.parametrize("asynchronous", [False, True])
async def test_an_exception_comes_out_of_the_call_at_once(wire: str, asynchronous: bool) -> None:
    given = ValueError("no such shop")
    options: dict[str, Any] = {"async_client": asynchronous, "sdk": {"max_retries": 2}, **WIRES[wire]}
    client = FakeModel([given]).client(**options)
    with pytest.raises(ValueError) as raised:
        waiting: Any = client.create(response_model=Receipt, messages=MESSAGES)
        await waiting
    assert raised.value is given


def test_an_assert_in_a_function_comes_out_of_the_call() -> None:
    def answer(request: SandboxRequest) -> object:
        assert request.pictures, "where is the picture?"
        return GOOD

    with pytest.raises(AssertionError, match=r"where is the picture\?"):
        ask(FakeModel(answer))


@pytest.mark.parametrize(("provider", "sdk"), [("openai", openai), ("anthropic", anthropic)])
def test_an_oserror_is_what_a_broken_connection_is_to_the_sdk(provider: str, sdk: Any) -> None:
    with pytest.raises(sdk.APIConnectionError):
        ask(FakeModel([ConnectionResetError()]), provider=provider)
    with pytest.raises(sdk.APITimeoutError):
        ask(FakeModel([TimeoutError()]), provider=provider)
    assert ask(FakeModel([Fault(529), OSError(), GOOD]), provider=provider, sdk={"max_retries": 2}) == RECORD


def test_a_stream_whose_pieces_raise_is_cut() -> None:
    def pieces() -> Iterator[str]:
        yield '{"company": "Corner'
        raise RuntimeError

    client = FakeModel([Reply(text=pieces())]).client()
    with pytest.raises(typesight.ExtractionFailed) as failed:
        list(client.create_partial(response_model=Receipt, messages=MESSAGES, max_retries=0))
    assert isinstance(failed.value.last, typesight.Interrupted)


def test_a_fault_is_the_sdks_error_and_takes_one_reply() -> None:
    model = FakeModel([Fault(429), GOOD])
    with pytest.raises(openai.RateLimitError):
        ask(model)
    assert ask(model) == RECORD


@pytest.mark.parametrize("sdk", [{}, {"max_retries": 3}])
def test_a_script_that_is_over_says_what_was_asked_and_is_not_tried_again(sdk: dict[str, int]) -> None:
    model = FakeModel([GOOD | {"total": None}])
    with pytest.raises(RepliesUsedUp, match=r"has 1 reply, and this is request 2\. It ends with:(.|\n)*- total: "):
        ask(model, sdk=sdk)
    assert len(model.requests) == 2


async def answer_late(_request: SandboxRequest) -> object:
    return GOOD


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"{}", "a function, not bytes"),
        (Receipt, "not the class Receipt"),
        (answer_late, "answer_late is an async function"),
        ({"total": object()}, r"not dict \(Unable to serialize"),
    ],
    ids=["bytes", "a class", "an async function", "a dict that is no JSON"],
)
def test_what_is_no_reply_is_a_type_error_that_says_what_is(reply: object, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        ask(FakeModel([reply]))


def test_the_reader_without_its_extra_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(typesight.MissingExtra, match=r"FakeModel\('reader'\) needs the extra \[local\]"):
        FakeModel("reader")


def test_a_request_that_the_provider_would_refuse_is_refused() -> None:
    model = FakeModel([GOOD])
    with pytest.raises(anthropic.BadRequestError, match="no_such_thing"):
        ask(model, provider="anthropic", extra_body={"no_such_thing": 1})
    assert ask(model) == RECORD


@pytest.mark.parametrize("replies", [GOOD, RECORD, "{}", 7])
def test_replies_that_are_no_list_are_refused(replies: Any) -> None:
    with pytest.raises(TypeError, match="replies is a list with one reply for each request"):
        FakeModel(replies)


def test_another_provider_is_refused() -> None:
    client: Any = FakeModel([GOOD]).client
    with pytest.raises(ValueError, match="'openai' or 'anthropic', not 'ollama'; Sandbox"):
        client("ollama")


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:9")
    with suppress(KeyError):
        monkeypatch.delenv("OPENAI_API_KEY")
    assert ask(FakeModel([GOOD])) == RECORD


def test_one_sdk_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    model = FakeModel([GOOD])
    assert ask(model, provider="anthropic") == RECORD
    with pytest.raises(typesight.MissingExtra, match=r"a fake model of openai needs the extra \[openai\]"):
        model.client()
