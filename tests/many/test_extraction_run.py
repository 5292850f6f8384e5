"""A run gives an Extraction or a Failure of each document, in the order they end, and never raises for one."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

import typesight
from many_runs import COLOURS, collect, draw_number, draw_numbers, fail, make_run, take
from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight import Extraction, Failure, Image
from typesight.testing import Fault, RateLimits, Sandbox, SandboxRequest

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)


def always(_: SandboxRequest) -> Any:
    """The same record for every request."""
    return GOOD


@both_colours
@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_each_document_gives_a_record(colour: str, vendor: str, clients: Clients, sandbox: Start) -> None:
    run = make_run(clients, colour, sandbox(answer=always), Receipt, draw_numbers(9), vendor=vendor)
    outcomes = await collect(run)
    assert [each.record for each in outcomes] == [RECORD] * 9
    assert len({each.source for each in outcomes}) == 9


@both_colours
async def test_outcomes_come_in_the_order_they_end(colour: str, clients: Clients, sandbox: Start) -> None:
    first, second = draw_numbers(2)
    let_go = threading.Event()
    slow = Image.from_bytes(first).sha256

    def answer(request: SandboxRequest) -> Any:
        if request.pictures[0].sha256 == slow:
            let_go.wait(30)
        return GOOD

    run = make_run(clients, colour, sandbox(answer=answer), Receipt, {"slow": first, "quick": second}, concurrency=2)
    ended = [await take(run)]
    let_go.set()
    ended += await collect(run)
    assert [each.source for each in ended] == ["quick", "slow"]


@both_colours
async def test_documents_may_be_anything_that_extract_takes(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    path, pdf = tmp_path / "a.png", tmp_path / "b.pdf"
    path.write_bytes(draw_number(1))
    Pillow.new("RGB", (300, 300), "white").save(pdf)
    box = sandbox(answer=always)
    documents: list[Any] = [path, str(path), draw_number(2), Image(draw_number(3)), [draw_number(4), draw_number(5)]]
    documents += [pdf, "https://example.org/c.png"]
    outcomes = await collect(make_run(clients, colour, box, Receipt, documents))
    again = await collect(make_run(clients, colour, box, Receipt, documents, ledger=tmp_path / "run.db"))
    assert sorted(each.source for each in again) == sorted(each.source for each in outcomes)
    assert all(isinstance(each, Extraction) for each in (*outcomes, *again))
    sources = [each.source for each in outcomes]
    assert sources.count(str(path)) == 2
    assert {"https://example.org/c.png"} < set(sources)
    assert sorted(len(request.pictures) for request in box.requests[:7]) == [1, 1, 1, 1, 1, 1, 2]
    assert len(box.requests) == 7 + 6  # the two paths are one file


@both_colours
async def test_a_bad_document_is_a_failure(colour: str, clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    text = tmp_path / "text.png"
    text.write_text("no picture")
    documents = {
        "gone": tmp_path / "gone.png",
        "text": text,
        "number": 7,
        "nothing": [],
        "folder": tmp_path,
        "cut": draw_number(1)[:60],
        "damaged base64": "data:image/png;base64,????",
        "good": draw_number(2),
    }
    run = make_run(clients, colour, sandbox(answer=always), Receipt, documents, ledger=tmp_path / "run.db")
    outcomes = {each.source: each for each in await collect(run)}
    assert outcomes.keys() == documents.keys()
    assert {name for name, each in outcomes.items() if isinstance(each, Extraction)} == {"good"}
    failures = [each for each in outcomes.values() if isinstance(each, Failure)]
    assert all(isinstance(each.error, typesight.TypesightError) for each in failures)
    assert all((each.attempts, each.cost) == ((), 0.0) for each in failures)
    assert (run.progress.done, run.progress.failed, run.progress.total) == (1, 7, 8)


@both_colours
async def test_a_failure_has_the_attempts_that_were_paid_for(colour: str, clients: Clients, sandbox: Start) -> None:
    run = make_run(clients, colour, sandbox(BAD, BAD), Receipt, {"a": draw_number(1)}, max_retries=1)
    (failure,) = await collect(run)
    assert isinstance(failure.error, typesight.ExtractionFailed)
    assert len(failure.attempts) == 2
    assert failure.usage == run.progress.usage
    told = failure.to_dict()
    assert (told["source"], told["error"], told["partial"]) == ("a", "ExtractionFailed", {"company": "Corner Shop"})
    assert set(told["errors"]) == {"date", "total"}


@both_colours
async def test_an_error_that_is_not_typesights_is_told_without_its_request(
    colour: str, clients: Clients, sandbox: Start
) -> None:
    box = sandbox(answer=always)
    box.faults(Fault(400, message="no such thing"))
    (failure,) = await collect(make_run(clients, colour, box, Receipt, [draw_number(1)]))
    assert isinstance(failure.error, typesight.DocumentFailed)
    assert (failure.error.kind, failure.error.status_code) == ("BadRequestError", 400)
    assert "no such thing" in str(failure.error)


@both_colours
@pytest.mark.parametrize("status", [429, 500, 503, 529])
async def test_a_document_is_tried_again_after_a_passing_error(
    status: int, colour: str, clients: Clients, sandbox: Start
) -> None:
    box = sandbox(answer=always)
    box.faults(*[Fault(status, headers={"retry-after": "0"})] * 3)
    outcomes = await collect(make_run(clients, colour, box, Receipt, draw_numbers(3), concurrency=1))
    assert [each.record for each in outcomes] == [RECORD] * 3
    assert len(box.requests) == 6


@both_colours
async def test_a_document_that_never_succeeds_fails_in_the_end(colour: str, clients: Clients, sandbox: Start) -> None:
    box = sandbox(answer=always)
    box.faults(Fault(500), probability=1)
    (failure,) = await collect(make_run(clients, colour, box, Receipt, draw_numbers(1)))
    assert failure.error.status_code == 500
    assert len(box.requests) == 6


@both_colours
@pytest.mark.parametrize("concurrency", [1, 3])
async def test_documents_are_taken_when_their_turn_comes(
    concurrency: int, colour: str, clients: Clients, sandbox: Start
) -> None:
    taken: list[int] = []

    def documents() -> Iterator[bytes]:
        for number in range(12):
            taken.append(number)
            yield draw_number(number)

    run = make_run(clients, colour, sandbox(answer=always), Receipt, documents(), concurrency=concurrency)
    assert taken == []
    for ended in range(12):
        await take(run)
        assert len(taken) <= ended + concurrency + 1
    assert await collect(run) == []
    assert len(taken) == 12


async def test_an_asynchronous_iterable_is_taken_one_ahead(clients: Clients, sandbox: Start) -> None:
    taken: list[int] = []

    async def documents() -> AsyncIterator[bytes]:
        for number in range(9):
            taken.append(number)
            yield draw_number(number)

    run = make_run(clients, "async", sandbox(answer=always), Receipt, documents(), concurrency=2)
    for ended in range(9):
        await take(run)
        assert len(taken) <= ended + 3
    assert await collect(run) == []
    assert (run.progress.done, run.progress.total) == (9, None)


@both_colours
async def test_an_error_of_the_callers_iterator_comes_after_what_was_begun(
    colour: str, clients: Clients, sandbox: Start
) -> None:
    def documents() -> Iterator[bytes]:
        yield from draw_numbers(3)
        raise LookupError("no more folders")

    outcomes, error = await fail(make_run(clients, colour, sandbox(answer=always), Receipt, documents()))
    assert len(outcomes) == 3
    assert str(error) == "no more folders"


async def test_an_error_of_an_asynchronous_iterable_comes_after_what_was_begun(
    clients: Clients, sandbox: Start
) -> None:
    async def documents() -> AsyncIterator[bytes]:
        yield draw_number(1)
        raise LookupError("no more folders")

    outcomes, error = await fail(make_run(clients, "async", sandbox(answer=always), Receipt, documents()))
    assert len(outcomes) == 1
    assert str(error) == "no more folders"


@both_colours
async def test_no_documents_give_no_outcomes(colour: str, clients: Clients, sandbox: Start) -> None:
    run = make_run(clients, colour, sandbox(answer=always), Receipt, [])
    assert await collect(run) == await collect(run) == []
    assert (run.progress.total, run.progress.left, run.progress.stopped) == (0, 0, None)


@both_colours
@pytest.mark.parametrize("given", ["receipts", b"bytes", Path("folder"), 7, None])
async def test_what_holds_no_documents_is_refused(given: Any, colour: str, clients: Clients, sandbox: Start) -> None:
    with pytest.raises(TypeError, match="documents must be a list"):
        make_run(clients, colour, sandbox(answer=always), Receipt, given)


@both_colours
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"concurrency": 0}, "give at least 1"),
        ({"concurrency": "many"}, "a number of documents"),
        ({"only_failed": True}, "needs ledger="),
        ({"ledger": 3}, "the path of a file"),
        ({"ledgers": "run.db"}, "ledger"),
        ({"run_budget": 3}, "Budget"),
    ],
)
async def test_a_wrong_option_is_refused_before_anything_begins(
    options: dict[str, Any], message: str, colour: str, clients: Clients, sandbox: Start
) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        make_run(clients, colour, sandbox(answer=always), Receipt, [b""], **options)


@both_colours
async def test_a_slow_consumer_lets_no_results_pile_up(colour: str, clients: Clients, sandbox: Start) -> None:
    box = sandbox(answer=always)
    run = make_run(clients, colour, box, Receipt, draw_numbers(12), concurrency=2)
    for ended in range(12):
        await take(run)
        assert len(box.requests) <= ended + 3


@both_colours
async def test_progress_counts_what_has_ended(colour: str, clients: Clients, sandbox: Start) -> None:
    box = sandbox(BAD, GOOD, GOOD)
    run = make_run(clients, colour, box, Receipt, [*draw_numbers(2), "gone.png"], concurrency=1)
    await collect(run)
    told = run.progress
    assert (told.total, told.done, told.repaired, told.failed, told.ended, told.left) == (3, 2, 1, 1, 3, 0)
    assert (told.in_flight, told.read, told.stopped) == (0, 3, None)
    assert told.cost is not None
    assert told.cost == told.expected_cost > 0


@both_colours
async def test_a_retry_policy_may_return_something_else(colour: str, clients: Clients, sandbox: Start) -> None:
    import tenacity

    kind = tenacity.Retrying if colour == "sync" else tenacity.AsyncRetrying
    policy = kind(stop=tenacity.stop_after_attempt(1), retry_error_callback=lambda _: "nothing")
    (failure,) = await collect(make_run(clients, colour, sandbox(BAD), Receipt, [draw_number(1)], max_retries=policy))
    assert str(failure.error) == "the retry policy returned str, not a record"


@both_colours
async def test_an_error_of_the_callers_validator_is_a_failure(colour: str, clients: Clients, sandbox: Start) -> None:
    from pydantic import BaseModel, field_validator

    class Strange(BaseModel):
        company: str

        @field_validator("company")
        @classmethod
        def look_up(cls, value: str) -> str:
            raise LookupError("the register has no such company")

    outcomes = await collect(make_run(clients, colour, sandbox(answer=always), Strange, draw_numbers(2)))
    assert [each.error.kind for each in outcomes] == ["LookupError", "LookupError"]
    assert all(len(each.attempts) == 1 for each in outcomes)


@both_colours
async def test_waiting_for_a_limit_does_not_use_up_a_documents_deadline(
    colour: str, clients: Clients, sandbox: Start
) -> None:
    warm = make_run(clients, colour, sandbox(answer=always), Receipt, [draw_number(9)])
    await collect(warm)  # the SDK imports much of itself at a first call
    box = sandbox(answer=always, limits=RateLimits(requests_per_minute=240, burst=0.005))
    outcomes = await collect(make_run(clients, colour, box, Receipt, draw_numbers(8), concurrency=8, deadline=1))
    assert [each.record for each in outcomes] == [RECORD] * 8
