"""What is filled in for the caller never contradicts what the caller says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anthropic
import pytest

from support import GOOD, RECORD, Clients, Receipt, made
from typesight import Image, Mode
from typesight.testing import Reply, Sandbox

Start = Callable[..., Sandbox]

CUT = Reply(text='{"company"', stop="max_tokens")


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", Image(picture)]}]


def thinking(tokens: int) -> dict[str, Any]:
    return {"type": "enabled", "budget_tokens": tokens}


# Rows: (model, options, the max_tokens that is sent).
LIMITS: list[tuple[str, dict[str, Any], int]] = [
    ("claude-haiku-4-5", {}, 8_192),
    ("claude-haiku-4-5", {"thinking": thinking(16_000)}, 24_192),
    ("claude-haiku-4-5", {"thinking": thinking(60_000)}, 64_000),
    ("claude-haiku-4-5", {"thinking": thinking(1_024), "max_tokens": 2_000}, 2_000),
    ("claude-haiku-4-5", {"thinking": {"type": "disabled"}}, 8_192),
    ("claude-haiku-5-5", {"thinking": {"type": "adaptive"}}, 8_192),
    ("claude-opus-4-1@20250805", {"thinking": thinking(16_000)}, 24_192),
    ("claude-opus-4-1@20250805", {"thinking": thinking(30_000)}, 32_000),
]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("model", "options", "limit"), LIMITS)
async def test_our_token_limit_is_above_a_thinking_budget(
    model: str, options: dict[str, Any], limit: int, asynchronous: bool, clients: Clients, picture: bytes
) -> None:
    with Sandbox([GOOD]) as box:
        client = made(clients, "messages", box, asynchronous=asynchronous, max_retries=0)
        got = client.create(response_model=Receipt, messages=ask(picture), **{"model": model, **options})
        assert (await got if asynchronous else got) == RECORD
    assert box.requests[0].body["max_tokens"] == limit


@pytest.mark.parametrize("mode", [Mode.TOOLS, Mode.JSON_SCHEMA, None])
def test_the_one_raise_of_the_limit_stays_above_the_budget(
    mode: Mode | None, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(CUT, GOOD)
    client = clients.sync("anthropic", box, mode=mode, model="claude-haiku-4-5", thinking=thinking(16_000))
    assert client.create(response_model=Receipt, messages=ask(picture)) == RECORD
    assert [request.body["max_tokens"] for request in box.requests] == [24_192, 48_384]


def test_the_sdks_own_reply_gets_the_same_limit(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(Reply(text="hello"))
    client = clients.sync("anthropic", box, model="claude-haiku-4-5")
    client.create(messages=ask(picture), thinking=thinking(16_000))
    assert box.requests[0].body["max_tokens"] == 24_192


def test_the_sandbox_refuses_a_limit_that_the_budget_uses_up(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(GOOD)
    client = clients.sync("anthropic", box, model="claude-haiku-4-5")
    with pytest.raises(Exception, match=r"`max_tokens` must be greater than `thinking\.budget_tokens`"):
        client.create(response_model=Receipt, messages=ask(picture), thinking=thinking(2_000), max_tokens=2_000)


# Rows: (the SDK's own client, options of the call, seconds that the SDK waits for each read).
WAITS: list[tuple[dict[str, Any], dict[str, Any], float]] = [
    ({}, {}, 600),
    ({}, {"max_tokens": 64_000}, 1_800),
    ({"timeout": 30}, {"max_tokens": 64_000}, 30),
    ({"timeout": anthropic.Timeout(600)}, {"max_tokens": 64_000}, 600),
    ({"timeout": anthropic.Timeout(600, connect=9)}, {"max_tokens": 64_000}, 600),
    ({}, {"max_tokens": 64_000, "timeout": 40}, 40),
    ({}, {"model": "claude-opus-4-1@20250805", "max_tokens": 9_000}, 600),
]


@pytest.mark.parametrize(("sdk", "options", "seconds"), WAITS)
def test_a_long_reply_is_waited_for_as_long_as_the_caller_says(
    sdk: dict[str, Any], options: dict[str, Any], seconds: float, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    """The SDK refuses to ask for a long reply unstreamed with its usual timeout: "Streaming is required"."""
    box = sandbox(GOOD)
    client = made(clients, "messages", box, sdk=sdk)
    assert client.create(response_model=Receipt, messages=ask(picture), **options) == RECORD
    assert float(box.requests[0].headers["x-stainless-read-timeout"]) == seconds


def test_a_stream_is_not_waited_for_longer_than_usual(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(GOOD)
    client = made(clients, "messages", box)
    *_, last = client.create_partial(response_model=Receipt, messages=ask(picture), max_tokens=64_000)
    assert last == RECORD
    assert float(box.requests[0].headers["x-stainless-read-timeout"]) == 600


@pytest.mark.parametrize(
    ("wire", "model", "name"),
    [
        ("chat", "gpt-4o", "max_completion_tokens"),
        ("chat", "gpt-3.5-turbo", "max_completion_tokens"),
        ("responses", "gpt-6-astra", "max_output_tokens"),
    ],
)
def test_the_exact_name_of_the_limit_wins_over_the_portable_one(
    wire: str, model: str, name: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    client = made(clients, wire, box, max_tokens=9_000, profile="gpt-4o")
    client.create(response_model=Receipt, messages=ask(picture), model=model, max_completion_tokens=500)
    sent = {key: value for key, value in box.requests[0].body.items() if "tokens" in key}
    assert sent == {name: 500}


def test_what_runs_in_the_background_is_stored(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(Reply(text="hello"), Reply(text="hello"))
    client = made(clients, "responses", box)
    client.create(messages=ask(picture), background=True)
    client.create(messages=ask(picture))
    assert [request.body.get("store") for request in box.requests] == [None, False]
