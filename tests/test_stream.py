"""Records and items as they stream, over the real SDKs and a real socket, on every wire and in every mode."""

from __future__ import annotations

import json
import pickle
import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel
from tenacity import Retrying, stop_after_attempt

import typesight
from support import WIRES, Clients, made
from typesight import ExtractionFailed, Image, Mode
from typesight.testing import Fault, Reply, Sandbox

Start = Callable[..., Sandbox]
CELLS = [(wire, mode) for wire in WIRES for mode in Mode]


class Item(BaseModel):
    name: str
    price: Decimal


class Bill(BaseModel):
    shop: str
    when: date
    items: list[Item] = []
    total: float | None = None


DATA: dict[str, Any] = {
    "shop": "Corner Shop \U0001f375",
    "when": "2026-11-20",
    "items": [{"name": "tea", "price": 2.5}, {"name": "milk", "price": 1}],
    "total": 12.5,
}
BILL = Bill.model_validate(DATA)


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", Image(picture)]}]


async def collected(stream: Any, asynchronous: bool) -> list[Any]:
    return [each async for each in stream] if asynchronous else list(stream)


def said(mode: Mode, name: str, pieces: Any, **more: Any) -> Reply:
    """A reply that says its pieces where the mode has its answers."""
    return Reply(calls=((name, pieces),), **more) if mode is Mode.TOOLS else Reply(text=pieces, **more)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("wire", "mode"), CELLS)
