"""A run may be stopped, killed or find no room: nothing that was paid for is lost, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from cli.conftest import Here
from command_line import FIELDS, extract, outcomes, rows_in, rows_of
from support import GOOD
from typesight.testing import Sandbox

Boxes = Callable[..., Sandbox]

BOTH = [("a.png", "ok"), ("b.png", "ok")]
PLACES = {
    "file": (("-o", "rows.jsonl"), "run the same command again to continue rows.jsonl"),
    "stream": ((), "to be able to go on next time, give a file with -o FILE, or --ledger FILE"),
    "ledger": (("--ledger", "kept"), "run the same command again to go on from kept"),
}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("place", PLACES)
def test_a_run_that_is_stopped_ends_what_is_in_flight_and_says_how_to_go_on(
    place: str, sent: signal.Signals, two: Path, here: Here, sandbox: Boxes
) -> None:
    def stop(_: Any) -> Any:
        os.kill(os.getpid(), sent)
        return GOOD

    arguments, said = PLACES[place]
    box = sandbox(stop, GOOD, GOOD)
    done = here(box, "in", *arguments)
    assert (done.returncode, len(box.requests)) == (130, 1)
    assert "1 of 2 documents read, 1 not read" in done.stderr
    assert f"interrupted; {said}" in done.stderr
    rows = rows_in(two / "rows.jsonl") if place == "file" else rows_of(done.stdout)
    assert outcomes(rows) == BOTH[:1]
    done = here(box, "in", *arguments)
    rows = rows_in(two / "rows.jsonl") if place == "file" else rows_of(done.stdout)
    assert (done.returncode, outcomes(rows)) == (0, BOTH)
    assert len(box.requests) == (3 if place == "stream" else 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("signals", "code", "said"),
    [
        ([signal.SIGKILL], -9, ""),
        # Not SIGINT twice: two of them that come at once are one.
        ([signal.SIGTERM, signal.SIGINT], 130, "interrupted with 1 in flight, which may be paid for; run the same"),
    ],
)
def test_a_run_that_is_ended_at_once_pays_again_only_for_what_was_in_flight(
    signals: list[signal.Signals], code: int, said: str, two: Path, here: Here, sandbox: Boxes
) -> None:
    running: list[subprocess.Popen[bytes]] = []
    over = Event()

    def wait(process: subprocess.Popen[bytes]) -> None:
        running.append(process)
        process.wait(60)
        over.set()

    def end(_: Any) -> Any:
        for each in signals:
            running[0].send_signal(each)
        over.wait(60)
        return GOOD

    box = sandbox(GOOD, end, GOOD)
    done = extract(two, box, "in", "-o", "rows.jsonl", told=wait, schema=FIELDS)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    if code > 0:  # a kill leaves no time to write the file; the ledger has the row
        assert outcomes(rows_in(two / "rows.jsonl")) == BOTH[:1]
    again = here(box, "in", "-o", "rows.jsonl")
    assert again.returncode == 0, again.stderr
    assert "2 of 2 documents read (1 in an earlier run)" in again.stderr
    assert (outcomes(rows_in(two / "rows.jsonl")), len(box.requests)) == (BOTH, 3)


COPIES = 40
# A shell's limit on a file's size stands for a disk that is full: 819,200 bytes, or twice that in some shells.
SMALL = 'ulimit -f 1600; exec "$@"'


@pytest.mark.slow
def test_a_file_that_finds_no_room_stays_as_it_was_and_the_ledger_has_all(
    two: Path, here: Here, sandbox: Boxes, picture: bytes
) -> None:
    box = sandbox({**GOOD, "company": "x" * 60_000}, GOOD)
    assert here(box, "in/a.png", "-o", "rows.jsonl").returncode == 0
    before = (two / "rows.jsonl").read_bytes()
    for number in range(COPIES):
        (two / "in" / f"copy{number}.png").write_bytes(picture)
    done = extract(two, box, "in", "-o", "rows.jsonl", shell=SMALL, schema=FIELDS)
    assert done.returncode == 3, done.stderr
    assert "cannot write rows.jsonl: File too large; the results are in the ledger rows.jsonl.db" in done.stderr
    assert "Traceback" not in done.stderr
    assert (two / "rows.jsonl").read_bytes() == before
    assert not list(two.glob(".typesight*"))
    assert here(box, "in", "-o", "rows.jsonl").returncode == 0
    assert len(rows_in(two / "rows.jsonl")) == 2 + COPIES
    assert len(box.requests) == 2


@pytest.mark.slow
@pytest.mark.parametrize("place", ["file", "ledger"])
def test_a_ledger_that_finds_no_room_ends_the_run_and_the_row_is_printed_once(
    place: str, two: Path, here: Here, sandbox: Boxes
) -> None:
    large = {**GOOD, "company": "x" * 2_000_000}
    box = sandbox(GOOD, large, large)
    done = extract(two, box, "in", *PLACES[place][0], shell=SMALL, schema=FIELDS)
    assert (done.returncode, len(box.requests)) == (3, 2), done.stderr
    assert "cannot write the ledger" in done.stderr
    assert "it keeps what it has, and the rest is printed: run the same command again to go on" in done.stderr
    assert "Traceback" not in done.stderr
    printed = rows_of("\n".join(line for line in done.stderr.splitlines() if line.startswith("{")))
    if place == "file":
        assert outcomes(printed) == BOTH[1:]
        assert len(printed[0]["record"]["company"]) == 2_000_000
        assert outcomes(rows_in(two / "rows.jsonl")) == BOTH[:1]
    else:
        assert (outcomes(rows_of(done.stdout)), printed) == (BOTH, [])
    again = here(box, "in", *PLACES[place][0])
    assert again.returncode == 0, again.stderr
    assert len(box.requests) == 3
