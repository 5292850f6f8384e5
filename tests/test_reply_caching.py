"""A call that was made before sends nothing: caches of accepted replies, through the real SDKs."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from threading import Barrier, Event
from typing import Annotated, Any

import pytest
from openai import NOT_GIVEN
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from pydantic import AfterValidator, BaseModel
from tenacity import Retrying, stop_after_attempt

import typesight
from loop.scenes import REFUSALS, Start
from support import BAD, GOOD, RECORD, WIRES, Clients, Receipt, made
from typesight import CacheWarning, DiskCache, ExtractionFailed, MemoryCache, Mode, Reasking, Usage
from typesight.testing import Fault, Reply, Sandbox

MESSAGES = [{"role": "user", "content": "Read this."}]
COLOURS = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
wires = pytest.mark.parametrize("wire", WIRES)


def draw() -> bytes:
    """A small picture."""
    page = Pillow.new("RGB", (420, 260), "white")
    ImageDraw.Draw(page).text((20, 30), "CORNER SHOP 73.50", "black", ImageFont.load_default(size=26))
    file = BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


PICTURE = draw()


async def extract(client: Any, picture: bytes, kind: Any = Receipt, **options: Any) -> Any:
    """What `extract` returns, in either colour."""
    got = client.extract(kind, picture, **options)
    return await got if client._is_async else got


async def stream(client: Any, kind: Any = Receipt, **options: Any) -> list[Any]:
    """All that `create_partial` yields."""
    got = client.create_partial(messages=MESSAGES, response_model=kind, **options)
    return [each async for each in got] if client._is_async else list(got)


@COLOURS
@wires
async def test_the_second_call_sends_nothing_and_costs_nothing(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, tmp_path: Path
) -> None:
    box = sandbox(GOOD)
    first = await extract(made(clients, wire, box, asynchronous=asynchronous, cache=DiskCache(tmp_path / "c")), picture)
    other = made(clients, wire, box, asynchronous=asynchronous, cache=DiskCache(tmp_path / "c"))
    second = await extract(other, picture)
    assert second.record == first.record == RECORD
    assert len(box.requests) == 1
    assert second.completion.model_dump() == first.completion.model_dump()
    (attempt,) = second.attempts
    assert (attempt.cached, attempt.usage, attempt.cost, attempt.http_requests) == (True, Usage(), 0.0, 0)
    assert (second.usage, second.cost, attempt.to_dict()["cached"]) == (Usage(), 0.0, True)
    assert [each.cached for each in first.attempts] == [False]
    assert pickle.loads(pickle.dumps(second)).attempts == second.attempts


@COLOURS
@wires
@pytest.mark.parametrize("mode", [Mode.TOOLS, Mode.PROMPTED])
async def test_a_call_with_a_reask_is_replayed_as_a_whole(
    mode: Mode, wire: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(BAD, GOOD)
    client = made(clients, wire, box, asynchronous=asynchronous, cache=MemoryCache(), mode=mode)
    first, second = [await extract(client, picture) for _ in range(2)]
    assert second.record == first.record == RECORD
    assert [each.errors for each in second.attempts] == [each.errors for each in first.attempts]
    assert [each.cached for each in second.attempts] == [True, True]
    assert len(box.requests) == 2


@COLOURS
@wires
async def test_a_streamed_reply_is_cached_and_a_cached_one_is_the_outcome_of_a_stream(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD)
    client = made(clients, wire, box, asynchronous=asynchronous, cache=MemoryCache())
    assert len(await stream(client)) > 1
    assert await stream(client) == [RECORD]
    got = client.create(messages=MESSAGES, response_model=Receipt)
    assert (await got if asynchronous else got) == RECORD
    assert len(box.requests) == 1


@COLOURS
async def test_a_streamed_reply_with_a_reask_is_replayed_as_a_whole(
    asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(BAD, GOOD)
    client = made(clients, "messages", box, asynchronous=asynchronous, cache=MemoryCache(), mode=Mode.TOOLS)
    assert (await stream(client))[-1] == RECORD
    assert await stream(client) == [RECORD]
    assert len(box.requests) == 2


def refuse_cents(value: Decimal) -> Decimal:
    """A validator that somebody adds later."""
    if value % 1:
        raise ValueError("whole numbers only")
    return value


@wires
def test_a_hit_is_told_as_a_reply_without_a_request(wire: str, sandbox: Start, clients: Clients) -> None:
    client = made(clients, wire, sandbox(GOOD), cache=MemoryCache())
    client.create(messages=MESSAGES, response_model=Receipt)
    told: list[Any] = []
    hooks = dict.fromkeys(("request", "reply", "complaint", "record", "failure"), told.append)
    client.create(messages=MESSAGES, response_model=Receipt, hooks=hooks)
    reply, record = told
    assert (reply.cached, reply.usage, reply.cost, reply.http_requests) == (True, Usage(), 0.0, 0)
    assert (record.record, record.usage, record.cost) == (RECORD, Usage(), 0.0)


def test_a_reask_that_was_marked_for_claude_s_prompt_cache_is_replayed(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    bad = Reply(calls=[("Receipt", json.dumps(BAD))], usage={"input_tokens": 5000})
    box = sandbox(bad, GOOD)
    client = made(clients, "messages", box, cache=MemoryCache(), mode=Mode.TOOLS)
    for _ in range(2):
        assert client.extract(Receipt, picture).record == RECORD
    assert "cache_control" in json.dumps(box.requests[1].body)
    assert len(box.requests) == 2


def test_a_call_that_another_model_ended_is_replayed(sandbox: Start, clients: Clients, picture: bytes) -> None:
    boxes = sandbox(BAD, BAD), sandbox(GOOD)
    reask = Reasking(escalate=[(made(clients, "messages", boxes[1]), "claude-opus-5-5")])
    client = made(clients, "chat", boxes[0], cache=MemoryCache(), reask=reask)
    for _ in range(2):
        assert client.extract(Receipt, picture).record == RECORD
    assert [len(box.requests) for box in boxes] == [2, 1]


def test_a_call_whose_mode_was_refused_is_found_by_the_mode_that_was_taken(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box, cache = sandbox(REFUSALS["chat"], GOOD, REFUSALS["chat"]), MemoryCache()
    client = made(clients, "chat", box, cache=cache)
    for _ in range(2):
        assert client.extract(Receipt, picture).record == RECORD
    assert len(box.requests) == 2
    got = made(clients, "chat", box, cache=cache).extract(Receipt, picture)  # which has to learn it anew
    assert (got.record, got.attempts[0].cached, got.attempts[0].http_requests) == (RECORD, True, 1)


class Strict(BaseModel):
    company: str
    total: Annotated[Decimal, AfterValidator(refuse_cents)]


class Lax(BaseModel):
    company: str
    total: Decimal


Lax.__name__ = Lax.__qualname__ = Strict.__name__


def test_a_model_made_stricter_since_is_asked_again(sandbox: Start, clients: Clients) -> None:
    box = sandbox({"company": "A", "total": 1.5}, {"company": "A", "total": 2})
    client, cache = made(clients, "chat", box), MemoryCache()
    lax = client.create_with_completion(messages=MESSAGES, response_model=Lax, cache=cache)[0]
    assert lax.total == Decimal("1.5")
    strict = client.create(messages=MESSAGES, response_model=Strict, cache=cache)
    assert (strict.total, len(box.requests)) == (Decimal(2), 2)
    again = client.create(messages=MESSAGES, response_model=Strict, cache=cache)
    assert (again, len(box.requests)) == (strict, 2)
    assert client.create(messages=MESSAGES, response_model=Lax, cache=cache) == lax


def test_a_call_that_fails_leaves_nothing(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box, cache = sandbox(BAD, Reply(refusal="No."), Fault(401), GOOD), MemoryCache()
    client = made(clients, "chat", box, cache=cache)
    for _ in range(2):
        with pytest.raises(ExtractionFailed):
            client.extract(Receipt, picture, max_retries=0)
    with pytest.raises(Exception, match="401"):
        client.extract(Receipt, picture)
    assert len(cache) == 0
    assert client.extract(Receipt, picture).record == RECORD
    assert len(cache) == 1


def test_a_reply_that_was_cut_off_is_replayed_with_the_one_that_followed(sandbox: Start, clients: Clients) -> None:
    box = sandbox(Reply(text='{"company"', stop="length"), GOOD)
    client = made(clients, "chat", box, cache=MemoryCache(), mode=Mode.JSON_SCHEMA, max_tokens=50)
    for _ in range(2):
        assert client.create(messages=MESSAGES, response_model=Receipt) == RECORD
    assert len(box.requests) == 2


def test_another_option_picture_model_or_mode_is_another_request(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(*[GOOD] * 6)
    client = made(clients, "chat", box, cache=MemoryCache())
    other: list[Any] = [{}, {"temperature": 0}, {"model": "gpt-5.5"}, {"mode": "prompted"}, {"max_side": 360}]
    same: list[Any] = [
        {},
        {"timeout": 5},
        {"extra_headers": {"x-api-key": "other"}},
        {"deadline": 60},
        {"seed": NOT_GIVEN},
    ]
    for options in (*other, *same):
        client.extract(Receipt, picture, **options)
    assert len(box.requests) == 5
    client.extract(Receipt, picture, cache=None)
    assert len(box.requests) == 6


def test_a_tenacity_policy_s_call_is_cached(sandbox: Start, clients: Clients) -> None:
    box = sandbox(BAD, GOOD)
    client = made(clients, "chat", box, cache=MemoryCache(), max_retries=Retrying(stop=stop_after_attempt(3)))
    for _ in range(2):
        assert client.create(messages=MESSAGES, response_model=Receipt) == RECORD
    assert len(box.requests) == 2


@COLOURS
@wires
async def test_an_sdk_s_own_reply_is_cached_but_not_its_stream(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox("One.", "Two.", "Three.")
    client = made(clients, wire, box, asynchronous=asynchronous, cache=MemoryCache())
    got = []
    for _ in range(2):
        reply = client.create(messages=MESSAGES, response_model=None)
        got.append(await reply if asynchronous else reply)
    first, second = got
    assert (type(second), second.model_dump()) == (type(first), first.model_dump())
    assert len(box.requests) == 1
    streamed = client.create(messages=MESSAGES, response_model=None, stream=True)
    streamed = await streamed if asynchronous else streamed
    await streamed.close() if asynchronous else streamed.close()
    assert len(box.requests) == 2


class Broken:
    """A user's cache that is down."""

    def get(self, key: str) -> str | None:
        """Fail."""
        raise ConnectionError(f"no connection for {len(key)} digits")

    def set(self, key: str, value: str) -> None:
        """Fail."""
        raise ConnectionError("no connection")


