"""Ctrl-C lets what is in flight end, a second one does not; and a program that ends does not hang."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from many_runs import COLOURS
from support import GOOD
from typesight.testing import Fault, Sandbox, SandboxRequest

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)

SCRIPT = """
import asyncio, signal, sys
import openai, typesight
from many_runs import draw_numbers
from support import Receipt

url, ledger, colour, do = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)
SDK = openai.OpenAI if colour == "sync" else openai.AsyncOpenAI
client = typesight.from_openai(SDK(base_url=url, api_key="k", max_retries=0), model="gpt-4o")
given = 0

def begin():
    return client.extract_many(Receipt, draw_numbers(30), ledger=ledger, turn=False, concurrency=2)

async def main():
    global given
    async for _ in begin():
        given += 1
        if do == "break":
            break

try:
    if colour == "async":
        asyncio.run(main())
    else:
        run = begin()
        for _ in run:
            given += 1
            if do == "break":
                break
    print("ended", given, flush=True)
except KeyboardInterrupt:
    print("interrupted", given, flush=True)
"""


class Held:
    """Answers the first two requests at once and holds the others; has state because it counts."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.came = threading.Semaphore(0)
        self._at_once = iter(range(2))

    def __call__(self, request: SandboxRequest) -> Any:
        if next(self._at_once, None) is None:
            self.came.release()
            self.let_go.wait(60)
        return GOOD


@pytest.fixture
def held() -> Iterator[Held]:
    """Two replies at once; what comes then is let go at the end, so that the servers can close."""
    answer = Held()
    yield answer
    answer.let_go.set()


@contextmanager
def start(box: Sandbox, ledger: Path, colour: str, do: str) -> Iterator[subprocess.Popen[str]]:
    """The script in another process, killed if it does not end."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, box.openai_url, str(ledger), colour, do],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def count_results(ledger: Path) -> int:
    """How many documents a ledger holds."""
    with closing(sqlite3.connect(ledger)) as connection:
        return int(connection.execute("SELECT count(*) FROM results WHERE status = 'ok'").fetchone()[0])


@both_colours
def test_the_first_ctrl_c_keeps_what_is_in_flight(colour: str, sandbox: Start, tmp_path: Path, held: Held) -> None:
    box = sandbox(answer=held)
    with start(box, tmp_path / "run.db", colour, "all") as process:
        assert held.came.acquire(timeout=30)
        assert held.came.acquire(timeout=30)
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)
        held.let_go.set()
        printed, errors = process.communicate(timeout=30)
    assert (printed, errors, process.returncode) == ("interrupted 4\n", "", 0)
    assert count_results(tmp_path / "run.db") == len(box.requests) == 4


@both_colours
def test_a_second_ctrl_c_does_not_wait_for_the_model(colour: str, sandbox: Start, tmp_path: Path, held: Held) -> None:
    with start(sandbox(answer=held), tmp_path / "run.db", colour, "all") as process:
        assert held.came.acquire(timeout=30)
        assert held.came.acquire(timeout=30)
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=30)
    assert (printed, errors, process.returncode) == ("interrupted 2\n", "", 0)
    assert count_results(tmp_path / "run.db") == 2


def test_a_program_that_leaves_its_run_keeps_what_is_in_flight(sandbox: Start, tmp_path: Path, held: Held) -> None:
    box = sandbox(answer=held)
    with start(box, tmp_path / "run.db", "sync", "break") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ended 1\n"
        held.let_go.set()
        _, errors = process.communicate(timeout=30)
    assert (errors, process.returncode) == ("", 0)
    assert count_results(tmp_path / "run.db") == len(box.requests) < 30


@both_colours
def test_a_program_that_ends_does_not_wait_for_limits(colour: str, sandbox: Start, tmp_path: Path) -> None:
    replies = iter([GOOD])
    box = sandbox(answer=lambda _: next(replies, Fault(429, retry_after=500)))
    with start(box, tmp_path / "run.db", colour, "break") as process:
        printed, errors = process.communicate(timeout=30)
    assert (printed, errors, process.returncode) == ("ended 1\n", "", 0)
    with closing(sqlite3.connect(tmp_path / "run.db")) as connection:
        assert connection.execute("SELECT status, count(*) FROM results").fetchall() == [("ok", 1)]