async def test_a_record_grows_and_ends_as_the_record_itself(
    wire: str, mode: Mode, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(DATA)
    client = made(clients, wire, box, asynchronous=asynchronous)
    got = await collected(client.create_partial(response_model=Bill, messages=ask(picture), mode=mode), asynchronous)
    *before, last = got
    assert (type(last), last) == (Bill, BILL)
    assert pickle.loads(pickle.dumps(last)) == BILL
    assert len(before) > 3
    assert all(each.shop in {None, BILL.shop} for each in before)
    assert all(each.when in {None, BILL.when} for each in before)
    assert all(each.total in {None, 12.5} for each in before)  # never a number that still grows
    prices = [item.price for each in before for item in each.items or ()]
    assert set(prices) <= {None, Decimal("2.5"), Decimal(1)}
    assert before[-1].model_dump()["items"][0] == {"name": "tea", "price": Decimal("2.5")}
    assert box.requests[0].body["stream"] is True


@pytest.mark.parametrize(("wire", "mode"), CELLS)
def test_the_first_snapshot_is_there_before_the_second_field_is_sent(
    wire: str, mode: Mode, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    seen = threading.Event()
    items = [{"name": f"item number {number}", "price": number} for number in range(900)]
    rest = f'"when": "2026-11-20", "items": {json.dumps(items)}}}'
    assert len(rest) > 37_000

    def pieces() -> Iterator[str]:
        yield '{"shop": "Corner Shop", '
        assert seen.wait(30)
        for start in range(0, len(rest), 500):
            yield rest[start : start + 500]

    client = made(clients, wire, sandbox(said(mode, "Bill", pieces())))
    stream = client.create_partial(response_model=Bill, messages=ask(picture), mode=mode)
    first = next(each for each in stream if each.shop)
    assert (first.shop, first.when) == ("Corner Shop", None)
    seen.set()
    last = list(stream)[-1]
    assert last == Bill(
        shop="Corner Shop", when=date(2026, 11, 20), items=[Item.model_validate(each) for each in items]
    )


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("wire", "mode"), CELLS)
async def test_each_item_is_given_before_the_next_is_sent(
    wire: str, mode: Mode, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    items = [{"name": f"item {number} {'x' * 60}", "price": number} for number in range(230)]
    assert len(json.dumps(items)) > 20_000
    given = threading.Semaphore(0)

    def pieces() -> Iterator[str]:
        yield '{"result": ['
        for number, item in enumerate(items):
            yield json.dumps(item) + (", " if number < len(items) - 1 else "]}")
            if number < len(items) - 1:
                assert given.acquire(timeout=30)

    box = sandbox(said(mode, "list_Item", pieces()))
    client = made(clients, wire, box, asynchronous=asynchronous)
    got = []
    stream = client.create_iterable(response_model=Item, messages=ask(picture), mode=mode)
    if asynchronous:
        async for item in stream:
            got.append(item)
            given.release()
    else:
        for item in stream:
            got.append(item)
            given.release()
    assert got == [Item.model_validate(item) for item in items]
    assert all(type(item) is Item for item in got)


@pytest.mark.parametrize(("wire", "mode"), CELLS)
def test_a_streamed_record_that_fails_is_asked_again_unstreamed(
    wire: str, mode: Mode, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox({**DATA, "total": "12.5O"}, DATA)
    got = list(made(clients, wire, box).create_partial(response_model=Bill, messages=ask(picture), mode=mode))
    assert got[-1] == BILL
    assert [request.body.get("stream") for request in box.requests] == [True, None]
    assert "- total: " in json.dumps(box.requests[1].body)


@pytest.mark.parametrize("wire", WIRES)
def test_a_streamed_list_that_fails_gives_its_other_items_when_it_is_whole(
    wire: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    good = [{"name": "a", "price": 1}, {"name": "b", "price": 2}, {"name": "c", "price": 3}]
    bad = [good[0], {"name": "b", "price": "two"}, good[2]]
    box = sandbox({"result": bad}, {"result": good})
    got = list(made(clients, wire, box).create_iterable(response_model=Item, messages=ask(picture)))
    assert [item.name for item in got] == ["a", "b", "c"]
    assert len(box.requests) == 2


def test_a_reask_that_changes_what_was_given_is_an_error(sandbox: Start, clients: Clients, picture: bytes) -> None:
    bad = [{"name": "a", "price": 1}, {"name": "b", "price": "two"}]
    box = sandbox({"result": bad}, {"result": [{"name": "z", "price": 1}, {"name": "b", "price": 2}]})
    stream = made(clients, "chat", box).create_iterable(response_model=Item, messages=ask(picture), reask="whole")
    assert next(stream).name == "a"
    with pytest.raises(typesight.InvalidRecord, match="lacks an item that was given while it streamed"):
        list(stream)


def cut(text: str) -> Iterator[str]:
    yield text
    raise ConnectionError


HALF = '{"shop": "Corner Shop", "when": "2026-11-20", "items": [{"name": "tea", "price": 2.5}, {"na'
# Rows: how a stream ends -> what it says, its stop word by wire, the error.
ENDS: dict[str, tuple[Callable[[], Any], dict[str, str], type[typesight.ReplyError]]] = {
    "cut": (lambda: cut(HALF), {}, typesight.Interrupted),
    "broken by an error": (lambda: iter([HALF, Fault(529, message="overloaded")]), {}, typesight.Interrupted),
    "stopped at the limit": (
        lambda: iter([HALF]), {"chat": "length", "responses": "max_output_tokens", "messages": "max_tokens"},
        typesight.Truncated,
    ),
}  # fmt: skip


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("wire", "mode"), CELLS)
async def test_a_stream_that_ends_too_early_is_a_typed_error_that_holds_what_had_come(
    wire: str, mode: Mode, end: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    pieces, stops, error = ENDS[end]
    whole = said(mode, "Bill", HALF + "}", stop="max_tokens")  # Claude's limit is raised, and is too low again
    box = sandbox(said(mode, "Bill", pieces(), stop=stops.get(wire)), whole)
    client = made(clients, wire, box, asynchronous=asynchronous)
    with pytest.raises(ExtractionFailed) as caught:
        await collected(client.create_partial(response_model=Bill, messages=ask(picture), mode=mode), asynchronous)
    assert type(caught.value.last) is error
    assert caught.value.partial["shop"] == "Corner Shop"
    assert caught.value.partial["items"][0] == {"name": "tea", "price": 2.5}
    assert len(box.requests) == (2 if wire == "messages" and end == "stopped at the limit" else 1)
    assert pickle.loads(pickle.dumps(caught.value)).partial == caught.value.partial


@pytest.mark.parametrize("wire", WIRES)
def test_a_refused_stream_is_refused(wire: str, sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(Reply(refusal="I will not."))
    with pytest.raises(ExtractionFailed) as caught:
        list(made(clients, wire, box).create_partial(response_model=Bill, messages=ask(picture)))
    assert type(caught.value.last) is typesight.Refused


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("wire", WIRES)
async def test_leaving_the_iterator_closes_the_connection(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    left = threading.Event()

    def pieces() -> Iterator[str]:
        try:
            yield '{"shop": "Corner Shop", "items": ['
            while True:
                yield '{"name": "tea", "price": 1}, '
        finally:
            left.set()

    client = made(clients, wire, sandbox(Reply(text=pieces())), asynchronous=asynchronous)
    stream = client.create_partial(response_model=Bill, messages=ask(picture), mode=Mode.PROMPTED)
    if asynchronous:
        async for _ in stream:
            break
        await stream.aclose()
    else:
        for _ in stream:
            break
        stream.close()
    assert left.wait(30)


@pytest.mark.parametrize("wire", WIRES)
def test_usage_is_asked_for_and_counted(wire: str, sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox({**DATA, "total": "x"}, {**DATA, "total": "x"}, {**DATA, "total": "x"})
    with pytest.raises(ExtractionFailed) as caught:
        list(made(clients, wire, box).create_partial(response_model=Bill, messages=ask(picture)))
    usages = [attempt.usage for attempt in caught.value.attempts]
    assert len(usages) == 3
    assert all(usage.input and usage.output for usage in usages)
    assert usages[0].input < usages[1].input
    assert all(attempt.request_id for attempt in caught.value.attempts)


def test_a_text_may_be_shown_as_it_grows(sandbox: Start, clients: Clients, picture: bytes) -> None:
    text = json.dumps({"shop": "A shop with a long name", "when": "2026-11-20"})
    box = sandbox(Reply(text=[text[at : at + 5] for at in range(0, len(text), 5)]))
    got = list(made(clients, "chat", box).create_partial(
        response_model=Bill, messages=ask(picture), growing_text=True
    ))  # fmt: skip
    shops = [each.shop for each in got if each.shop]
    assert shops[0] != shops[-1] == "A shop with a long name"
    assert all(shops[-1].startswith(shop) for shop in shops)
    assert {each.when for each in got} <= {None, date(2026, 11, 20)}  # only texts grow


def test_a_tenacity_object_bounds_the_reasks_of_a_stream(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox({"shop": 1}, {"shop": 1}, DATA)
    with pytest.raises(ExtractionFailed):
        list(made(clients, "chat", box).create_partial(
            response_model=Bill, messages=ask(picture), max_retries=Retrying(stop=stop_after_attempt(2))
        ))  # fmt: skip
    assert len(box.requests) == 2


def test_a_refused_mode_is_followed_by_the_next_in_a_stream_too(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    refusal = Fault(400, message="'response_format' of type 'json_schema' is not supported with this model.")
    box = sandbox(refusal, DATA)
    assert list(made(clients, "chat", box).create_partial(response_model=Bill, messages=ask(picture)))[-1] == BILL
    assert [request.status for request in box.requests] == [400, 200]


def test_what_cannot_be_asked_for_is_refused_at_the_call(sandbox: Start, clients: Clients, picture: bytes) -> None:
    client = made(clients, "chat", sandbox(DATA))
    with pytest.raises(TypeError, match="give a response_model here"):
        client.create_partial(response_model=None, messages=ask(picture))
    with pytest.raises(TypeError, match="give a response_model here"):
        client.create_iterable(response_model=None, messages=ask(picture))
    with pytest.raises(typesight.SchemaError):
        client.create_partial(response_model=dict[str, int], messages=ask(picture), mode=Mode.JSON_SCHEMA)


KINDS: list[tuple[Any, Any, Any]] = [
    (list[Item], {"result": DATA["items"]}, BILL.items),
    (dict[str, int], {"a": 1, "b": 2}, {"a": 1, "b": 2}),
    (int, {"result": 5}, 5),
    (Bill | None, {"result": None}, None),
    (list[Item | Bill], {"result": DATA["items"][:1]}, BILL.items[:1]),
]


@pytest.mark.parametrize(("kind", "answer", "record"), KINDS, ids=str)
def test_every_kind_of_record_streams(
    kind: Any, answer: Any, record: Any, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(answer)
    *before, last = made(clients, "chat", box).create_partial(
        response_model=kind, messages=ask(picture), mode=Mode.TOOLS
    )
    assert (type(last), last) == (type(record), record)
    assert all(isinstance(each, list | dict | int | type(None)) for each in before)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("wire", WIRES)
async def test_the_sdk_s_own_stream_comes_back_without_a_response_model(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(Reply(text="Hello there."))
    client = made(clients, wire, box, asynchronous=asynchronous)
    got = client.create(messages=ask(picture), stream=True)
    if asynchronous:
        async with await got as stream:
            assert type(stream).__name__ == "AsyncStream"
            events = [event async for event in stream]
    else:
        with got as stream:
            assert type(stream).__name__ == "Stream"
            events = list(stream)
    assert "Hello" in "".join(event.model_dump_json() for event in events)
    assert len(box.requests[0].pictures) == 1
