"""Pacing: what several processes get of one rate limit, and how many of their requests are refused.

    python benchmarks/pacing.py [--rate N] [--latency SECONDS] [--seconds N] [--processes N] [--sync] [--vendor NAME]

A Sandbox with rate limits answers after `--latency` seconds. The processes begin one after the other, the last after a
third of the time, each with a run of `extract_many` over documents without end: what one knows of the others comes
from the headers of its replies. Replies are counted from when the last process has had its first one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from subprocess import PIPE, Popen
from threading import Event, Thread
from typing import Any

from PIL import Image as Pillow

import typesight
from typesight.testing import RateLimits, Sandbox, SandboxRequest

MODELS = {"openai": "gpt-4o", "anthropic": "claude-haiku-5-5"}


def main() -> None:
    """Run the processes and print what each got; with --worker, be one of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=600, help="requests a minute")
    parser.add_argument(
        "--burst", type=float, default=0.1, help="the share of a minute's requests that may come at once"
    )
    parser.add_argument("--latency", type=float, default=0.5, help="seconds until a reply")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--vendor", choices=MODELS, default="openai")
    parser.add_argument("--sync", action="store_true", help="synchronous clients in threads")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        print(json.dumps(work(given)))
    else:
        supervise(given)


def supervise(given: argparse.Namespace) -> None:
    """Start the processes one after the other, and print a table."""

    def answer(_: SandboxRequest) -> object:
        time.sleep(given.latency)
        return {"company": "Corner Shop"}

    limits = RateLimits(requests_per_minute=given.rate, burst=given.burst)
    with Sandbox(answer, limits=limits) as box:
        url = box.openai_url if given.vendor == "openai" else box.anthropic_url
        command = [
            sys.executable,
            __file__,
            "--worker",
            url,
            "--vendor",
            given.vendor,
            *(["--sync"] if given.sync else []),
        ]
        workers = [Popen(command, stdin=PIPE, stdout=PIPE, text=True) for _ in range(given.processes)]
        direct(workers, given.seconds)
        results = [json.loads(worker.communicate()[0]) for worker in workers]
        statuses = [request.status for request in box.requests]
    show(results, statuses, given)


def direct(workers: list[Popen[str]], seconds: float) -> None:
    """Let the processes begin one after the other, once all are ready, and stop them all at the end."""
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for number, worker in enumerate(workers):
        assert worker.stdin
        worker.stdin.write("begin\n")
        worker.stdin.flush()
        is_last = number == len(workers) - 1
        time.sleep(seconds * 2 / 3 if is_last else seconds / 3 / (len(workers) - 1))
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("stop\n")
        worker.stdin.flush()


def show(results: list[dict[str, Any]], statuses: list[int], given: argparse.Namespace) -> None:
    """Print the table."""
    since = max(result["good"][0] for result in results)
    until = min(result["good"][-1] for result in results)
    counts = [sum(since <= at <= until for at in result["good"]) for result in results]
    print("| process | replies | share |\n|---|---|---|")
    for number, replies in enumerate(counts, 1):
        print(f"| {number} | {replies} | {replies / sum(counts):.0%} |")
    refused = statuses.count(429)
    used = sum(counts) / ((until - since) * given.rate / 60)
    print(f"{len(statuses)} requests, {refused} refused ({refused / len(statuses):.1%}), {used:.0%} of the limit used")


def work(given: argparse.Namespace) -> dict[str, Any]:
    """One process: a run from one line on stdin to the next; tell when the replies came."""
    client, good, stopped = make_client(given), list[float](), Event()
    print("ready", flush=True)
    sys.stdin.readline()
    Thread(target=lambda: (sys.stdin.readline(), stopped.set()), daemon=True).start()
    run = client.extract_many(dict[str, str], draw_pictures(stopped), turn=False)
    if given.sync:
        good += [time.time() for outcome in run if isinstance(outcome, typesight.Extraction)]
    else:
        asyncio.run(work_in_tasks(run, good))
    return {"good": sorted(good)}


async def work_in_tasks(run: Any, good: list[float]) -> None:
    """The same with an asynchronous client."""
    good += [time.time() async for outcome in run if isinstance(outcome, typesight.Extraction)]


def draw_pictures(stopped: Event) -> Iterator[Pillow.Image]:
    """Pictures without end, until the run is to stop."""
    for number in count():
        if stopped.is_set():
            return
        yield Pillow.new("RGB", (200, 200), (number % 256, number // 256 % 256, 0))


def make_client(given: argparse.Namespace) -> Any:
    """A client of typesight."""
    name = {"openai": "OpenAI", "anthropic": "Anthropic"}[given.vendor]
    kind = getattr(import_module(given.vendor), name if given.sync else f"Async{name}")
    made = kind(base_url=given.worker, api_key="k", max_retries=2)
    return getattr(typesight, f"from_{given.vendor}")(made, model=MODELS[given.vendor])


if __name__ == "__main__":
    main()
