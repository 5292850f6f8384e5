"""Two processes with one key: what the benchmark prints, in small."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "pacing.py"


@pytest.mark.slow
def test_two_processes_get_about_half_each_and_hardly_a_429() -> None:
    account = ("--rate", "1200", "--burst", "0.05", "--latency", "0.2", "--seconds", "6")
    done = subprocess.run([sys.executable, SCRIPT, *account], capture_output=True, text=True, timeout=90, check=True)
    shares = [int(each) for each in re.findall(r"\| (\d+)% \|", done.stdout)]
    assert len(shares) == 2, done.stdout
    assert all(40 <= share <= 60 for share in shares), done.stdout
    sent, refused = map(int, re.findall(r"(\d+) (?:requests|refused)", done.stdout))
    assert refused <= 0.05 * sent, done.stdout
