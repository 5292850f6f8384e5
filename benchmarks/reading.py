"""Reading: what the local reader takes of CPU beyond its OCR engine, and of memory for large pictures.

    python benchmarks/reading.py

Picture by picture, in turns, one process runs bare RapidOCR (given the path; the same loaded models and settings, one
thread) and the whole of `from_local().extract(Receipt, path)` with its evidence looked at. CPU time is compared, which
other work on the machine changes less than the clock's. At the start of a round everything that was kept is
forgotten, so that each picture is read each time. Memory is the peak of a fresh process, its imports included.

The pictures are the first receipts of `sroie/images` in the folder that TYPESIGHT_DATA names, or of `--folder`.
"""

from __future__ import annotations

import argparse
import datetime
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import _lru_cache_wrapper
from pathlib import Path
from statistics import median
from time import process_time

from PIL import Image as Pillow
from pydantic import BaseModel

from typesight import from_local
from typesight.images.encoding.prepare import _ENCODED_CACHE
from typesight.ocr import reading, turning
from typesight.ocr.engine import TALL_RATIO
from typesight.ocr.rapidocr_engine import RapidOcr

SIZES = {
    "4 MP receipt": (1682, 2379),
    "4 MP, square, so that it is read as it is": (2000, 2000),
    "35 MP scan": (4961, 7016),
}


class Item(BaseModel):
    """A line of a receipt."""

    description: str | None = None
    amount: Decimal | None = None


class Receipt(BaseModel):
    """A shop's receipt; nothing is required, so that each picture is asked of once."""

    company: str | None = None
    address: str | None = None
    date: datetime.date | None = None
    total: Decimal | None = None
    items: list[Item] = []


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of one picture: of the engine alone, and of the whole."""

    name: str
    bare: float
    whole: float

    @property
    def ratio(self) -> float:
        """How many times the engine's the whole is."""
        return self.whole / self.bare


def bare(path: Path) -> int:
    """The engine alone: decode, detect, recognise."""
    return len(RapidOcr._load_once()(path).txts or ())


def whole(path: Path) -> int:
    """A record and what speaks for each of its values."""
    return len(from_local().extract(Receipt, path).evidence)


WAYS = {"bare": bare, "whole": whole}


def forget() -> None:
    """Forget all that the process has kept of pictures and of words."""
    for kept in (_ENCODED_CACHE, reading._LINES, turning._TURNS):
        kept.clear()
    for name, module in list(sys.modules.items()):
        if name.startswith("typesight."):
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()


def seconds(way: Callable[[Path], int], path: Path) -> float:
    """The CPU time that this process takes for it."""
    began = process_time()
    way(path)
    return process_time() - began


def costs(paths: list[Path], rounds: int) -> list[Cost]:
    """What each picture costs, the least of the rounds; a round before them only warms."""
    taken: dict[Path, list[tuple[float, float]]] = {path: [] for path in paths}
    bare(paths[0]), whole(paths[0])
    for turn in range(rounds):
        forget()
        for path in paths:
            ways = (bare, whole) if turn % 2 else (whole, bare)
            spent = {way: seconds(way, path) for way in ways}
            taken[path].append((spent[bare], spent[whole]))
    return [Cost(path.stem, min(b for b, _ in each), min(w for _, w in each)) for path, each in taken.items()]


def cpu(paths: list[Path], rounds: int) -> None:
    """Print the table of CPU times."""
    found = costs(paths, rounds)
    print("| picture | pixels | RapidOCR, CPU ms | typesight, CPU ms | ratio |\n|---|---|---|---|---|")
    for path, cost in zip(paths, found, strict=True):
        with Pillow.open(path) as picture:
            width, height = picture.size
        roll = ", in bands" if height > TALL_RATIO * width else ""
        print(
            f"| {cost.name} | {width} x {height}{roll} | {1000 * cost.bare:.0f} | {1000 * cost.whole:.0f} "
            f"| {cost.ratio:.3f} |"
        )
    engine, all_ = sum(cost.bare for cost in found), sum(cost.whole for cost in found)
    print(f"| median of {len(found)} | | | | **{median(cost.ratio for cost in found):.3f}** |")
    print(f"| sum | | {1000 * engine:.0f} | {1000 * all_:.0f} | **{all_ / engine:.3f}** |")


def peak(way: str, path: Path | None = None) -> float:
    """The most memory, in MB of 1,000,000 bytes, that a fresh process of this script takes for a way and a picture."""
    arguments = [sys.executable, __file__, "--peak-of", way, *([str(path)] if path else [])]
    return float(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.split()[-1])


def own_peak() -> float:
    """The most memory that this process had, in the same MB.

    On Linux not `ru_maxrss`, which a process that is started takes over from the one that starts it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        told = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(told.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts it in bytes


def memory(receipt: Path, folder: Path) -> None:
    """Print the table of memory: a receipt enlarged to each size, and the imports alone."""
    print("| what | pixels | file, kB | RapidOCR, MB | typesight, MB |\n|---|---|---|---|---|")
    print(f"| imports alone | | | | {peak('imports'):.0f} |")
    for name, size in SIZES.items():
        path = folder / f"{size[0]}.jpg"
        with Pillow.open(receipt) as picture:
            picture.convert("RGB").resize(size, Pillow.Resampling.BICUBIC).save(path, quality=90)
        taken = " | ".join(f"{peak(way, path):.0f}" for way in WAYS)
        print(f"| {name} | {size[0]} x {size[1]} | {path.stat().st_size // 1000} | {taken} |")


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="pictures (default: $TYPESIGHT_DATA/sroie/images)")
    parser.add_argument("--pictures", type=int, default=10, help="how many of them (default 10)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the CPU table (default 3)")
    parser.add_argument("--peak-of", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peak_of:
        way, *path = given.peak_of
        if path:
            WAYS[way](Path(path[0]))
        print(own_peak())
        return
    folder = given.folder or Path(os.environ["TYPESIGHT_DATA"]) / "sroie" / "images"
    paths = sorted(folder.glob("*.*"))[: given.pictures]
    cpu(paths, given.rounds)
    print()
    with tempfile.TemporaryDirectory() as made:
        memory(paths[min(2, len(paths) - 1)], Path(made))


if __name__ == "__main__":
    main()
