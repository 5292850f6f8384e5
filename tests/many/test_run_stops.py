"""Errors after which no document can succeed end a run, with what was done yielded first."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, field_validator

import typesight
from many_runs import COLOURS, collect, draw_number, draw_numbers, fail, make_run
from support import GOOD, Clients, Receipt
from typesight import MissingExtra, SchemaError
from typesight.testing import Fault, Sandbox, SandboxRequest

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)

FATAL = {
    "a refused key": Fault(401),
    "an empty account": Fault(402),
    "no permission": Fault(403),
    "an exhausted quota": Fault(429, code="insufficient_quota"),
}


def answer_some(number: int, fault: Fault) -> Callable[[SandboxRequest], Any]:
    """So many records, then a fault for every request."""
    replies = iter([GOOD] * number)
    return lambda _: next(replies, fault)


@both_colours
@pytest.mark.parametrize("fault", FATAL.values(), ids=FATAL)
async def test_an_error_of_the_account_ends_the_run(
    fault: Fault, colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box = sandbox(answer=answer_some(4, fault))
    options = {"ledger": tmp_path / "run.db", "concurrency": 2}
    run = make_run(clients, colour, box, Receipt, draw_numbers(40), **options)
    outcomes, error = await fail(run)
    assert len(outcomes) == 4
    assert getattr(error, "status_code", None) == fault.status
    assert len(box.requests) <= 6
    assert run.progress.stopped == "error"

    box = sandbox(answer=answer_some(40, fault))
    outcomes = await collect(make_run(clients, colour, box, Receipt, draw_numbers(40), **options))
    assert (len(outcomes), len(box.requests)) == (40, 36)


@both_colours
async def test_an_endpoint_that_is_not_there_ends_the_run(colour: str, clients: Clients) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    nowhere: Any = SimpleNamespace(openai_url=url, anthropic_url=url)
    outcomes, error = await fail(make_run(clients, colour, nowhere, Receipt, draw_numbers(20)))
    assert outcomes == []
    assert type(error).__name__ == "APIConnectionError"
    assert "nothing answers at" in "".join(getattr(error, "__notes__", []))


@both_colours
async def test_a_schema_that_no_endpoint_takes_ends_it_before_it_begins(
    colour: str, clients: Clients, sandbox: Start
) -> None:
    with pytest.raises(SchemaError):
        make_run(clients, colour, sandbox(answer=answer_some(9, Fault(500))), 7, draw_numbers(3))


@both_colours
async def test_a_missing_extra_ends_the_run_unless_one_document_alone_needs_it(
    colour: str, clients: Clients, sandbox: Start
) -> None:
    class Judged(BaseModel):
        company: str

        @field_validator("company")
        @classmethod
        def judge(cls, value: str) -> str:
            raise MissingExtra(value, "this check")

    for extra, ends in (("checks", True), ("pdf", False)):
        box = sandbox(answer=lambda _, extra=extra: {"company": extra})
        outcomes, error = await fail(make_run(clients, colour, box, Judged, draw_numbers(3), concurrency=1))
        assert isinstance(error, MissingExtra) == ends
        assert [len(each.attempts) for each in outcomes] == [1] * (1 if ends else 3)  # it was paid for


@both_colours
async def test_a_reply_that_was_paid_for_before_the_end_is_a_failure(
    colour: str, clients: Clients, sandbox: Start
) -> None:
    box = sandbox({"company": "Corner Shop", "date": "soon", "total": "7x"}, Fault(401))
    outcomes, error = await fail(make_run(clients, colour, box, Receipt, [draw_number(1)]))
    (failure,) = outcomes
    assert failure.error.kind == type(error).__name__ == "AuthenticationError"
    assert len(failure.attempts) == 1


@both_colours
async def test_one_document_never_ends_a_run(colour: str, clients: Clients, sandbox: Start) -> None:
    statuses = iter([400, 404, 413, 422])
    box = sandbox(answer=lambda _: Fault(status) if (status := next(statuses, 0)) else GOOD)
    outcomes, error = await fail(make_run(clients, colour, box, Receipt, draw_numbers(6), concurrency=1))
    assert error is None
    assert [isinstance(each, typesight.Failure) for each in outcomes] == [True] * 4 + [False] * 2
