"""A run goes on where an earlier one with its ledger stopped, and no document is paid for twice."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import pytest
from PIL import Image as Pillow
from pydantic import BaseModel, Field, field_validator

from many_runs import COLOURS, collect, draw_number, draw_numbers, make_run, take
from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight import Extraction, Failure, LedgerError
from typesight.testing import Reply, Sandbox

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)


def always(_: object) -> Any:
    """The same record for every request."""
    return GOOD


def query(ledger: Path, sql: str) -> list[Any]:
    """The rows of a question in SQL."""
    with closing(sqlite3.connect(ledger)) as connection:
        return connection.execute(sql).fetchall()


class Kind(Enum):
    """An enum as a field."""

    SALE = "sale"
    RETURN = "return"


class Line(BaseModel):
    """A nested model."""

    name: str
    price: Decimal


class Bill(BaseModel):
    """A model of many types."""

    number: Annotated[int, Field(alias="No.")]
    issued: date
    kind: Kind
    lines: list[Line]
    tags: set[str] = set()
    note: str | None = None


class Note(BaseModel):
    """Another model."""

    text: str


BILL = {"No.": 7, "issued": "2026-11-20", "kind": "sale", "lines": [{"name": "tea", "price": "2.50"}], "tags": ["a"]}
TARGETS: dict[str, tuple[Any, Any]] = {
    "a nested model with aliases, decimals and dates": (Bill, BILL),
    "a list": (list[Line], {"result": [{"name": "tea", "price": "2.50"}, {"name": "milk", "price": "1"}]}),
    "a list of either": (list[Line | Note], {"result": [{"name": "tea", "price": "2.50"}, {"text": "paid"}]}),
    "parallel calls": (
        list[Line | Note],
        Reply(calls=[("Line", {"name": "tea", "price": "2"}), ("Note", {"text": "x"})]),
    ),
    "a date": (date, {"result": "2026-11-20"}),
    "an integer beyond 64 bits": (int, {"result": 10**40}),
    "a text": (str, {"result": 'a "quoted" text\n'}),
}


@both_colours
@pytest.mark.parametrize(("kind", "reply"), TARGETS.values(), ids=TARGETS)
async def test_an_earlier_record_comes_back_equal(
    kind: Any, reply: Any, colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box = sandbox(reply)
    options = {"ledger": tmp_path / "run.db", "mode": "tools" if isinstance(reply, Reply) else "json_schema"}
    (first,) = await collect(make_run(clients, colour, box, kind, {"a": draw_number(1)}, **options))
    assert isinstance(first, Extraction)
    run = make_run(clients, colour, box, kind, {"b": draw_number(1)}, **options)
    (second,) = await collect(run)
    assert second.record == first.record
    assert {**second.to_dict(), "source": "a"} == first.to_dict()
    assert (len(box.requests), run.progress.earlier, run.progress.cost) == (1, 1, 0.0)


UNUSUAL = {
    "reasked": [BAD, GOOD],
    "merged from two replies": [{**GOOD, "date": "soon"}, {"date": "2026-11-20"}],
    "repaired": [Reply(text='```json\n{"company": "Corner Shop", "date": "2026-11-20", "total": 73.5,}\n```')],
}


@both_colours
@pytest.mark.parametrize("replies", UNUSUAL.values(), ids=UNUSUAL)
async def test_an_unusual_record_comes_back_with_its_attempts_and_repairs(
    replies: list[Any], colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    options = {"ledger": tmp_path / "run.db", "mode": "json"}
    box = sandbox(*replies)
    (first,) = await collect(make_run(clients, colour, box, Receipt, {"a": draw_number(1)}, **options))
    (second,) = await collect(make_run(clients, colour, box, Receipt, {"a": draw_number(1)}, **options))
    assert first.record == second.record == RECORD
    assert second == first
    assert second.to_dict() == first.to_dict()
    assert len(second.attempts) == len(replies)


async def test_names_and_replies_with_lone_surrogates_are_kept(
    clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    reply = Reply(text='{"text": "a \\ud800 b"}')
    options = {"ledger": tmp_path / "run.db", "mode": "json", "max_retries": 0}
    box = sandbox(reply, reply)
    outcomes = [
        each
        for _ in range(2)
        for each in await collect(make_run(clients, "sync", box, Note, {"a\udcff": draw_number(1)}, **options))
    ]
    assert [each.source for each in outcomes] == ["a\udcff"] * 2
    assert outcomes[0].to_dict()["source"] == outcomes[1].to_dict()["source"]


@both_colours
async def test_duplicates_are_paid_for_once_and_given_each(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box = sandbox(answer=always)
    documents = {f"{copy} {number}": draw_number(number) for copy in "abc" for number in range(4)}
    run = make_run(clients, colour, box, Receipt, documents, ledger=tmp_path / "run.db")
    outcomes = await collect(run)
    assert sorted(each.source for each in outcomes) == sorted(documents)
    assert len(box.requests) == 4
    assert run.progress.earlier == 8
    assert query(tmp_path / "run.db", "SELECT count(*), count(DISTINCT key) FROM documents") == [(12, 4)]


class Strict(BaseModel):
    """As Receipt, with a rule that the test changes."""

    company: str

    @field_validator("company")
    @classmethod
    def check(cls, value: str) -> str:
        if value in FORBIDDEN:
            raise ValueError("not this one")
        return value


FORBIDDEN: set[str] = set()


@both_colours
async def test_a_record_that_is_not_valid_any_more_is_read_again(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    options = {"ledger": tmp_path / "run.db"}
    box = sandbox({"company": "A"}, {"company": "B"})
    (first,) = await collect(make_run(clients, colour, box, Strict, [draw_number(1)], **options))
    FORBIDDEN.add("A")
    try:
        (second,) = await collect(make_run(clients, colour, box, Strict, [draw_number(1)], **options))
    finally:
        FORBIDDEN.clear()
    assert (first.record.company, second.record.company) == ("A", "B")


class Other(BaseModel):
    """A receipt with a field more."""

    company: str
    date: date
    total: Decimal
    currency: str | None = None


READ_AGAIN: dict[str, dict[str, Any]] = {
    "another prompt": {"prompt": "Read it well."},
    "another model": {"model": "gpt-4o-mini"},
    "another system prompt": {"system": "You read."},
    "another size": {"max_side": 210},
    "another temperature": {"temperature": 0.5},
    "another mode": {"mode": "json"},
}
NOT_AGAIN: dict[str, dict[str, Any]] = {
    "more retries": {"max_retries": 5},
    "a deadline": {"deadline": 60},
    "another concurrency": {"concurrency": 1},
    "a hook": {"hooks": {"reply": lambda _: None}},
    "a timeout": {"timeout": 30},
}


@pytest.mark.parametrize("change", READ_AGAIN.values(), ids=READ_AGAIN)
async def test_what_is_asked_for_differently_is_read_again(
    change: dict[str, Any], clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    assert await count_requests_of_second_run(change, clients, sandbox, tmp_path) == 2


@pytest.mark.parametrize("change", NOT_AGAIN.values(), ids=NOT_AGAIN)
async def test_how_it_is_asked_for_does_not_count(
    change: dict[str, Any], clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    assert await count_requests_of_second_run(change, clients, sandbox, tmp_path) == 1


async def count_requests_of_second_run(change: dict[str, Any], clients: Clients, sandbox: Start, tmp_path: Path) -> int:
    """How many requests there were after a run, and another with these options."""
    box = sandbox(answer=always)
    for options in ({}, change):
        await collect(make_run(clients, "sync", box, Receipt, [draw_number(1)], ledger=tmp_path / "run.db", **options))
    return len(box.requests)


async def test_another_picture_or_schema_is_read_again(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    box, path = sandbox(answer=always), tmp_path / "a.png"
    for kind, number in ((Receipt, 1), (Receipt, 2), (Other, 2), (Other, 2)):
        path.write_bytes(draw_number(number))
        await collect(make_run(clients, "sync", box, kind, [path], ledger=tmp_path / "run.db"))
    assert len(box.requests) == 3


@both_colours
async def test_what_failed_is_read_again(colour: str, clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    box = sandbox(BAD, GOOD, BAD, GOOD)
    options = {"ledger": tmp_path / "run.db", "max_retries": 0, "concurrency": 1}
    first, second, third = [
        [type(each) for each in await collect(make_run(clients, colour, box, Receipt, draw_numbers(2), **options))]
        for _ in range(3)
    ]
    assert (first, second, third) == ([Failure, Extraction], [Failure, Extraction], [Extraction, Extraction])
    assert query(tmp_path / "run.db", "SELECT count(*) FROM attempts") == [(4,)]


@both_colours
async def test_only_failed_reads_nothing_else(colour: str, clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    box = sandbox(BAD, GOOD, GOOD)
    options = {"ledger": tmp_path / "run.db", "max_retries": 0, "concurrency": 1}
    await collect(make_run(clients, colour, box, Receipt, draw_numbers(2), **options))
    run = make_run(clients, colour, box, Receipt, draw_numbers(4), only_failed=True, **options)
    (outcome,) = await collect(run)
    assert outcome.record == RECORD
    assert (run.progress.done, run.progress.skipped, len(box.requests)) == (1, 3, 3)


@both_colours
async def test_two_runs_do_not_share_a_ledger_at_once(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, options = sandbox(answer=always), {"ledger": tmp_path / "run.db"}
    run = make_run(clients, colour, box, Receipt, draw_numbers(3), **options)
    await take(run)
    with pytest.raises(LedgerError, match="another run is using the ledger"):
        make_run(clients, colour, box, Receipt, draw_numbers(3), **options)
    assert len(await collect(run)) == 2
    assert len(await collect(make_run(clients, colour, box, Receipt, draw_numbers(3), **options))) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.db"]


def make_no_ledger(path: Path, kind: str) -> None:
    if kind == "a text":
        path.write_text("no database " * 100)
    elif kind == "a damaged ledger":
        path.write_bytes(path.read_bytes()[:200] + b"\xff" * 8_000)
    elif kind == "another program's":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE things (name)")
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("kind", ["a text", "a damaged ledger", "another program's", "of a later version"])
async def test_what_is_no_ledger_is_refused_and_left_alone(
    kind: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    path, box = tmp_path / "run.db", sandbox(answer=always)
    if kind in {"a damaged ledger", "of a later version"}:
        await collect(make_run(clients, "sync", box, Receipt, draw_numbers(1), ledger=path))
    make_no_ledger(path, kind)
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=r"run\.db"):
        await collect(make_run(clients, "sync", box, Receipt, draw_numbers(1), ledger=path))
    assert path.read_bytes() == before


async def test_a_ledger_in_no_folder_is_refused(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="No such file or directory"):
        make_run(clients, "sync", sandbox(answer=always), Receipt, [], ledger=tmp_path / "none" / "run.db")


@both_colours
async def test_the_ledger_can_be_read_while_the_run_writes_it(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    run = make_run(clients, colour, sandbox(answer=always), Receipt, draw_numbers(6), ledger=tmp_path / "run.db")
    for ended in range(1, 7):
        await take(run)
        (count,) = query(tmp_path / "run.db", "SELECT count(*) FROM results WHERE status = 'ok'")
        assert count[0] >= ended
    assert await collect(run) == []


async def test_a_ledger_tells_what_runs_cost(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    box, costs = sandbox(BAD, GOOD, GOOD), []
    for numbers in (draw_numbers(1), draw_numbers(2)):
        run = make_run(clients, "sync", box, Receipt, numbers, ledger=tmp_path / "run.db")
        await collect(run)
        costs.append(run.progress.cost)
    rows = query(tmp_path / "run.db", "SELECT run, attempts, cost FROM costs ORDER BY run")
    assert [row[:2] for row in rows] == [(1, 2), (2, 1)]
    assert [row[2] for row in rows] == pytest.approx(costs)
    assert [row[0] for row in query(tmp_path / "run.db", "SELECT ended IS NULL FROM runs")] == [0, 0]


FULL_DISK = """
import resource, signal, sys
import openai, typesight
from many_runs import draw_numbers
from support import Receipt

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
client = typesight.from_openai(openai.OpenAI(base_url=sys.argv[1], api_key="k", max_retries=0), model="gpt-4o")
run = client.extract_many(Receipt, draw_numbers(60), ledger=sys.argv[2], turn=False, concurrency=4)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))
given = []
try:
    for each in run:
        given.append(each)
