"""Pacing: what several processes get of one rate limit, and how many of their requests are refused.

    python benchmarks/pacing.py [--rate N] [--latency SECONDS] [--seconds N] [--processes N] [--sync] [--vendor NAME]

A Sandbox with rate limits answers after `--latency` seconds. The processes begin one after the other, the last after a
third of the time, each with documents without end, up to 32 in flight, and a pace of its own: what one knows of the
others comes from the headers of its replies. Replies are counted from when the last process has had its first one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace
from importlib import import_module
from typing import Any

import typesight
from typesight.pacing.pace import Pace
from typesight.testing import RateLimits, Sandbox, SandboxRequest

MOST, START = 32, 8
MODELS = {"openai": "gpt-4o", "anthropic": "claude-haiku-5-5"}
MESSAGES: Any = [{"role": "user", "content": "Read this."}]


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
        began, workers = time.time(), []
        for number in range(given.processes):
            delay = number * given.seconds / 3 / max(1, given.processes - 1)
            time.sleep(max(0.0, began + delay - time.time()))
            options = ["--worker", url, "--seconds", str(began + given.seconds), "--vendor", given.vendor]
            command = [sys.executable, __file__, *options, *(["--sync"] if given.sync else [])]
            workers.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        results = [json.loads(worker.communicate()[0]) for worker in workers]
        statuses = [request.status for request in box.requests]
    show(results, statuses, given)


def show(results: list[dict[str, Any]], statuses: list[int], given: argparse.Namespace) -> None:
    """Print the table."""
    since = max(result["good"][0] for result in results)
    until = min(result["good"][-1] for result in results)
    counts = [sum(since <= at <= until for at in result["good"]) for result in results]
    print("| process | replies | share | refused | window |\n|---|---|---|---|---|")
    for number, (result, count) in enumerate(zip(results, counts, strict=True), 1):
        print(f"| {number} | {count} | {count / sum(counts):.0%} | {result['limited']} | {result['window']} |")
    refused = statuses.count(429)
    used = sum(counts) / ((until - since) * given.rate / 60)
    print(f"{len(statuses)} requests, {refused} refused ({refused / len(statuses):.1%}), {used:.0%} of the limit used")


def work(given: argparse.Namespace) -> dict[str, Any]:
    """One process: ask until the time, and tell when its replies came."""
    pace, good = Pace(MOST, START), list[float]()
    if given.sync:
        work_in_threads(make_client(given, pace, ""), pace, good, given.seconds)
    else:
        asyncio.run(work_in_tasks(make_client(given, pace, "Async"), pace, good, given.seconds))
    return {"good": sorted(good), "limited": pace.limited, "window": pace.window}


def make_client(given: argparse.Namespace, pace: Pace, colour: str) -> Any:
    """A client of typesight whose calls share the pace."""
    sdk = {"openai": "OpenAI", "anthropic": "Anthropic"}[given.vendor]
    made = getattr(import_module(given.vendor), colour + sdk)(base_url=given.worker, api_key="k", max_retries=2)
    client: Any = getattr(typesight, f"from_{given.vendor}")(made, model=MODELS[given.vendor])
    make_means = client._make_means
    client._make_means = lambda *args, **kwargs: replace(make_means(*args, **kwargs), pace=pace)
    return client


async def work_in_tasks(client: Any, pace: Pace, good: list[float], until: float) -> None:
    """Keep as many calls in flight as the pace allows."""

    async def ask() -> None:
        try:
            await client.create(response_model=dict[str, str], messages=MESSAGES)
            good.append(time.time())
        except Exception as error:
            if getattr(error, "status_code", None) != 429:
                raise

    tasks: set[asyncio.Task[None]] = set()
    while time.time() < until:
        tasks |= {asyncio.create_task(ask()) for _ in range(pace.window - len(tasks))}
        done, tasks = await asyncio.wait(tasks, timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    for task in tasks:
        task.cancel()


def work_in_threads(client: Any, pace: Pace, good: list[float], until: float) -> None:
    """The same with a synchronous client."""

    def ask() -> None:
        try:
            client.create(response_model=dict[str, str], messages=MESSAGES)
            good.append(time.time())
        except typesight.DeadlineExceeded:  # stopped
            return
        except Exception as error:
            if getattr(error, "status_code", None) != 429:
                raise

    with ThreadPoolExecutor(MOST) as pool:
        running: set[Any] = set()
        while time.time() < until:
            running |= {pool.submit(ask) for _ in range(pace.window - len(running))}
            done, running = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
            for each in done:
                each.result()
        pace.stop()


if __name__ == "__main__":
    main()
