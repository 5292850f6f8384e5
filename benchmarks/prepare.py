"""Prepare: what the pictures of a call cost, the first time and once more, here and in another checkout.

    python benchmarks/prepare.py [--against CHECKOUT] [--picture FILE]

Each case is prepared as a call does it: bytes that were never seen, then the same bytes again. With `--against`, one
process for each checkout takes its turn in every round, so that a machine that slows down slows both; medians of CPU
milliseconds are printed, and the median of the rounds' ratios. The pictures are drawn here, or the first is yours.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

from PIL import Image as Pillow
from PIL import ImageDraw

MODEL = "gpt-4o"
HERE = Path(__file__).resolve().parents[1]
Times = dict[str, float]


def draw_receipt(size: tuple[int, int], quality: int) -> bytes:
    """A JPEG of rows of print on noisy paper: 500 x 700 at quality 80 takes 140 kB."""
    random = Random(1)
    page = Pillow.effect_noise(size, 12).point(lambda value: min(255, value + 110)).convert("RGB")
    pen = ImageDraw.Draw(page)
    for top in range(20, size[1] - 40, 30):
        pen.text((20, top), "".join(random.choices("abcdefghij 0123456789.,", k=size[0] // 16)), "black", font_size=22)
    file = BytesIO()
    page.save(file, "JPEG", quality=quality)
    return file.getvalue()


def make_unseen(data: bytes, number: int) -> bytes:
    """The same JPEG with another comment."""
    comment = f"round {os.getpid()} {number}".encode()
    return data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:]


def measure_round(cases: dict[str, bytes], number: int) -> Times:
    """CPU milliseconds of preparing each case for the first time and once more, in this process."""
    from typesight.images.encoding.prepare import Preparation, prepare_pictures
    from typesight.images.image import Image
    from typesight.models.profiles import find_profile

    profile = find_profile(MODEL)

    def prepare(data: bytes) -> None:
        prepare_pictures([Image.from_bytes(data)], profile, Preparation())

    times: Times = {}
    for name, data in cases.items():
        unseen = make_unseen(data, number)
        times[f"{name}, first"] = measure_cpu(partial(prepare, unseen), 1)
        times[f"{name}, once more"] = measure_cpu(partial(prepare, unseen), 20)
    return times


def measure_cpu(work: Callable[[], Any], count: int) -> float:
    """CPU milliseconds of one of `count` runs."""
    begun = process_time()
    for _ in range(count):
        work()
    return (process_time() - begun) * 1000 / count


def work(files: list[str]) -> None:
    """Answer each line of the input with the times of one round, until it ends."""
    warnings.simplefilter("ignore")
    cases = {Path(file).stem: Path(file).read_bytes() for file in files}
    for number, _ in enumerate(sys.stdin):
        print(json.dumps(measure_round(cases, number)), flush=True)


def start_worker(checkout: Path, files: list[Path]) -> subprocess.Popen[str]:
    """A process that runs this script over the code of a checkout."""
    command = [sys.executable, __file__, "--worker", *map(str, files)]
    environment = os.environ | {"PYTHONPATH": str(checkout / "src")}
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, bufsize=1
    )


def ask(worker: subprocess.Popen[str]) -> Times:
    """The times of one round of a worker."""
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write("round\n")
    worker.stdin.flush()
    times: Times = json.loads(worker.stdout.readline())
    return times


def compare(checkouts: list[Path], files: list[Path], rounds: int) -> None:
    """Print the medians of each checkout, and of the ratios of the first to the last."""
    workers = [start_worker(checkout, files) for checkout in checkouts]
    for worker in workers:
        ask(worker)  # the first round only warms
    taken = [[ask(worker) for worker in workers] for _ in range(rounds)]
    for worker in workers:
        worker.communicate()
    names = " | ".join(["here", "there"][: len(checkouts)])
    print(f"| CPU ms | {names} | ratio |\n|---|{'---|' * len(checkouts)}---|")
    for name in taken[0][0]:
        medians = " | ".join(f"{median(each[place][name] for each in taken):.3f}" for place in range(len(checkouts)))
        ratio = median(each[0][name] / each[-1][name] for each in taken)
        print(f"| {name} | {medians} | {ratio:.2f} |")


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="another checkout of typesight")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="a JPEG instead of the drawn receipt")
    parser.add_argument("--rounds", type=int, default=21, help="rounds measured (default 21)")
    parser.add_argument("--worker", nargs="+", metavar="FILE", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(given.worker)
        return
    drawn = {
        "receipt": given.picture.read_bytes() if given.picture else draw_receipt((500, 700), 80),
        "photo": draw_receipt((3000, 4000), 85),
        "till roll": draw_receipt((500, 9000), 80),
    }
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.jpg" for name in drawn]
        for file, data in zip(files, drawn.values(), strict=True):
            file.write_bytes(data)
            print(f"{file.stem}: {len(data) / 1000:.0f} kB")
        print()
        compare([HERE, *([given.against] if given.against else [])], files, given.rounds)


if __name__ == "__main__":
    main()
