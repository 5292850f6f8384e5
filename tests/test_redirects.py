"""What is sent to an endpoint goes to no other host, whatever it answers; hops to the same one are counted."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import requires
from typing import Any

import pytest
from tenacity import AsyncRetrying, Retrying, stop_after_attempt

from support import BAD, GOOD, RECORD, WIRES, Clients, Receipt, made
from typesight import Image
from typesight.testing import Fault, Reply, Sandbox

Start = Callable[..., Sandbox]

COLOURS = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
PATHS = {"chat": "/v1/chat/completions", "responses": "/v1/responses", "messages": "/v1/messages"}


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", Image(picture)]}]


def to(location: str, status: int = 307) -> Fault:
    return Fault(status, headers={"location": location})


def http_library(vendor: str) -> Any:
    """The one that the installed SDK brings."""
    return import_module("httpx2" if any(each.startswith("httpx2") for each in requires(vendor) or ()) else "httpx")


async def ended(client: Any, name: str = "create", **options: Any) -> Any:
    """What a call ends in: its result or its error."""
    try:
        got = getattr(client, name)(**options)
        if inspect.isasyncgen(got):
            return [each async for each in got]
        return await got if inspect.isawaitable(got) else list(got) if name == "create_partial" else got
    except Exception as error:
        return error


# Where an endpoint may lead: another port, another name of this machine, another scheme, a key in the URL.
AWAY: dict[str, Callable[[str, str], str]] = {
    "another port": lambda here, other: other,
    "another name": lambda here, other: here.replace("127.0.0.1", "localhost"),
    "another scheme": lambda here, other: here.replace("http:", "https:"),
    "a URL with a password": lambda here, other: other.replace("http://", "http://user:secret@"),
    "no scheme": lambda here, other: other.removeprefix("http:"),
}


@COLOURS
@pytest.mark.parametrize("name", ["create", "raw", "create_partial"])
@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nothing_is_sent_to_another_host(
    wire: str, name: str, status: int, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    other = sandbox(GOOD)
    box = sandbox(to(f"{other.url}/v1/messages?key=k", status))
    client = made(clients, wire, box, asynchronous=asynchronous, sdk={"max_retries": 2})
    options: dict[str, Any] = {"messages": ask(picture)} | ({} if name == "raw" else {"response_model": Receipt})
    error = await ended(client, "create" if name == "raw" else name, **options)
    assert type(error).__name__ == "APIStatusError"
    assert error.status_code == status
    assert f"redirects to {other.url}, and typesight sends neither" in str(error)
    assert "base_url" in str(error)
    assert "key=k" not in str(error)
    assert (len(box.requests), other.requests) == (1, [])


@COLOURS
@pytest.mark.parametrize("where", AWAY)
async def test_another_origin_is_another_host(
    where: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    other = sandbox(GOOD)
    here: list[str] = []
    box = sandbox(lambda request: to(AWAY[where](here[0], other.url)), GOOD)
    here.append(box.url)
    client = made(clients, "messages", box, asynchronous=asynchronous, sdk={"max_retries": 2})
    error = await ended(client, response_model=Receipt, messages=ask(picture))
    assert "redirects to http" in str(error)
    assert "secret" not in str(error)
    assert (len(box.requests), other.requests) == (1, [])


@pytest.mark.slow
@COLOURS
@pytest.mark.parametrize("wire", WIRES)
async def test_a_hop_at_the_same_host_is_followed_and_counted(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(to(PATHS[wire]), GOOD)
    client = made(clients, wire, box, asynchronous=asynchronous, sdk={"max_retries": 2})
    got = client.extract(Receipt, picture)
    got = await got if asynchronous else got
    assert got.record == RECORD
    assert [attempt.http_requests for attempt in got.attempts] == [2]
    assert box.requests[0].body == box.requests[1].body


# Rows: (what the endpoint answers, retries of the SDK's client, requests at most, the status of the error).
PATH = "/v1/messages"
POOLS: list[tuple[list[Fault], int, int, int]] = [
    ([to(PATH)] * 9, 2, 3, 307),
    ([to(PATH)] * 9, 0, 1, 307),
    ([to(PATH), Fault(500), to(PATH), Fault(500)] * 3, 2, 3, 307),
    ([Fault(500), to(PATH), Fault(500)] * 3, 2, 3, 500),
]


@COLOURS
@pytest.mark.parametrize(("answers", "retries", "most", "status"), POOLS)
async def test_hops_and_retries_share_one_pool(
    answers: list[Fault], retries: int, most: int, status: int, asynchronous: bool,
    sandbox: Start, clients: Clients, picture: bytes,
) -> None:  # fmt: skip
    box = sandbox(*answers)
    client = made(clients, "messages", box, asynchronous=asynchronous, sdk={"max_retries": retries})
    error = await ended(client, response_model=Receipt, messages=ask(picture))
    assert error.status_code == status
    assert len(box.requests) == most
    assert (status != 307) or "no HTTP request is left to follow it" in str(error)


@COLOURS
async def test_a_hop_of_one_request_is_missing_to_the_next(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    refused = Fault(400, message="output_config: Extra inputs are not permitted")
    box = sandbox(to(PATH), refused, to(PATH), BAD, to(PATH), GOOD)
    client = made(clients, "messages", box, asynchronous=asynchronous, sdk={"max_retries": 2})
    error = await ended(client, response_model=Receipt, messages=ask(picture))
    assert [attempt.http_requests for attempt in error.attempts] == [4]
    assert (error.status_code, len(box.requests)) == (307, 5)


@COLOURS
async def test_beside_a_tenacity_object_no_hop_is_taken(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(to(PATH), GOOD)
    kind: Any = AsyncRetrying if asynchronous else Retrying
    client = made(clients, "messages", box, asynchronous=asynchronous, sdk={"max_retries": 2})
    policy = kind(stop=stop_after_attempt(2))
    error = await ended(client, response_model=Receipt, messages=ask(picture), max_retries=policy)
    assert (error.status_code, len(box.requests)) == (307, 1)


@COLOURS
@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_the_callers_own_http_client_is_used_and_left_as_it_was(
    vendor: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    seen: list[str] = []

    def hook(request: Any) -> None:
        seen.append(str(request.url))

    async def hook_async(request: Any) -> None:
        seen.append(str(request.url))

    library = http_library(vendor)
    kind = library.AsyncClient if asynchronous else library.Client
    own = kind(event_hooks={"request": [hook_async if asynchronous else hook]}, headers={"x-own": "1"})
    before = dict(vars(own))
    box = sandbox(GOOD, GOOD)
    client = made(clients, "messages" if vendor == "anthropic" else "chat", box, asynchronous=asynchronous,
                  sdk={"http_client": own})  # fmt: skip
    for _ in range(2):
        assert await ended(client, response_model=Receipt, messages=ask(picture)) == RECORD
    assert len(seen) == 2
    assert [request.headers["x-own"] for request in box.requests] == ["1", "1"]
    assert type(own) is kind
    assert {name: value for name, value in vars(own).items() if name != "_state"} == {
        name: value for name, value in before.items() if name != "_state"
    }
    assert not own.is_closed


def test_a_redirect_that_the_caller_does_not_want_followed_is_not(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    library = http_library("anthropic")
    box = sandbox(to(PATH), GOOD)
    with library.Client(follow_redirects=False) as own:
        client = made(clients, "messages", box, sdk={"http_client": own, "max_retries": 2})
        with pytest.raises(Exception, match="307"):
            client.create(response_model=Receipt, messages=ask(picture))
    assert len(box.requests) == 1


@COLOURS
async def test_a_stream_is_read_through_the_same_door(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(to(PATH), Reply(text=['{"company": "Corner', ' Shop", "date": "2026-11-20", "total": 73.5}']))
    client = made(clients, "messages", box, asynchronous=asynchronous, sdk={"max_retries": 1})
    shown = await ended(client, "create_partial", response_model=Receipt, messages=ask(picture))
    assert shown[-1] == RECORD
