"""How a verb ends: what is said of an interruption, and whether it can go on."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from typesight.cli.work.running import run_verb


def interrupt(*_: Any) -> int:
    raise KeyboardInterrupt


GO_ON = "run the same command again to go on"
GIVE_O = "to be able to go on next time, write the rows to a file with -o"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "interrupted"),
        ({"output": "rows.csv"}, "interrupted"),
        ({"ledger": None, "output": "rows.jsonl"}, f"interrupted; {GO_ON}"),
        ({"ledger": None, "output": "there.jsonl"}, f"interrupted; {GO_ON}"),
        ({"ledger": "run.db", "output": None}, f"interrupted; {GO_ON}"),
        ({"ledger": None, "output": None}, f"interrupted; {GIVE_O}"),
        ({"ledger": None, "output": os.devnull}, f"interrupted; {GIVE_O}"),
    ],
)
def test_an_interruption_says_whether_the_run_can_go_on(
    given: dict[str, Any],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.jsonl").touch()
    assert run_verb(Namespace(run=interrupt, quiet=False, no_color=False, **given)) == 130
    assert capsys.readouterr().err == f"typesight: {said}\n"
