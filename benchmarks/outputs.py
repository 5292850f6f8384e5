"""Seconds of CPU, memory and size of an output in each format.

    python benchmarks/outputs.py [--rows 100000] [--items 5] [FORMAT ...]

Rows are made while they are written, as a ledger gives them, and each format is written in a process of its own.
Making the rows once is part of the seconds; formats with columns make them twice. Memory is the most that the process
had (its resident set), with Python and the format's library.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typesight.outputs.output_formats import FORMATS, write_output

USAGE = {"input": 1200, "output": 90, "cache_read": 0, "cache_write": 0, "image": 1000, "reasoning": 0}


def make_rows(count: int, items: int) -> Iterator[dict[str, Any]]:
    """Rows of receipts."""
    for number in range(count):
        record = {
            "company": f"Shop {number % 999}",
            "date": "2026-01-02",
            "total": f"{number}.50",
            "address": {"city": "Kuala Lumpur", "zip": "50000"},
            "items": [{"name": f"item {number}-{item}", "price": "1.50", "count": item} for item in range(items)],
        }
        row = {"source": f"in/{number}.jpg", "status": "ok", "record": record, "model": "openai/gpt-6-luna"}
        yield {**row, "digest": f"{number:016x}", "usage": USAGE, "cost": 0.001}


def measure(name: str, rows: int, items: int) -> str:
    """Write one format, and say what it took."""
    import resource

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"rows.{name}")
        begun = time.process_time()
        write_output(lambda: make_rows(rows, items), path)
        seconds = time.process_time() - begun
        size = path.stat().st_size / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return f"{name:8} {seconds:6.1f} s of CPU {memory:6.0f} MiB {size:7.1f} MB on the disk"


def main() -> None:
    """Measure the formats one after the other, each in a process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("formats", nargs="*", default=[each.name for each in FORMATS])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=5)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(measure(given.one, given.rows, given.items))
        return
    for name in given.formats:
        command = [sys.executable, __file__, "--rows", str(given.rows), "--items", str(given.items), "--one", name]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
