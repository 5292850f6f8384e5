"""The examples run as they stand, against the Sandbox where they would call a provider."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from typesight.testing import Sandbox

EXAMPLES = Path(__file__).parent.parent / "examples"
RECORD = {"company": "Corner Shop", "date": "2026-11-20", "total": 73.5}


def run(name: str, folder: Path = EXAMPLES, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, EXAMPLES / name], cwd=folder, env={**os.environ, **env}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_reading_with_openai(sandbox: Callable[..., Sandbox]) -> None:
    box = sandbox(RECORD, RECORD)
    printed = run("read_with_openai.py", OPENAI_BASE_URL=box.openai_url, OPENAI_API_KEY="k")
    assert "company='Corner Shop'" in printed
    assert "1 attempt(s)" in printed
    assert [len(request.pictures) for request in box.requests] == [1, 1]


@pytest.mark.slow
def test_reading_with_anthropic_asks_once_about_each_picture(sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    box = sandbox(*[RECORD] * 6)
    for _ in range(2):
        printed = run("read_with_anthropic.py", tmp_path, ANTHROPIC_BASE_URL=box.anthropic_url, ANTHROPIC_API_KEY="k")
        assert printed.count("company='Corner Shop'") == 6
        assert "6 of 6 read" in printed
    assert len(box.requests) == 6


@pytest.mark.slow
def test_reading_locally() -> None:
    pytest.importorskip("rapidocr")
    lines = run("read_locally.py").splitlines()
    assert len(lines) == 6
    assert all(" at " in line and " on " in line for line in lines)
