"""A run may take the failures of earlier runs as its outcomes, if the model's own replies were at fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from many_runs import COLOURS, collect, draw_number
from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight import AsyncExtractionRun, ExtractionFailed, ExtractionRun, Failure
from typesight.client.many_documents import read_run
from typesight.testing import Fault, Sandbox

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)


async def read(colour: str, clients: Clients, box: Sandbox, ledger: Path, *, keeps_failures: bool) -> Any:
    """What comes of one document, and how far its run was at its end."""
    client: Any = (clients.sync if colour == "sync" else clients.asynchronous)("openai", box)
    terms = read_run(client, Receipt, {"ledger": ledger, "max_retries": 1, "turn": False})
    run = ExtractionRun if colour == "sync" else AsyncExtractionRun
    reading: Any = run(replace(terms, keeps_failures=keeps_failures), iter([("a", draw_number(1))]), 1)
    (outcome,) = await collect(reading)
    return outcome, reading.progress


@both_colours
async def test_a_failure_is_restored_with_its_attempts(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, ledger = sandbox(BAD, BAD, GOOD), tmp_path / "run.db"
    first, _ = await read(colour, clients, box, ledger, keeps_failures=True)
    second, progress = await read(colour, clients, box, ledger, keeps_failures=True)
    assert len(box.requests) == 2
    assert isinstance(second, Failure)
    assert isinstance(second.error, ExtractionFailed)
    assert second.to_dict() | {"attempts": []} == first.to_dict() | {"attempts": []}
    assert [each.to_dict() for each in second.attempts] == [each.to_dict() for each in first.attempts]
    assert (progress.failed, progress.usage.input, progress.cost) == (1, 0, 0)

    third, _ = await read(colour, clients, box, ledger, keeps_failures=False)
    assert third.record == RECORD


@both_colours
async def test_a_failure_of_the_server_is_read_again(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, ledger = sandbox(GOOD), tmp_path / "run.db"
    box.faults(Fault(400))
    first, _ = await read(colour, clients, box, ledger, keeps_failures=True)
    second, _ = await read(colour, clients, box, ledger, keeps_failures=True)
    assert isinstance(first, Failure)
    assert second.record == RECORD
