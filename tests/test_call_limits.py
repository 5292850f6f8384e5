"""What bounds a call: its deadline, its budget, and the token limit of a reply, which is raised once."""

from __future__ import annotations

import asyncio
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

import typesight
from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight import Budget, BudgetExceeded, DeadlineExceeded, ExtractionFailed, Image, Truncated
from typesight.testing import Fault, Reply, Sandbox

Start = Callable[..., Sandbox]
VENDORS = ("openai", "anthropic")
CUT = {"openai": "length", "anthropic": "max_tokens"}


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", Image(picture)]}]


async def ended(client: Any, asynchronous: bool, name: str = "create", **options: Any) -> Any:
    """What a call ends in: its result or its error."""
    try:
        got = getattr(client, name)(**options)
        if name == "create_partial":
            return [each async for each in got] if asynchronous else list(got)
        return await got if asynchronous else got
    except Exception as error:
        return error


# The deadline


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """An event that replies wait for; set at the end, so that the Sandbox can close."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_reply_that_does_not_come_ends_with_the_deadline(
    vendor: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, held: threading.Event
) -> None:
    def slow(_: Any) -> Any:
        held.wait(60)
        return GOOD

    box = sandbox(slow)
    client = (clients.asynchronous if asynchronous else clients.sync)(vendor, box)
    error = await ended(client, asynchronous, response_model=Receipt, messages=ask(picture), deadline=0.4)
    assert type(error) is DeadlineExceeded
    assert isinstance(error, ExtractionFailed)
    assert (error.attempts, error.last, error.partial, error.errors) == ((), None, {}, {})
    assert "the deadline of 0.4 s has passed" in str(error)
    assert "<image sha256:" in str(error.messages)
    assert pickle.loads(pickle.dumps(error)).args == error.args


@pytest.mark.slow
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_what_was_learned_before_the_deadline_is_not_lost(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, held: threading.Event
) -> None:
    box = sandbox(BAD, lambda _: held.wait(60) and GOOD)
    client = (clients.asynchronous if asynchronous else clients.sync)("openai", box)
    error = await ended(client, asynchronous, response_model=Receipt, messages=ask(picture), deadline=1.5)
    assert type(error) is DeadlineExceeded
    assert error.partial == {"company": "Corner Shop"}
    assert set(error.errors) == {"date", "total"}
    assert error.usage.input > 0
    assert [attempt.number for attempt in error.attempts] == [1]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_retry_after_of_an_hour_does_not_outlast_the_deadline(
    vendor: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    box.faults(*[Fault(429, headers={"retry-after": "60"})] * 3)
    client = (clients.asynchronous if asynchronous else clients.sync)(vendor, box, sdk={"max_retries": 2})
    error = await ended(client, asynchronous, response_model=Receipt, messages=ask(picture), deadline=0.5)
    assert type(error) is DeadlineExceeded
    assert [request.status for request in box.requests] == [429]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_a_stream_that_drips_ends_with_the_deadline_and_shows_what_had_come(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, held: threading.Event
) -> None:
    def drip() -> Iterator[str]:
        yield '{"company": "Corner Shop", "date": "2026-11-'
        while not held.wait(0.05):
            yield "2"

    box = sandbox(Reply(text=drip()))
    client = (clients.asynchronous if asynchronous else clients.sync)("openai", box)
    options = {"response_model": Receipt, "messages": ask(picture), "deadline": 0.6}
    error = await ended(client, asynchronous, "create_partial", **options)
    assert type(error) is DeadlineExceeded
    assert error.partial["company"] == "Corner Shop"


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_a_raw_message_has_a_deadline_too(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, held: threading.Event
) -> None:
    box = sandbox(lambda _: held.wait(60) and "late")
    client = (clients.asynchronous if asynchronous else clients.sync)("openai", box)
    error = await ended(client, asynchronous, messages=ask(picture), deadline=0.3)
    assert type(error) is DeadlineExceeded


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_nothing_is_sent_after_the_deadline(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    """A sync call's worker thread may outlive it, but asks no more."""
    late = threading.Event()

    def slow(_: Any) -> Any:
        late.wait(60)
        return BAD

    box = sandbox(slow, GOOD)
    client = (clients.asynchronous if asynchronous else clients.sync)("openai", box)
    error = await ended(client, asynchronous, response_model=Receipt, messages=ask(picture), deadline=0.3)
    assert type(error) is DeadlineExceeded
    late.set()
    workers = [thread for thread in threading.enumerate() if thread.name == "typesight-deadline"]
    for worker in workers:
        await asyncio.to_thread(worker.join, 30)
    assert len(box.requests) <= 1


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_a_call_within_its_deadline_is_as_any_other(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(BAD, GOOD)
    client = (clients.asynchronous if asynchronous else clients.sync)("anthropic", box)
    got = await ended(client, asynchronous, response_model=Receipt, messages=ask(picture), deadline=60)
    assert got == RECORD


def test_an_error_in_a_call_with_a_deadline_is_raised_as_it_is(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(Fault(401))
    with pytest.raises(openai.AuthenticationError):
        clients.sync("openai", box).create(response_model=Receipt, messages=ask(picture), deadline=60)


@pytest.mark.parametrize(("given", "error"), [(0, ValueError), (-1, ValueError), ("5", TypeError), (True, TypeError)])
def test_what_is_no_deadline_is_refused(given: Any, error: type[Exception], sandbox: Start, clients: Clients) -> None:
    with pytest.raises(error, match="deadline"):
        clients.sync("openai", sandbox(GOOD)).create(response_model=Receipt, messages=[], deadline=given)


# The budget


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("unit", ["tokens", "usd"])
async def test_a_request_that_would_be_over_the_budget_is_not_sent(
    unit: str, vendor: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    used = {"openai": {"prompt_tokens": 4000, "completion_tokens": 100}, "anthropic": {"input_tokens": 4000}}[vendor]
    box = sandbox(Reply(text='{"company": "Corner Shop", "date": "soon", "total": 1}', usage=used), GOOD)
    client = (clients.asynchronous if asynchronous else clients.sync)(vendor, box)
    first = typesight.usage.compute_cost(
        typesight.Usage(input=4000, output=50), model=client._options.own["model"], vendor=vendor
    )
    budget = Budget(tokens=6000) if unit == "tokens" else Budget(usd=(first or 0) * 1.5)
    error = await ended(client, asynchronous, response_model=Receipt, messages=ask(picture), budget=budget)
    assert type(error) is BudgetExceeded
    assert len(box.requests) == 1
    assert (error.partial, set(error.errors)) == ({"company": "Corner Shop", "total": 1}, {"date"})
    assert "the next request would bring the call to about " in str(error)
    assert error.usage.input == 4000
    assert pickle.loads(pickle.dumps(error)).usage == error.usage


def test_a_first_request_that_is_over_the_budget_is_not_sent_either(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    with pytest.raises(BudgetExceeded) as caught:
        clients.sync("openai", box).extract(Receipt, picture, budget=Budget(tokens=50))
    assert (caught.value.attempts, box.requests) == ((), [])


def test_a_call_within_its_budget_is_as_any_other(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(BAD, GOOD)
    client = clients.sync("openai", box, budget=Budget(usd=1, tokens=100_000))
    assert client.create(response_model=Receipt, messages=ask(picture)) == RECORD


@pytest.mark.parametrize("wrong", [{}, {"usd": 0}, {"tokens": -1}, {"usd": "1"}, {"tokens": True}])
def test_a_budget_that_allows_nothing_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Budget needs usd|give a number above 0"):
        Budget(**wrong)


def test_a_budget_in_dollars_needs_a_price(
    sandbox: Start, clients: Clients, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = sandbox(GOOD)
    client = clients.sync("openai", box)
    with pytest.raises(ValueError, match=r"no price is known for 'our-own'.*tokens="):
        client.create(
            response_model=Receipt, messages=ask(picture), model="our-own", budget=Budget(usd=1), profile="gpt-4o"
        )
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    with pytest.raises(typesight.MissingExtra, match=r"a budget in dollars needs the extra \[prices\]"):
        client.create(response_model=Receipt, messages=ask(picture), budget=Budget(usd=1))
    with pytest.raises(TypeError, match=r"budget must be a Budget\(usd="):
        client.create(response_model=Receipt, messages=ask(picture), budget=0.5)  # type: ignore[call-overload]
    assert box.requests == []


# The token limit


@pytest.mark.slow
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_reply_that_was_cut_is_asked_for_once_more_with_twice_the_limit(
    vendor: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(Reply(text='{"company"', stop=CUT[vendor]), GOOD)
    client: Any = (clients.asynchronous if asynchronous else clients.sync)(vendor, box)
    got = client.extract(Receipt, picture, max_tokens=100, max_retries=0)
    extraction = await got if asynchronous else got
    assert extraction.record == RECORD
    name = "max_tokens" if vendor == "anthropic" else "max_completion_tokens"
    assert [request.body[name] for request in box.requests] == [100, 200]
    assert [type(attempt.error) for attempt in extraction.attempts] == [Truncated, type(None)]
    first, second = (request.body["messages"] for request in box.requests)
    assert first == second  # of a reply that was cut nothing is said back


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_limit_that_the_model_does_not_allow_leaves_the_cut_reply_as_the_end(
    vendor: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    refusal = Fault(400, message="max_tokens: 200 is more than this model allows")
    box = sandbox(Reply(text='{"company"', stop=CUT[vendor]), refusal)
    with pytest.raises(ExtractionFailed, match="raise max_tokens") as caught:
        clients.sync(vendor, box).create(response_model=Receipt, messages=ask(picture), max_tokens=100)
    assert type(caught.value.last) is Truncated
    assert len(caught.value.attempts) == 1


def test_without_a_limit_there_is_none_to_raise(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(Reply(text='{"company"', stop="length"), GOOD)
    with pytest.raises(ExtractionFailed) as caught:
        clients.sync("openai", box).create(response_model=Receipt, messages=ask(picture))
    assert (type(caught.value.last), len(box.requests)) == (Truncated, 1)
