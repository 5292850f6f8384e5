"""The CPU of a call with a picture of some 139 kB, of two versions in one run.

    python benchmarks/call_cpu.py OLD [NEW] [--rounds 40] [--calls 5]

OLD and NEW are checkouts of the project, NEW this one by default. Each version runs in a process of its own and sends
its calls through the OpenAI SDK to a Sandbox in a third process. The versions take turns, and the one that begins
changes each round. Only the CPU of the process that calls is counted, the SDK's included. A picture is "new" in its
first call and "known" in all later ones. Images are made, and the SDK's client is warm, before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

HERE = Path(__file__).parents[1]
RIGHT = {"company": "Corner Shop", "total": "12.50"}
WRONG = {"company": "Corner Shop", "total": "twelve"}
# Rows: what is measured -> (the replies to each call, whether each call has a new picture).
CASES: dict[str, tuple[list[Any], bool]] = {
    "new picture": ([RIGHT], True),
    "known picture": ([RIGHT], False),
    "known picture, one reask": ([WRONG, RIGHT], False),
}


class Version:
    """A process that runs the calls of one checkout; has state because a process runs."""

    def __init__(self, checkout: Path, port: int) -> None:
        asked = [sys.executable, __file__, "--run", str(checkout.resolve()), str(port)]
        self._process = subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measure(self, case: str, calls: int, seed: int) -> float:
        """CPU seconds of one call, the mean of several."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps([case, calls, seed]), file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())

    def stop(self) -> None:
        """End the process."""
        self._process.communicate()


def run_calls(checkout: str, port: int) -> None:
    """Run the calls that standard input asks for, and print the CPU seconds of each."""
    sys.path.insert(0, f"{checkout}/src")
    from decimal import Decimal

    import openai
    from pictures import scanned_receipt
    from pydantic import create_model

    import typesight

    assert typesight.__file__.startswith(checkout), typesight.__file__
    receipt = create_model("Receipt", company=(str, ...), total=(Decimal, ...))
    client = typesight.from_openai(openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="k"))

    def call(image: typesight.Image) -> None:
        messages = [{"role": "user", "content": ["Read the receipt.", image]}]
        record = client.create(response_model=receipt, model="gpt-4o", messages=messages)
        assert record.model_dump() == {"company": "Corner Shop", "total": Decimal("12.50")}

    for line in sys.stdin:
        case, calls, seed = json.loads(line)
        fresh = CASES[case][1]
        images = [typesight.Image.from_bytes(scanned_receipt(seed + number)) for number in range(calls if fresh else 1)]
        if not fresh:
            call(images[0])
        began = time.process_time()
        for number in range(calls):
            call(images[number if fresh else 0])
        print((time.process_time() - began) / calls, flush=True)


def answer_calls(checkout: str) -> None:
    """Answer the calls of both versions until standard input ends; a line of it says with which replies."""
    sys.path.insert(0, f"{checkout}/src")
    from typesight.testing import Sandbox

    replies = [RIGHT]

    def answer(request: Any) -> Any:
        reask = len(request.body["messages"]) > 1
        return replies[-1] if reask else replies[0]

    with Sandbox(answer) as box:
        print(box.openai_url.split(":")[2].split("/")[0], flush=True)
        for line in sys.stdin:
            replies[:] = json.loads(line)
            box.requests.clear()  # which hold the pictures
            print("ready", flush=True)


@contextmanager
def sandbox() -> Iterator[tuple[int, Any]]:
    """A Sandbox in a process of its own: its port, and what to call with the replies it should give."""
    asked = [sys.executable, __file__, "--answer", str(HERE)]
    process = subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def set_replies(replies: list[Any]) -> None:
        print(json.dumps(replies), file=stdin, flush=True)
        assert stdout.readline() == "ready\n"

    try:
        yield int(stdout.readline()), set_replies
    finally:
        process.communicate()


def find_interval(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """The 95 % interval of the ratio of the medians, new to old, by drawing rounds again (bootstrap)."""
    random = Random(0)
    drawn = ([random.choice(pairs) for _ in pairs] for _ in range(2_000))
    ratios = sorted(median(new for _, new in each) / median(old for old, _ in each) for each in drawn)
    return ratios[50], ratios[-51]


def compare(old: Path, new: Path, rounds: int, calls: int) -> None:
    """Print the table."""
    print("| call | old, CPU ms | new, CPU ms | new to old | 95 % interval |\n|---|---|---|---|---|")
    with sandbox() as (port, set_replies):
        versions = [Version(old, port), Version(new, port)]
        seed = 0
        for case, (replies, _) in CASES.items():
            pairs: list[tuple[float, float]] = []
            for number in range(-2, rounds):  # the first two warm both up
                set_replies(replies)
                seconds = {
                    each: versions[each].measure(case, calls, seed) for each in ((0, 1) if number % 2 else (1, 0))
                }
                seed += calls
                pairs += [(seconds[0], seconds[1])] if number >= 0 else []
            before, after = median(old for old, _ in pairs), median(new for _, new in pairs)
            low, high = find_interval(pairs)
            print(
                f"| {case} | {before * 1e3:.2f} | {after * 1e3:.2f} | {after / before:.3f} | {low:.3f} to {high:.3f} |"
            )
        for version in versions:
            version.stop()


def main() -> None:
    """Read the command line."""
    if sys.argv[1:2] == ["--run"]:
        run_calls(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1:2] == ["--answer"]:
        answer_calls(sys.argv[2])
    else:
        parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("old", type=Path)
        parser.add_argument("new", type=Path, nargs="?", default=HERE)
        parser.add_argument("--rounds", type=int, default=40)
        parser.add_argument("--calls", type=int, default=5, help="calls in each round, for each version")
        asked = parser.parse_args()
        compare(asked.old, asked.new, asked.rounds, asked.calls)


if __name__ == "__main__":
    main()
