"""Many documents: throughput and memory of `extract_many` beside the SDK alone, and what survives being killed.

    python benchmarks/many_documents.py speed [--rounds 3] [--sizes 139kB 415kB 12MP] [--delays 0 1]
    python benchmarks/many_documents.py memory
    python benchmarks/many_documents.py kills [--pictures 1000] [--kills 5]

"speed": 16 documents at a time, distinct JPEG files, one model (gpt-6-luna over Chat Completions). The server is a
process of its own that reads each request and answers with one fixed reply, at once or after a second. Every
measurement is a process of its own too, warm before the clock starts; the ways take turns, in threads and in asyncio.
The SDK alone is what a user writes: read the file, base64, send, validate the reply; "shrunk" first makes the picture
as small as typesight does, with Pillow (`thumbnail`, JPEG of quality 85). typesight runs with a ledger and with
`turn=False`, since the SDK alone does not turn pictures either. CPU is that of the client's process.

"memory": the peak for 200 pictures of 12 MP, and what 10,000 small distinct pictures leave.

"kills": small distinct pictures against a Sandbox with 5 % 503 (Retry-After: 1) and a limit of 6,000 requests a minute
with its headers; the process that reads them is killed with SIGKILL at random moments and started again.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from pydantic import BaseModel

CONCURRENCY = 16
MODEL = "gpt-6-luna"
PROMPT = "Read the document."
# Rows: name -> width and height in pixels, the strength of the noise, the JPEG's quality.
PICTURES = {"139kB": (600, 1020, 12, 56), "415kB": (1100, 1500, 14, 60), "12MP": (4032, 3024, 24, 80)}
# How many documents a measurement has, by the picture and the seconds that a reply takes.
COUNTS = {("139kB", 0.0): 400, ("415kB", 0.0): 300, ("12MP", 0.0): 48}
DELAYED = 96
WAYS = ("sdk", "shrunk", "typesight")


class Receipt(BaseModel):
    """A receipt."""

    company: str
    total: str


def draw_page(name: str) -> bytes:
    """A JPEG of rows of print on noisy paper."""
    from PIL import Image, ImageDraw

    width, height, noise, quality = PICTURES[name]
    random = Random(1)
    page = Image.effect_noise((width, height), noise).point(lambda value: min(255, value + 110)).convert("RGB")
    pen = ImageDraw.Draw(page)
    for top in range(20, height - 40, 30):
        pen.text((20, top), "".join(random.choices("abcdefghij 0123456789.,", k=width // 16)), "black", font_size=22)
    file = BytesIO()
    page.save(file, "JPEG", quality=quality)
    return file.getvalue()


def write_files(folder: Path, data: bytes, count: int) -> list[str]:
    """So many files of the same pixels, each with a comment of its own, so that no two are the same."""
    paths = []
    for number in range(count):
        comment = f"picture {number} {os.urandom(8).hex()}".encode()
        path = folder / f"{number:05}.jpg"
        path.write_bytes(data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + data[2:])
        paths.append(str(path))
    return paths


def write_numbers(folder: Path, count: int) -> None:
    """So many small JPEG files, each of which shows its number."""
    from PIL import Image, ImageDraw

    for number in range(count):
        page = Image.new("RGB", (220, 220), "white")
        ImageDraw.Draw(page).text((20, 80), f"No. {number}", "black", font_size=40)
        page.save(folder / f"{number:05}.jpg")


class FixedReply(asyncio.Protocol):
    """One connection of the server: reads requests to their end, and answers each in the same way."""

    BODY = json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": '{"company": "Corner Shop", "total": "12.50"}'},
                }
            ],
            "usage": {"prompt_tokens": 900, "completion_tokens": 20, "total_tokens": 920},
        }
    ).encode()
    REPLY = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(BODY), BODY)

    def __init__(self, delay: float) -> None:
        self.delay, self.head, self.left = delay, b"", 0

    def connection_made(self, transport: Any) -> None:
        """Keep where the reply goes."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a request, and answer it at its end."""
        if self.left == 0:
            self.head += data
            head, found, body = self.head.partition(b"\r\n\r\n")
            if not found:
                return
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            self.left, self.head, data = int(length.split(b":")[1]), b"", body
        self.left -= len(data)
        if self.left == 0:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, self.REPLY)


