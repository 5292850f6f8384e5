"""Replies that must not become a wrong record: over the real SDKs and a socket, on every wire, whole and streamed."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, field_validator

import typesight
from support import WIRES, Clients, made
from typesight import ExtractionFailed, Image, Interrupted, InvalidRecord, Mode, NoAnswer
from typesight.testing import Fault, Reply, Sandbox

Start = Callable[..., Sandbox]
COLOURS = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
CELLS = [(wire, mode) for wire in WIRES for mode in Mode]


class Total(BaseModel):
    total: Decimal


class Reading(BaseModel):
    name: str
    value: float


GOOD = '{"name": "tea", "value": 2.5}'
TEA = Reading(name="tea", value=2.5)


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", Image(picture)]}]


def said(mode: Mode, kind: str, text: str) -> Reply:
    """A text where the mode has its answers."""
    return Reply(calls=[(kind, text)]) if mode is Mode.TOOLS else Reply(text=text)


async def asked(client: Any, asynchronous: bool, picture: bytes, **arguments: Any) -> Any:
    got = client.create(messages=ask(picture), **arguments)
    return await got if asynchronous else got


async def listed(stream: Any, asynchronous: bool) -> list[Any]:
    return [each async for each in stream] if asynchronous else list(stream)


async def failure(client: Any, asynchronous: bool, picture: bytes, **arguments: Any) -> ExtractionFailed:
    with pytest.raises(ExtractionFailed) as caught:
        await asked(client, asynchronous, picture, **arguments)
    return caught.value


# Rows: a reply that says what no record may hold -> the field at fault.
UNHELD = {
    "1e400": ('{"name": "tea", "value": 1e400}', "value"),
    "400 digits": ('{"name": "tea", "value": ' + "9" * 400 + "}", "value"),
    "in quotes": ('{"name": "tea", "value": "1e400"}', "value"),
    "a word": ('{"name": "tea", "value": "-inf"}', "value"),
    "U+0000": ('{"name": "te\\u0000a", "value": 2.5}', "name"),
}


@COLOURS
@pytest.mark.parametrize("reply", UNHELD)
@pytest.mark.parametrize(("wire", "mode"), CELLS)
async def test_what_no_record_may_hold_is_asked_again_by_its_field(
    wire: str, mode: Mode, reply: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    text, field = UNHELD[reply]
    box = sandbox(said(mode, "Reading", text), said(mode, "Reading", GOOD))
    client = made(clients, wire, box, asynchronous=asynchronous)
    assert await asked(client, asynchronous, picture, response_model=Reading, mode=mode) == TEA
    told = json.dumps(box.requests[1].body)
    assert rf"\n- {field}: " in told
    assert told.count(r"\n- ") == 1


@COLOURS
@pytest.mark.parametrize("reply", UNHELD)
@pytest.mark.parametrize(("wire", "mode"), CELLS)
async def test_no_stream_shows_what_no_record_may_hold(
    wire: str, mode: Mode, reply: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    text, _ = UNHELD[reply]
    client = made(clients, wire, sandbox(said(mode, "Reading", text), GOOD), asynchronous=asynchronous)
    *before, last = await listed(
        client.create_partial(response_model=Reading, messages=ask(picture), mode=mode), asynchronous
    )
    assert last == TEA
    assert all(shown.value in {None, 2.5} for shown in before)

    items = f'{{"result": [{GOOD}, {text}]}}', f'{{"result": [{GOOD}, {GOOD}]}}'
    box = sandbox(*(said(mode, "list_Reading", each) for each in items))
    client = made(clients, wire, box, asynchronous=asynchronous)
    stream = client.create_iterable(response_model=Reading, messages=ask(picture), mode=mode, reask="whole")
    assert await listed(stream, asynchronous) == [TEA, TEA]
    assert len(box.requests) == 2


QUOTED = 'The note on the picture says {"total": "0.00"}. My reading: {"total": "12.5O"}'


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.TOOLS])
@pytest.mark.parametrize("wire", WIRES)
def test_a_quoted_record_is_no_answer_beside_one_that_fails(
    wire: str, mode: Mode, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(Reply(text=QUOTED), Reply(text='{"total": "12.50"}'))
    got = made(clients, wire, box).create(response_model=Total, messages=ask(picture), mode=mode)
    assert (got, len(box.requests)) == (Total(total=Decimal("12.50")), 2)


def twice(mode: Mode, first: str, second: str) -> Reply:
    return (
        Reply(calls=[("Total", first), ("Total", second)]) if mode is Mode.TOOLS else Reply(text=first + "\n" + second)
    )


@COLOURS
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(("wire", "mode"), CELLS)
async def test_the_same_answer_twice_is_one_and_two_are_none(
    wire: str, mode: Mode, stream: bool, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    for second, requests in (('{ "total": 5 }', 1), ('{"total": 6}', 2)):
        box = sandbox(twice(mode, '{"total": 5}', second), '{"total": 5}')
        client = made(clients, wire, box, asynchronous=asynchronous)
        if stream:
            partial = client.create_partial(response_model=Total, messages=ask(picture), mode=mode)
            got = (await listed(partial, asynchronous))[-1]
        else:
            got = await asked(client, asynchronous, picture, response_model=Total, mode=mode)
        assert (got, len(box.requests)) == (Total(total=Decimal(5)), requests)


def test_the_same_answer_in_two_blocks_is_one(sandbox: Start, clients: Clients, picture: bytes) -> None:
    block = {"type": "text", "text": '{"total": 5}', "citations": None}
    message = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [block, block],
        "stop_reason": "end_turn", "stop_sequence": None, "usage": {"input_tokens": 9, "output_tokens": 9},
    }  # fmt: skip
    box = sandbox(Fault(200, body=json.dumps(message)))
    got = made(clients, "messages", box).create(response_model=Total, messages=ask(picture), mode=Mode.PROMPTED)
    assert got == Total(total=Decimal(5))


# Rows: a reply with a thought -> whether there is an answer in it.
THOUGHTS = {
    "an orphan tag": ('maybe {"total": 4}</think>{"total": 5}', True),
    "a draft that is broken": ('maybe {"total": 4, </think>\n\n{"total": 5}', True),
    "both tags": ('<think>maybe {"total": 4}</think>{"total": 5}', True),
    "nothing behind it": ('it is {"total": 4}</think>', False),
    "a thought without an end": ('<think>it is {"total": 4}', False),
}


@COLOURS
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("thought", THOUGHTS)
@pytest.mark.parametrize("wire", WIRES)
async def test_what_is_thought_is_not_the_answer(
    wire: str, thought: str, stream: bool, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    text, answered = THOUGHTS[thought]
    box = sandbox(*[Reply(text=text)] * 2)
    client = made(clients, wire, box, asynchronous=asynchronous)
    how: dict[str, Any] = {"response_model": Total, "mode": Mode.PROMPTED, "max_retries": 0}
    try:
        if stream:
            got = (await listed(client.create_partial(messages=ask(picture), **how), asynchronous))[-1]
        else:
            got = await asked(client, asynchronous, picture, **how)
    except ExtractionFailed as error:
        got = type(error.last)
    assert got == (Total(total=Decimal(5)) if answered else NoAnswer)


class Noted(BaseModel):
    note: str


@pytest.mark.parametrize("before", ["", "Here: "])
@pytest.mark.parametrize("wire", WIRES)
def test_a_tag_inside_of_a_text_is_a_part_of_it(
    wire: str, before: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(Reply(text=before + '{"note": "a </think> b"}'))
    got = made(clients, wire, box).create(response_model=Noted, messages=ask(picture), mode=Mode.PROMPTED)
    assert got == Noted(note="a </think> b")


# Rows: a tool call's arguments, whose loss in an SDK's parsing would not be seen -> what is said about them.
LOST = {
    "a key twice": ('{"total": 1, "total": 2}', "stands more than once"),
    "a key twice inside": ('{"total": 1, "x": {"a": 1, "a": 2}}', "stands more than once"),
    "NaN": ('{"total": NaN}', "NaN is not a JSON number"),
    "Infinity": ('{"total": Infinity}', "Infinity is not a JSON number"),
    "beyond a float": ('{"total": 1e400}', "cannot be kept"),
}


@COLOURS
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("arguments", LOST)
@pytest.mark.parametrize("wire", WIRES)
async def test_what_an_sdk_s_parsing_loses_is_seen(
    wire: str, arguments: str, stream: bool, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    text, why = LOST[arguments]
    box = sandbox(Reply(calls=[("Total", text)]), Reply(calls=[("Total", '{"total": 12.50}')]))
    client = made(clients, wire, box, asynchronous=asynchronous)
    if stream:
        partial = client.create_partial(response_model=Total, messages=ask(picture), mode=Mode.TOOLS)
        got = (await listed(partial, asynchronous))[-1]
    else:
        got = await asked(client, asynchronous, picture, response_model=Total, mode=Mode.TOOLS)
    assert got.total == Decimal("12.50")
    assert why in json.dumps(box.requests[1].body)


@pytest.mark.parametrize("wire", WIRES)
def test_the_digits_of_a_tool_call_are_kept(wire: str, sandbox: Start, clients: Clients, picture: bytes) -> None:
    for number in ("12345678901234567.89", "100000000000000000000000.1", "0.1000000000000000055511151231257827"):
        box = sandbox(Reply(calls=[("Total", f'{{"total": {number}}}')]))
        got = made(clients, wire, box).create(response_model=Total, messages=ask(picture), mode=Mode.TOOLS)
        assert str(got.total) == number


@pytest.mark.parametrize("wire", ["chat", "responses"])
def test_arguments_that_a_gateway_gives_as_an_object_keep_their_digits_and_keys(
    wire: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    def body(arguments: str) -> Fault:
        call = '"name": "Total", "arguments": ' + arguments
        chat = (
            '{"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, '
            '"finish_reason": "tool_calls", "message": {"role": "assistant", "content": null, "tool_calls": '
            f'[{{"id": "c", "type": "function", "function": {{{call}}}}}]}}}}]}}'
        )
        item = f'{{"type": "function_call", "id": "f", "call_id": "c", {call}}}'
        response = f'{{"id": "1", "object": "response", "created_at": 1, "status": "completed", "output": [{item}]}}'
        return Fault(200, body=chat if wire == "chat" else response)

    box = sandbox(body('{"total": 1, "total": 2}'), body('{"total": 12345678901234567.89}'))
    got = made(clients, wire, box).create(response_model=Total, messages=ask(picture), mode=Mode.TOOLS)
    assert str(got.total) == "12345678901234567.89"
    assert "stands more than once" in json.dumps(box.requests[1].body)


# Rows: a cloud -> the arguments of its SDK's client.
CLOUDS: dict[str, Callable[[Sandbox], dict[str, Any]]] = {
    "bedrock": lambda box: {"base_url": box.url, "api_key": "k", "aws_region": "us-east-1", "max_retries": 0},
    "vertex": lambda box: {
        "base_url": f"{box.url}/v1", "access_token": "k", "region": "us-east5", "project_id": "p", "max_retries": 0,
    },
}  # fmt: skip


@COLOURS
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("cloud", CLOUDS)
async def test_a_cloud_s_body_tells_too(
    cloud: str, stream: bool, asynchronous: bool, sandbox: Start, picture: bytes
) -> None:
    box = sandbox(
        Reply(calls=[("Total", '{"total": 1, "total": 2}')]),
        Reply(calls=[("Total", '{"total": 12345678901234567.89}')]),
        plays=cloud,
    )
    make: Any = typesight.from_provider
    client = make(f"{cloud}/claude-haiku-5-5", async_client=asynchronous, sdk=CLOUDS[cloud](box))
    if stream:
        partial = client.create_partial(response_model=Total, messages=ask(picture), mode=Mode.TOOLS)
        got = (await listed(partial, asynchronous))[-1]
    else:
        got = await asked(client, asynchronous, picture, response_model=Total, mode=Mode.TOOLS)
    assert str(got.total) == "12345678901234567.89"
    assert "stands more than once" in json.dumps(box.requests[1].body)
    closing = client.close()
    await closing if asynchronous else None


ERROR: dict[str, Any] = {"error": {"message": "upstream is overloaded", "code": 502}}
# Rows: a body under a 200 -> what is told of it.
TROUBLES: dict[str, tuple[Any, str]] = {
    "an object": (ERROR, "upstream is overloaded (502)"),
    "a text": ({"error": "upstream is overloaded"}, "upstream is overloaded"),
    "a list": ([ERROR], "upstream is overloaded (502)"),
    "Anthropic's": (
        {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
        "Overloaded (overloaded_error)",
    ),
    "FastAPI's": ({"detail": "model not loaded"}, "model not loaded"),
    "no choices": ({**ERROR, "choices": [], "content": None, "output": None}, "upstream is overloaded (502)"),
    "several lines and a key": (
        {"error": {"message": "No\n\nroom for sk-proj-abcdefghijklmnop, data:image/png;base64,AAAA"}},
        "No room for …, …",
    ),
    "words that begin as keys do": (
        {"error": "The key-value store is down, or api-version '2024-12-01-preview' lacks key_phrases and api_keys"},
        "The key-value store is down, or api-version '2024-12-01-preview' lacks key_phrases and api_keys",
    ),
    "a page of help": (
        {"error": "See (https://docs.example.com/guides/error-codes/api-errors#what-to-do-about-it)."},
        "See (https://docs.example.com/guides/error-codes/api-errors#what-to-do-about-it).",
    ),
    "keys that begin as words do, and URLs that hold one": (
        {"error": "key-0a1b2c3d4e5f6a7b api_live_9f8e7d6c5b4a https://docs.example.com/guides/error-codes?sig=abcdefgh "
                  "https://hooks.example.com/services/T012/0a1b2c3d4e5f6a7b8c9d0e1f"},
        "… … … …",
    ),
}  # fmt: skip


@COLOURS
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("wire", WIRES)
async def test_an_error_inside_of_a_200_is_told_in_its_own_words(
    wire: str, trouble: str, stream: bool, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    body, words = TROUBLES[trouble]
    box = sandbox(*[Fault(200, body=json.dumps(body))] * 2)
    client = made(clients, wire, box, asynchronous=asynchronous)
    with pytest.raises(ExtractionFailed) as caught:
        if stream:
            await listed(client.create_partial(response_model=Total, messages=ask(picture)), asynchronous)
        else:
            await asked(client, asynchronous, picture, response_model=Total)
    assert type(caught.value.last) is Interrupted
    assert str(caught.value).endswith(f"the endpoint answered 200 with an error instead of a reply: {words}")
    assert "\n" not in str(caught.value)
    assert len(box.requests) == 1
    assert pickle.loads(pickle.dumps(caught.value)).errors == {}


@pytest.mark.parametrize("wire", WIRES)
def test_an_error_inside_of_a_200_is_sent_again_from_the_pool(
    wire: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(Fault(200, body=json.dumps(ERROR)), '{"total": 5}')
    client = made(clients, wire, box, sdk={"max_retries": 1})
    assert client.create(response_model=Total, messages=ask(picture)) == Total(total=Decimal(5))
    assert len(box.requests) == 2


def test_words_without_an_end_are_cut(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(Fault(200, body=json.dumps({"error": "no room " * 9_999})))
    with pytest.raises(ExtractionFailed) as caught:
        made(clients, "chat", box).create(response_model=Total, messages=ask(picture))
    assert len(str(caught.value)) < 500


@COLOURS
@pytest.mark.parametrize("wire", WIRES)
async def test_an_error_in_a_stream_is_told_in_its_own_words(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(Reply(text=['{"total": ', Fault(529, message="no room on this machine")]))
    client = made(clients, wire, box, asynchronous=asynchronous)
    with pytest.raises(ExtractionFailed, match="no room on this machine") as caught:
        await listed(
            client.create_partial(response_model=Total, messages=ask(picture), mode=Mode.PROMPTED), asynchronous
        )
    assert type(caught.value.last) is Interrupted


def completion(message: dict[str, Any], **choice: Any) -> Fault:
    """A body of Chat Completions, as a gateway or a local server writes it."""
    made_of = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}, **choice}
    usage = {"prompt_tokens": 90, "completion_tokens": 9, "total_tokens": 99}
    whole = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [made_of], "usage": usage}
    return Fault(200, body=json.dumps(whole))


def test_a_choice_that_a_gateway_broke_off_is_told_in_its_words_and_counted(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(completion({"content": '{"total": 5}'}, finish_reason="error", error=ERROR["error"]))
    with pytest.raises(ExtractionFailed, match=r"upstream is overloaded \(502\)") as caught:
        made(clients, "chat", box).create(response_model=Total, messages=ask(picture))
    assert (type(caught.value.last), caught.value.usage.input) == (Interrupted, 90)


@COLOURS
@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_json_that_was_taken_for_a_thought_is_named_and_no_answer(
    field: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(completion({"content": None, field: 'So: {"total": 5}'}))
    client = made(clients, "chat", box, asynchronous=asynchronous)
    error = await failure(client, asynchronous, picture, response_model=Total, max_retries=0)
    assert type(error.last) is NoAnswer
    assert f"there is JSON in {field}" in str(error)
    assert "reasoning parser" in str(error)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_in_a_stream_it_is_named_too(field: str, sandbox: Start, clients: Clients, picture: bytes) -> None:
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    deltas = [{field: '{"tot'}, {field: 'al": 5}'}, {"content": None}]
    chunks = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    box = sandbox(Fault(200, body=body, headers={"Content-Type": "text/event-stream"}))
    stream = made(clients, "chat", box).create_partial(response_model=Total, messages=ask(picture), max_retries=0)
    with pytest.raises(ExtractionFailed, match=f"there is JSON in {field}"):
        list(stream)


def test_thinking_beside_an_answer_is_no_trouble(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(completion({"content": '{"total": 5}', "reasoning_content": 'maybe {"total": 4}'}))
    got = made(clients, "chat", box).create(response_model=Total, messages=ask(picture))
    assert got == Total(total=Decimal(5))


def test_json_in_claude_s_thinking_is_named(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(Reply(thinking='So: {"total": 5}', text=" "))
    with pytest.raises(ExtractionFailed, match="there is JSON in a thinking block"):
        made(clients, "messages", box).create(response_model=Total, messages=ask(picture), max_retries=0)


class Priced(BaseModel):
    name: str
    price: float

    @field_validator("price")
    @classmethod
    def known(cls, given: float) -> float:
        return {2.5: given}[given]  # raises KeyError, which is not a ValueError


WAYS = ["create", "create_partial", "create_iterable"]


@COLOURS
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("before", [[], [{"name": "tea", "price": "x"}]], ids=["the first reply", "a reask"])
@pytest.mark.parametrize("wire", WIRES)
async def test_a_validator_s_own_exception_carries_what_was_paid(
    wire: str, before: list[Any], way: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    replies = [*before, {"name": "tea", "price": 7}]
    box = sandbox(*([{"result": [each]} for each in replies] if way == "create_iterable" else replies))
    client = made(clients, wire, box, asynchronous=asynchronous)
    with pytest.raises(KeyError) as caught:
        if way == "create":
            await asked(client, asynchronous, picture, response_model=Priced)
        else:
            await listed(getattr(client, way)(response_model=Priced, messages=ask(picture)), asynchronous)
    error: Any = caught.value
    assert error.args == (7.0,)
    assert len(error.attempts) == len(box.requests) == len(replies)
    assert all(attempt.usage.input and attempt.usage.output for attempt in error.attempts)
    assert "7" in error.attempts[-1].reply
    assert type(error.attempts[-1].error) is InvalidRecord
    assert "KeyError" in str(error.attempts[-1].error)
    assert error.__notes__[0].startswith(f"typesight: {len(replies)} attempt")


@pytest.mark.parametrize("wire", WIRES)
def test_no_item_with_a_key_that_stands_twice_is_given(
    wire: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(
        Reply(text=f'{{"result": [{GOOD}, {{"name": "a", "name": "b", "value": 1}}]}}'), f'{{"result": [{GOOD}]}}'
    )
    stream = made(clients, wire, box).create_iterable(response_model=Reading, messages=ask(picture), mode=Mode.PROMPTED)
    assert list(stream) == [TEA]
