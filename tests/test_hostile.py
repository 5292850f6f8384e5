"""Endpoints that never come to an end: a deadline holds against each, and an event loop goes on beside them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel, field_validator

from raw import RawServer, Script
from support import GOOD, Clients, Receipt, heartbeat
from typesight import DeadlineExceeded, Downloads, Image
from typesight.testing import Sandbox

VENDORS = ("openai", "anthropic")
MESSAGES = [{"role": "user", "content": "Read this."}]


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """The SDKs import much of themselves at a first call, which must not take the time of a short deadline."""
    with Sandbox([GOOD, GOOD]) as box:
        for vendor in VENDORS:
            with Clients().sync(vendor, box) as client:
                client.create(response_model=Receipt, messages=MESSAGES)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def head(kind: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ntransfer-encoding: chunked\r\n\r\n" % kind


def forever(first: bytes, piece: bytes, pause: float = 0) -> Script:
    """Send a beginning, then a piece again and again, so many seconds apart."""

    def script(server: RawServer, connection: socket.socket) -> None:
        connection.sendall(first)
        while not server.over.wait(pause):
            connection.sendall(piece)

    return script


STREAM, JSON = head(b"text/event-stream"), head(b"application/json")
STREAMS = {
    "comments that drip": forever(STREAM, chunk(b": ping\n\n"), 0.01),
    "a flood of comments": forever(STREAM, chunk(b": ping\n\n" * 8000)),
    "one comment without an end": forever(STREAM, chunk(b": ping\n" * 8000)),
    "chunks of one byte": forever(STREAM, b"".join(chunk(bytes([each])) for each in b": ping\n\n") * 1000),
    "a flood of pings": forever(STREAM, chunk(b'event: ping\ndata: {"type": "ping"}\n\n' * 500)),
    "heads of status 103": forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.01),
}
REPLIES = {
    "heads of status 103 that drip": forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.01),
    "a flood of heads of status 100": forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3000),
    "a header that drips": forever(b"HTTP/1.1 200 OK\r\nx-a: ", b"a", 0.01),
    "chunks of one byte that drip": forever(JSON, chunk(b" "), 0.01),
    "a flood of chunks of one byte": forever(JSON, chunk(b" ") * 5000),
}


@pytest.mark.parametrize("script", STREAMS.values(), ids=STREAMS)
@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", ["create_partial", "create_iterable"])
def test_a_stream_without_an_end_ends_with_the_deadline(
    name: str, vendor: str, script: Script, clients: Clients
) -> None:
    with RawServer(script) as server:
        stream = getattr(clients.sync(vendor, server, sdk={"max_retries": 2}), name)
        with pytest.raises(DeadlineExceeded):
            list(stream(response_model=Receipt, messages=MESSAGES, deadline=0.3))
        assert server.requests == 1


@pytest.mark.parametrize("script", STREAMS.values(), ids=STREAMS)
@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", ["create_partial", "create_iterable"])
async def test_a_stream_without_an_end_leaves_its_turns_to_other_tasks(
    name: str, vendor: str, script: Script, clients: Clients
) -> None:
    with RawServer(script) as server:
        stream = getattr(clients.asynchronous(vendor, server, sdk={"max_retries": 2}), name)
        async with heartbeat() as beats:
            with pytest.raises(DeadlineExceeded):
                [each async for each in stream(response_model=Receipt, messages=MESSAGES, deadline=0.6)]
        assert len(beats) > 12
        assert server.requests == 1


@pytest.mark.parametrize("script", REPLIES.values(), ids=REPLIES)
@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("kind", [Receipt, None], ids=["record", "raw"])
def test_a_reply_without_an_end_ends_with_the_deadline(
    kind: Any, vendor: str, script: Script, clients: Clients
) -> None:
    with RawServer(script) as server:
        client = clients.sync(vendor, server, sdk={"max_retries": 2})
        with pytest.raises(DeadlineExceeded):
            client.create(response_model=kind, messages=MESSAGES, deadline=0.3)
        assert server.requests == 1


@pytest.mark.parametrize("script", REPLIES.values(), ids=REPLIES)
@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("kind", [Receipt, None], ids=["record", "raw"])
async def test_a_reply_without_an_end_leaves_its_turns_to_other_tasks(
    kind: Any, vendor: str, script: Script, clients: Clients
) -> None:
    with RawServer(script) as server:
        client = clients.asynchronous(vendor, server, sdk={"max_retries": 2})
        async with heartbeat() as beats:
            with pytest.raises(DeadlineExceeded):
                await client.create(response_model=kind, messages=MESSAGES, deadline=0.6)
        assert len(beats) > 2  # a read of 64 kB that is all heads of status 100 is taken apart in one go, by h11
        assert server.requests == 1


PICTURES = {
    "a flood of heads of status 103": forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3000),
    "heads of status 103 that drip": forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.01),
    "a header that drips": forever(b"HTTP/1.1 200 OK\r\nx-a: ", b"a", 0.01),
    "a flood of chunks of one byte": forever(head(b"image/png"), chunk(b" ") * 5000),
}


@pytest.fixture
def nowhere() -> Iterator[RawServer]:
    """An endpoint that is never to be asked."""
    with RawServer(lambda server, connection: None) as server:
        yield server
        assert server.requests == 0


def picture_at(server: RawServer) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [Image.from_url(f"{server.url}/a.png", download=True)]}]


@pytest.mark.parametrize("script", PICTURES.values(), ids=PICTURES)
def test_a_picture_without_an_end_ends_with_the_deadline(script: Script, clients: Clients, nowhere: RawServer) -> None:
    with RawServer(script) as server:
        client = clients.sync("openai", nowhere, downloads=Downloads(allow_hosts=["127.0.0.1"]))
        with pytest.raises(DeadlineExceeded):
            client.create(response_model=Receipt, messages=picture_at(server), deadline=0.3)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("script", PICTURES.values(), ids=PICTURES)
async def test_a_picture_without_an_end_leaves_its_turns_to_other_tasks(
    script: Script, clients: Clients, nowhere: RawServer
) -> None:
    with RawServer(script) as server:
        client = clients.asynchronous("openai", nowhere, downloads=Downloads(allow_hosts=["127.0.0.1"]))
        async with heartbeat() as beats:
            with pytest.raises(DeadlineExceeded):
                await client.create(response_model=Receipt, messages=picture_at(server), deadline=0.6)
        assert len(beats) > 12


async def test_a_long_reply_is_judged_beside_other_tasks(sandbox: Callable[..., Sandbox], clients: Clients) -> None:
    """The validator holds its thread up until a task of the loop has had a turn: on the loop's own thread, in vain."""
    begun, turn = threading.Event(), threading.Event()

    class Letter(BaseModel):
        text: str

        @field_validator("text")
        @classmethod
        def wait(cls, text: str) -> str:
            begun.set()
            assert turn.wait(10)
            return text

    async def take_a_turn() -> None:
        while not begun.is_set():
            await asyncio.sleep(0.001)
        turn.set()

    client = clients.asynchronous("openai", sandbox({"text": "x" * 60_000}))
    letter, _ = await asyncio.gather(
        client.create(response_model=Letter, messages=MESSAGES, max_retries=0), take_a_turn()
    )
    assert len(letter.text) == 60_000
