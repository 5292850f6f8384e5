"""Stdout and stderr may be closed, full, left by their reader, of any encoding or a terminal: rows stay whole."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from command_line import extract, outcomes, rows_in, rows_of, run
from support import GOOD
from typesight.testing import Sandbox

Boxes = Callable[..., Sandbox]

BOTH = [("a.png", "ok"), ("b.png", "ok")]
# A name and a record that would drive a terminal, look like lines of ours, or be read as rich's markup.
HOSTILE = "[red]:smile:\x1b[31m\n[99] fake.png: ok\u202e\x9b.png"
HARMLESS = r"[red]:smile:\x1b[31m\n[99] fake.png: ok\u202e\x9b.png"


def _left() -> int:
    """The end of a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def _check_by(folder: Path, checking: str, loading: str = "") -> None:
    """Let the schema do something when it is loaded, and with every record."""
    text = (folder / "schema.py").read_text("utf-8").replace("NOT_A_TYPE = 3\n", "")
    (folder / "schema.py").write_text(f"{text}    def model_post_init(self, _): {checking}\n{loading}\n", "utf-8")


@pytest.mark.slow
def test_a_full_disk_ends_the_run_and_tells_the_row(two: Path, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD, GOOD)
    for done in (extract(two, box, "in", "-o", "/dev/full"), extract(two, box, "in", shell='exec "$@" >/dev/full')):
        assert done.returncode == 3, done.stderr
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        assert "0 of 2 documents read, 2 without a row" in done.stderr
        lost = [line for line in done.stderr.splitlines() if line.startswith("{")]
        assert outcomes(rows_of("\n".join(lost))) == [("a.png", "ok")]
    assert len(box.requests) == 2


@pytest.mark.slow
def test_a_closed_stdout_is_told_before_anything_is_asked(two: Path, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD)
    done = extract(two, box, "in", shell='exec "$@" >&-')
    assert (done.returncode, len(box.requests)) == (3, 0)
    assert "stdout is closed" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_closed_streams_do_not_become_the_output(two: Path, sandbox: Boxes) -> None:
    """What a library in C writes to descriptors 1 and 2 would go into whatever file was opened first."""
    _check_by(two, "[__import__('os').write(each, b'noise') for each in range(3)]")
    done = extract(two, sandbox(GOOD, GOOD), "in", "-o", "rows.jsonl", shell='exec "$@" <&- >&- 2>&-')
    assert done.returncode == 0
    assert outcomes(rows_in(two / "rows.jsonl")) == BOTH


@pytest.mark.slow
def test_a_reader_that_is_gone_is_not_paid_for(two: Path, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD)
    done = extract(two, box, "in", stdout=_left())
    assert (done.returncode, len(box.requests)) == (3, 0)
    assert "nothing reads stdout any more" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_reader_that_goes_while_it_is_read_loses_no_row(two: Path, sandbox: Boxes) -> None:
    reader, writer = os.pipe()

    def leave(_: Any) -> Any:
        os.close(reader)
        return GOOD

    box = sandbox(leave, GOOD)
    done = extract(two, box, "in", stdout=writer, told=lambda _: os.close(writer))
    assert (done.returncode, len(box.requests)) == (3, 1)
    assert "cannot write stdout: Broken pipe" in done.stderr
    assert "Traceback" not in done.stderr
    assert outcomes(rows_of(done.stderr.splitlines()[-1])) == [("a.png", "ok")]


@pytest.mark.slow
@pytest.mark.parametrize(
    "env",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
     {"PYTHONIOENCODING": "cp1252:replace"}],
    ids=["ascii", "C", "cp1252"],
)  # fmt: skip
def test_rows_are_the_same_in_every_encoding(env: dict[str, str], two: Path, sandbox: Boxes, picture: bytes) -> None:
    (two / "in" / "Łódź.png").write_bytes(picture)
    done = extract(two, sandbox({**GOOD, "company": "Łódź 東京 😀"}), "in/Łódź.png", env=env)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    said = [(row["source"], row["record"]["company"]) for row in rows_of(done.stdout)]
    assert said == [("in/Łódź.png", "Łódź 東京 😀")]


