"""A run with a budget ends cleanly before it is exceeded by more than one document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from many_runs import COLOURS, collect, draw_number, draw_numbers, make_run
from support import GOOD, Clients, Receipt
from typesight import Budget, Failure, RunWarning
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)


def always(_: object) -> Any:
    """The same record for every request."""
    return GOOD


async def read_one(colour: str, clients: Clients, sandbox: Start) -> Any:
    """What one document takes."""
    (outcome,) = await collect(make_run(clients, colour, sandbox(answer=always), Receipt, [draw_number(0)]))
    return outcome


@both_colours
@pytest.mark.parametrize("unit", ["usd", "tokens"])
async def test_a_run_ends_when_its_budget_is_used_up(
    unit: str, colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    one = await read_one(colour, clients, sandbox)
    tokens = one.usage.input + one.usage.output
    budget = Budget(usd=one.cost * 5.5) if unit == "usd" else Budget(tokens=int(tokens * 5.5))
    box, options = sandbox(answer=always), {"ledger": tmp_path / "run.db", "concurrency": 4}
    run = make_run(clients, colour, box, Receipt, draw_numbers(20, 100), run_budget=budget, **options)
    with pytest.warns(RunWarning, match="15 documents are not read"):
        outcomes = await collect(run)
    assert len(outcomes) == len(box.requests) == 5
    assert (run.progress.stopped, run.progress.left) == ("budget", 15)
    assert len(await collect(make_run(clients, colour, box, Receipt, draw_numbers(20, 100), **options))) == 20
    assert len(box.requests) == 20


@both_colours
async def test_documents_that_cost_nothing_say_nothing_about_the_next(
    colour: str, clients: Clients, sandbox: Start
) -> None:
    one = await read_one(colour, clients, sandbox)
    documents = [b"no picture", *draw_numbers(20, 100)]
    box = sandbox(answer=always)
    run = make_run(clients, colour, box, Receipt, documents, run_budget=Budget(usd=one.cost * 1.5), concurrency=8)
    with pytest.warns(RunWarning):
        outcomes = await collect(run)
    assert [isinstance(each, Failure) for each in outcomes] == [True, False]
    assert len(box.requests) == 1


@both_colours
async def test_a_budget_that_is_large_enough_changes_nothing(colour: str, clients: Clients, sandbox: Start) -> None:
    run = make_run(clients, colour, sandbox(answer=always), Receipt, draw_numbers(6), run_budget=Budget(usd=1.0))
    assert len(await collect(run)) == 6
    assert run.progress.stopped is None
