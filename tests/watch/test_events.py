"""Every driver tells a call's events alike, to the hooks of the client and of the call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from loop.scenes import Start
from support import BAD, GOOD, RECORD, WIRES, Clients, Receipt, made
from telemetry import start_telemetry
from typesight import ExtractionFailed, HookWarning, ReplyEvent, Usage
from typesight.testing import Fault

MESSAGES = [{"role": "user", "content": "Read this."}]
NAMES = ("request", "reply", "complaint", "record", "failure")
# What differs from run to run.
FLEETING = {"call", "seconds", "request_id", "attempts", "error"}
# The one script of this file: a reply that is not valid, one that is, and then one that never is.
SCRIPT = (BAD, GOOD, BAD, BAD)


def listen(told: list[Any]) -> dict[str, Callable[[Any], object]]:
    return dict.fromkeys(NAMES, told.append)


def describe(events: Iterable[Any]) -> list[tuple[str, dict[str, Any]]]:
    """Events as plain values, without what differs from run to run."""
    return [
        (type(each).__name__, {f.name: getattr(each, f.name) for f in fields(each) if f.name not in FLEETING})
        for each in events
    ]


async def run(client: Any, driver: str, **options: Any) -> Any:
    """What a call returns by one of the drivers; of a stream, the last that it yields."""
    if driver.startswith("stream"):
        got = client.create_partial(messages=MESSAGES, response_model=Receipt, **options)
        return [each async for each in got][-1] if driver.endswith("async") else list(got)[-1]
    got = client.create(messages=MESSAGES, response_model=Receipt, **options)
    return await got if driver == "async" else got


async def tell_script(driver: str, wire: str, sandbox: Start, clients: Clients, **options: Any) -> list[Any]:
    """The events of the script by one driver: a call that ends with a record, and one that fails."""
    told: list[Any] = []
    client = made(clients, wire, sandbox(*SCRIPT), asynchronous=driver.endswith("async"), hooks=listen(told))
    assert await run(client, driver, **options) == RECORD
    with pytest.raises(ExtractionFailed) as failed:
        await run(client, driver, max_retries=1, **options)
    assert told[-1].error is failed.value
    assert told[-1].attempts == failed.value.attempts
    return told


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("driver", ["async", "stream", "stream async"])
async def test_events_usage_and_spans_are_the_same_from_every_driver(
    driver: str, wire: str, sandbox: Start, clients: Clients
) -> None:
    with start_telemetry() as telemetry:
        usual, spans = await tell_script("sync", wire, sandbox, clients), telemetry.take_tree()
        told = await tell_script(driver, wire, sandbox, clients)
        assert telemetry.take_tree() == spans
    assert [(call["typesight.outcome"], len(requests)) for _, call, requests in spans] == [
        ("record", 2),
        ("failure", 2),
    ]
    assert [type(each).__name__.removesuffix("Event").lower() for each in usual] == [
        *("request", "reply", "complaint", "request", "reply", "record"),
        *("request", "reply", "complaint", "request", "reply", "failure"),
    ]
    assert describe(told) == describe(usual)
    assert len({each.call for each in told[:6]}) == len({each.call for each in told[6:]}) == 1
    assert told[5].usage == sum((each.usage for each in told[:5] if isinstance(each, ReplyEvent)), Usage())


async def test_a_deadline_changes_no_event(sandbox: Start, clients: Clients) -> None:
    usual = await tell_script("sync", "chat", sandbox, clients)
    assert describe(await tell_script("sync", "chat", sandbox, clients, deadline=60)) == describe(usual)


def test_what_an_event_says(sandbox: Start, clients: Clients, picture: bytes) -> None:
    told: list[Any] = []
    client = made(clients, "chat", sandbox(BAD, GOOD))
    extraction = client.extract(Receipt, picture, source="17.png", hooks=listen(told))
    asked, replied, complained, *_, record = told
    assert (asked.source, asked.attempt, asked.model, asked.pictures) == ("17.png", 1, "gpt-4o", 1)
    assert asked.image_bytes == len(extraction.images[0].data)
    assert (replied.stop, replied.text, replied.http_requests) == ("done", extraction.attempts[0].reply, 1)
    assert (replied.usage, replied.cost) == (extraction.attempts[0].usage, extraction.attempts[0].cost)
    assert (complained.attempt, complained.errors) == (2, extraction.attempts[0].errors)
    assert (record.record, record.usage, record.cost) == (RECORD, extraction.usage, extraction.cost)
    assert not [value for value in ("73.5", "7x", "Corner") if value in repr(told)]
    with pytest.raises(FrozenInstanceError):
        asked.model = "another"


@pytest.mark.parametrize("driver", ["sync", "async", "stream", "stream async"])
async def test_an_sdk_s_error_is_told_as_the_failure_that_it_is(driver: str, sandbox: Start, clients: Clients) -> None:
    told: list[Any] = []
    client = made(clients, "chat", sandbox(Fault(401)), asynchronous=driver.endswith("async"), hooks=listen(told))
    with pytest.raises(Exception, match="401") as failed:
        await run(client, driver)
    assert [type(each).__name__ for each in told] == ["RequestEvent", "FailureEvent"]
    assert (told[-1].error, told[-1].attempts, told[-1].cost) == (failed.value, (), 0)


@pytest.mark.parametrize("wire", WIRES)
def test_the_sdk_s_own_reply_is_told_with_its_usage(wire: str, sandbox: Start, clients: Clients) -> None:
    told: list[Any] = []
    client = made(clients, wire, sandbox("A receipt."))
    client.create(messages=MESSAGES, response_model=None, hooks=listen(told))
    assert [type(each).__name__ for each in told] == ["RequestEvent", "ReplyEvent"]
    assert told[1].text == "A receipt."
    assert told[1].usage.input > 0 < told[1].usage.output


def test_hooks_are_taken_off_again_and_a_call_s_own_come_last(sandbox: Start, clients: Clients) -> None:
    told: list[str] = []
    first, second, third = (lambda _, name=name: told.append(name) for name in "abc")
    client = made(clients, "chat", sandbox(GOOD, GOOD, GOOD), hooks={"record": [first]})
    client.on("record", second)
    client.create(messages=MESSAGES, response_model=Receipt, hooks={"record": third})
    client.off("record", first)
    client.chat.completions.create(messages=MESSAGES, response_model=Receipt)
    client.off("record")
    client.create(messages=MESSAGES, response_model=Receipt)
    assert told == ["a", "b", "c", "b"]
    with pytest.raises(ValueError, match="is not a hook for 'record'"):
        client.off("record", first)


async def tell_late(event: object) -> None:
    """A hook that would have to be awaited."""


@pytest.mark.parametrize(
    ("event", "hook", "error", "words"),
    [
        ("respones", print, ValueError, "there is no event 'respones': there are request, reply"),
        ("records", print, ValueError, "did you mean 'record'?"),
        ("record", "print", TypeError, "must be a function of one event, not str"),
        ("record", tell_late, TypeError, "tell_late is a coroutine function: hooks are called, not awaited"),
    ],
)
def test_a_hook_that_cannot_be_called_is_refused(
    event: Any, hook: Any, error: type[Exception], words: str, sandbox: Start, clients: Clients
) -> None:
    with pytest.raises(error, match=words):
        made(clients, "chat", sandbox()).on(event, hook)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("driver", ["sync", "async", "stream", "stream async"])
async def test_a_hook_that_raises_does_not_hide_the_result(
    driver: str, name: str, sandbox: Start, clients: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    def spoil(_: object) -> None:
        raise KeyError("secret value")

    client: Any = made(clients, "chat", sandbox(*SCRIPT), asynchronous=driver.endswith("async"), hooks={name: spoil})
    with pytest.warns(HookWarning, match=rf"spoil for '{name}' raised KeyError at test_events.py:\d+: 'secret value'"):
        assert await run(client, driver) == RECORD
        with pytest.raises(ExtractionFailed):
            await run(client, driver, max_retries=1)
    assert "hook failed: event=" in caplog.text
    assert "secret value" not in caplog.text


def test_a_hook_that_raises_where_warnings_are_errors_does_not_hide_the_result_either(
    sandbox: Start, clients: Clients
) -> None:
    client = made(clients, "chat", sandbox(GOOD), hooks={"record": lambda _: 1 / 0})
    assert client.create(messages=MESSAGES, response_model=Receipt) == RECORD
