"""Tenacity objects of the caller: what each of fifty calls gets from a shared one, and what they never get to judge."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import threading
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    RetryError,
    Retrying,
    retry_any,
    retry_if_not_exception_type,
    retry_if_result,
    stop_after_attempt,
)

from loop.scenes import WRONG, Bill, Scene, Start, set_stage
from support import GOOD, RECORD, Clients, Receipt
from typesight import Extraction
from typesight.drive.run import drive, drive_async
from typesight.ocr.engine import is_ocr_installed
from typesight.testing import Fault, Sandbox, SandboxRequest

MANY = 50
COLOURS = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])


def make_policy(asynchronous: bool, **options: Any) -> Any:
    return (AsyncRetrying if asynchronous else Retrying)(**options)


def read_number(request: SandboxRequest) -> int:
    """Which of the receipts a request is about."""
    found = re.search(r"receipt (\d+)", json.dumps(request.body))
    assert found
    return int(found[1])


def fail(request: SandboxRequest) -> object:
    """A reply whose date is wrong, or in every second call the total."""
    return {**GOOD, "total": "7x"} if read_number(request) % 2 else {**GOOD, "date": "soon"}


def fail_once(request: SandboxRequest) -> object:
    """A reply that fails, and after a complaint one that is right."""
    return GOOD if "Automated check" in json.dumps(request.body) else fail(request)


async def run_many(client: Any, policy: Any) -> tuple[list[Any], list[weakref.ref[Any]]]:
    """What many calls at once have ended with, each in a thread or task of its own; and their loops."""
    loops: list[weakref.ref[Any]] = []

    def begin(number: int) -> Any:
        messages = [{"role": "user", "content": f"Read receipt {number}."}]
        call = client._read_call(messages, Receipt, {"max_retries": policy})
        run = call.make_run(client._make_means(call))
        loops.append(weakref.ref(run.loop))
        return run

    if client._is_async:
        return await asyncio.gather(*(drive_async(begin(number)) for number in range(MANY))), loops
    with ThreadPoolExecutor(MANY) as pool:
        ended = pool.map(lambda number: drive(begin(number)), range(MANY))
        return await asyncio.to_thread(list, ended), loops


@COLOURS
@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_fifty_calls_with_one_tenacity_object_have_two_attempts_each_and_leave_nothing(
    vendor: str, asynchronous: bool, clients: Clients
) -> None:
    with Sandbox(fail_once) as box:
        client: Any = (clients.asynchronous if asynchronous else clients.sync)(vendor, box)
        tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
        ended, loops = await run_many(client, make_policy(asynchronous, stop=stop_after_attempt(2)))
        assert [got.record == RECORD for got in ended] == [True] * MANY
        assert [[attempt.number for attempt in got.attempts] for got in ended] == [[1, 2]] * MANY
        assert Counter(map(read_number, box.requests)) == dict.fromkeys(range(MANY), 2)
        assert asyncio.all_tasks() == tasks
    left = {thread.name for thread in set(threading.enumerate()) - threads}
    assert {name for name in left if not name.startswith("asyncio_")} == set()  # the pool of asyncio.to_thread stays
    del ended
    gc.collect()
    assert [loop() for loop in loops] == [None] * MANY


@COLOURS
async def test_what_the_callback_of_a_shared_tenacity_object_returns_is_each_call_s_own(
    asynchronous: bool, clients: Clients
) -> None:
    def give_up(state: RetryCallState) -> object:
        assert state.outcome is not None
        error: Any = state.outcome.exception()
        return state.attempt_number, list(error.errors)

    policy = make_policy(asynchronous, stop=stop_after_attempt(3), retry_error_callback=give_up)
    with Sandbox(fail) as box:
        client: Any = (clients.asynchronous if asynchronous else clients.sync)("openai", box)
        ended, _ = await run_many(client, policy)
    assert ended == [(3, ["total"] if number % 2 else ["date"]) for number in range(MANY)]


async def extract(client: Any, **options: Any) -> Any:
    """What a call ends with: its result, or its error."""
    try:
        got = client.extract(Receipt, "receipt.png", **options)
        return await got if client._is_async else got
    except Exception as error:
        return error


OTHER = {**GOOD, "total": 12}


def is_other(got: Extraction[Receipt]) -> bool:
    """Whether the total is not what the caller knows that it must be; fails for anything but an Extraction."""
    return got.record.total != RECORD.total


@pytest.fixture(autouse=True)
def receipt(picture: bytes, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "receipt.png").write_bytes(picture)


@COLOURS
async def test_a_valid_record_that_a_tenacity_object_rejects_gets_another_attempt(
    asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(OTHER, GOOD)
    policy = make_policy(asynchronous, stop=stop_after_attempt(3), retry=retry_if_result(is_other))
    client = (clients.asynchronous if asynchronous else clients.sync)("openai", box)
    got = await extract(client, max_retries=policy)
    assert got.record == RECORD
    assert [(attempt.number, attempt.error) for attempt in got.attempts] == [(1, None), (2, None)]
    assert box.requests[0].body == box.requests[1].body  # nothing was wrong that a complaint could name
    assert got.usage.input == sum(attempt.usage.input for attempt in got.attempts)
    assert policy.statistics["attempt_number"] == 2


@COLOURS
async def test_records_that_are_all_rejected_end_in_tenacity_s_error_with_what_was_paid(
    asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(OTHER, OTHER)
    policy = make_policy(asynchronous, stop=stop_after_attempt(2), retry=retry_if_result(is_other))
    client = (clients.asynchronous if asynchronous else clients.sync)("openai", box)
    error = await extract(client, max_retries=policy)
    assert type(error).__name__ == "RetryError"
    assert [attempt.number for attempt in error.attempts] == [1, 2]
    assert error.last_attempt.result().record.total == OTHER["total"]
    assert "2 attempts before this error" in error.__notes__[0]


@pytest.mark.skipif(not is_ocr_installed(), reason="needs the extra `local`")
def test_a_challenged_record_that_is_rejected_is_not_returned_all_the_same(sandbox: Start, clients: Clients) -> None:
    stage = set_stage(Scene((WRONG, WRONG, WRONG), {"verify": "reask"}), sandbox, clients)
    policy = Retrying(stop=stop_after_attempt(3), retry=retry_any(Retrying().retry, retry_if_result(lambda got: True)))
    with pytest.raises(RetryError) as caught:
        stage.client.extract(Bill, stage.document, **{**stage.options, "max_retries": policy})
    assert len(caught.value.attempts) == 3  # type: ignore[attr-defined]  # attached to an error of tenacity


@COLOURS
@pytest.mark.parametrize("retries", [retry_if_result(is_other), retry_if_not_exception_type(ValueError)])
async def test_an_error_that_asking_again_cannot_cure_is_not_shown_to_a_tenacity_object(
    retries: Any, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(Fault(401), GOOD)
    client = (clients.asynchronous if asynchronous else clients.sync)("openai", box)
    policy = make_policy(asynchronous, stop=stop_after_attempt(2), retry=retries)
    error = await extract(client, max_retries=policy)
    assert type(error).__name__ == "AuthenticationError"
    assert len(box.requests) == 1


async def test_a_predicate_may_be_a_coroutine_function(sandbox: Start, clients: Clients) -> None:
    class Rejected:
        async def __call__(self, state: RetryCallState) -> bool:
            await asyncio.sleep(0)
            assert state.outcome is not None
            return is_other(state.outcome.result())

    box = sandbox(OTHER, GOOD)
    policy: Any = AsyncRetrying(stop=stop_after_attempt(3), retry=Rejected())
    assert (await extract(clients.asynchronous("openai", box), max_retries=policy)).record == RECORD
    assert len(box.requests) == 2
