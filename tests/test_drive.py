"""The whole way, over the real SDKs and a real socket: picture in, record or honest failure out."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from tenacity import AsyncRetrying, BaseRetrying, Retrying, retry_if_result, stop_after_attempt

import typesight
from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight import ExtractionFailed, Image, Mode
from typesight.testing import Fault, Reply, Sandbox

Start = Callable[..., Sandbox]
VENDORS = ("openai", "anthropic")
MODES = tuple(Mode)
CELLS = [(vendor, mode) for vendor in VENDORS for mode in MODES]


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this receipt.", Image(picture)]}]


def picture_data(body: dict[str, Any]) -> list[str]:
    """Every base64 picture of a request body, in order."""
    text = json.dumps(body)
    found = [part.partition('"')[0] for part in text.split("base64,")[1:]]
    return found or [part.partition('"')[0] for part in text.split('"data": "')[1:]]


@pytest.mark.parametrize(("vendor", "mode"), CELLS)
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_an_invalid_reply_is_reasked_once_and_the_record_returned(
    vendor: str, mode: Mode, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(BAD, GOOD)
    arguments: dict[str, Any] = {"response_model": Receipt, "messages": ask(picture), "mode": mode}
    if asynchronous:
        record = await clients.asynchronous(vendor, box).create(**arguments)
    else:
        record = clients.sync(vendor, box).create(**arguments)

    assert record == RECORD
    assert type(record) is Receipt
    assert pickle.loads(pickle.dumps(record)) == RECORD
    assert len(box.requests) == 2
    first, second = (request.body for request in box.requests)
    before = first["messages"]
    assert json.dumps(second["messages"][: len(before)]) == json.dumps(before)
    assert {key: value for key, value in second.items() if key != "messages"} == {
        key: value for key, value in first.items() if key != "messages"
    }
    assert picture_data(first) == picture_data(second)
    assert len(picture_data(first)) == 1
    told = json.dumps(second["messages"][-1])
    assert told.count(r"\n- ") == 2
    assert told.count(r"- date: ") == 1
    assert told.count(r"- total: ") == 1
    assert "company" not in told


@pytest.mark.parametrize(("vendor", "mode"), CELLS)
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_three_invalid_replies_are_an_extraction_that_failed_with_everything_kept(
    vendor: str, mode: Mode, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(BAD, BAD, BAD)
    arguments: dict[str, Any] = {"response_model": Receipt, "messages": ask(picture), "mode": mode}
    with pytest.raises(ExtractionFailed) as caught:
        if asynchronous:
            await clients.asynchronous(vendor, box).create(**arguments)
        else:
            clients.sync(vendor, box).create(**arguments)

    failure = caught.value
    assert len(box.requests) == 3
    assert [attempt.number for attempt in failure.attempts] == [1, 2, 3]
    assert failure.partial == {"company": "Corner Shop"}
    assert set(failure.errors) == {"date", "total"}
    assert failure.usage.input == sum(attempt.usage.input for attempt in failure.attempts) > 0
    assert failure.usage.output == sum(attempt.usage.output for attempt in failure.attempts) > 0
    assert all(json.loads(attempt.reply or "") == BAD for attempt in failure.attempts)
    assert failure.cost is not None
    assert isinstance(failure.__cause__, typesight.InvalidRecord)
    again = pickle.loads(pickle.dumps(failure))
    assert (str(again), again.attempts, again.partial) == (str(failure), failure.attempts, failure.partial)
    assert "7x" not in str(failure)
    assert "<image sha256:" in json.dumps(failure.messages)
    assert picture_data(box.requests[0].body)[0][:40] not in repr(pickle.dumps(failure))


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
async def test_one_tenacity_object_shared_by_fifty_tasks_gives_each_three_calls(
    vendor: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(*[BAD] * 150)
    client = clients.asynchronous(vendor, box)
    shared = AsyncRetrying(stop=stop_after_attempt(3))

    async def one() -> ExtractionFailed:
        with pytest.raises(ExtractionFailed) as caught:
            await client.create(response_model=Receipt, messages=ask(picture), max_retries=shared)
        return caught.value

    failures = await asyncio.gather(*(one() for _ in range(50)))
    assert [len(failure.attempts) for failure in failures] == [3] * 50
    assert len(box.requests) == 150


async def test_a_tenacity_object_of_the_wrong_colour_is_refused_before_any_request(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    with pytest.raises(TypeError, match=r"tenacity\.Retrying"):
        clients.sync("openai", box).create(response_model=Receipt, messages=ask(picture), max_retries=AsyncRetrying())  # type: ignore[call-overload]
    with pytest.raises(TypeError, match=r"tenacity\.AsyncRetrying"):
        await clients.asynchronous("openai", box).create(
            response_model=Receipt,
            messages=ask(picture),
            max_retries=Retrying(),  # type: ignore[call-overload]
        )
    assert box.requests == []


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "2"])
def test_a_number_of_retries_that_makes_no_sense_is_refused(
    wrong: Any, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    with pytest.raises((TypeError, ValueError), match="max_retries"):
        clients.sync("openai", sandbox(GOOD)).create(response_model=Receipt, messages=ask(picture), max_retries=wrong)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_tenacity_object_bounds_transport_faults_too(
    vendor: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(Fault(503), BAD, GOOD)
    client = clients.sync(vendor, box)
    record = client.create(
        response_model=Receipt, messages=ask(picture), max_retries=Retrying(stop=stop_after_attempt(3))
    )
    assert record == RECORD
    assert [request.status for request in box.requests] == [503, 200, 200]


def test_a_tenacity_object_of_a_class_of_its_own_holds(sandbox: Start, clients: Clients, picture: bytes) -> None:
    class Own(BaseRetrying):
        __call__ = Retrying.__call__

    box = sandbox(*[BAD] * 5)
    with pytest.raises(ExtractionFailed):
        clients.sync("openai", box).create(
            response_model=Receipt,
            messages=ask(picture),
            max_retries=Own(stop=stop_after_attempt(5)),  # type: ignore[call-overload]
        )
    assert len(box.requests) == 5


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_refused_key_is_tried_once_and_passes_as_the_sdks_own_error(
    vendor: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(*[Fault(401)] * 3)
    with pytest.raises(Exception, match="401") as caught:
        clients.sync(vendor, box).create(
            response_model=Receipt, messages=ask(picture), max_retries=Retrying(stop=stop_after_attempt(3))
        )
    assert type(caught.value).__name__ == "AuthenticationError"
    assert len(box.requests) == 1


def test_what_a_tenacity_callback_returns_is_returned(sandbox: Start, clients: Clients, picture: bytes) -> None:
    policy = Retrying(stop=stop_after_attempt(1), retry_error_callback=lambda state: "given up")
    record: Any = clients.sync("openai", sandbox(BAD)).create(
        response_model=Receipt, messages=ask(picture), max_retries=policy
    )
    assert record == "given up"


def test_a_tenacity_object_that_retries_on_results_meets_the_extraction(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    seen: list[str] = []

    def looked(got: object) -> bool:
        seen.append(type(got).__name__)
        return False

    policy = Retrying(stop=stop_after_attempt(1), retry=retry_if_result(looked))
    assert (
        clients.sync("openai", sandbox(GOOD)).create(response_model=Receipt, messages=ask(picture), max_retries=policy)
        == RECORD
    )
    assert seen == ["Extraction"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_sdks_transport_retries_are_one_pool_for_the_whole_call(
    vendor: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    retry_now = {"retry-after-ms": "1"}
    box = sandbox(
        Fault(500, headers=retry_now), BAD, Fault(500, headers=retry_now), Fault(500, headers=retry_now), GOOD
    )
    client = clients.sync(vendor, box, sdk={"max_retries": 2})
    with pytest.raises(Exception, match="500"):
        client.create(response_model=Receipt, messages=ask(picture))
    assert [request.status for request in box.requests] == [500, 200, 500, 500]


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("vendor", VENDORS)
async def test_three_attempts_of_a_tenacity_object_are_three_requests_whatever_the_sdk_would_retry(
    vendor: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(*[Fault(500)] * 9)
    three: Any = (AsyncRetrying if asynchronous else Retrying)(stop=stop_after_attempt(3))
    client = (clients.asynchronous if asynchronous else clients.sync)(vendor, box, sdk={"max_retries": 2})
    with pytest.raises(Exception, match="500"):
        got: Any = client.create(response_model=Receipt, messages=ask(picture), max_retries=three)
        await got
    assert len(box.requests) == 3


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("vendor", VENDORS)
async def test_an_sdks_error_after_a_paid_reply_tells_what_was_paid(
    vendor: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(BAD, Fault(401))
    client = (clients.asynchronous if asynchronous else clients.sync)(vendor, box)
    with pytest.raises(Exception, match="401") as caught:
        got: Any = client.create(response_model=Receipt, messages=ask(picture))
        await got
    error: Any = caught.value
    assert type(error).__name__ == "AuthenticationError"
    (paid,) = error.attempts
    assert (json.loads(paid.reply), paid.usage.input > 0, paid.cost > 0) == (BAD, True, True)
    assert error.__notes__ == [
        f"typesight: 1 attempt before this error ({paid.usage.input:,} tokens in, {paid.usage.output:,} out, "
        f"${paid.cost:.4f}): see its .attempts"
    ]


@pytest.mark.parametrize("vendor", VENDORS)
def test_without_a_response_model_the_sdks_own_reply_comes_back(
    vendor: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox("It is a receipt.")
    reply = clients.sync(vendor, box).create(response_model=None, messages=ask(picture), max_tokens=50)
    assert type(reply).__module__.startswith(vendor)
    text = reply.choices[0].message.content if vendor == "openai" else reply.content[0].text
    assert text == "It is a receipt."
    assert len(box.requests[0].pictures) == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_create_with_completion_gives_the_sdks_last_reply_beside_the_record(
    vendor: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(BAD, GOOD)
    record, completion = clients.sync(vendor, box).create_with_completion(response_model=Receipt, messages=ask(picture))
    assert record == RECORD
    assert type(completion).__module__.startswith(vendor)


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
def test_extract_tells_attempts_usage_and_cost(vendor: str, sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(BAD, GOOD)
    got = clients.sync(vendor, box).extract(Receipt, picture)
    assert got.record == RECORD
    assert [bool(attempt.error) for attempt in got.attempts] == [True, False]
    assert got.usage.input == sum(attempt.usage.input for attempt in got.attempts)
    assert got.cost is not None
    assert got.cost > 0
    assert got.attempts[0].request_id
    assert got.attempts[0].http_requests == 1
    assert [image.sha256 for image in got.images] == [box.requests[0].pictures[0].sha256]
    told = json.loads(got.model_dump_json())
    assert told["record"] == {"company": "Corner Shop", "date": "2026-11-20", "total": "73.5"}
    assert [attempt["number"] for attempt in told["attempts"]] == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
def test_pages_of_one_document_are_labelled_and_stand_before_the_text(
    vendor: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    clients.sync(vendor, box).extract(Receipt, [picture, Image(picture)])
    content = box.requests[0].body["messages"][0]["content"]
    kinds = [part["type"] for part in content]
    assert [kind == "text" for kind in kinds] == [True, False, True, False, True]
    assert [content[0]["text"], content[2]["text"]] == ["Image 1:", "Image 2:"]


ENDINGS = [
    ("openai", Reply(text='{"company"', stop="length"), typesight.Truncated),
    ("openai", Reply(refusal="I cannot help with that."), typesight.Refused),
    ("openai", Reply(text="", stop="content_filter"), typesight.Filtered),
    ("anthropic", Reply(text="", stop="refusal"), typesight.Refused),
]


@pytest.mark.parametrize(("vendor", "reply", "kind"), ENDINGS)
def test_an_ending_that_asking_again_cannot_cure_is_asked_once(
    vendor: str, reply: Reply, kind: type[Exception], sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(reply, GOOD)
    with pytest.raises(ExtractionFailed) as caught:
        clients.sync(vendor, box).create(response_model=Receipt, messages=ask(picture))
    assert type(caught.value.last) is kind
    assert len(box.requests) == 1


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(text="The total is 73.50."),
        Reply(calls=[("Other", GOOD)]),
        Reply(calls=[("Receipt", GOOD), ("Receipt", BAD)]),
    ],
    ids=["no call", "another tool", "two calls"],
)
def test_a_reply_without_exactly_one_call_of_the_tool_is_reasked(
    vendor: str, reply: Reply, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(reply, GOOD)
    record = clients.sync(vendor, box).create(response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS)
    assert record == RECORD
    assert [request.status for request in box.requests] == [200, 200]


def test_thinking_goes_back_to_claude_whole(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(Reply(calls=[("Receipt", BAD)], thinking="Let me look."), GOOD)
    clients.sync("anthropic", box).create(response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS)
    turn = box.requests[1].body["messages"][1]
    assert [block["type"] for block in turn["content"]] == ["thinking", "tool_use"]
    assert turn["content"][0]["thinking"] == "Let me look."
    assert turn["content"][0]["signature"]


@pytest.mark.parametrize("model", ["claude-opus-5-5", "claude-sonnet-5-5"])
def test_a_claude_that_cannot_be_forced_is_asked_to_call(
    model: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    client = clients.sync("anthropic", box, model=model)
    assert client.create(response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS) == RECORD
    assert box.requests[0].body["tool_choice"]["type"] == "auto"


def test_an_openai_model_that_takes_tools_only_without_reasoning_gets_them_so(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    client = clients.sync("openai", box, model="gpt-6-luna")
    client.chat.completions.create(response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS, max_tokens=200)
    assert box.requests[0].body["reasoning_effort"] == "none"
    assert box.requests[0].body["max_completion_tokens"] == 200


def test_a_mode_that_the_model_does_not_take_is_refused_before_any_request(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    client = clients.sync("openai", box, model="gpt-6-astra")
    with pytest.raises(typesight.ModeError, match="JSON_SCHEMA"):
        client.chat.completions.create(response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS)
    with pytest.raises(typesight.ModeError, match="no mode 'xml'"):
        client.create(response_model=Receipt, messages=ask(picture), mode="xml")
    assert box.requests == []


def test_the_caller_s_messages_are_left_as_they_are(sandbox: Start, clients: Clients, picture: bytes) -> None:
    messages = ask(picture)
    before = [dict(message, content=list(message["content"])) for message in messages]
    clients.sync("anthropic", sandbox(BAD, GOOD)).create(
        response_model=Receipt, messages=[{"role": "system", "content": "Be exact."}, *messages]
    )
    assert messages == before


def test_the_sdks_call_paths_lead_to_the_same_function(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(GOOD, GOOD)
    chat = clients.sync("openai", box).chat.completions.create(response_model=Receipt, messages=ask(picture))
    message = clients.sync("anthropic", box).messages.create(response_model=Receipt, messages=ask(picture))
    assert chat == message == RECORD


@pytest.mark.slow
def test_a_validators_words_reach_the_model_and_its_context(sandbox: Start, clients: Clients, picture: bytes) -> None:
    from pydantic import BaseModel, ValidationInfo, field_validator

    class Known(BaseModel):
        company: str

        @field_validator("company")
        @classmethod
        def known(cls, value: str, info: ValidationInfo) -> str:
            if info.context and value not in info.context:
                raise ValueError(f"{value} is not one of the known companies")
            return value

    box = sandbox({"company": "Secret Ltd"}, {"company": "Acme"})
    got = clients.sync("openai", box).extract(Known, picture, context=["Acme"])
    assert got.record.company == "Acme"
    assert "is not one of the known companies" in json.dumps(box.requests[1].body["messages"][-1])
    assert "Secret" not in str(got.attempts[0].error)
    assert got.attempts[0].errors == {"company": "Secret Ltd is not one of the known companies"}


BROKEN = [
    Fault(200, body=b"", headers={"content-type": "application/json"}),
    Fault(200, body=b'{"id": "x", "choi', headers={"content-type": "application/json"}),
    Fault(200, body=b"<html>hello</html>", headers={"content-type": "text/html"}),
    Fault(200, body=b"[]", headers={"content-type": "application/json"}),
]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("broken", BROKEN, ids=["empty", "cut", "html", "list"])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_a_body_that_is_no_reply_is_an_interruption_with_its_attempt(
    vendor: str, broken: Fault, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(broken, GOOD)
    with pytest.raises(ExtractionFailed) as caught:
        if asynchronous:
            await clients.asynchronous(vendor, box).create(response_model=Receipt, messages=ask(picture))
        else:
            clients.sync(vendor, box).create(response_model=Receipt, messages=ask(picture))
    assert type(caught.value.last) is typesight.Interrupted
    assert len(caught.value.attempts) == 1
    assert len(box.requests) == 1


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("broken", BROKEN, ids=["empty", "cut", "html", "list"])
def test_a_body_that_is_no_reply_is_asked_for_again_from_the_pool(
    vendor: str, broken: Fault, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(broken, GOOD)
    client = clients.sync(vendor, box, sdk={"max_retries": 1})
    assert client.create(response_model=Receipt, messages=ask(picture)) == RECORD
    assert len(box.requests) == 2
    assert box.requests[0].body == box.requests[1].body


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
def test_an_extraction_pickles_without_the_sdks_object(
    vendor: str, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    got = clients.sync(vendor, sandbox(GOOD)).extract(Receipt, picture)
    again = pickle.loads(pickle.dumps(got))
    assert again == got
    assert again.to_dict() == got.to_dict()
    assert (got.completion is None, again.completion) == (False, None)


def test_an_instance_for_a_class_is_refused_without_its_values() -> None:
    with pytest.raises(typesight.SchemaError, match="give the class itself") as caught:
        typesight.from_local().create(response_model=RECORD, messages=[])  # type: ignore[call-overload]
    assert "Corner" not in str(caught.value)


def test_a_long_reply_from_claude_is_waited_for(sandbox: Start, clients: Clients, picture: bytes) -> None:
    client = clients.sync("anthropic", sandbox(GOOD))
    assert client.create(response_model=Receipt, messages=ask(picture), max_tokens=30_000) == RECORD
