"""`typesight serve` is a Sandbox in a process of its own: SDKs talk to it, signals end it in order."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openai
import pytest

from support import GOOD
from typesight.cli.exit_codes import CommandError
from typesight.cli.serve import add_arguments, run
from typesight.testing import Sandbox

SERVE = """
import argparse, sys
from typesight.cli.serve import add_arguments, run
from typesight.cli.exit_codes import CommandError
from typesight.cli.stderr import guard_streams, say
parser = argparse.ArgumentParser()
add_arguments(parser)
with guard_streams() as stdout:
    try:
        sys.exit(run(parser.parse_args(), stdout))
    except CommandError as error:
        say(str(error))
        sys.exit(2)
"""


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A process that serves, and the addresses that it printed."""
    command = [sys.executable, "-c", SERVE, "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = [process.stdout.readline().strip() for _ in range(2)]
        try:
            yield process, dict(line.split("=", 1) for line in lines)
        finally:
            process.kill()


def end(process: subprocess.Popen[str], number: int) -> list[str]:
    """What it has written to stderr when a signal has ended it in order."""
    os.kill(process.pid, number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    return said.splitlines()


def refuse(*arguments: str) -> str:
    """What it says when it cannot begin."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    with pytest.raises(CommandError) as caught:
        run(parser.parse_args(arguments), None)
    return str(caught.value)


def ask(url: str) -> str:
    with openai.OpenAI(base_url=url, api_key="any", max_retries=0) as client:
        reply = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hello"}])
        return str(reply.choices[0].message.content)


@pytest.fixture
def replies(tmp_path: Path) -> str:
    path = tmp_path / "replies.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n\n{json.dumps('plain words')}\n", "utf-8")
    return str(path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_answers_from_a_file_again_and_again_and_prints_a_line_for_each_request(number: int, replies: str) -> None:
    with serving("--answer", replies, "--requests-per-minute", "3") as (process, addresses):
        url = addresses["OPENAI_BASE_URL"]
        assert addresses["ANTHROPIC_BASE_URL"] == url.removesuffix("/v1")
        said = [ask(url) for _ in range(3)]
        with pytest.raises(openai.RateLimitError):
            ask(url)
        lines = end(process, number)
    assert [json.loads(said[0]), said[1], json.loads(said[2])] == [GOOD, "plain words", GOOD]
    path = "typesight: POST /v1/chat/completions"
    assert [line for line in lines if path in line] == [f"{path} {status} gpt-4o" for status in (200, 200, 200, 429)]
    assert lines[-1] == "typesight: stopped"


def test_faults_come_by_chance(replies: str) -> None:
    faults = ("--fault", "503", "--fault-share", "1", "--retry-after", "7")
    with serving("--answer", replies, *faults) as (process, addresses):
        with pytest.raises(openai.InternalServerError) as caught:
            ask(addresses["OPENAI_BASE_URL"])
        assert caught.value.response.headers["retry-after"] == "7"
        end(process, signal.SIGTERM)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--port", "70000"), "give 1 to 65535, or 0"),
        (("--plays", "nobody"), "is not one of"),
        (("--answer", "nowhere.jsonl"), "cannot read the replies in nowhere.jsonl"),
        (("--requests-per-minute", "0"), "give a number of 1 or more"),
        (("--fault", "7"), "not an HTTP status"),
    ],
)
def test_what_it_cannot_do_it_says(arguments: tuple[str, ...], said: str) -> None:
    assert said in refuse(*arguments)


def test_a_port_that_is_taken_is_told() -> None:
    with Sandbox() as box:
        port = box.url.rpartition(":")[2]
        assert f"cannot listen on port {port}: Address already in use; give another" in refuse("--port", port)
