"""What was paid for is kept: an output is continued or refused, never overwritten, and holds whole rows only."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command_line import SCHEMA, WITHOUT_OCR, extract, outcomes, rows_in, rows_of
from support import BAD, GOOD
from typesight.testing import Fault, Sandbox

Boxes = Callable[..., Sandbox]


@pytest.mark.slow
def test_an_output_is_continued_and_only_what_failed_is_asked_again(two: Path, sandbox: Boxes) -> None:
    box = sandbox(GOOD, BAD, GOOD)
    first = extract(two, box, "in", "-o", "rows.jsonl")
    before = (two / "rows.jsonl").read_bytes()
    assert (first.returncode, outcomes(rows_in(two / "rows.jsonl"))) == (3, [("a.png", "ok"), ("b.png", "failed")])
    second = extract(two, box, "in", "-o", "rows.jsonl")
    after = (two / "rows.jsonl").read_bytes()
    assert second.returncode == 0, second.stderr
    assert "2 of 2 documents read (1 in an earlier run)" in second.stderr
    assert after.startswith(before)
    assert outcomes(rows_in(two / "rows.jsonl"))[2:] == [("b.png", "ok")]
    third = extract(two, box, "in", "-o", "rows.jsonl")
    assert third.returncode == 0
    assert (two / "rows.jsonl").read_bytes() == after
    assert len(box.requests) == 3


# Rows: what is different in the second run -> whether the document is asked again.
ANEW: dict[str, tuple[Callable[[Path], object], tuple[str, ...], bool]] = {
    "nothing": (lambda folder: None, ("in/a.png",), False),
    "the path's spelling": (lambda folder: None, ("./in/../in/a.png",), False),
    "a link to the picture": (lambda folder: (folder / "link").symlink_to(folder / "in"), ("link/a.png",), False),
    "the number of reasks": (lambda folder: None, ("in/a.png", "--max-retries", "1"), False),
    "the picture": (
        lambda folder: (folder / "in" / "a.png").write_bytes((folder / "other.png").read_bytes()), ("in/a.png",), True
    ),
    "the schema": (
        lambda folder: (folder / "schema.py").write_text(WITHOUT_OCR + SCHEMA.replace("Decimal\n\n", "float\n\n")),
        ("in/a.png",), True,
    ),
    "the prompt": (lambda folder: None, ("in/a.png", "--prompt", "Read it."), True),
    "the model": (lambda folder: None, ("in/a.png", "--model", "openai/gpt-4o-mini"), True),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", ANEW)
def test_a_row_counts_for_the_same_picture_schema_prompt_and_model(what: str, two: Path, sandbox: Boxes) -> None:
    from PIL import Image

    Image.new("RGB", (60, 40), "white").save(two / "other.png")
    box = sandbox(GOOD, GOOD)
    assert extract(two, box, "in/a.png", "-o", "rows.jsonl").returncode == 0
    change, arguments, again = ANEW[what]
    change(two)
    done = extract(two, box, *arguments, "-o", "rows.jsonl")
    assert done.returncode == 0, done.stderr
    assert len(rows_in(two / "rows.jsonl")) == len(box.requests) == 1 + again


@pytest.mark.slow
def test_rows_that_say_less_count_by_what_they_say(two: Path, sandbox: Boxes) -> None:
    """The first version noted no digest."""
    row = '{"source": "in/a.png", "status": "ok", "record": {}, "model": "openai/gpt-4o"}\n'
    (two / "rows.jsonl").write_text(row, "utf-8")
    box = sandbox(GOOD)
    done = extract(two, box, "in", "-o", "rows.jsonl")
    assert done.returncode == 0, done.stderr
    assert outcomes(rows_in(two / "rows.jsonl")) == [("a.png", "ok"), ("b.png", "ok")]
    assert len(box.requests) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "held",
    [b"my notes", b'{"total": 3}\n', b"\x89PNG\r\n\x1a\n", b"[" * 99_999, b'{"source": 3, "status": "ok"}\n',
     b'{"source": "a", "status": "ok"}\nno row\n{"source": "a", "status": "ok"}\n'],
    ids=range(6),
)  # fmt: skip
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(held: bytes, two: Path, sandbox: Boxes) -> None:
    (two / "mine").write_bytes(held)
    box = sandbox(GOOD, GOOD)
    done = extract(two, box, "in", "-o", "mine")
    assert (done.returncode, len(box.requests)) == (2, 0)
    assert "is not a row that typesight wrote" in done.stderr
    assert "Traceback" not in done.stderr
    assert (two / "mine").read_bytes() == held


# Rows: what is done before -> the arguments, the line of shell, and what is said.
INPUTS: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "itself": (lambda folder: None, "in/b.png", 'exec "$@"', "is one of the documents to read"),
    "a link": (lambda folder: (folder / "x").symlink_to("in/b.png"), "x", 'exec "$@"', "is one of the documents"),
    "a hard link": (lambda folder: (folder / "x").hardlink_to(folder / "in/b.png"), "x", 'exec "$@"', "is one of the"),
    "the schema": (lambda folder: None, "schema.py", 'exec "$@"', "not a row that typesight wrote"),
    "a new picture": (lambda folder: None, "in/new.PNG", 'exec "$@"', "picture's suffix"),
    "a link to none": (lambda folder: (folder / "x").symlink_to("in/new.pdf"), "x", 'exec "$@"', "picture's suffix"),
    "stdout": (lambda folder: None, "-", 'exec "$@" >>in/b.png', "is one of the documents to read"),
    "the folder": (lambda folder: None, "in", 'exec "$@"', "cannot write in: Is a directory"),
    "nothing": (lambda folder: None, "", 'exec "$@"', "cannot write"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", INPUTS)
def test_an_output_that_is_an_input_is_refused(what: str, two: Path, sandbox: Boxes, picture: bytes) -> None:
    make, output, shell, said = INPUTS[what]
    make(two)
    box = sandbox(GOOD, GOOD)
    done = extract(two, box, "in", "-o", output, shell=shell)
    assert (done.returncode, len(box.requests)) == (2, 0), done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in (two / "in").iterdir()} == {"a.png": picture, "b.png": picture}


@pytest.mark.slow
def test_an_output_among_the_inputs_is_not_read_as_one(two: Path, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD)
    for _ in range(2):
        assert extract(two, box, "in", "-o", "in/rows").returncode == 0
    assert outcomes(rows_in(two / "in" / "rows")) == [("a.png", "ok"), ("b.png", "ok")]


# Rows: what a crash leaves of the last row -> whether its document is read again.
TORN: dict[str, tuple[Callable[[bytes], bytes], bool]] = {
    "half a row": (lambda row: row[:40], True),
    "a row within a letter": (lambda row: row[: row.index("Ł".encode()) + 1], True),
    "its first letter": (lambda row: row[:1], True),
    "zeros": (lambda row: bytes(len(row)), True),
    "a row and zeros": (lambda row: row[:60] + bytes(9), True),
    "all but the end of its line": (lambda row: row[:-1], False),
    "nothing": (lambda row: b"", True),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", TORN)
def test_a_row_that_broke_off_is_read_again(what: str, two: Path, sandbox: Boxes) -> None:
    cut, again = TORN[what]
    polish = {**GOOD, "company": "Łódź"}
    box = sandbox(GOOD, polish, polish)
    assert extract(two, box, "in", "-o", "rows.jsonl").returncode == 0
    first, second = (two / "rows.jsonl").read_bytes().splitlines(keepends=True)
    (two / "rows.jsonl").write_bytes(first + cut(second))
    done = extract(two, box, "in", "-o", "rows.jsonl")
    assert done.returncode == 0, done.stderr
    assert (two / "rows.jsonl").read_bytes() == first + second
    assert len(box.requests) == 2 + again
    assert ("is incomplete and is dropped" in done.stderr) is (again and what != "nothing")


@pytest.mark.slow
def test_two_processes_do_not_write_to_one_output(two: Path, sandbox: Boxes) -> None:
    (two / "hard").touch()
    (two / "rows.jsonl").hardlink_to(two / "hard")
    seconds: list[subprocess.CompletedProcess[str]] = []

    def meanwhile(_: Any) -> Any:
        seconds.append(extract(two, box, "in", "-o", "hard"))
        return GOOD

    box = sandbox(meanwhile, GOOD)
    done = extract(two, box, "in", "-o", "rows.jsonl")
    assert done.returncode == 0, done.stderr
    assert seconds[0].returncode == 2
    assert "another typesight is writing to hard" in seconds[0].stderr
    assert outcomes(rows_in(two / "rows.jsonl")) == [("a.png", "ok"), ("b.png", "ok")]
    assert len(box.requests) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sent", "code", "said"), [(signal.SIGKILL, -9, ""), (signal.SIGTERM, -15, ""), (signal.SIGINT, 130, "interrupted")]
)
def test_a_run_that_is_ended_keeps_what_was_done(
    sent: signal.Signals, code: int, said: str, two: Path, sandbox: Boxes
) -> None:
    running: list[subprocess.Popen[bytes]] = []

    def end(_: Any) -> Any:
        running[0].send_signal(sent)
        running[0].wait(60)
        return GOOD

    box = sandbox(GOOD, end, GOOD)
    done = extract(two, box, "in", "-o", "rows.jsonl", told=running.append)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert outcomes(rows_in(two / "rows.jsonl")) == [("a.png", "ok")]
    assert extract(two, box, "in", "-o", "rows.jsonl").returncode == 0
    assert outcomes(rows_in(two / "rows.jsonl")) == [("a.png", "ok"), ("b.png", "ok")]


@pytest.mark.slow
def test_a_row_that_finds_no_room_is_told_whole_and_leaves_no_half(two: Path, sandbox: Boxes) -> None:
    """A shell's limit on a file's size stands for a disk that is full in the middle of a row."""
    box = sandbox(GOOD, {**GOOD, "company": "x" * 900}, GOOD)
    done = extract(two, box, "in", "-o", "rows.jsonl", shell='ulimit -f 1; exec "$@"')  # 512 or 1,024 bytes
    assert done.returncode == 3, done.stderr
    assert "cannot write rows.jsonl: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert outcomes(rows_in(two / "rows.jsonl")) == [("a.png", "ok")]
    lost = [line for line in done.stderr.splitlines() if line.startswith("{")]
    assert [(row["source"], row["record"]["company"]) for row in rows_of("\n".join(lost))] == [("in/b.png", "x" * 900)]
    assert extract(two, box, "in", "-o", "rows.jsonl").returncode == 0
    assert outcomes(rows_in(two / "rows.jsonl")) == [("a.png", "ok"), ("b.png", "ok")]


def test_a_command_that_cannot_begin_leaves_no_output(two: Path, sandbox: Boxes) -> None:
    done = extract(two, sandbox(GOOD), "in", "-o", "rows.jsonl", schema="schema.py:Bill")
    assert done.returncode == 2
    assert not (two / "rows.jsonl").exists()


@pytest.mark.slow
def test_what_a_refused_account_cost_before_is_a_row(two: Path, sandbox: Boxes) -> None:
    box = sandbox(BAD, Fault(402, message="the account is empty"))
    done = extract(two, box, "in", "-o", "rows.jsonl", "--max-retries", "1")
    rows = rows_in(two / "rows.jsonl")
    assert done.returncode == 2
    assert "refuses every request" in done.stderr
    assert outcomes(rows) == [("a.png", "failed")]
    assert rows[0]["usage"]["input"] > 0


@pytest.mark.slow
def test_a_pipe_and_a_device_may_be_an_output(two: Path, sandbox: Boxes) -> None:
    os.mkfifo(two / "pipe")
    box = sandbox(GOOD, GOOD, GOOD, GOOD)
    done = extract(two, box, "in", "-o", "pipe", shell='cat pipe & "$@"; code=$?; wait; exit $code')
    assert (done.returncode, outcomes(rows_of(done.stdout))) == (0, [("a.png", "ok"), ("b.png", "ok")])
    assert extract(two, box, "in", "-o", "/dev/null").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("output", [[], ["-o", "-"], ["-o", "rows.jsonl"]], ids=["stdout", "dash", "file"])
def test_an_interruption_says_that_a_run_can_go_on_only_where_a_file_holds_its_rows(
    output: list[str], two: Path, sandbox: Boxes
) -> None:
    running: list[subprocess.Popen[bytes]] = []

    def end(_: Any) -> Any:
        running[0].send_signal(signal.SIGINT)
        running[0].wait(60)
        return GOOD

    done = extract(two, sandbox(GOOD, end), "in", *output, told=running.append)
    assert done.returncode == 130
    assert ("run the same command again to continue rows.jsonl" in done.stderr) is ("rows.jsonl" in output)
    assert ("write the rows to a file with -o" in done.stderr) is ("rows.jsonl" not in output)


@pytest.mark.slow
def test_an_output_named_as_any_picture_is_refused(two: Path, sandbox: Boxes) -> None:
    done = extract(two, sandbox(GOOD), "in", "-o", "rows.tga")
    assert done.returncode == 2
    assert "has a picture's suffix" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_endpoint_that_redirects_elsewhere_is_sent_one_picture(status: int, two: Path, sandbox: Boxes) -> None:
    other = sandbox(GOOD, GOOD)
    away = Fault(status, headers={"location": f"{other.url}/v1/chat/completions"})
    box = sandbox(away, away)
    done = extract(two, box, "in", "-o", "rows.jsonl")
    assert done.returncode == 2
    assert f"redirects to {other.url}" in done.stderr
    assert (len(box.requests), other.requests) == (1, [])
