"""A run that is left, closed, cancelled or forgotten begins no more documents, and keeps those in flight."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from many_runs import COLOURS, close, collect, draw_numbers, make_run, take
from support import GOOD, Clients, Receipt
from typesight.testing import Fault, Sandbox, SandboxRequest

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)


class Held:
    """Answers the first requests at once and holds the others until it is let go; has state because it counts."""

    def __init__(self, at_once: int) -> None:
        self.let_go = threading.Event()
        self.came = threading.Semaphore(0)
        self._at_once = iter(range(at_once))

    def __call__(self, request: SandboxRequest) -> Any:
        if next(self._at_once, None) is None:
            self.came.release()
            self.let_go.wait(30)
        return GOOD


@pytest.fixture
def held() -> Iterator[Held]:
    """Two replies at once; what comes then is let go at the end, so that the servers can close."""
    answer = Held(2)
    yield answer
    answer.let_go.set()


def count_results(ledger: Path) -> int:
    """How many documents a ledger holds."""
    with closing(sqlite3.connect(ledger)) as connection:
        return int(connection.execute("SELECT count(*) FROM results WHERE status = 'ok'").fetchone()[0])


def wait_for_threads() -> None:
    """Wait until no document is read in a thread any more."""
    for thread in threading.enumerate():
        if thread.name == "typesight-document":
            thread.join(30)


async def wait_for_tasks() -> None:
    """Wait until no other task runs in this loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 30)


@both_colours
async def test_close_keeps_what_is_in_flight(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path, held: Held
) -> None:
    options = {"ledger": tmp_path / "run.db", "concurrency": 2}
    box = sandbox(answer=held)
    run = make_run(clients, colour, box, Receipt, draw_numbers(20), **options)
    await take(run)
    await take(run)
    held.let_go.set()
    await close(run)
    await close(run)
    assert await collect(run) == []
    assert run.progress.stopped == "interrupt"
    assert count_results(tmp_path / "run.db") == len(box.requests) < 20
    run = make_run(clients, colour, box, Receipt, draw_numbers(20), **options)
    assert len(await collect(run)) == 20
    assert len(box.requests) == 20


@both_colours
async def test_a_run_that_is_forgotten_keeps_what_is_in_flight(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path, held: Held
) -> None:
    options = {"ledger": tmp_path / "run.db", "concurrency": 2}
    box = sandbox(answer=held)
    run = make_run(clients, colour, box, Receipt, draw_numbers(20), **options)
    await take(run)
    await take(run)
    del run
    gc.collect()
    held.let_go.set()
    wait_for_threads()
    await wait_for_tasks()
    gc.collect()
    assert count_results(tmp_path / "run.db") == len(box.requests) <= 4
    assert len(await collect(make_run(clients, colour, box, Receipt, draw_numbers(20), **options))) == 20
    assert len(box.requests) == 20


@both_colours
async def test_an_exception_in_the_loops_body_keeps_what_is_in_flight(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box = sandbox(answer=lambda _: GOOD)
    run = make_run(clients, colour, box, Receipt, draw_numbers(20), ledger=tmp_path / "run.db", concurrency=2)
    with suppress(LookupError):
        if colour == "sync":
            with run:
                for _ in run:
                    raise LookupError
        else:
            async with run:
                async for _ in run:
                    raise LookupError
    assert count_results(tmp_path / "run.db") == len(box.requests) < 20
    assert run.progress.in_flight == 0


async def test_a_task_that_is_cancelled_does_not_wait_for_the_model(
    clients: Clients, sandbox: Start, tmp_path: Path, held: Held
) -> None:
    box = sandbox(answer=held)
    run = make_run(clients, "async", box, Receipt, draw_numbers(9), ledger=tmp_path / "run.db", concurrency=2)
    given: list[Any] = []

    async def consume() -> None:
        async with run:
            async for each in run:
                given.append(each)  # noqa: PERF401 - the task is cancelled in between

    task = asyncio.create_task(consume())
    await asyncio.to_thread(held.came.acquire, timeout=30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(given) == count_results(tmp_path / "run.db") == 2


async def test_a_wait_that_times_out_loses_nothing(clients: Clients, sandbox: Start, held: Held) -> None:
    run = make_run(clients, "async", sandbox(answer=held), Receipt, draw_numbers(4), concurrency=1)
    given = [await anext(run), await anext(run)]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(run), 0.05)
    held.let_go.set()
    given += [each async for each in run]
    assert len({each.source for each in given}) == 4


@both_colours
async def test_drain_gives_what_is_in_flight_and_begins_no_more(
    colour: str, clients: Clients, sandbox: Start, held: Held
) -> None:
    box = sandbox(answer=held)
    run = make_run(clients, colour, box, Receipt, draw_numbers(20), concurrency=2)
    await take(run)
    run.drain()
    held.let_go.set()
    assert len(await collect(run)) + 1 == len(box.requests) == 2
    assert run.progress.stopped == "interrupt"


@both_colours
async def test_a_document_that_waits_for_a_limit_is_let_go(colour: str, clients: Clients, sandbox: Start) -> None:
    box = sandbox(answer=lambda _: GOOD)
    box.faults(Fault(429, retry_after=500))
    run = make_run(clients, colour, box, Receipt, draw_numbers(3), concurrency=3)
    pending = asyncio.create_task(collect(run)) if colour == "async" else None
    thread = threading.Thread(target=list, args=[run]) if colour == "sync" else None
    if thread:
        thread.start()
    while run.progress.waiting == 0:
        await asyncio.sleep(0.01)
    run.drain()
    if thread:
        await asyncio.to_thread(thread.join, 30)
        assert not thread.is_alive()
    if pending:
        await asyncio.wait_for(pending, 30)
    assert run.progress.in_flight == 0


@both_colours
async def test_no_thread_is_left_when_a_run_has_ended(colour: str, clients: Clients, sandbox: Start) -> None:
    run = make_run(clients, colour, sandbox(answer=lambda _: GOOD), Receipt, draw_numbers(6))
    await collect(run)
    del run
    gc.collect()
    wait_for_threads()
    names = {"typesight-document", "typesight-pictures"}
    left = [thread for thread in threading.enumerate() if thread.name.rpartition("_")[0] in names]
    for thread in left:
        thread.join(30)
    assert not any(thread.is_alive() for thread in left)
