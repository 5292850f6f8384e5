"""Spans: one for a call, one below it for each request, the same from every driver, without values."""

from __future__ import annotations

import asyncio
import base64
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import SpanProcessor

from loop.scenes import NO_REPLY, Start
from raw import RawServer
from support import BAD, GOOD, RECORD, WIRES, Clients, Receipt, made
from telemetry import Telemetry, start_telemetry
from typesight import DeadlineExceeded, ExtractionFailed, Image, MemoryCache
from typesight.testing import Fault

MESSAGES = [{"role": "user", "content": "Read this."}]
DRIVERS = ("sync", "async", "stream", "stream async")
drivers = pytest.mark.parametrize("driver", DRIVERS)
wires = pytest.mark.parametrize("wire", WIRES)


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    with start_telemetry() as told:
        yield told


async def run(client: Any, driver: str, **options: Any) -> Any:
    """What a call returns by one of the drivers; of a stream, the last that it yields."""
    options = {"messages": MESSAGES, "response_model": Receipt, **options}
    if driver.startswith("stream"):
        got = client.create_partial(**options)
        return [each async for each in got][-1] if driver.endswith("async") else list(got)[-1]
    got = client.create(**options)
    return await got if driver == "async" else got


def connect(clients: Clients, wire: str, driver: str, box: Any, **options: Any) -> Any:
    return made(clients, wire, box, asynchronous=driver.endswith("async"), **options)


def test_what_the_spans_of_a_call_say(telemetry: Telemetry, sandbox: Start, clients: Clients) -> None:
    box = sandbox(BAD, GOOD)
    client = made(clients, "chat", box)
    with telemetry.tracer.start_as_current_span("upload"):
        extraction = client.create_with_completion(
            messages=MESSAGES, response_model=Receipt, max_tokens=900, temperature=0
        )[1]
    application, call, first, second = telemetry.list_spans(None)
    assert [each.name for each in (application, call, first, second)] == [
        *("upload", "typesight.extract", "chat gpt-4o", "chat gpt-4o"),
    ]
    assert call.parent and application.context and call.parent.span_id == application.context.span_id
    told: dict[str, Any] = dict(second.attributes or {})
    assert told.pop("typesight.cost") > 0
    assert told == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.request.max_tokens": 900,
        "gen_ai.request.temperature": 0,
        "gen_ai.output.type": "json",
        "gen_ai.response.model": extraction.model,
        "gen_ai.response.id": extraction.id,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": extraction.usage.prompt_tokens,
        "gen_ai.usage.output_tokens": extraction.usage.completion_tokens,
        "server.address": "127.0.0.1",
        "server.port": int(box.url.rpartition(":")[2]),
        "typesight.attempt": 2,
        "typesight.api": "OpenAI Chat Completions",
        "typesight.mode": "json_schema",
        "typesight.pictures": 0,
        "typesight.image_bytes": 0,
        "typesight.request_id": told["typesight.request_id"],
    }