@pytest.mark.slow
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full", ""])
def test_a_stderr_that_takes_nothing_stops_nothing(where: str, two: Path, sandbox: Boxes) -> None:
    (two / "in" / "c.png").symlink_to("nowhere")
    stderr = subprocess.PIPE if where else _left()
    done = extract(two, sandbox(GOOD, GOOD), "in", shell=f'exec "$@" {where}', stderr=stderr)
    assert done.returncode == 3
    assert outcomes(rows_of(done.stdout)) == [*BOTH, ("c.png", "failed")]


@pytest.mark.slow
def test_only_rows_are_on_stdout(two: Path, sandbox: Boxes) -> None:
    _check_by(two, "print('checked')", "print('loaded')")
    done = extract(two, sandbox(GOOD), "in/a.png")
    assert done.returncode == 0, done.stderr
    assert outcomes(rows_of(done.stdout)) == BOTH[:1]
    assert "loaded\n" in done.stderr
    assert "checked\n" in done.stderr


@pytest.mark.slow
def test_names_and_records_obey_nobody_on_stdout_and_stderr(two: Path, sandbox: Boxes, picture: bytes) -> None:
    (two / "in" / "a.png").rename(two / "in" / HOSTILE)
    record = {**GOOD, "company": f"{HOSTILE}\u2028\x85\x7f"}
    done = extract(two, sandbox(record), "in", f"missing{HOSTILE}")
    assert [row["source"] for row in rows_of(done.stdout)] == [f"in/{HOSTILE}", "in/b.png", f"missing{HOSTILE}"]
    assert rows_of(done.stdout)[0]["record"]["company"] == record["company"]
    assert f"[1/3] in/{HARMLESS}: ok\n" in done.stderr
    assert not [line for line in done.stderr.splitlines() if line.startswith("[99]")]
    for text in (done.stdout, done.stderr):
        assert text.replace("\n", "").isprintable()


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [("--schema", "\x1b[31m\n.py:Receipt"), ("--schema", "schema.py:\x1b[31m"),
     ("--schema", "schema.py:Receipt", "--max-retries", "\x1b[31m"),
     ("--schema", "schema.py:Receipt", "-o", "\x1b[31m/x")],
    ids=range(4),
)  # fmt: skip
def test_arguments_are_escaped_where_they_are_refused(arguments: tuple[str, ...], two: Path) -> None:
    done = run(two, "extract", "in", *arguments, env={"TYPESIGHT_MODEL": "openai/gpt-4o", "OPENAI_API_KEY": "k"})
    assert done.returncode == 2
    assert done.stderr.replace("\n", "").isprintable()
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_on_a_terminal_names_are_shown_as_they_are_and_rows_go_where_stdout_goes(two: Path, sandbox: Boxes) -> None:
    (two / "in" / "b.png").rename(two / "in" / HOSTILE)
    (two / "in" / HOSTILE).write_text("no picture", "utf-8")
    ours, theirs = pty.openpty()
    told: list[bytes] = []

    def watch(_: subprocess.Popen[bytes]) -> None:
        os.close(theirs)
        with suppress(OSError):  # EIO is the end of a terminal
            while data := os.read(ours, 65536):
                told.append(data)

    done = extract(two, sandbox(GOOD), "in", stderr=theirs, told=watch, env={"TERM": "xterm"})
    os.close(ours)
    seen = b"".join(told).decode()
    assert done.returncode == 3
    assert outcomes(rows_of(done.stdout)) == [(HOSTILE, "failed"), BOTH[0]]
    assert f"in/{HARMLESS}: UnsupportedImage" in seen.replace("\r\n", "")
    assert "\x1b[31m" not in seen
    assert "\u202e" not in seen


def test_the_help_may_be_read_by_nobody(two: Path) -> None:
    done = run(two, "--help", shell='"$@" >/dev/full; echo $? >&2')
    assert done.stderr == "0\n"