def test_a_cache_that_raises_never_costs_the_call_its_result(sandbox: Start, clients: Clients, tmp_path: Path) -> None:
    box = sandbox(GOOD, GOOD)
    client = made(clients, "chat", box)
    with pytest.warns(CacheWarning, match="ConnectionError: no connection") as caught:
        assert client.create(messages=MESSAGES, response_model=Receipt, cache=Broken()) == RECORD
    assert len(caught) == 2
    (tmp_path / "replies.sqlite3").write_bytes(b"no database" * 100)
    with pytest.warns(CacheWarning, match="not a database"):
        assert client.create(messages=MESSAGES, response_model=Receipt, cache=DiskCache(tmp_path)) == RECORD


@pytest.mark.parametrize("value", ["", "null", "[]", '{"typesight": 1}', '{"typesight": 2, "replies": []}', "{"])
def test_what_another_program_stored_is_no_reply(value: str, sandbox: Start, clients: Clients) -> None:
    class Odd(MemoryCache):
        def get(self, key: str) -> str | None:
            return value

    client = made(clients, "chat", sandbox(GOOD), cache=Odd())
    assert client.create(messages=MESSAGES, response_model=Receipt) == RECORD


def test_a_stored_reply_of_another_shape_is_asked_for_again(sandbox: Start, clients: Clients, tmp_path: Path) -> None:
    box = sandbox(GOOD, GOOD)
    client = made(clients, "chat", box, cache=DiskCache(tmp_path))
    client.create(messages=MESSAGES, response_model=Receipt)
    with sqlite3.connect(tmp_path / "replies.sqlite3") as file:
        file.execute("UPDATE replies SET value = replace(value, 'choices', 'chances')")
    file.close()
    assert client.create(messages=MESSAGES, response_model=Receipt) == RECORD
    assert len(box.requests) == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "dict has no set"),
        ("cache/", "str has no get and no set"),
        (MemoryCache, "not a class"),
        (True, "bool has no get"),
    ],
)
def test_what_is_no_cache_is_refused_in_words(given: Any, words: str, sandbox: Start, clients: Clients) -> None:
    with pytest.raises(TypeError, match=words):
        made(clients, "chat", sandbox(GOOD), cache=given)


