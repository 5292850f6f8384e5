"""Each HTTP request of a paced call takes its turn, also those that the SDK repeats; real SDKs over real sockets."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from paced_clients import share_pace
from support import GOOD, RECORD, Clients, Receipt, made
from typesight import DeadlineExceeded
from typesight.endpoints.paced_requests import RequestPacing
from typesight.pacing.limit_headers import MAX_WAIT
from typesight.pacing.pace import Pace
from typesight.testing import Fault, Sandbox

Start = Callable[..., Sandbox]
ASK: dict[str, Any] = {"response_model": Receipt, "messages": [{"role": "user", "content": "Read this."}]}
COLOURS = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
WIRES = pytest.mark.parametrize("wire", ["chat", "messages"])
SOON = timedelta(milliseconds=10)


async def ended(got: Any) -> Any:
    """What a call ends in, its record or its error."""
    try:
        return await got if inspect.isawaitable(got) else got
    except Exception as error:
        return error


async def ask(client: Any, **options: Any) -> Any:
    try:
        return await ended(client.create(**ASK, **options))
    except Exception as error:
        return error


def held(seconds: str = "3600", **clock: Any) -> Pace:
    """A pace whose run was told to wait."""
    pace = Pace(8, 8, **clock)
    pace.tell_reply(pace.take_turn(), 429, {"retry-after": seconds})
    return pace


@COLOURS
@WIRES
async def test_a_request_that_the_sdk_repeats_is_two(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box, pace = sandbox(Fault(429, retry_after=SOON), GOOD), Pace(8, 8)
    client = share_pace(made(clients, wire, box, asynchronous=asynchronous, sdk={"max_retries": 1}), pace)
    assert await ask(client) == RECORD
    assert [each.status for each in box.requests] == [429, 200]
    assert (pace.limited, pace.window, pace.in_flight) == (1, 4, 0)


@COLOURS
@WIRES
async def test_a_limit_holds_the_run_for_as_long_as_it_says_but_never_for_an_hour(
    wire: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box, pace = sandbox(Fault(429, retry_after=3600)), Pace(8, 8, now=lambda: 0.0)
    client = share_pace(made(clients, wire, box, asynchronous=asynchronous), pace)
    assert type(await ask(client)).__name__ == "RateLimitError"
    assert pace.hold_seconds == MAX_WAIT


@COLOURS
async def test_nothing_leaves_while_the_run_is_held(asynchronous: bool, sandbox: Start, clients: Clients) -> None:
    box, pace = sandbox(GOOD), held()
    client = share_pace(made(clients, "chat", box, asynchronous=asynchronous), pace)
    assert isinstance(await ask(client, deadline=0.3), DeadlineExceeded)
    assert box.requests == []
    assert pace.in_flight == 0


@COLOURS
async def test_the_time_waited_is_not_the_model_s(asynchronous: bool, sandbox: Start, clients: Clients) -> None:
    clock = [0.0]
    box, seconds, pace = sandbox(GOOD), dict[str, float](), held("60", now=lambda: clock[0])
    client = share_pace(made(clients, "chat", box, asynchronous=asynchronous), pace)
    client.on("request", lambda _: threading.Timer(0.05, clock.__setitem__, (0, 100.0)).start())
    client.on("reply", lambda event: seconds.update(reply=event.seconds))
    client.on("record", lambda event: seconds.update(record=event.seconds))
    assert await ask(client) == RECORD
    assert seconds["record"] - seconds["reply"] >= 0.25


async def test_a_task_that_waits_for_its_turn_can_be_cancelled(sandbox: Start, clients: Clients) -> None:
    box, pace = sandbox(GOOD), held()
    client = share_pace(made(clients, "chat", box, asynchronous=True), pace)
    task = asyncio.ensure_future(client.create(**ASK))
    done, _ = await asyncio.wait({task}, timeout=0.1)
    assert done == set()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert box.requests == []


@COLOURS
async def test_a_run_that_is_stopped_sends_nothing_more(asynchronous: bool, sandbox: Start, clients: Clients) -> None:
    box, pace = sandbox(GOOD), held()
    client = share_pace(made(clients, "chat", box, asynchronous=asynchronous), pace)
    threading.Timer(0.05, pace.stop).start()
    assert isinstance(await ask(client), DeadlineExceeded)
    assert box.requests == []


@COLOURS
async def test_a_connection_that_breaks_is_no_limit(asynchronous: bool, sandbox: Start, clients: Clients) -> None:
    box, pace = sandbox(Fault.reset()), Pace(8, 8)
    client = share_pace(made(clients, "chat", box, asynchronous=asynchronous), pace)
    assert type(await ask(client)).__name__ == "APIConnectionError"
    assert (pace.limited, pace.window, pace.in_flight) == (0, 8, 0)


def test_a_call_of_its_own_never_waits() -> None:
    pacing = RequestPacing()
    assert pacing.wait().delay == 0
    assert pacing.waited == 0
