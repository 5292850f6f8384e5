"""A Sandbox's rate limits: what passes, what is refused, and what the headers say, as the providers have it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import anthropic
import openai
import pytest

from support import GOOD
from typesight.testing import Fault, RateLimits, Sandbox
from typesight.testing.limits.limiter import Limiter

Start = Callable[..., Sandbox]
MESSAGES: Any = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start Sandboxes with these replies; they are closed at the end."""
    with ExitStack() as stack:
        yield lambda *replies, **options: stack.enter_context(Sandbox(list(replies), **options))


def ask_gpt(box: Sandbox) -> Any:
    """The HTTP response to a request to Chat Completions; an error is raised."""
    with openai.OpenAI(base_url=box.openai_url, api_key="k", max_retries=0) as client:
        return client.chat.completions.with_raw_response.create(model="gpt-4o", messages=MESSAGES)


def ask_claude(box: Sandbox) -> Any:
    with anthropic.Anthropic(base_url=box.anthropic_url, api_key="k", max_retries=0) as client:
        return client.messages.with_raw_response.create(model="claude-haiku-5-5", max_tokens=50, messages=MESSAGES)


def limits_in(response: Any) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if "ratelimit" in name}


def test_openai_s_headers_come_with_a_reply_and_its_error_with_a_429(start: Start) -> None:
    box = start(GOOD, limits=RateLimits(requests_per_minute=1))
    expected = {
        "x-ratelimit-limit-requests": "1",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "1m0s",
    }
    assert limits_in(ask_gpt(box)) == expected
    with pytest.raises(openai.RateLimitError) as caught:
        ask_gpt(box)
    error, response = caught.value, caught.value.response
    assert (error.code, error.type) == ("rate_limit_exceeded", "requests")
    assert "Rate limit reached" in str(error)
    milliseconds = float(response.headers["retry-after-ms"])
    assert 0 < milliseconds <= 60_000
    assert response.headers["retry-after"] == str(math.ceil(milliseconds / 1_000))
    assert limits_in(response).keys() == expected.keys()
    assert [each.status for each in box.requests] == [200, 429]


def test_anthropic_s_headers_have_dates(start: Start) -> None:
    box = start(GOOD, limits=RateLimits(requests_per_minute=1, tokens_per_minute=1_000))
    stated = limits_in(ask_claude(box))
    assert {name.removeprefix("anthropic-ratelimit-").rpartition("-")[0] for name in stated} == {
        "requests",
        "tokens",
        "input-tokens",
    }
    left = datetime.fromisoformat(stated["anthropic-ratelimit-requests-reset"]) - datetime.now(UTC)
    assert left <= timedelta(seconds=62)
    with pytest.raises(anthropic.RateLimitError) as caught:
        ask_claude(box)
    body: Any = caught.value.body
    assert body["error"]["type"] == "rate_limit_error"
    assert 0 < int(caught.value.response.headers["retry-after"]) <= 60


def test_all_clients_share_the_limits(start: Start) -> None:
    box = start(*[GOOD] * 6, limits=RateLimits(requests_per_minute=6))
    for _ in range(6):
        ask_gpt(box)
    with ThreadPoolExecutor(3) as pool:
        errors = [each.exception() for each in [pool.submit(ask_gpt, box) for _ in range(3)]]
    assert [type(each) for each in errors] == [openai.RateLimitError] * 3
    assert sorted(each.status for each in box.requests) == [200] * 6 + [429] * 3


def test_a_fault_counts_and_has_the_headers_and_a_429_meets_no_fault(start: Start) -> None:
    box = start(GOOD, limits=RateLimits(requests_per_minute=1))
    box.faults(Fault(503, retry_after=2), probability=1)
    with pytest.raises(openai.InternalServerError) as caught:
        ask_gpt(box)
    assert caught.value.response.headers["retry-after"] == "2"
    assert caught.value.response.headers["x-ratelimit-remaining-requests"] == "0"
    with pytest.raises(openai.RateLimitError):
        ask_gpt(box)


def test_without_limits_no_header_speaks_of_them(start: Start) -> None:
    assert limits_in(ask_gpt(start(GOOD))) == {}


def test_a_bucket_fills_up_steadily_and_never_above_its_size() -> None:
    clock = [0.0]
    limiter = Limiter(RateLimits(requests_per_minute=600, burst=0.01), lambda: clock[0])

    def passes() -> int:
        return sum(limiter.judge("openai_chat", 1).refusal is None for _ in range(20))

    assert passes() == 6
    clock[0] = 0.25
    assert passes() == 2
    clock[0] = 1_000.0
    assert passes() == 6


def test_tokens_are_a_limit_of_their_own_and_a_request_above_it_needs_a_full_bucket() -> None:
    clock = [0.0]
    limiter = Limiter(RateLimits(tokens_per_minute=600), lambda: clock[0])
    assert limiter.judge("openai_chat", 400).refusal is None
    refusal = limiter.judge("openai_chat", 300).refusal
    assert refusal
    assert (refusal.kind, refusal.headers["retry-after"]) == ("tokens", "10")
    assert limiter.judge("openai_chat", 5_000).refusal
    clock[0] = 40.0
    assert limiter.judge("openai_chat", 5_000).refusal is None


WRONG = [
    {"requests_per_minute": 0},
    {"requests_per_minute": math.inf},
    {"tokens_per_minute": -1},
    {"tokens_per_minute": math.nan},
    {"burst": 0},
    {"burst": math.inf},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_limit_that_lets_nothing_or_everything_through_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}="):
        RateLimits(**wrong)
