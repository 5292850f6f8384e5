"""What cannot be read is a row that says so, and the rest goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command_line import extract, outcomes, rows_in, rows_of, run
from support import GOOD
from typesight.testing import Sandbox

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


@pytest.mark.slow
@pytest.mark.parametrize("what", HARD)
def test_what_cannot_be_read_is_a_row_and_the_rest_goes_on(what: str, two: Path, sandbox: Boxes) -> None:
    make, paths, failed = HARD[what]
    make(two)
    done = extract(two, sandbox(GOOD, GOOD), *paths)
    rows = rows_of(done.stdout)
    assert done.returncode == (3 if failed else 0), done.stderr
    assert [(Path(row["source"]).name, row["error"]) for row in rows if row["status"] == "failed"] == failed
    assert [each for each in outcomes(rows) if each[1] == "ok"] == BOTH
    assert all(row["message"] for row in rows if row["status"] == "failed")
    assert "Traceback" not in done.stderr


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


@pytest.mark.slow
def test_a_link_to_a_folder_is_not_followed_and_that_is_said(two: Path, sandbox: Boxes) -> None:
    (two / "in").rename(two / "elsewhere")
    (two / "in").mkdir()
    (two / "in" / "link").symlink_to("../elsewhere")
    (two / "in" / "link.png").symlink_to("../elsewhere/a.png")
    box = sandbox(GOOD, GOOD)
    done = extract(two, box, "in")
    assert outcomes(rows_of(done.stdout)) == [("link.png", "ok")]
    assert "in/link is a link to a folder and is not followed" in done.stderr
    assert outcomes(rows_of(extract(two, box, "in/link/b.png").stdout)) == [("b.png", "ok")]


@pytest.mark.slow
@pytest.mark.parametrize("env", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=["", "C"])
def test_a_name_that_is_no_utf_8_is_known_again(env: dict[str, str], two: Path, sandbox: Boxes) -> None:
    names = [b"caf\xe9.png", b"caf\xc3\xa9.png", b"caf\xff.png"]
    for old, new in zip(("a.png", "b.png"), names, strict=False):
        (two / "in" / old).rename(two / "in" / os.fsdecode(new))
    box = sandbox(GOOD, GOOD)
    paths = [b"in/" + name for name in names]
    first = extract(two, box, *paths, "-o", "rows.jsonl", env=env)
    rows = rows_in(two / "rows.jsonl")
    assert first.returncode == 3, first.stderr
    assert [(os.fsencode(row["source"]), row["status"]) for row in rows] == list(
        zip(paths, ("ok", "ok", "failed"), strict=True)
    )
    assert extract(two, box, *paths[:2], "in", "-o", "rows.jsonl").returncode == 0
    assert len(box.requests) == 2


@pytest.mark.slow
def test_a_picture_that_vanishes_is_a_row(two: Path, sandbox: Boxes) -> None:
    def take(_: Any) -> Any:
        (two / "in" / "b.png").unlink()
        return GOOD

    done = extract(two, sandbox(take), "in")
    assert (done.returncode, outcomes(rows_of(done.stdout))) == (3, [("a.png", "ok"), ("b.png", "failed")])
    assert rows_of(done.stdout)[1]["error"] == "ImageNotFound"


@pytest.mark.slow
def test_an_empty_path_is_not_the_folder_we_are_in(two: Path) -> None:
    done = run(two, "extract", "", "--schema", "schema.py:Receipt")
    assert done.returncode == 2
    assert "one of the PATHs is empty" in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["tga", "PCX", "pnm", "dib", "jpe", "jpx", "apng", "hif"])
def test_what_is_named_as_any_picture_has_a_row(suffix: str, two: Path, sandbox: Boxes) -> None:
    (two / f"in/c.{suffix}").write_text("no picture", encoding="utf-8")
    done = extract(two, sandbox(GOOD, GOOD), "in")
    assert (done.returncode, outcomes(rows_of(done.stdout))) == (3, [*BOTH, (f"c.{suffix}", "failed")])


@pytest.mark.slow
def test_a_number_of_retries_below_0_is_refused_in_words(two: Path) -> None:
    done = run(two, "extract", "in", "--schema", "schema.py:Receipt", "--max-retries=-1")
    assert done.returncode == 2
    assert "-1 is not a whole number (0 or more)" in done.stderr
