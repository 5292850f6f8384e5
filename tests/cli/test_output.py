"""What was paid for is kept: the file of -o is a view of the ledger beside it, and nothing else is overwritten."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cli.conftest import Here
from command_line import FIELDS, extract, outcomes, rows_in, rows_of
from support import BAD, GOOD
from typesight.testing import Fault, Sandbox

Boxes = Callable[..., Sandbox]

BOTH = [("a.png", "ok"), ("b.png", "ok")]


def test_an_output_is_continued_in_input_order_and_only_what_failed_is_asked_again(
    two: Path, here: Here, sandbox: Boxes
) -> None:
    box = sandbox(BAD, GOOD, GOOD)
    first = here(box, "in", "-o", "rows.jsonl")
    assert (first.returncode, first.stdout) == (3, "")
    assert "1 of 2 documents read, 1 failed" in first.stderr
    assert "in/a.png: ExtractionFailed: date: Input should be a valid date" in first.stderr
    assert outcomes(rows_in(two / "rows.jsonl")) == [("a.png", "failed"), ("b.png", "ok")]
    assert not [row for row in rows_in(two / "rows.jsonl") if row.keys() & {"attempts", "repairs", "evidence"}]
    (failed,) = rows_in(two / "rows.failed.jsonl")
    assert [set(attempt["errors"]) for attempt in failed["attempts"]] == [{"date", "total"}]
    second = here(box, "in", "-o", "rows.jsonl")
    assert second.returncode == 0, second.stderr
    assert "2 of 2 documents read (1 in an earlier run)" in second.stderr
    assert outcomes(rows_in(two / "rows.jsonl")) == BOTH
    assert not (two / "rows.failed.jsonl").exists()
    after = (two / "rows.jsonl").read_bytes()
    assert here(box, "in", "-o", "rows.jsonl").returncode == 0
    assert (two / "rows.jsonl").read_bytes() == after
    assert len(box.requests) == 3


# Rows: what is different in the second run -> its arguments, the requests it sends, and the rows that there are then.
ANEW: dict[str, tuple[Callable[[Path], object], tuple[str, ...], int, int]] = {
    "nothing": (lambda folder: None, ("in/a.png",), 0, 1),
    "the path's spelling": (lambda folder: None, ("./in/../in/a.png",), 0, 2),
    "a link to it": (lambda folder: (folder / "link").symlink_to(folder / "in"), ("link/a.png",), 0, 2),
    "its name": (lambda folder: (folder / "in/a.png").rename(folder / "in/c.png"), ("in/c.png",), 0, 2),
    "the number of reasks": (lambda folder: None, ("in/a.png", "--max-retries", "1"), 0, 1),
    "the picture": (lambda folder: Image.new("L", (400, 300)).save(folder / "in/a.png"), ("in/a.png",), 1, 1),
    "the schema": (lambda folder: None, ("in/a.png", "--schema", f"{FIELDS}, note?"), 1, 1),
    "the prompt": (lambda folder: None, ("in/a.png", "--prompt", "Read it."), 1, 1),
    "the model": (lambda folder: None, ("in/a.png", "--model", "openai/gpt-4o-mini"), 1, 1),
}


@pytest.mark.parametrize("what", ANEW)
def test_a_row_counts_for_the_same_content_schema_prompt_and_model(
    what: str, two: Path, here: Here, sandbox: Boxes
) -> None:
    box = sandbox(GOOD, {**GOOD, "note": None})
    assert here(box, "in/a.png", "-o", "rows.jsonl").returncode == 0
    change, arguments, asked, rows = ANEW[what]
    change(two)
    done = here(box, *arguments, "-o", "rows.jsonl")
    assert done.returncode == 0, done.stderr
    assert (len(box.requests), len(rows_in(two / "rows.jsonl"))) == (1 + asked, rows)


def test_files_of_one_content_are_asked_about_once(two: Path, here: Here, sandbox: Boxes, picture: bytes) -> None:
    (two / "in" / "c.png").write_bytes(picture)
    box = sandbox(GOOD, GOOD)
    done = here(box, "in", "-o", "rows.jsonl", "--concurrency", "3")
    assert (done.returncode, len(box.requests)) == (0, 2), done.stderr
    assert outcomes(rows_in(two / "rows.jsonl")) == [*BOTH, ("c.png", "ok")]


def test_every_format_is_written_from_one_ledger(two: Path, here: Here, sandbox: Boxes) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("openpyxl")
    from openpyxl import load_workbook
    from pyarrow.parquet import read_table

    box = sandbox(GOOD, GOOD)
    for suffix in ("json", "csv", "tsv", "sqlite", "db", "parquet", "xlsx", ""):
        done = here(box, "in", "-o", f"rows.{suffix}".rstrip("."), "--ledger", "kept.db")
        assert done.returncode == 0, done.stderr
    assert len(box.requests) == 2
    sources = ["in/a.png", "in/b.png"]
    assert [row["source"] for row in json.loads((two / "rows.json").read_text("utf-8"))] == sources
    for suffix, mark in (("csv", ","), ("tsv", "\t")):
        with (two / f"rows.{suffix}").open(encoding="utf-8", newline="") as file:
            assert [row["source"] for row in csv.DictReader(file, delimiter=mark)] == sources
    for suffix in ("sqlite", "db"):
        with closing(sqlite3.connect(two / f"rows.{suffix}")) as database:
            assert database.execute("SELECT source FROM documents").fetchall() == [(each,) for each in sources]
    assert read_table(two / "rows.parquet").column("source").to_pylist() == sources
    sheet = load_workbook(two / "rows.xlsx")["documents"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == sources
    assert outcomes(rows_in(two / "rows")) == BOTH


def test_a_database_as_output_has_its_ledger_beside_it(two: Path, here: Here, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD)
    for _ in range(2):
        assert here(box, "in", "-o", "out.db").returncode == 0
    assert ((two / "out.db.db").is_file(), len(box.requests)) == (True, 2)


def test_an_output_is_moved_together_with_its_ledger(two: Path, here: Here, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD)
    assert here(box, "in/a.png", "-o", "rows.jsonl").returncode == 0
    (two / "old").mkdir()
    for name in ("rows.jsonl", "rows.jsonl.db"):
        (two / name).rename(two / "old" / name)
    assert here(box, "in", "-o", "old/rows.jsonl").returncode == 0
    assert (outcomes(rows_in(two / "old" / "rows.jsonl")), len(box.requests)) == (BOTH, 2)


HELD = [b"my notes", b'{"total": 3}\n', b"\x89PNG\r\n\x1a\n", b'{"source": "in/a.png", "status": "ok", "record": {}}\n']


@pytest.mark.parametrize("held", HELD, ids=range(len(HELD)))
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.failed.jsonl"])
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(
    name: str, held: bytes, two: Path, here: Here, sandbox: Boxes
) -> None:
    (two / name).write_bytes(held)
    box = sandbox(GOOD, GOOD)
    done = here(box, "in", "-o", "rows.jsonl")
    assert (done.returncode, len(box.requests)) == (2, 0)
    assert f"{name} exists, and there is no ledger rows.jsonl.db to continue it: move it away" in done.stderr
    assert (two / name).read_bytes() == held
    assert not (two / "rows.jsonl.db").exists()


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.failed.jsonl"])
def test_a_file_that_was_changed_is_refused_and_left_as_it_is(name: str, two: Path, here: Here, sandbox: Boxes) -> None:
    box = sandbox(GOOD, BAD, GOOD)
    assert here(box, "in", "-o", "rows.jsonl").returncode == 3
    (two / name).write_bytes((two / name).read_bytes() + b"mine\n")
    done = here(box, "in", "-o", "rows.jsonl")
    assert (done.returncode, len(box.requests)) == (2, 2)
    assert f"{name} is not as typesight has written it from rows.jsonl.db" in done.stderr
    assert (two / name).read_bytes().endswith(b"mine\n")
    (two / name).unlink()
    assert here(box, "in", "-o", "rows.jsonl").returncode == 0
    assert outcomes(rows_in(two / "rows.jsonl")) == BOTH


def test_a_file_that_is_written_meanwhile_is_left_as_it_is(two: Path, here: Here, sandbox: Boxes) -> None:
    def meanwhile(_: Any) -> Any:
        (two / "rows.jsonl").write_text("mine", "utf-8")
        return GOOD

    box = sandbox(meanwhile, GOOD)
    done = here(box, "in", "-o", "rows.jsonl")
    assert done.returncode == 3
    assert "cannot write rows.jsonl: rows.jsonl is not as typesight has written it" in done.stderr
    assert "the results are in the ledger rows.jsonl.db: run the same command again" in done.stderr
    assert (two / "rows.jsonl").read_text("utf-8") == "mine"
    (two / "rows.jsonl").unlink()
    assert here(box, "in", "-o", "rows.jsonl").returncode == 0
    assert (outcomes(rows_in(two / "rows.jsonl")), len(box.requests)) == (BOTH, 2)


# Rows: what is done before -> the output, and what is said.
INPUTS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "itself": (lambda folder: None, "in/b.png", "is one of the documents to read"),
    "a link": (lambda folder: (folder / "x").symlink_to("in/b.png"), "x", "is one of the documents"),
    "a hard link": (lambda folder: (folder / "x").hardlink_to(folder / "in/b.png"), "x", "is one of the documents"),
    "the schema": (lambda folder: None, "schema.py", "no format has the suffix .py"),
    "a new picture": (lambda folder: None, "in/new.PNG", "has a picture's suffix"),
    "any picture": (lambda folder: None, "rows.tga", "has a picture's suffix"),
    "a link to none": (lambda folder: (folder / "x").symlink_to("in/new.pdf"), "x", "has a picture's suffix"),
    "the folder": (lambda folder: None, "in", "cannot write in: Is a directory"),
    "no folder": (lambda folder: None, "no/such/x", "cannot write no/such/x: there is no folder no/such"),
    "nothing": (lambda folder: None, "", "-o is empty"),
    "another format": (lambda folder: None, "rows.doc", "no format has the suffix .doc"),
}


@pytest.mark.parametrize("what", INPUTS)
def test_an_output_that_is_no_file_for_rows_is_refused(
    what: str, two: Path, here: Here, sandbox: Boxes, picture: bytes
) -> None:
    make, output, said = INPUTS[what]
    make(two)
    before = {path: path.read_bytes() for path in two.rglob("*") if path.is_file()}
    box = sandbox(GOOD, GOOD)
    done = here(box, "in", "-o", output)
    assert (done.returncode, len(box.requests)) == (2, 0), done.stderr
    assert said in done.stderr
    assert {path: path.read_bytes() for path in two.rglob("*") if path.is_file()} == before


def test_an_output_among_the_inputs_is_not_read_as_one(two: Path, here: Here, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD)
    for _ in range(2):
        assert here(box, "in", "-o", "in/rows").returncode == 0
    assert outcomes(rows_in(two / "in" / "rows")) == BOTH


# Rows: what is done before -> the ledger, and what is said.
LEDGERS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a folder": (lambda folder: None, "in", "cannot use the ledger in: it is a folder"),
    "in no folder": (lambda folder: None, "no/such/x", "cannot write the ledger no/such/x: No such file"),
    "a picture": (lambda folder: None, "in/a.png", "cannot use the ledger in/a.png: file is not a database"),
    "the output": (lambda folder: None, "rows.jsonl", "--ledger rows.jsonl is a file that the rows go into"),
    "the failed rows": (lambda folder: None, "in/../rows.failed.jsonl", "is a file that the rows go into"),
    "a database": (
        lambda folder: sqlite3.connect(folder / "x").executescript("CREATE TABLE t (a)").connection.close(),
        "x", "x is a database of another program",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LEDGERS)
def test_a_ledger_that_cannot_be_one_is_refused(what: str, two: Path, here: Here, sandbox: Boxes) -> None:
    make, ledger, said = LEDGERS[what]
    make(two)
    box = sandbox(GOOD, GOOD)
    before = {path: path.read_bytes() for path in two.rglob("*") if path.is_file()}
    done = here(box, "in", "-o", "rows.jsonl", "--ledger", ledger)
    assert (done.returncode, len(box.requests)) == (2, 0), done.stderr
    assert said in done.stderr
    assert {path: path.read_bytes() for path in two.rglob("*") if path.is_file()} == before


def test_rows_on_stdout_are_kept_in_a_ledger_that_is_named(two: Path, here: Here, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD)
    assert here(box, "in/a.png", "--ledger", "kept").returncode == 0
    done = here(box, "in", "--ledger", "kept")
    assert outcomes(rows_of(done.stdout)) == BOTH
    assert "2 of 2 documents read (1 in an earlier run)" in done.stderr
    assert len(box.requests) == 2


@pytest.mark.slow
def test_two_runs_do_not_use_one_output(two: Path, here: Here, sandbox: Boxes) -> None:
    seconds: list[subprocess.CompletedProcess[str]] = []

    def meanwhile(_: Any) -> Any:
        seconds.append(extract(two, box, "in", "-o", "rows.jsonl"))
        return GOOD

    box = sandbox(meanwhile, GOOD)
    done = here(box, "in", "-o", "rows.jsonl")
    assert done.returncode == 0, done.stderr
    assert seconds[0].returncode == 2
    assert "another run is using the ledger rows.jsonl.db: wait for it" in seconds[0].stderr
    assert (outcomes(rows_in(two / "rows.jsonl")), len(box.requests)) == (BOTH, 2)


def test_an_output_whose_folder_vanishes_is_written_by_the_next_run(two: Path, here: Here, sandbox: Boxes) -> None:
    (two / "out").mkdir()

    def vanish(_: Any) -> Any:
        (two / "out").rename(two / "gone")
        return GOOD

    box = sandbox(vanish, GOOD)
    done = here(box, "in", "-o", "out/rows.jsonl", "--ledger", "kept")
    assert done.returncode == 3
    assert "cannot write out/rows.jsonl: No such file or directory; the results are in the ledger kept" in done.stderr
    (two / "out").mkdir()
    assert here(box, "in", "-o", "out/rows.jsonl", "--ledger", "kept").returncode == 0
    assert (outcomes(rows_in(two / "out" / "rows.jsonl")), len(box.requests)) == (BOTH, 2)


def test_a_ledger_that_vanishes_ends_the_run_and_its_row_is_printed(two: Path, here: Here, sandbox: Boxes) -> None:
    (two / "out").mkdir()

    def vanish(_: Any) -> Any:
        (two / "out").rename(two / "gone")
        return GOOD

    box = sandbox(vanish, GOOD)
    done = here(box, "in", "-o", "out/rows.jsonl")
    assert (done.returncode, len(box.requests)) == (3, 1)
    assert "cannot write out/rows.jsonl: cannot read the ledger out/rows.jsonl.db" in done.stderr
    assert outcomes(rows_of("\n".join(line for line in done.stderr.splitlines() if line[:1] == "{"))) == BOTH[:1]


def test_a_command_that_cannot_begin_leaves_no_output(two: Path, here: Here, sandbox: Boxes) -> None:
    before = set(two.iterdir())
    assert here(sandbox(GOOD), "in", "-o", "rows.jsonl", schema="schemas.py:Bill").returncode == 2
    assert here(sandbox(GOOD), "in", "-o", "rows.jsonl", "--model", "nobody/x").returncode == 2
    assert set(two.iterdir()) == before


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_endpoint_that_redirects_elsewhere_is_sent_one_picture(
    status: int, two: Path, here: Here, sandbox: Boxes
) -> None:
    other = sandbox(GOOD, GOOD)
    away = Fault(status, headers={"location": f"{other.url}/v1/chat/completions"})
    box = sandbox(away, away)
    done = here(box, "in", "-o", "rows.jsonl")
    assert done.returncode == 2
    assert f"redirects to {other.url}" in done.stderr
    assert (len(box.requests), other.requests) == (1, [])
