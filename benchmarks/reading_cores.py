"""The local reader over many pictures: one thread, a thread per core, and a process per core, in one run.

    python benchmarks/reading_cores.py FOLDER --pictures 24

`extract_many` reads with threads: OCR runs outside Python's lock. This is the measurement behind that.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel

import typesight

CLIENT: list[typesight.Client[object]] = []  # of this process


class Receipt(BaseModel):
    """What is read."""

    company: str
    date: date
    total: Decimal


def start() -> None:
    """Make this process's client; the model is loaded with the first picture."""
    CLIENT[:] = [typesight.from_local()]


def read(path: Path) -> None:
    """Read one picture; what fails took its time too."""
    with suppress(typesight.TypesightError):
        CLIENT[0].extract(Receipt, path)


def measure(pool: Executor, pictures: list[Path], workers: int) -> float:
    """Pictures per second, once every worker has loaded its model."""
    with pool:
        list(pool.map(read, pictures[:1] * workers))
        began = time.perf_counter()
        list(pool.map(read, pictures[1:]))
        return (len(pictures) - 1) / (time.perf_counter() - began)


def main() -> None:
    """Print pictures per second, twice each, in turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=int, default=24)
    given = parser.parse_args()
    pictures = sorted(given.folder.rglob("*.jpg"))[: given.pictures]
    cores = multiprocessing.cpu_count()
    start()
    for _ in range(2):
        print(f"1 thread       {measure(ThreadPoolExecutor(1), pictures, 1):.2f} pictures/s")
        print(f"{cores} threads      {measure(ThreadPoolExecutor(cores), pictures, cores):.2f} pictures/s")
        context = multiprocessing.get_context("spawn")
        processes = ProcessPoolExecutor(cores, mp_context=context, initializer=start)
        print(f"{cores} processes    {measure(processes, pictures, cores):.2f} pictures/s", flush=True)


if __name__ == "__main__":
    main()
