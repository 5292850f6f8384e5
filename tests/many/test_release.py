"""Results hold no pixels, no requests and no tracebacks, and all of them pickle."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from many_runs import COLOURS, collect, draw_number, draw_numbers, make_run
from support import BAD, GOOD, Clients, Receipt
from typesight import DocumentFailed, LedgerError
from typesight.testing import Fault, Sandbox

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)
MARK = b"these are the pixels "


def draw_marked(number: int) -> bytes:
    """A picture with bytes behind its end by which its data is known: 420 kB."""
    return draw_number(number) + MARK * 20_000


def find_held(outcome: Any) -> list[str]:
    """What an outcome holds, directly or through others, of pictures and requests."""
    seen, waiting, found = set[int](), [outcome], list[str]()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, type) or type(thing).__name__ in {"module", "function"}:
            continue
        seen.add(id(thing))
        name = type(thing).__name__
        if name in {"traceback", "frame", "Request", "Response"} or (
            isinstance(thing, str | bytes) and len(thing) > 10_000
        ):
            found.append(name)
        waiting += gc.get_referents(thing)
    return found


REPLIES = {
    "a record": [GOOD],
    "a record after a reask": [BAD, GOOD],
    "no record": [BAD, BAD],
    "an error of the SDK": [Fault(400)],
    "an error of the SDK after a reask": [BAD, Fault(400)],
    "a connection that breaks off": [BAD, Fault.reset()],
}


@both_colours
@pytest.mark.parametrize("with_ledger", [False, True])
@pytest.mark.parametrize("replies", REPLIES.values(), ids=REPLIES)
async def test_an_outcome_holds_no_pixels(
    replies: list[Any], with_ledger: bool, colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    ledger = tmp_path / "run.db" if with_ledger else None
    run = make_run(clients, colour, sandbox(*replies), Receipt, [draw_marked(1)], max_retries=1, ledger=ledger)
    (outcome,) = await collect(run)
    assert find_held(outcome) == []


@both_colours
async def test_the_run_holds_no_pixels_of_what_has_ended(colour: str, clients: Clients, sandbox: Start) -> None:
    run = make_run(clients, colour, sandbox(*[GOOD] * 3), Receipt, (draw_marked(number) for number in range(3)))
    await collect(run)
    del run
    gc.collect()
    assert [len(each) for each in gc.get_objects() if isinstance(each, bytes) and MARK * 2 in each] == []


@both_colours
async def test_a_picture_that_is_a_file_can_be_read_again(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(draw_number(1))
    outcomes = {}
    for kind, document in (("file", path), ("bytes", path.read_bytes())):
        box = sandbox(GOOD)
        (outcomes[kind],) = await collect(make_run(clients, colour, box, Receipt, [document]))
    assert [each.size for each in outcomes["file"].images] == [(220, 220)]
    assert outcomes["bytes"].images == []


@both_colours
async def test_every_outcome_pickles(colour: str, clients: Clients, sandbox: Start) -> None:
    box = sandbox(BAD, GOOD, BAD, BAD, Fault(400), BAD, Fault(404))
    documents = ["gone.png", *draw_numbers(4)]
    run = make_run(clients, colour, box, Receipt, documents, concurrency=1, max_retries=1)
    outcomes = await collect(run)
    assert len(outcomes) == 5
    again = pickle.loads(pickle.dumps(outcomes))
    assert [each.to_dict() for each in again] == [each.to_dict() for each in outcomes]
    progress = run.progress
    assert pickle.loads(pickle.dumps(progress)) == progress
    lost = LedgerError("the disk is full", tuple(outcomes))
    assert [each.source for each in pickle.loads(pickle.dumps(lost)).lost] == [each.source for each in outcomes]


def test_an_error_of_a_document_pickles() -> None:
    error = DocumentFailed("no", kind="BadRequestError", status_code=400, request_id="req_1")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.kind, again.status_code, again.request_id) == ("no", "BadRequestError", 400, "req_1")