def test_an_asynchronous_cache_is_refused_in_words(sandbox: Start, clients: Clients) -> None:
    class Later:
        async def get(self, key: str) -> str | None:
            return key

        async def set(self, key: str, value: str) -> None: ...

    with pytest.raises(TypeError, match="give plain functions"):
        made(clients, "chat", sandbox(GOOD), cache=Later())


@pytest.mark.filterwarnings("error")
def test_a_broken_cache_costs_no_result_where_warnings_are_errors(
    sandbox: Start, clients: Clients, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    box = sandbox(GOOD, "Hello.", GOOD)
    client = made(clients, "chat", box, cache=Broken())
    assert client.create(messages=MESSAGES, response_model=Receipt) == RECORD
    assert client.create(messages=MESSAGES, response_model=None).choices[0].message.content == "Hello."
    recorded = typesight.Recorded(tmp_path / "gone" / "r.jsonl", record=True)
    assert client.create(messages=MESSAGES, response_model=Receipt, cache=recorded) == RECORD
    assert [each.getMessage() for each in caplog.records if each.levelname == "WARNING"] == [
        *["cache failed: cache=Broken"] * 4,
        "cache failed: cache=Recorded",
    ]


class Leaky(dict[str, str]):
    """A user's cache whose repr is all that it holds, and that fails when it has something."""

    def get(self, key: str, default: Any = None) -> Any:
        """Fail for what is there."""
        if key in self:
            raise OSError("gone")

    def set(self, key: str, value: str) -> None:
        """Keep a text."""
        self[key] = value


def test_a_warning_of_a_user_s_cache_names_its_type_and_never_its_content(sandbox: Start, clients: Clients) -> None:
    client = made(clients, "chat", sandbox(GOOD, GOOD), cache=Leaky())
    client.create(messages=MESSAGES, response_model=Receipt)
    with pytest.warns(CacheWarning, match=r"^the cache [\w.]+\.Leaky could not be read") as caught:
        client.create(messages=MESSAGES, response_model=Receipt)
    assert "Corner" not in str(caught[0].message)


async def later(value: str | None = None) -> str | None:
    """What a method of an asynchronous cache returns."""
    return value


class Disguised:
    """An asynchronous cache whose methods do not look so, like those of redis.asyncio."""

    def get(self, key: str) -> Any:
        """What is to be awaited."""
        return later()

    def set(self, key: str, value: str) -> Any:
        """What is to be awaited."""
        return later(value)


def test_a_cache_that_turns_out_to_be_asynchronous_is_warned_of_in_words(sandbox: Start, clients: Clients) -> None:
    client = made(clients, "chat", sandbox(GOOD), cache=Disguised())
    with pytest.warns(CacheWarning, match="Disguised is asynchronous.*give plain functions") as caught:
        assert client.create(messages=MESSAGES, response_model=Receipt) == RECORD
    assert [each.category for each in caught] == [CacheWarning] * 2


class Stuck(MemoryCache):
    """A cache whose `set` does not come back."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = Event()

    def set(self, key: str, value: str) -> None:
        """Wait."""
        assert self.opened.wait(20)


@pytest.mark.parametrize(("kind", "asynchronous"), [(Receipt, False), (Receipt, True), (None, False)])
async def test_a_deadline_holds_while_a_cache_stores_and_the_reply_comes(
    kind: Any, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    client = made(clients, "chat", sandbox(GOOD), asynchronous=asynchronous, cache=(cache := Stuck()), deadline=4)
    got = client.create(messages=MESSAGES, response_model=kind)
    got = await got if asynchronous else got
    assert not cache.opened.is_set()
    assert got == RECORD or json.loads(got.choices[0].message.content) == GOOD
    cache.opened.set()


class Gate:
    """An answer of a Sandbox that comes when it is let go."""

    def __init__(self, *answers: object) -> None:
        self.asked, self.opened = Event(), Event()
        self.answers = list(answers)

    def __call__(self, request: object) -> object:
        """The next answer."""
        self.asked.set()
        assert self.opened.wait(20)
        return self.answers.pop(0)


@pytest.mark.parametrize("deadline", [None, 60])
def test_identical_calls_of_many_threads_share_one_request(deadline: float | None, clients: Clients) -> None:
    gate, barrier = Gate(BAD, GOOD), Barrier(6)
    with Sandbox(gate) as box, ThreadPoolExecutor(5) as pool:
        client = made(clients, "chat", box, cache=MemoryCache(), deadline=deadline)

        def call(_: int) -> Any:
            barrier.wait()
            return client.extract(Receipt, PICTURE)

        calls = [pool.submit(call, number) for number in range(5)]
        barrier.wait()
        gate.opened.set()
        got = [each.result(60) for each in calls]
    assert [each.record for each in got] == [RECORD] * 5
    assert len(box.requests) == 2
    assert sorted(each.attempts[0].cached for each in got) == [False, True, True, True, True]


async def test_identical_calls_of_many_tasks_share_one_request(clients: Clients) -> None:
    gate = Gate(BAD, GOOD)
    gate.opened.set()
    with Sandbox(gate) as box:
        client = made(clients, "chat", box, asynchronous=True, cache=MemoryCache())
        got = await asyncio.gather(*(client.extract(Receipt, PICTURE) for _ in range(8)))
    assert [each.record for each in got] == [RECORD] * 8
    assert len(box.requests) == 2


async def test_threads_and_tasks_share_one_request(clients: Clients) -> None:
    gate, cache = Gate(GOOD), MemoryCache()
    with Sandbox(gate) as box:
        one = made(clients, "chat", box, cache=cache)
        other = made(clients, "chat", box, asynchronous=True, cache=cache)
        first = asyncio.create_task(other.extract(Receipt, PICTURE))
        await asyncio.to_thread(gate.asked.wait, 20)
        second = asyncio.create_task(asyncio.to_thread(one.extract, Receipt, PICTURE))
        gate.opened.set()
        assert (await first).record == (await second).record == RECORD
    assert len(box.requests) == 1


@pytest.mark.parametrize("answer", [Fault(400), Reply(refusal="No."), ConnectionError()])
def test_if_the_first_call_fails_another_takes_over(answer: object, clients: Clients) -> None:
    gate = Gate(answer, GOOD)
    with Sandbox(gate) as box, ThreadPoolExecutor(3) as pool:
        client = made(clients, "chat", box, cache=MemoryCache(), max_retries=0)
        calls = [pool.submit(client.extract, Receipt, PICTURE)]
        assert gate.asked.wait(20)
        calls += [pool.submit(client.extract, Receipt, PICTURE) for _ in range(2)]
        gate.opened.set()
        with pytest.raises(Exception):  # noqa: B017 - the SDK's, or ours
            calls[0].result(60)
        assert [each.result(60).record for each in calls[1:]] == [RECORD, RECORD]
    assert len(box.requests) == 2


async def test_if_the_first_call_is_cancelled_another_takes_over(clients: Clients) -> None:
    gate = Gate(GOOD, GOOD)
    with Sandbox(gate) as box:
        client = made(clients, "chat", box, asynchronous=True, cache=MemoryCache())
        first = asyncio.create_task(client.extract(Receipt, PICTURE))
        await asyncio.to_thread(gate.asked.wait, 20)
        second = asyncio.create_task(client.extract(Receipt, PICTURE))
        third = asyncio.create_task(client.extract(Receipt, PICTURE))
        await asyncio.sleep(0.05)
        first.cancel()
        third.cancel()
        gate.opened.set()
        assert (await second).record == RECORD
        for each in (first, third):
            with pytest.raises(asyncio.CancelledError):
                await each


@COLOURS
async def test_a_deadline_holds_while_a_call_waits_for_another(asynchronous: bool, clients: Clients) -> None:
    gate = Gate(GOOD)
    with Sandbox(gate) as box, ThreadPoolExecutor(1) as pool:
        client = made(clients, "chat", box, asynchronous=asynchronous, cache=(cache := MemoryCache()))
        leader = pool.submit(made(clients, "chat", box, cache=cache).extract, Receipt, PICTURE)
        assert await asyncio.to_thread(gate.asked.wait, 20)
        with pytest.raises(typesight.DeadlineExceeded):
            await extract(client, PICTURE, deadline=0.2)
        gate.opened.set()
        assert leader.result(60).record == RECORD
    assert len(box.requests) == 1


def test_a_call_of_the_same_thread_does_not_wait_for_itself(sandbox: Start, clients: Clients) -> None:
    box = sandbox(GOOD, GOOD, GOOD)
    client = made(clients, "chat", box, cache=MemoryCache())
    kind: Callable[..., Any] = client.create_partial
    pairs = list(zip(*(kind(messages=MESSAGES, response_model=Receipt) for _ in range(2)), strict=True))
    assert pairs[-1] == (RECORD, RECORD)


async def test_a_synchronous_call_in_a_notebook_does_not_wait_for_a_task_of_its_own_loop(clients: Clients) -> None:
    gate, cache = Gate(GOOD, GOOD), MemoryCache()
    with Sandbox(gate) as box:
        other = made(clients, "chat", box, asynchronous=True, cache=cache)
        task = asyncio.create_task(other.extract(Receipt, PICTURE))
        await asyncio.to_thread(gate.asked.wait, 20)
        gate.opened.set()
        assert made(clients, "chat", box, cache=cache).extract(Receipt, PICTURE).record == RECORD
        assert (await task).record == RECORD


@pytest.mark.parametrize("deadline", [None, 20])
@pytest.mark.parametrize("place", ["validator", "hook"])
def test_a_call_within_another_one_does_not_wait_for_it(
    place: str, deadline: float | None, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD, GOOD)
    client = made(clients, "chat", box, cache=MemoryCache())
    inner: list[Any] = []

    def call_again(value: Any) -> Any:
        if not inner:
            inner.append(None)
            inner[0] = client.create(messages=MESSAGES, response_model=kind)
        return value

    class Calling(BaseModel):
        company: Annotated[str, AfterValidator(call_again)]

    kind: Any = Calling if place == "validator" else Receipt
    hooks = {"reply": call_again} if place == "hook" else {}
    got = client.create(messages=MESSAGES, response_model=kind, hooks=hooks, deadline=deadline)
    assert (got.company, inner[0].company, len(box.requests)) == ("Corner Shop", "Corner Shop", 2)


def test_calls_within_others_that_want_each_other_s_replies_do_not_wait_for_ever(
    sandbox: Start, clients: Clients
) -> None:
    box, barrier, others = sandbox(*[GOOD] * 4), Barrier(2), {"one": "two", "two": "one"}
    client = made(clients, "chat", box, cache=MemoryCache(), deadline=20)

    def ask(text: str, *, calls: bool = True) -> Any:
        def call_other(value: str) -> str:
            if calls:
                barrier.wait(10)
                ask(others[text], calls=False)
            return value

        class Calling(BaseModel):
            company: Annotated[str, AfterValidator(call_other)]

        return client.create(messages=[{"role": "user", "content": text}], response_model=Calling).company

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, others)) == ["Corner Shop"] * 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_waits_for_no_call_of_its_parent(clients: Clients) -> None:
    gate, cache = Gate(GOOD, GOOD), MemoryCache()
    with Sandbox(gate) as box, ThreadPoolExecutor(1) as pool:
        client = made(clients, "chat", box, cache=cache)
        call = pool.submit(client.create, messages=MESSAGES, response_model=Receipt)
        assert gate.asked.wait(20)
        if (child := os.fork()) == 0:
            try:
                child_client = made(Clients(), "chat", box, cache=cache, deadline=15)
                os._exit(child_client.create(messages=MESSAGES, response_model=Receipt) != RECORD)
            finally:
                os._exit(2)
        for _ in range(1000):  # the child's own request, while the parent's is still on its way
            if len(box.requests) == 2:
                break
            time.sleep(0.01)
        gate.opened.set()
        assert os.waitpid(child, 0)[1] == 0
        assert call.result(20) == RECORD
