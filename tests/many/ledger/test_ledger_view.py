"""The rows of a ledger: each document's own attempts, and no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from many_runs import collect, draw_number, make_run
from support import BAD, Clients, Receipt
from typesight.many.ledger.ledger_view import read_ledger_rows
from typesight.testing import Sandbox


async def test_a_failure_has_the_attempts_of_its_last_reading_alone(
    clients: Clients, sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    """Two documents of the same content, which both fail: the second one is asked about too, in the same run."""
    box, ledger = sandbox(BAD, BAD), tmp_path / "run.db"
    same = {"one": draw_number(1), "other": draw_number(1)}
    await collect(make_run(clients, "sync", box, Receipt, same, ledger=ledger, concurrency=1, max_retries=0))
    assert len(box.requests) == 2
    rows = [(row["source"], len(row["attempts"])) for row in read_ledger_rows(ledger)]
    assert rows == [("one", 1), ("other", 1)]
