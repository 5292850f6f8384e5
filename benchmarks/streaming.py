"""What streaming costs: CPU against the length of a reply, and memory over many calls.

    python benchmarks/streaming.py

CPU is this process's own, of snapshots and items alone, beside a plain `json.loads` of each snapshot's text, which is
what re-reading costs. Memory is measured over whole calls through the OpenAI SDK and the Sandbox.
"""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal

import openai
from pydantic import BaseModel

import typesight
from typesight.schema.partial_records import Snapshots, StreamedItems
from typesight.schema.target import make_target
from typesight.testing import Sandbox

PIECE = 4  # characters; about a token


class Item(BaseModel):
    """One line."""

    name: str
    price: Decimal


class Bill(BaseModel):
    """A bill."""

    shop: str
    items: list[Item]


def reply(items: int) -> str:
    """A reply with so many items, about 44 bytes each."""
    lines = [{"name": f"item number {number}", "price": number + 0.5} for number in range(items)]
    return json.dumps({"shop": "Corner Shop", "items": lines})


def timed(run: Callable[[str], int], text: str) -> tuple[float, int]:
    """CPU seconds, the least of three, and how much was shown."""
    results = []
    for _ in range(3):
        began = time.process_time()
        shown = run(text)
        results.append((time.process_time() - began, shown))
    return min(results)


def pieces(text: str) -> list[str]:
    """The text as it streams."""
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


def snapshots(text: str) -> int:
    """Every snapshot of a record."""
    growing = Snapshots(make_target(Bill))
    return sum(growing.build() is not None for piece in pieces(text) if growing.feed(piece))


def items(text: str) -> int:
    """Every item of a list."""
    growing, shown = StreamedItems(), 0
    target = make_target(Item)
    for piece in pieces(json.dumps({"result": json.loads(text)["items"]})):
        shown += sum(not target.judge_data(each).faults for each in growing.feed(piece))
    return shown


def reread(text: str) -> int:
    """What it costs to read all that has come again for each hundredth piece."""
    shown = 0
    for place, _ in enumerate(pieces(text)):
        if place % 100 == 0:
            json.loads(text)
            shown += 1
    return shown


def memory(calls: int) -> tuple[int, int]:
    """Bytes held after 50 calls, and after so many."""
    answer = json.loads(reply(40))
    with Sandbox(lambda _: answer) as box, openai.OpenAI(base_url=box.openai_url, api_key="any") as sdk:
        client = typesight.from_openai(sdk, model="gpt-4o")
        messages = [{"role": "user", "content": "Read it."}]
        held = []
        tracemalloc.start()
        for call in range(1, calls + 1):
            for _ in client.create_partial(response_model=Bill, messages=messages):
                pass
            box.requests.clear()
            if call in {50, calls}:
                gc.collect()
                held.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
    return held[0], held[1]


def main() -> None:
    """Print both tables."""
    print("bytes of reply | snapshots: CPU s (count) | items: CPU s (count) | re-read each 100th piece: CPU s")
    for count in (425, 850, 1700, 3400):
        text = reply(count)
        rows = [timed(run, text) for run in (snapshots, items, reread)]
        print(f"{len(text):>14} | " + " | ".join(f"{seconds:.3f} ({shown})" for seconds, shown in rows))
    early, late = memory(500)
    print(f"held after 50 calls: {early} bytes; after 500: {late} bytes; {(late - early) / 450:.0f} a call")


if __name__ == "__main__":
    main()
