"""What cannot be read is a row that says so, and the rest goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cli.conftest import Here
from command_line import FIELDS, extract, outcomes, rows_in, rows_of
from support import BAD, GOOD
from typesight.testing import Reply, Sandbox

Boxes = Callable[..., Sandbox]

BOTH = [("a.png", "ok"), ("b.png", "ok")]


def _deep(folder: Path) -> None:
    """Folders in folders until the innermost one's path is longer than the system takes."""
    here = os.open(folder / "in", os.O_RDONLY)
    for _ in range(30):
        os.mkdir("z" * 200, dir_fd=here)
        inner = os.open("z" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


# Rows: what is made -> the arguments, and what the rows say beside the two pictures.
HARD: dict[str, tuple[Callable[[Path], object], list[str], list[tuple[str, str]]]] = {
    "a missing path": (lambda folder: None, ["in", "nowhere/x"], [("x", "ImageNotFound")]),
    "a path through a file": (lambda folder: None, ["in", "in/a.png/x"], [("x", "ImageNotFound")]),
    "a name too long": (lambda folder: None, ["in", "x" * 300], [("x" * 300, "ImageError")]),
    "a broken link": (lambda folder: (folder / "in/c.png").symlink_to("gone"), ["in"], [("c.png", "ImageNotFound")]),
    "a link to itself": (lambda folder: (folder / "in/c.png").symlink_to("c.png"), ["in"], [("c.png", "ImageError")]),
    "a loop that is given": (lambda folder: (folder / "x").symlink_to("x"), ["x", "in"], [("x", "ImageError")]),
    "a loop of folders": (lambda folder: (folder / "in/loop").symlink_to(".."), ["in", "in/loop/in"], []),
    "a pipe": (lambda folder: os.mkfifo(folder / "in/c.png"), ["in"], [("c.png", "UnsupportedImage")]),
    "a pipe that is given": (lambda folder: os.mkfifo(folder / "p"), ["in", "p"], [("p", "UnsupportedImage")]),
    "a pipe of no picture's name": (lambda folder: os.mkfifo(folder / "in/p"), ["in"], []),
    "a device": (lambda folder: None, ["in", "/dev/zero"], [("zero", "UnsupportedImage")]),
    "an empty file": (lambda folder: (folder / "in/c.png").touch(), ["in"], [("c.png", "UnsupportedImage")]),
    "a path beyond the system's length": (_deep, ["in"], [("z" * 200, "OSError")]),
}  # fmt: skip


@pytest.mark.parametrize("what", HARD)
def test_what_cannot_be_read_is_a_row_and_the_rest_goes_on(what: str, two: Path, here: Here, sandbox: Boxes) -> None:
    make, paths, failed = HARD[what]
    make(two)
    done = here(sandbox(GOOD, GOOD), *paths, "-o", "rows")
    rows = rows_in(two / "rows")
    assert done.returncode == (3 if failed else 0), done.stderr
    assert [(Path(row["source"]).name, row["error"]) for row in rows if row["status"] == "failed"] == failed
    assert [each for each in outcomes(rows) if each[1] == "ok"] == BOTH
    assert all(row["message"] for row in rows if row["status"] == "failed")
    assert (two / "rows.failed.jsonl").exists() is bool(failed)


# Gives up root's right to read everything, and becomes the command that follows. The numbers: PR_CAPBSET_DROP of
# linux/prctl.h, CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of linux/capability.h.
WITHOUT_RIGHTS = """
import ctypes, os, sys
for right in (1, 2):
    ctypes.CDLL(None).prctl(24, right, 0, 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.slow
def test_what_may_not_be_read_is_a_row_and_the_rest_goes_on(two: Path, sandbox: Boxes, picture: bytes) -> None:
    closed = [two / "in" / "closed", two / "in" / "c", two / "in" / "c.png"]
    closed[0].mkdir()
    (closed[0] / "inside.png").write_bytes(picture)
    for file in closed[1:]:
        file.write_bytes(picture)
    for path in closed:
        path.chmod(0)
    shell = 'exec "$1" -c "$WITHOUT_RIGHTS" "$@"' if os.geteuid() == 0 else 'exec "$@"'
    done = extract(
        two, sandbox(GOOD, GOOD), "in", "in/closed/inside.png", shell=shell, env={"WITHOUT_RIGHTS": WITHOUT_RIGHTS}
    )
    rows = rows_of(done.stdout)
    for path in closed:
        path.chmod(0o700)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert outcomes(rows) == [
        BOTH[0], BOTH[1], ("c", "failed"), ("c.png", "failed"), ("closed", "failed"), ("inside.png", "failed"),
    ]  # fmt: skip
    assert rows[4]["message"] == "cannot read in/closed: Permission denied"


def test_a_link_to_a_folder_is_not_followed_and_that_is_said(two: Path, here: Here, sandbox: Boxes) -> None:
    (two / "in").rename(two / "elsewhere")
    (two / "in").mkdir()
    (two / "in" / "link").symlink_to("../elsewhere")
    (two / "in" / "link.png").symlink_to("../elsewhere/a.png")
    box = sandbox(GOOD, GOOD)
    done = here(box, "in")
    assert outcomes(rows_of(done.stdout)) == [("link.png", "ok")]
    assert "in/link is a link to a folder and is not followed" in done.stderr
    assert outcomes(rows_of(here(box, "in/link/b.png").stdout)) == [("b.png", "ok")]


@pytest.mark.slow
def test_a_name_that_is_no_utf_8_is_known_again(two: Path, here: Here, sandbox: Boxes) -> None:
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    names = [b"caf\xe9.png", b"caf\xc3\xa9.png", b"caf\xff.png"]
    for old, new in zip(("a.png", "b.png"), names, strict=False):
        (two / "in" / old).rename(two / "in" / os.fsdecode(new))
    box = sandbox(GOOD, GOOD)
    paths = [b"in/" + name for name in names]
    first = extract(two, box, *paths, "-o", "rows.jsonl", env=env, schema=FIELDS)
    rows = rows_in(two / "rows.jsonl")
    assert first.returncode == 3, first.stderr
    assert [(os.fsencode(row["source"]), row["status"]) for row in rows] == list(
        zip(paths, ("ok", "ok", "failed"), strict=True)
    )
    assert here(box, *paths[:2], "in", "-o", "rows.jsonl").returncode == 0
    assert len(rows_in(two / "rows.jsonl")) == 3  # what this run does not have is kept
    assert len(box.requests) == 2


def test_a_picture_that_vanishes_is_a_row(two: Path, here: Here, sandbox: Boxes) -> None:
    def take(_: Any) -> Any:
        (two / "in" / "b.png").unlink()
        return GOOD

    done = here(sandbox(take), "in")
    assert (done.returncode, outcomes(rows_of(done.stdout))) == (3, [("a.png", "ok"), ("b.png", "failed")])
    assert rows_of(done.stdout)[1]["error"] == "ImageNotFound"


def test_an_empty_path_is_not_the_folder_we_are_in(two: Path, here: Here) -> None:
    done = here(None, "", "in")
    assert (done.returncode, done.stdout) == (2, "")
    assert "one of the PATHs is empty" in done.stderr


def test_what_is_named_as_any_picture_has_a_row(two: Path, here: Here, sandbox: Boxes) -> None:
    names = [f"c.{suffix}" for suffix in ("PCX", "apng", "dib", "hif", "jpe", "jpx", "pnm", "tga")]
    for name in names:
        (two / "in" / name).write_text(f"no picture but {name}", encoding="utf-8")
    done = here(sandbox(GOOD, GOOD), "in")
    assert (done.returncode, outcomes(rows_of(done.stdout))) == (3, [*BOTH, *((name, "failed") for name in names)])


def test_standard_input_is_a_document(two: Path, here: Here, sandbox: Boxes, monkeypatch: pytest.MonkeyPatch) -> None:
    with (two / "in" / "a.png").open("rb") as file:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(file))
        done = here(sandbox(GOOD, GOOD), "-", "in/b.png")
    assert (done.returncode, outcomes(rows_of(done.stdout))) == (0, [("-", "ok"), BOTH[1]])


def test_nothing_on_standard_input_is_a_row(here: Here, sandbox: Boxes, monkeypatch: pytest.MonkeyPatch) -> None:
    for stdin in (TextIOWrapper(BytesIO()), None):
        monkeypatch.setattr("sys.stdin", stdin)
        done = here(sandbox(), "-")
        assert (done.returncode, outcomes(rows_of(done.stdout))) == (3, [("-", "failed")])


def test_a_part_of_the_documents_is_read(two: Path, here: Here, sandbox: Boxes, picture: bytes) -> None:
    for number in range(6):
        (two / "in" / f"c{number}.png").write_bytes(picture)
    box = sandbox(*[GOOD] * 9)
    assert outcomes(rows_of(here(box, "in", "--limit", "2").stdout)) == BOTH
    sampled = [outcomes(rows_of(here(box, "in", "--sample", "3").stdout)) for _ in range(2)]
    assert (len(set(sampled[0])), sampled[0]) == (3, sampled[1])
    assert outcomes(rows_of(here(box, "in", "--sample", "3", "--limit", "1").stdout)) == sampled[0][:1]


def test_only_what_failed_is_read_on_request(two: Path, here: Here, sandbox: Boxes) -> None:
    box = sandbox(BAD, GOOD, GOOD)
    assert here(box, "in/a.png", "-o", "rows.jsonl").returncode == 3
    done = here(box, "in", "-o", "rows.jsonl", "--only-failed")
    assert (done.returncode, len(box.requests)) == (0, 2)
    assert "1 of 2 documents read, 1 had not failed" in done.stderr
    assert outcomes(rows_in(two / "rows.jsonl")) == BOTH[:1]
    done = here(box, "in", "--only-failed")
    assert done.returncode == 2
    assert "--only-failed needs the ledger of an earlier run: give its -o FILE again, or --ledger FILE" in done.stderr


def test_pages_are_documents_on_request(two: Path, here: Here, sandbox: Boxes) -> None:
    pytest.importorskip("pypdfium2")
    with Image.open(two / "in" / "a.png") as first, Image.open(two / "in" / "b.png") as second:
        first.save(two / "scan.pdf", save_all=True, append_images=[second])
    box = sandbox(GOOD, GOOD, GOOD)
    assert outcomes(rows_of(here(box, "scan.pdf").stdout)) == [("scan.pdf", "ok")]
    done = here(box, "scan.pdf", "--per-page", "-o", "rows.jsonl")
    assert done.returncode == 0, done.stderr
    assert [row["source"] for row in rows_in(two / "rows.jsonl")] == ["scan.pdf#page=1", "scan.pdf#page=2"]
    counted = [json.loads(here(box, "scan.pdf", "--dry-run", *more).stdout) for more in ([], ["--per-page"])]
    assert [each["documents"] for each in counted] == [1, 2]
    assert len(box.requests) == 3


def test_a_dry_run_sends_nothing_and_says_what_it_would_take(two: Path, here: Here, sandbox: Boxes) -> None:
    (two / "in" / "c.png").write_text("no picture", encoding="utf-8")
    box = sandbox()
    done = here(box, "in", "--dry-run", "-o", "rows.jsonl")
    told = json.loads(done.stdout)
    assert (done.returncode, len(box.requests)) == (3, 0)
    assert (told["documents"], told["failed"], told["problems"]) == (2, 1, [])
    assert told["input_tokens"] > 0
    assert told["usd"] > 0
    assert told["wire_bytes"] > (two / "in" / "a.png").stat().st_size
    assert "in/c.png: UnsupportedImage: " in done.stderr
    assert not list(two.glob("rows*"))
    assert json.loads(here(box, "in/a.png", "--dry-run", "-q").stdout)["documents"] == 1


def test_rows_say_more_on_request(two: Path, here: Here, sandbox: Boxes) -> None:
    fenced = Reply(text=f"Here it is:\n```json\n{json.dumps(GOOD)}\n```")
    more = ["--mode", "prompted", "--repairs"]
    done = here(sandbox(fenced, BAD), "in", *more, "--attempts", "-o", "rows.jsonl")
    read, failed = rows_in(two / "rows.jsonl")
    assert [repair["path"] for repair in read["repairs"]] == [""], done.stderr
    assert [attempt["number"] for attempt in read["attempts"]] == [1]
    assert set(failed["attempts"][0]["errors"]) == {"date", "total"}
    (row,) = rows_of(here(sandbox(fenced), "in/a.png", *more).stdout)
    assert (row["repairs"], "attempts" in row) == (read["repairs"], False)


@pytest.mark.slow
def test_rows_say_where_their_values_are_printed_on_request(two: Path, here: Here, sandbox: Boxes) -> None:
    pytest.importorskip("rapidocr")
    box = sandbox({**GOOD, "total": 71.5})
    for arguments in (["--evidence", "-o", "rows.jsonl"], ["--evidence"]):
        done = here(box, "in/a.png", "--ledger", "kept", *arguments)
        (row,) = rows_in(two / "rows.jsonl") if "-o" in arguments else rows_of(done.stdout)
        found = {path: each["status"] for path, each in row["evidence"].items()}
        assert (found["company"], found["total"]) == ("found", "absent"), done.stderr


@pytest.mark.filterwarnings("default::typesight.many.schedule.RunWarning")
def test_a_budget_ends_the_run_and_what_is_read_is_written(two: Path, here: Here, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD)
    done = here(box, "in", "-o", "rows.jsonl", "--run-budget", "tokens=300")
    assert (done.returncode, len(box.requests)) == (3, 1)
    assert "the run's budget is used up: 1 documents are not read" in done.stderr
    assert outcomes(rows_in(two / "rows.jsonl")) == BOTH[:1]
    assert here(box, "in", "-o", "rows.jsonl").returncode == 0
    assert (outcomes(rows_in(two / "rows.jsonl")), len(box.requests)) == (BOTH, 2)