@wires
def test_a_call_s_own_span_sums_up_under_names_of_its_own(
    wire: str, telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    seen: list[Any] = []
    client = made(clients, wire, sandbox(BAD, GOOD), hooks={"record": seen.append})
    client.create(messages=MESSAGES, response_model=Receipt)
    ((_, call, requests),) = telemetry.take_tree()
    assert call == {
        "gen_ai.workflow.name": "typesight.extract",
        "typesight.outcome": "record",
        "typesight.response_model": "Receipt",
        "typesight.attempts": 2,
        "typesight.http_requests": 2,
        "typesight.usage.input_tokens": seen[0].usage.input,
        "typesight.usage.output_tokens": seen[0].usage.output,
        **({"typesight.cost": seen[0].cost} if seen[0].cost else {}),
        "kind": "INTERNAL",
        "status": ("UNSET", None),
        "events": [("typesight.complaint", {"typesight.attempt": 2, "typesight.failing_fields": 2})],
    }
    assert [each["kind"] for _, each, _ in requests] == ["CLIENT", "CLIENT"]


@wires
@pytest.mark.parametrize("driver", DRIVERS[1:])
async def test_every_driver_makes_the_same_spans(
    driver: str, wire: str, telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    async def trace_script(driver: str) -> Any:
        client = connect(clients, wire, driver, sandbox(BAD, GOOD, BAD, BAD, Fault(401)))
        assert await run(client, driver) == RECORD
        with pytest.raises(ExtractionFailed):
            await run(client, driver, max_retries=1)
        with pytest.raises(Exception, match="401"):
            await run(client, driver)
        streams = {(each.attributes or {}).get("gen_ai.request.stream") for each in telemetry.list_spans()}
        assert (True in streams) is driver.startswith("stream")
        return telemetry.take_tree()

    usual = await trace_script("sync")
    assert [(call["typesight.outcome"], call.get("error.type"), len(below)) for _, call, below in usual] == [
        ("record", None, 2), ("failure", "ExtractionFailed", 2), ("failure", "AuthenticationError", 1),
    ]  # fmt: skip
    assert usual[1][1]["typesight.reply_error"] == "InvalidRecord"
    refused = usual[2][2][0][1]
    assert (refused["error.type"], refused["http.response.status_code"]) == ("AuthenticationError", 401)
    assert refused["status"] == ("ERROR", "AuthenticationError")
    assert await trace_script(driver) == usual


@drivers
@wires
async def test_the_sdk_s_own_retries_are_counted_in_one_span(
    driver: str, wire: str, telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(Fault(429, headers={"retry-after": "0"}), GOOD)
    assert await run(connect(clients, wire, driver, box, sdk={"max_retries": 1}), driver) == RECORD
    ((_, call, requests),) = telemetry.take_tree()
    assert [each["http.request.resend_count"] for _, each, _ in requests] == [1]
    assert (call["typesight.attempts"], call["typesight.http_requests"]) == (1, 2)


@drivers
async def test_a_call_that_passes_its_deadline_has_spans_that_end(
    driver: str, telemetry: Telemetry, clients: Clients
) -> None:
    with RawServer(RawServer.hold) as server:
        client = connect(clients, "chat", driver, server)
        with pytest.raises(DeadlineExceeded):
            await run(client, driver, deadline=0.3)
    ((_, call, ((_, request, _),)),) = telemetry.take_tree()
    assert (call["error.type"], call["typesight.outcome"]) == ("DeadlineExceeded", "failure")
    assert request["status"][0] == "ERROR"


@drivers
async def test_a_reply_that_is_none_ends_its_span_as_interrupted(
    driver: str, telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    client = connect(clients, "chat", driver, sandbox(NO_REPLY))
    with pytest.raises(ExtractionFailed):
        await run(client, driver)
    ((_, call, ((_, broken, _),)),) = telemetry.take_tree()
    assert (broken["error.type"], broken["gen_ai.response.finish_reasons"]) == ("Interrupted", ("error",))
    assert (call["error.type"], call["typesight.reply_error"]) == ("ExtractionFailed", "Interrupted")


@wires
@pytest.mark.parametrize("driver", DRIVERS[2:])
async def test_a_stream_that_is_left_early_has_spans_that_end_without_an_error(
    driver: str, wire: str, telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    client = connect(clients, wire, driver, sandbox(GOOD))
    with telemetry.tracer.start_as_current_span("upload") as ours:
        pieces = client.create_partial(messages=MESSAGES, response_model=Receipt)
        await anext(pieces) if driver.endswith("async") else next(pieces)
        assert trace.get_current_span() is ours
        await pieces.aclose() if driver.endswith("async") else pieces.close()
        assert trace.get_current_span() is ours
    ((_, call, ((_, request, _),)),) = telemetry.take_tree()
    assert (call["typesight.outcome"], call["status"][0]) == ("left", "UNSET")
    assert (request["gen_ai.response.finish_reasons"], request["status"][0]) == (("error",), "UNSET")


@drivers
@pytest.mark.parametrize("event", ["request", "reply", "complaint"])
async def test_spans_end_also_when_the_program_is_stopped(
    event: str, driver: str, telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    class Stop(BaseException):
        pass

    def stop(_: object) -> None:
        raise Stop

    client = connect(clients, "chat", driver, sandbox(BAD, GOOD), hooks={event: stop})
    with pytest.raises(Stop):
        await run(client, driver)
    ((_, call, requests),) = telemetry.take_tree()
    assert (call["error.type"], len(requests)) == ("Stop", event != "request")


async def test_tasks_at_the_same_time_do_not_mix_their_spans(
    telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    client = connect(clients, "messages", "async", sandbox(*[GOOD] * 8))

    async def upload(driver: str) -> None:
        with telemetry.tracer.start_as_current_span("upload"):
            await run(client, driver)

    await asyncio.gather(*(upload(driver) for driver in ["async", "stream async"] * 4))
    spans = telemetry.list_spans(None)
    by_trace = [[each.name for each in spans if each.context.trace_id == number] for number in _trace_ids(spans)]
    assert by_trace == [["upload", "typesight.extract", "chat claude-haiku-5-5", *_sdk_spans(spans)]] * 8


def _trace_ids(spans: Any) -> set[int]:
    return {each.context.trace_id for each in spans}


def _sdk_spans(spans: Any) -> list[str]:
    """The anthropic SDK makes a span of its own since 1.14."""
    return sorted({each.name for each in spans if each.name.startswith("anthropic.")})


@drivers
async def test_what_the_sdk_traces_is_below_the_request(
    driver: str, telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    client = connect(clients, "messages", driver, sandbox(BAD, GOOD))
    await run(client, driver)
    requests = [each.context.span_id for each in telemetry.list_spans() if each.name.startswith("chat")]
    theirs = telemetry.list_spans("com.anthropic.sdk.python")
    if not theirs:
        pytest.skip("this version of the anthropic SDK makes no spans")
    assert [each.parent and each.parent.span_id for each in theirs] == requests


@wires
@drivers
async def test_no_span_or_metric_holds_a_value_a_prompt_a_picture_or_a_key(
    driver: str, wire: str, telemetry: Telemetry, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    messages = [{"role": "user", "content": ["Read this.", Image(picture)]}]
    client = connect(clients, wire, driver, sandbox(BAD, GOOD, BAD, {"Corner": "Corner"}, Fault(401)))
    await run(client, driver, messages=messages)
    for error in ("no valid|valid", "401"):
        with pytest.raises(Exception, match=error):
            await run(client, driver, messages=messages, max_retries=1)
    written = telemetry.write_everything()
    assert "gen_ai.client.token.usage" in written
    data = base64.b64encode(picture).decode()
    secrets = ("73.5", "7x", "soon", "Corner", "Read this", "test-key", data[40:80], "iVBOR", "company")
    assert [each for each in secrets if each in written] == []


@wires
def test_the_sdk_s_own_reply_has_spans_too(wire: str, telemetry: Telemetry, sandbox: Start, clients: Clients) -> None:
    client = made(clients, wire, sandbox("A receipt.", Fault(401)))
    client.create(messages=MESSAGES, response_model=None)
    with pytest.raises(Exception, match="401"):
        client.create(messages=MESSAGES, response_model=None)
    (_, first, ((_, replied, _),)), (_, second, ((_, refused, _),)) = telemetry.take_tree()
    assert (first["typesight.outcome"], second["typesight.outcome"]) == ("reply", "failure")
    assert replied["gen_ai.usage.output_tokens"] > 0
    assert "gen_ai.output.type" not in replied
    assert refused["error.type"] == second["error.type"] == "AuthenticationError"


@drivers
async def test_a_reply_from_a_cache_is_an_event_and_has_no_request(
    driver: str, telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    client = connect(clients, "chat", driver, sandbox(GOOD), cache=MemoryCache(4))
    assert [await run(client, driver), await run(client, driver)] == [RECORD, RECORD]
    (_, _, sent), (_, call, below) = telemetry.take_tree()
    assert (len(sent), below) == (1, [])
    assert call["events"] == [("typesight.cached_reply", {})]


def test_metrics_have_durations_and_tokens_by_provider_and_model(
    telemetry: Telemetry, sandbox: Start, clients: Clients
) -> None:
    seen: list[Any] = []
    client = made(clients, "chat", sandbox(BAD, GOOD, Fault(401)), hooks={"record": seen.append})
    client.create(messages=MESSAGES, response_model=Receipt)
    with pytest.raises(Exception, match="401"):
        client.create(messages=MESSAGES, response_model=Receipt)
    told, usage = telemetry.list_metrics(), seen[0].usage
    tokens = {labels["gen_ai.token.type"]: total for labels, total in told["gen_ai.client.token.usage"]}
    assert tokens == {"input": usage.input, "output": usage.output}
    counted = told["gen_ai.client.inference.usage.input_tokens"]
    assert sum(total for _, total in counted) == usage.input
    for name in ("gen_ai.client.operation.duration", "gen_ai.client.inference.duration"):
        labels = [labels for labels, _ in told[name]]
        assert [each.get("error.type") for each in labels] == [None, "AuthenticationError"]
        assert {each["gen_ai.provider.name"] for each in labels} == {"openai"}
    assert told["typesight.calls"] == [
        ({"typesight.outcome": "record"}, 1),
        ({"typesight.outcome": "failure", "error.type": "AuthenticationError", "http.response.status_code": 401}, 1),
    ]
    assert told["typesight.reasks"] == [({"typesight.outcome": "record"}, 1)]


def test_a_tracer_that_fails_does_not_end_a_call(
    telemetry: Telemetry, sandbox: Start, clients: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(SpanProcessor):
        def on_start(self, span: Any, parent_context: Any = None) -> None:
            raise KeyError("secret")

    telemetry.provider.add_span_processor(Broken())
    assert made(clients, "chat", sandbox(GOOD)).create(messages=MESSAGES, response_model=Receipt) == RECORD
    assert "telemetry failed: step=_begin error=KeyError" in caplog.text
    assert "secret" not in caplog.text


def test_a_meter_that_fails_ends_neither_a_call_nor_its_spans(
    telemetry: Telemetry, sandbox: Start, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MeterProvider, "get_meter", lambda *_: 1 / 0)
    assert made(clients, "chat", sandbox(GOOD)).create(messages=MESSAGES, response_model=Receipt) == RECORD
    assert [each.name for each in telemetry.list_spans()] == ["typesight.extract", "chat gpt-4o"]


def test_without_a_tracer_opentelemetry_is_not_imported(sandbox: Start) -> None:
    code = """
import sys, openai, typesight
client = typesight.from_openai(openai.OpenAI(base_url=sys.argv[1], api_key="any"), model="gpt-4o")
assert client.create(messages=[{"role": "user", "content": "?"}], response_model=dict[str, float]) == {"total": 1.5}
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
"""
    subprocess.run([sys.executable, "-c", code, sandbox({"total": 1.5}).openai_url], check=True)
