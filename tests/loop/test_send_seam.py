"""Every request leaves by one place: three hooks see all six senders there."""

from __future__ import annotations

from typing import Any

import pytest

from loop.scenes import Start
from support import BAD, GOOD, RECORD, WIRES, Clients, Receipt, made
from typesight import FailureEvent, Reasking, ReplyEvent, RequestEvent
from typesight.testing import Fault

MESSAGES = [{"role": "user", "content": "Read this."}]
COLOURS = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
wires = pytest.mark.parametrize("wire", WIRES)


class Counter:
    """Hooks that count what goes out, what comes back, and the errors that pass."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.passed: list[str] = []

    def count_request(self, event: RequestEvent) -> None:
        self.seen.append(event.model)

    def count_reply(self, event: ReplyEvent) -> None:
        self.passed.append("reply")

    def count_failure(self, event: FailureEvent) -> None:
        self.passed.append(type(event.error).__name__)


def watch(client: Any) -> Counter:
    """Hang a counter on a client."""
    counter = Counter()
    client.on("request", counter.count_request)
    client.on("reply", counter.count_reply)
    client.on("failure", counter.count_failure)
    return counter


async def call(client: Any, name: str, **options: Any) -> Any:
    """What a call returns; of a stream, the last that it yields."""
    got = getattr(client, name)(messages=MESSAGES, **options)
    if name == "create_partial":
        return [each async for each in got][-1] if client._is_async else list(got)[-1]
    return await got if client._is_async else got


@COLOURS
@wires
async def test_the_requests_of_a_call_with_a_reask_are_seen(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(BAD, GOOD)
    client = made(clients, wire, box, asynchronous=asynchronous)
    counter = watch(client)
    assert await call(client, "create", response_model=Receipt) == RECORD
    assert len(counter.seen) == 2
    assert counter.passed == ["reply"] * len(box.requests)


@COLOURS
@wires
async def test_a_streamed_request_and_its_reask_are_seen(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(BAD, GOOD)
    client = made(clients, wire, box, asynchronous=asynchronous)
    counter = watch(client)
    assert await call(client, "create_partial", response_model=Receipt) == RECORD
    assert len(counter.seen) == 2
    assert counter.passed == ["reply"] * len(box.requests)


@COLOURS
@wires
async def test_a_request_without_a_response_model_is_seen(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox("It is a receipt.")
    client = made(clients, wire, box, asynchronous=asynchronous)
    counter = watch(client)
    assert type(await call(client, "create", response_model=None)).__module__.startswith(WIRES[wire][0])
    assert (len(counter.seen), counter.passed) == (1, ["reply"])


@COLOURS
@wires
@pytest.mark.parametrize("how", ["create", "create_partial", "raw"])
async def test_an_sdk_s_error_passes_through_and_is_seen(
    how: str, wire: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    client = made(clients, wire, sandbox(Fault(401)), asynchronous=asynchronous)
    counter = watch(client)
    kind = None if how == "raw" else Receipt
    with pytest.raises(Exception, match="401") as caught:
        await call(client, how.replace("raw", "create"), response_model=kind)
    assert counter.passed == [type(caught.value).__name__] == ["AuthenticationError"]


def test_what_a_model_that_takes_over_is_asked_is_seen_by_the_call_s_own_counter(
    sandbox: Start, clients: Clients
) -> None:
    other = made(clients, "messages", sandbox(GOOD))
    client = made(clients, "chat", sandbox(BAD, BAD))
    counter, others = watch(client), watch(other)
    reask = Reasking(escalate=[(other, "claude-opus-5-5")])
    assert client.create(messages=MESSAGES, response_model=Receipt, reask=reask) == RECORD
    assert counter.seen == ["gpt-4o", "gpt-4o", "claude-opus-5-5"]
    assert others.seen == []


def test_requests_are_seen_in_a_call_with_a_deadline_and_by_the_aliases(sandbox: Start, clients: Clients) -> None:
    client = made(clients, "chat", sandbox(GOOD, GOOD))
    counter = watch(client)
    for each in (client, client.chat.completions):
        assert each.create(messages=MESSAGES, response_model=Receipt, deadline=60) == RECORD
    assert len(counter.seen) == 2


def test_the_local_reader_is_seen_as_any_endpoint(picture: bytes) -> None:
    pytest.importorskip("rapidocr")
    import typesight

    with typesight.from_local() as client:
        counter = watch(client)
        client.extract(Receipt, picture)
    assert counter.seen == ["local"]