async def serve(delay: float) -> None:
    """Print the port, and answer until killed."""
    server = await asyncio.get_running_loop().create_server(lambda: FixedReply(delay), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def start(*arguments: str) -> Iterator[str]:
    """Run this script in another process meanwhile, and give the first line that it prints."""
    process = subprocess.Popen([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


# -- one measurement, in a process of its own --------------------------------------------------------------------------


def make_arguments(path: str, size: tuple[int, int] | None) -> dict[str, Any]:
    """The arguments of the SDK's call for a file, as a user writes them."""
    data = Path(path).read_bytes()
    if size is not None:
        from PIL import Image

        with Image.open(BytesIO(data)) as picture:
            picture.thumbnail(size)
            file = BytesIO()
            picture.save(file, "JPEG", quality=85)
        data = file.getvalue()
    url = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
    schema = {"name": "Receipt", "strict": True, "schema": Receipt.model_json_schema()}
    content = [{"type": "text", "text": PROMPT}, {"type": "image_url", "image_url": {"url": url, "detail": "high"}}]
    return {
        "model": MODEL,
        "messages": [{"role": "user", "content": content}],
        "response_format": {"type": "json_schema", "json_schema": schema},
    }


def check_reply(reply: Any) -> Receipt:
    """The record of the SDK's reply."""
    return Receipt.model_validate_json(reply.choices[0].message.content)


def run_sdk(url: str, paths: list[str], size: tuple[int, int] | None) -> int:
    """All documents by the SDK, in threads."""
    import openai

    with openai.OpenAI(base_url=url, api_key="k") as client, ThreadPoolExecutor(CONCURRENCY) as threads:

        def read(path: str) -> Receipt:
            return check_reply(client.chat.completions.create(**make_arguments(path, size)))

        return len(list(threads.map(read, paths)))


async def run_sdk_async(url: str, paths: list[str], size: tuple[int, int] | None) -> int:
    """All documents by the SDK, in asyncio; pictures are read in threads."""
    import openai

    turns = asyncio.Semaphore(CONCURRENCY)
    async with openai.AsyncOpenAI(base_url=url, api_key="k") as client:

        async def read(path: str) -> Receipt:
            async with turns:
                arguments = await asyncio.to_thread(make_arguments, path, size)
                return check_reply(await client.chat.completions.create(**arguments))

        return len(await asyncio.gather(*map(read, paths)))


def run_typesight(url: str, paths: list[str], ledger: str) -> int:
    """All documents by `extract_many`."""
    import openai

    import typesight

    with typesight.from_openai(openai.OpenAI(base_url=url, api_key="k"), model=MODEL) as client:
        return sum(
            isinstance(each, typesight.Extraction) for each in client.extract_many(Receipt, paths, **how(ledger))
        )


async def run_typesight_async(url: str, paths: list[str], ledger: str) -> int:
    """All documents by `extract_many` of an asynchronous client."""
    import openai

    import typesight

    async with typesight.from_openai(openai.AsyncOpenAI(base_url=url, api_key="k"), model=MODEL) as client:
        run = client.extract_many(Receipt, paths, **how(ledger))
        return len([each async for each in run if isinstance(each, typesight.Extraction)])


def how(ledger: str) -> Any:
    """The options of a run."""
    return {"concurrency": CONCURRENCY, "turn": False, "ledger": ledger or None, "prompt": PROMPT}


def measure_here(way: str, colour: str, url: str, folder: str, size: list[int]) -> None:
    """Run one way over the files of a folder, and print seconds, CPU seconds and the peak of memory in MB."""
    warnings.simplefilter("ignore")
    paths = sorted(map(str, Path(folder).glob("*.jpg")))
    shrunk = (size[0], size[1]) if way == "shrunk" else None
    with tempfile.TemporaryDirectory() as kept:

        def run(some: list[str], name: str) -> int:
            ours = way == "typesight"
            arguments: Any = (url, some, f"{kept}/{name}.db" if ours else shrunk)
            if colour == "sync":
                return run_typesight(*arguments) if ours else run_sdk(*arguments)
            return asyncio.run(run_typesight_async(*arguments) if ours else run_sdk_async(*arguments))

        run(paths[:2], "warm")
        began, cpu = time.perf_counter(), time.process_time()
        count = run(paths, "run")
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    assert count == len(paths), f"{count} of {len(paths)}"
    print(json.dumps([seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


# -- speed -------------------------------------------------------------------------------------------------------------


def measure(way: str, colour: str, url: str, folder: str, size: tuple[int, int]) -> list[float]:
    """One measurement, in a process of its own."""
    asked = [sys.executable, __file__, "here", way, colour, url, folder, json.dumps(size)]
    return list(json.loads(subprocess.run(asked, stdout=subprocess.PIPE, check=True, text=True).stdout))


def find_sent_size(data: bytes) -> tuple[int, int]:
    """The size in pixels in which typesight sends a picture."""
    import typesight

    return typesight.encode(typesight.Image.from_bytes(data), MODEL).size


def compare_speed(sizes: list[str], delays: list[float], rounds: int) -> None:
    """Print documents per second of each way."""
    figures = " | ".join(f"{colour}: per second | of sdk | CPU ms each | cores | MB" for colour in ("sync", "async"))
    print(f"| picture | sent | reply after | way | {figures} |\n|{'---|' * 14}")
    for name in sizes:
        data = draw_page(name)
        sent = find_sent_size(data)
        for delay in delays:
            count = COUNTS[name, delay] if delay == 0 else DELAYED
            with tempfile.TemporaryDirectory() as folder, start("serve", str(delay)) as port:
                write_files(Path(folder), data, count)
                found = measure_rounds(f"http://127.0.0.1:{port}/v1", folder, sent, rounds)
            for way in WAYS:
                cells = [cell for colour in ("sync", "async") for cell in describe(found, way, colour, count)]
                print(
                    f"| {len(data) / 1e3:.0f} kB | {sent[0]} x {sent[1]} | {delay:g} s | {way} | {' | '.join(cells)} |",
                    flush=True,
                )


Found = dict[tuple[str, str], list[list[float]]]


def measure_rounds(url: str, folder: str, sent: tuple[int, int], rounds: int) -> Found:
    """Each way and colour in turn, the other way round in every second round."""
    turns = [(way, colour) for way in WAYS for colour in ("sync", "async")]
    found: Found = {turn: [] for turn in turns}
    for number in range(rounds):
        for turn in turns if number % 2 == 0 else turns[::-1]:
            found[turn].append(measure(*turn, url, folder, sent))
    return found


def describe(found: Found, way: str, colour: str, count: int) -> list[str]:
    """Documents per second, beside the SDK alone in the same round; CPU of each; cores used; the peak of memory."""
    own, sdk = found[way, colour], found["sdk", colour]
    seconds = median(each[0] for each in own)
    ratio = median(other[0] / each[0] for each, other in zip(own, sdk, strict=True))
    cpu = median(each[1] for each in own) / count * 1e3
    cores = median(each[1] / each[0] for each in own)
    peak = max(each[2] for each in own)
    return [f"{count / seconds:.1f}", f"{ratio:.0%}", f"{cpu:.1f}", f"{cores:.2f}", f"{peak:.0f}"]


# -- memory ------------------------------------------------------------------------------------------------------------


def measure_memory() -> None:
    """Print the peak of memory for large pictures, and how it grows with the number of small ones."""
    print("| pictures | colour | after | MB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, start("serve", "0") as port:
        write_files(Path(folder), draw_page("12MP"), 200)
        for colour in ("sync", "async"):
            peak = measure("typesight", colour, f"http://127.0.0.1:{port}/v1", folder, (0, 0))[2]
            print(f"| 12 MP | {colour} | 200, peak | {peak:.0f} |", flush=True)
    with tempfile.TemporaryDirectory() as folder, start("serve", "0") as port:
        write_numbers(Path(folder), 10_000)
        asked = [sys.executable, __file__, "grow", f"http://127.0.0.1:{port}/v1", folder]
        print(subprocess.run(asked, stdout=subprocess.PIPE, check=True, text=True).stdout, end="", flush=True)


def watch_growth(url: str, folder: str) -> None:
    """Read the files of a folder, and print the memory after each 2,000 of them."""
    import openai

    import typesight

    warnings.simplefilter("ignore")
    client = typesight.from_openai(openai.OpenAI(base_url=url, api_key="k"), model=MODEL)
    with tempfile.TemporaryDirectory() as kept, client:
        run = client.extract_many(Receipt, sorted(Path(folder).glob("*.jpg")), **how(f"{kept}/run.db"))
        for number, _ in enumerate(run, 1):
            if number % 2_000 == 0:
                held = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
                print(f"| small | sync | {number:,} | {held:.0f} |", flush=True)


# -- kills -------------------------------------------------------------------------------------------------------------


class Answers:
    """Answers each request after 20 to 60 ms, and counts them; has state because it counts."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self._random = Random(1)

    def __call__(self, request: Any) -> Any:
        """The same record for every request."""
        del request
        self.came.release()
        time.sleep(self._random.uniform(0.02, 0.06))
        return {"company": "Corner Shop", "total": "12.50"}


def survive_kills(pictures: int, kills: int) -> None:
    """Kill a run at random moments, let the last one end, and print what the server has seen."""
    from typesight.testing import Fault, RateLimits, Sandbox

    answers, moments = Answers(), Random()
    limits = RateLimits(requests_per_minute=6_000, burst=0.01)
    with tempfile.TemporaryDirectory() as folder, Sandbox(answers, limits=limits) as box:
        write_numbers(Path(folder), pictures)
        box.faults(Fault(503, retry_after=1), probability=0.05)
        ledger = f"{folder}/run.db"
        asked = [sys.executable, __file__, "survive", box.openai_url, folder, ledger]
        for _ in range(kills):
            process = subprocess.Popen(asked)
            for _ in range(moments.randint(5, pictures // (kills + 1))):
                answers.came.acquire()
            process.send_signal(signal.SIGKILL)
            process.wait()
        subprocess.run(asked, check=True)
        paid = Counter(each.pictures[0].sha256 for each in box.requests if each.status == 200)
        with closing(sqlite3.connect(ledger)) as connection:
            count = "SELECT count(*), count(DISTINCT source) FROM results WHERE status = 'ok'"
            rows = connection.execute(count).fetchone()
        print(f"rows: {rows[0]} of {rows[1]} sources; pictures paid for: {len(paid)}")
        print(f"paid twice: {paid.total() - len(paid)}, at most {CONCURRENCY * kills} were in flight at {kills} kills")
        for status, count in sorted(Counter(each.status for each in box.requests).items()):
            print(f"status {status}: {count} of {len(box.requests)} requests, {count / len(box.requests):.1%}")


def survive(url: str, folder: str, ledger: str) -> None:
    """One run, which may be killed."""
    warnings.simplefilter("ignore")
    paths = sorted(map(str, Path(folder).glob("*.jpg")))
    assert run_typesight(url, paths, ledger) == len(paths)


def main() -> None:
    """Read the arguments and print tables."""
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    speed = verbs.add_parser("speed")
    speed.add_argument("--rounds", type=int, default=3)
    speed.add_argument("--sizes", nargs="+", default=["139kB", "415kB", "12MP"])
    speed.add_argument("--delays", nargs="+", type=float, default=[0.0, 1.0])
    verbs.add_parser("memory")
    kills = verbs.add_parser("kills")
    kills.add_argument("--pictures", type=int, default=1_000)
    kills.add_argument("--kills", type=int, default=5)
    for verb, names in INNER.items():
        inner = verbs.add_parser(verb)
        for name in names:
            inner.add_argument(name)
    given = parser.parse_args()
    match given.verb:
        case "speed":
            compare_speed(given.sizes, given.delays, given.rounds)
        case "memory":
            measure_memory()
        case "kills":
            survive_kills(given.pictures, given.kills)
        case "serve":
            asyncio.run(serve(float(given.delay)))
        case "here":
            measure_here(given.way, given.colour, given.url, given.folder, json.loads(given.size))
        case "grow":
            watch_growth(given.url, given.folder)
        case "survive":
            survive(given.url, given.folder, given.ledger)


# What this script calls itself with, in another process.
INNER = {
    "serve": ("delay",),
    "here": ("way", "colour", "url", "folder", "size"),
    "grow": ("url", "folder"),
    "survive": ("url", "folder", "ledger"),
}

if __name__ == "__main__":
    main()
