"""A run that is killed again and again pays for no picture twice but those in flight, and never storms a limit."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from many_runs import draw_number
from support import GOOD
from typesight.testing import Fault, RateLimits, Sandbox, SandboxRequest

PICTURES, KILLS, CONCURRENCY = 300, 3, 8

SCRIPT = """
import sys
from pathlib import Path
import openai, typesight
from support import Receipt

url, ledger, folder, concurrency = sys.argv[1:]
client = typesight.from_openai(openai.OpenAI(base_url=url, api_key="k"), model="gpt-4o", turn=False)
options = {"ledger": ledger, "concurrency": int(concurrency)}
assert all(isinstance(each, typesight.Extraction) for each in client.extract_many(
    Receipt, sorted(Path(folder).glob("*.png")), **options))
"""


class Answers:
    """Answers each request, and says when so many have come; has state because it counts."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)

    def __call__(self, request: SandboxRequest) -> Any:
        self.came.release()
        return GOOD

    def wait_for(self, count: int) -> None:
        """Wait for so many more requests."""
        for _ in range(count):
            assert self.came.acquire(timeout=60)


@pytest.mark.slow
def test_a_run_that_is_killed_pays_twice_only_for_what_was_in_flight(
    sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    answers, moments, ledger = Answers(), random.Random(19), tmp_path / "run.db"
    for number in range(PICTURES):
        (tmp_path / f"{number:03}.png").write_bytes(draw_number(number))
    box = sandbox(answer=answers, limits=RateLimits(requests_per_minute=6_000, burst=0.01))
    box.faults(Fault(503, retry_after=timedelta(milliseconds=50)), probability=0.05)
    asked = [sys.executable, "-c", SCRIPT, box.openai_url, str(ledger), str(tmp_path), str(CONCURRENCY)]
    for _ in range(KILLS):
        process = subprocess.Popen(asked, cwd=Path(__file__).parents[1])
        answers.wait_for(moments.randint(10, PICTURES // (KILLS + 1)))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(asked, cwd=Path(__file__).parents[1], check=True, timeout=120)

    paid = Counter(request.pictures[0].sha256 for request in box.requests if request.status == 200)
    assert len(paid) == PICTURES
    assert paid.total() - PICTURES <= KILLS * CONCURRENCY
    assert sum(request.status == 429 for request in box.requests) <= len(box.requests) * 0.05
    with closing(sqlite3.connect(ledger)) as connection:
        rows = connection.execute("SELECT source, status FROM results ORDER BY source").fetchall()
    assert rows == [(str(tmp_path / f"{number:03}.png"), "ok") for number in range(PICTURES)]
