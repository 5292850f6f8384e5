"""`typesight serve`: a Sandbox on a port, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any, TextIO

from typesight import testing
from typesight.cli.exit_codes import CommandError, ExitCode
from typesight.cli.stderr import format_error, say

__all__ = ["add_arguments", "run"]

_POLL = 0.1  # seconds: how soon a request is printed, and a signal is seen
_MAX_PORT = 65_535
_FAULT_SHARE = 0.05  # one request in twenty: enough to meet some in a run of a hundred


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the verb."""
    parser.add_argument(
        "--port", type=int, default=8080, metavar="N", help="where to listen; 0: any free port; default: 8080"
    )
    parser.add_argument("--plays", default="", metavar="NAME", help='act as another endpoint, such as "ollama"')
    parser.add_argument(
        "--answer",
        default="reader",
        metavar="FILE.jsonl",
        help='the replies, one JSON value a line, again and again; default: "reader", the local reader',
    )
    parser.add_argument("--requests-per-minute", type=float, metavar="N", help="answer 429 to more than these")
    parser.add_argument("--tokens-per-minute", type=float, metavar="N", help="answer 429 to more than these")
    parser.add_argument(
        "--fault",
        type=int,
        action="append",
        default=[],
        metavar="STATUS",
        help="answer some requests with this HTTP status; may be given several times",
    )
    parser.add_argument(
        "--fault-share",
        type=float,
        default=_FAULT_SHARE,
        metavar="0..1",
        help="how many; default: 0.05 of all requests",
    )
    parser.add_argument("--retry-after", type=float, metavar="SECONDS", help="what the faults say in Retry-After")


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Serve until SIGINT or SIGTERM, and return the exit code. Raises CommandError if it cannot begin."""
    sandbox = _make_sandbox(given)
    with _catch_signals() as stopped:
        _listen(sandbox, given.port)
        try:
            _tell_addresses(sandbox, given.plays, stdout)
            while not stopped.wait(_POLL):
                _tell_requests(sandbox)
        finally:
            sandbox.close()
            _tell_requests(sandbox)
    say("stopped")
    return ExitCode.DONE


def _make_sandbox(given: argparse.Namespace) -> testing.Sandbox:
    if not 0 <= given.port <= _MAX_PORT:
        raise CommandError(f"--port {given.port} is no port: give 1 to {_MAX_PORT}, or 0 for any free one")
    answer = "reader" if given.answer == "reader" else _read_replies(Path(given.answer))
    limits = (given.requests_per_minute, given.tokens_per_minute)
    try:
        sandbox = testing.Sandbox(answer, port=given.port, plays=given.plays, limits=testing.RateLimits(*limits))
        faults = [testing.Fault(status, retry_after=given.retry_after) for status in given.fault]
        if faults:
            sandbox.faults(*faults, probability=given.fault_share)
    except ValueError as error:
        raise CommandError(format_error(error)) from error
    return sandbox


def _read_replies(path: Path) -> Callable[[testing.SandboxRequest], object]:
    """The replies of a file, the first again after the last."""
    try:
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        replies = [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read the replies in {path}: {error}; write one JSON value a line") from error
    if not replies:
        raise CommandError(f"{path} has no replies: write one JSON value a line")
    places = count()
    return lambda _: replies[next(places) % len(replies)]


def _listen(sandbox: testing.Sandbox, port: int) -> None:
    try:
        sandbox.start()
    except OSError as error:
        raise CommandError(f"cannot listen on port {port}: {error.strerror}; give another --port, or 0") from error


def _tell_addresses(sandbox: testing.Sandbox, plays: str, stdout: TextIO | None) -> None:
    """Tell users on stderr, and on stdout what a shell or a file of settings can take as it is."""
    as_whom = f" as {plays}" if plays else ""
    say(f"listening on {sandbox.url}{as_whom}, for this machine alone, until Ctrl-C; any key will do")
    if plays:
        say(f"base URL: {sandbox.openai_url}, or as {plays} has it; a GET of {sandbox.url} lists the paths")
        return
    say("base URLs, to be set in the environment of your program:")
    with suppress(OSError):  # nobody reads stdout
        lines = (f"OPENAI_BASE_URL={sandbox.openai_url}", f"ANTHROPIC_BASE_URL={sandbox.anthropic_url}")
        print(*lines, sep="\n", file=stdout, flush=True)


def _tell_requests(sandbox: testing.Sandbox) -> None:
    """Print each request once it has its status, and forget it, since pictures would fill the memory."""
    while sandbox.requests:
        request = sandbox.requests.pop(0)
        model: Any = request.body.get("model")
        say(" ".join((request.method, request.path, str(request.status or "closed"), str(model or "-"))))


@contextmanager
def _catch_signals() -> Iterator[Event]:
    """An event that Ctrl-C and SIGTERM set, in place of ending Python."""
    stopped = Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stopped.set()) for number in numbers]
    try:
        yield stopped
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
