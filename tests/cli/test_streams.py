"""Stdout and stderr may be closed, full, left by their reader, of any encoding or a terminal: rows stay whole."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from cli.conftest import Here
from command_line import FIELDS, SCHEMA, WITHOUT_OCR, extract, outcomes, rows_in, rows_of, run
from support import BAD, GOOD
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


def _check_by(folder: Path, checking: str, loading: str = "", schema: str = SCHEMA) -> None:
    """Let the schema do something when it is loaded, and with every record."""
    text = schema.replace("NOT_A_TYPE = 3\n", "")
    (folder / "schema.py").write_text(f"{text}    def model_post_init(self, _): {checking}\n{loading}\n", "utf-8")


def _find_rows(stderr: str) -> list[tuple[str, str]]:
    """What became of the documents whose rows are on stderr."""
    return outcomes(rows_of("\n".join(line for line in stderr.splitlines() if line.startswith("{"))))


def test_a_device_that_is_full_ends_the_run_and_the_row_is_printed(here: Here, two: Path, sandbox: Boxes) -> None:
    box = sandbox(GOOD, GOOD)
    done = here(box, "in", "-o", "/dev/full")
    assert (done.returncode, len(box.requests)) == (3, 1)
    assert "cannot write /dev/full: No space left on device; what is read and not written is printed" in done.stderr
    assert "1 of 2 documents read, 1 not read" in done.stderr
    assert _find_rows(done.stderr) == BOTH[:1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ledger", "said", "printed", "again"),
    [([], "what is read and not written is printed below", BOTH[:1], 1 + 2),
     (["--ledger", "kept"], "the results are in the ledger: typesight export kept --format jsonl", [], 2)],
    ids=["alone", "ledger"],
)  # fmt: skip
def test_a_full_stdout_loses_no_row(
    ledger: list[str], said: str, printed: list[tuple[str, str]], again: int, here: Here, two: Path, sandbox: Boxes
) -> None:
    box = sandbox(GOOD, GOOD, GOOD)
    done = extract(two, box, "in", *ledger, shell='exec "$@" >/dev/full', schema=FIELDS)
    assert (done.returncode, len(box.requests)) == (3, 1), done.stderr
    assert f"cannot write stdout: No space left on device; {said}" in done.stderr
    assert "Traceback" not in done.stderr
    assert _find_rows(done.stderr) == printed
    assert outcomes(rows_of(here(box, "in", *ledger).stdout)) == BOTH
    assert len(box.requests) == again


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
    _check_by(two, "[__import__('os').write(each, b'noise') for each in range(3)]", schema=WITHOUT_OCR + SCHEMA)
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
    assert _find_rows(done.stderr) == BOTH[:1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "env",
    [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "cp1252:replace"}],
    ids=["C", "cp1252"],
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


def test_only_rows_are_on_stdout(here: Here, two: Path, sandbox: Boxes) -> None:
    _check_by(two, "print('checked')", "print('loaded')")
    done = here(sandbox(GOOD), "in/a.png", schema="schema.py:Receipt")
    assert done.returncode == 0, done.stderr
    assert outcomes(rows_of(done.stdout)) == BOTH[:1]
    assert "loaded\n" in done.stderr
    assert "checked\n" in done.stderr


def test_a_quiet_run_says_nothing_but_errors(here: Here, two: Path, sandbox: Boxes) -> None:
    assert here(sandbox(GOOD, BAD), "in", "-o", "rows", "--quiet").stderr == ""
    assert "exists, and there is no ledger" in here(sandbox(), "in", "-o", "rows", "-q", "--ledger", "x").stderr


def test_names_and_records_obey_nobody_on_stdout_and_stderr(here: Here, two: Path, sandbox: Boxes) -> None:
    (two / "in" / "b.png").rename(two / "in" / HOSTILE)
    record = {**GOOD, "company": f"{HOSTILE}\u2028\x85\x7f"}
    done = here(sandbox(GOOD, record, BAD), "in", f"missing{HOSTILE}")
    rows = rows_of(done.stdout)
    assert [row["source"] for row in rows] == [f"in/{HOSTILE}", "in/a.png", f"missing{HOSTILE}"]
    assert rows[1]["record"]["company"] == record["company"]
    assert f"\nmissing{HARMLESS}: ImageNotFound: " in f"\n{done.stderr}"
    assert not [line for line in done.stderr.splitlines() if line.startswith("[99]")]
    for text in (done.stdout, done.stderr):
        assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "arguments",
    [("--schema", "\x1b[31m\n.py:Receipt"), ("--schema", "schema.py:\x1b[31m"), ("--max-retries", "\x1b[31m"),
     ("-o", "\x1b[31m/x"), ("-o", "in", "--ledger", "\x1b[31m")],
    ids=range(5),
)  # fmt: skip
def test_arguments_are_escaped_where_they_are_refused(
    arguments: tuple[str, ...], here: Here, sandbox: Boxes, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        done = here(sandbox(), "in", *arguments)
        code, said = done.returncode, done.stderr
    except SystemExit as ended:  # of argparse
        code, said = int(ended.code or 0), capsys.readouterr().err
    assert code == 2
    assert said.replace("\n", "").isprintable()


@pytest.mark.slow
def test_on_a_terminal_a_bar_says_how_far_it_is_and_all_else_stands_above_it(two: Path, sandbox: Boxes) -> None:
    (two / "in" / "b.png").rename(two / "in" / HOSTILE)
    (two / "in" / HOSTILE).write_text("no picture", "utf-8")
    _check_by(two, "print('checked [red]this[/red]')", schema=WITHOUT_OCR + SCHEMA)
    ours, theirs = pty.openpty()
    seen, drawn = bytearray(), Event()

    def watch(_: subprocess.Popen[bytes]) -> None:
        os.close(theirs)
        with suppress(OSError):  # EIO is the end of a terminal
            while data := os.read(ours, 65536):
                seen.extend(data)
                if b"1 failed, 1 in flight" in seen:
                    drawn.set()

    def answer(_: Any) -> Any:
        drawn.wait(60)  # the bar is drawn while a document is in flight
        return GOOD

    done = extract(two, sandbox(answer), "in", stderr=theirs, told=watch, env={"TERM": "xterm", "COLUMNS": "150"})
    os.close(ours)
    text = seen.decode().replace("\r\n", "\n")
    assert done.returncode == 3, text
    assert outcomes(rows_of(done.stdout)) == [(HOSTILE, "failed"), BOTH[0]]
    assert f"in/{HARMLESS}: UnsupportedImage" in text.replace("\n", "")
    assert "0 of 2 done, 1 failed, 1 in flight" in text
    assert "checked [red]this[/red]" in text
    assert text.endswith("typesight: 1 of 2 documents read, 1 failed, $0.0008\n")
    for forbidden in ("\x1b[31m", "\u202e", "\x9b"):
        assert forbidden not in text


def test_the_help_may_be_read_by_nobody(two: Path) -> None:
    done = run(two, "--help", shell='"$@" >/dev/full; echo $? >&2')
    assert done.stderr == "0\n"