except typesight.LedgerError as error:
    print(len(given), len(error.lost), all(each in given for each in error.lost), "disk" in str(error))
    print(error, file=sys.stderr)
"""


def test_a_full_disk_loses_nothing_that_was_paid_for(sandbox: Start, tmp_path: Path) -> None:
    box = sandbox(answer=always)
    ended = run_script(FULL_DISK, box.openai_url, str(tmp_path / "run.db"))
    given, lost, all_given, _ = ended.stdout.split()
    assert int(given) == len(box.requests) < 60
    assert int(lost) > 0
    assert all_given == "True"
    (kept,) = query(tmp_path / "run.db", "SELECT count(*) FROM results")
    assert kept[0] >= int(given) - int(lost)


def run_script(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script in another process, to its end."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
async def test_a_forked_process_leaves_the_ledger_alone(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    box, options = sandbox(answer=always), {"ledger": tmp_path / "run.db"}
    run = make_run(clients, "sync", box, Receipt, draw_numbers(3), concurrency=1, **options)
    await take(run)
    child = multiprocessing.get_context("fork").Process(target=run._desk.close)
    child.start()
    child.join()
    assert child.exitcode == 0
    with pytest.raises(LedgerError, match="another run is using the ledger"):
        make_run(clients, "sync", box, Receipt, draw_numbers(3), **options)
    assert len(await collect(run)) == 2


@both_colours
async def test_evidence_of_an_earlier_record_is_there_on_demand(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path, picture: bytes
) -> None:
    pytest.importorskip("rapidocr")
    path = tmp_path / "a.png"
    with Pillow.open(path_of(tmp_path, picture)) as page:
        page.transpose(Pillow.Transpose.ROTATE_90).save(path)
    box, options = sandbox(GOOD), {"ledger": tmp_path / "run.db", "turn": "auto"}
    (first,) = await collect(make_run(clients, colour, box, Receipt, [path], **options))
    (second,) = await collect(make_run(clients, colour, box, Receipt, [path], **options))
    assert second.evidence == first.evidence
    assert second.evidence["company"].status == "found"


def path_of(folder: Path, data: bytes) -> Path:
    """A file of these bytes."""
    (folder / "upright.png").write_bytes(data)
    return folder / "upright.png"
