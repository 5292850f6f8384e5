"""What goes wrong on purpose: each fault on each wire, and what a client of typesight makes of it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import anthropic
import openai
import pytest

import typesight
from support import GOOD, RECORD, WIRES, Clients, Receipt, made
from typesight import ExtractionFailed, Mode
from typesight.testing import FakeModel, Fault, Sandbox, SandboxRequest

CHAT = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]})
SAID: Any = {"role": "user", "content": "x"}
HEAD = "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer k\r\n"
ASKED = f"{HEAD}Content-Length: {len(CHAT)}\r\n\r\n{CHAT}".encode()

# Rows: the fault -> what becomes of a call, with the status of each request; the same of a streamed call.
FAULTS: dict[str, tuple[Fault, tuple[str, ...], tuple[str, ...]]] = {
    "an HTTP error": (Fault(429), ("RateLimitError", "429"), ("RateLimitError", "429")),
    "a stall": (Fault.stall(0.001), ("record", "200"), ("record", "200")),
    "a stall in the body": (Fault.stall(0.001, after_bytes=40), ("record", "200"), ("record", "200")),
    "a drip": (Fault.drip(64, 0), ("record", "200"), ("record", "200")),
    "a reset": (Fault.reset(), ("APIConnectionError", "0"), ("APIConnectionError", "0")),
    "a reset in the body": (Fault.reset(40), ("APIConnectionError", "200"), ("Interrupted", "200")),
    "a hang-up": (Fault.hang_up(), ("APIConnectionError", "0"), ("APIConnectionError", "0")),
    "a hang-up in the body": (Fault.hang_up(40), ("APIConnectionError", "200"), ("Interrupted", "200")),
    "a cut body": (Fault.truncate(), ("Interrupted", "200"), ("Interrupted", "200")),
    "an empty body": (Fault.truncate(0), ("Interrupted", "200"), ("Interrupted", "200")),
    "an error in a stream": (Fault.stream_error(), ("InternalServerError", "500"), ("Interrupted", "200")),
    "bad arguments": (Fault.bad_arguments(), ("record", "200", "200"), ("record", "200", "200")),
    "a wrong tool": (Fault.wrong_tool(), ("record", "200", "200"), ("record", "200", "200")),
    "no choices": (Fault.no_choices(), ("record", "200", "200"), ("record", "200", "200")),
    "an empty text": (Fault.empty_text(), ("record", "200", "200"), ("record", "200", "200")),
    "a refusal": (Fault.refusal(), ("Refused", "200"), ("Refused", "200")),
    "a content filter": (Fault.content_filter(), ("Filtered", "200"), ("Filtered", "200")),
    "the token limit": (Fault.length(), ("Truncated", "200"), ("Truncated", "200")),
}
# What differs by wire: a Chat reply without choices is none, Claude has no filter beside its refusal, and its limit,
# which typesight fills in, is raised once.
OF_WIRE: dict[tuple[str, str], tuple[str, ...]] = {
    ("no choices", "chat"): ("Interrupted", "200"),
    ("a content filter", "messages"): ("Refused", "200"),
    ("the token limit", "messages"): ("record", "200", "200"),
}


def ask(picture: bytes) -> list[Any]:
    return [{"role": "user", "content": [typesight.Image(picture), "Read the receipt."]}]


def outcome(error: Exception) -> str:
    return type(error.last if isinstance(error, ExtractionFailed) else error).__name__


@pytest.mark.parametrize("mode", [None, Mode.TOOLS], ids=["schema", "tools"])
@pytest.mark.parametrize("way", ["sync", "async", "streamed"])
@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("case", FAULTS)
async def test_each_fault_ends_in_a_record_or_a_typed_error(
    case: str, wire: str, way: str, mode: Mode | None, clients: Clients, picture: bytes
) -> None:
    fault, whole, streamed = FAULTS[case]
    with Sandbox([fault, GOOD]) as box:  # not held against the SDKs' types: bad arguments go back as they came
        client = made(clients, wire, box, asynchronous=way == "async")
        options: dict[str, Any] = {"response_model": Receipt, "messages": ask(picture), "mode": mode}
        try:
            if way == "streamed":
                record = list(client.create_partial(**options))[-1]
            else:
                record = await client.create(**options) if way == "async" else client.create(**options)
            found = "record" if record == RECORD else repr(record)
        except Exception as error:
            found = outcome(error)
        statuses = [str(request.status) for request in box.requests]
    assert (found, *statuses) == OF_WIRE.get((case, wire), streamed if way == "streamed" else whole)


# Rows: a fault within the process -> what becomes of a call. Nothing waits: a stall without end is a timeout at once.
IN_PROCESS: list[tuple[Fault, str]] = [
    (Fault.stall(), "APITimeoutError"),
    (Fault.stall(after_bytes=9), "APITimeoutError"),
    (Fault.stall(999), "record"),
    (Fault.stall(999, after_bytes=9), "record"),
    (Fault.drip(64, 999), "record"),
    (Fault.reset(), "APIConnectionError"),
    (Fault.reset(9), "APIConnectionError"),
    (Fault.hang_up(9), "APIConnectionError"),
    (Fault.truncate(), "Interrupted"),
    (Fault.bad_arguments(), "record"),
]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("fault", "found"), IN_PROCESS)
async def test_a_fake_model_has_the_same_faults_and_waits_for_none(
    fault: Fault, found: str, asynchronous: bool, picture: bytes
) -> None:
    model = FakeModel([fault, GOOD])
    try:
        if asynchronous:
            record = await model.client(async_client=True).create(response_model=Receipt, messages=ask(picture))
        else:
            record = model.client().create(response_model=Receipt, messages=ask(picture))
        assert (found, record) == ("record", RECORD)
    except (openai.APIError, ExtractionFailed) as error:
        assert outcome(error) == found


@pytest.mark.parametrize("fault", [Fault(429, retry_after=0), Fault.reset(9), Fault.truncate()])
def test_what_was_lost_on_its_way_is_asked_for_again(fault: Fault, clients: Clients, picture: bytes) -> None:
    with Sandbox([fault, GOOD]) as box:
        client = clients.sync("openai", box, sdk={"max_retries": 1})
        assert client.create(response_model=Receipt, messages=ask(picture)) == RECORD
        assert len(box.requests) == 2


def connect(box: Sandbox) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(box.url.rpartition(":")[2])), timeout=10)


def read(connection: socket.socket) -> bytes:
    """What comes until the server closes in order; raises ConnectionResetError at a reset."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("after", [0, 9])
def test_a_reset_is_a_tcp_reset_and_a_hang_up_is_not(after: int) -> None:
    with Sandbox([Fault.reset(after), Fault.hang_up(after)]) as box:
        with connect(box) as connection, pytest.raises(ConnectionResetError):
            connection.sendall(ASKED)
            read(connection)
        with connect(box) as connection:
            connection.sendall(ASKED)
            _, _, body = read(connection).partition(b"\r\n\r\n")
    assert len(body) == after


def test_a_hang_up_after_more_bytes_than_there_are_lacks_the_last_one() -> None:
    with Sandbox([Fault.hang_up(10**9)]) as box, connect(box) as connection:
        connection.sendall(ASKED)
        head, _, body = read(connection).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body) + 1}\r\n".encode() in head + b"\r\n"


def test_a_cut_body_has_the_length_that_it_says() -> None:
    with Sandbox([Fault.truncate(0.25)]) as box, connect(box) as connection:
        connection.sendall(ASKED.replace(b"Host: h", b"Host: h\r\nConnection: close"))
        head, _, body = read(connection).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}\r\n".encode() in head + b"\r\n"
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def test_a_stall_goes_on_when_its_event_is_set() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def answer(_request: SandboxRequest) -> object:
        asked.set()
        return "late"

    with Sandbox(answer) as box, ThreadPoolExecutor() as pool:
        box.faults(Fault.stall(until=go_on, after_bytes=9))
        reply = pool.submit(chat, box)
        assert asked.wait(10)
        assert not reply.done()
        go_on.set()
        assert reply.result(10) == ("late", "stop")


@pytest.mark.parametrize("fault", [Fault.stall(after_bytes=9), Fault.stall(999, after_bytes=9), Fault.drip(1, 999)])
def test_closing_ends_a_stall_and_a_drip_at_once(fault: Fault) -> None:
    before = set(threading.enumerate())
    box = Sandbox([fault, "then"]).start()
    with connect(box) as connection:
        connection.sendall(ASKED)
        assert connection.recv(12) == b"HTTP/1.1 200"
        box.close()
        assert set(threading.enumerate()) - before == set()


@pytest.mark.parametrize("fault", [Fault.stall(), Fault.stall(999), Fault.stall(until=threading.Event())])
def test_a_client_that_leaves_a_stall_leaves_the_scripts_reply_to_the_next(fault: Fault) -> None:
    asked = threading.Event()

    def stall(_request: SandboxRequest) -> object:
        asked.set()
        return fault

    with Sandbox([stall, "kept"]) as box:
        with connect(box) as connection:
            connection.sendall(ASKED)
            assert asked.wait(10)
        assert chat(box) == ("kept", "stop")


def chatting(box: Sandbox) -> openai.OpenAI:
    return openai.OpenAI(base_url=box.openai_url, api_key="test", max_retries=0)


def claude(box: Sandbox) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=box.anthropic_url, api_key="test", max_retries=0)


def chat(box: Sandbox) -> tuple[str | None, str]:
    """One request: the text of its reply, and why it stopped."""
    with chatting(box) as client:
        choice = client.chat.completions.create(model="gpt-4o", messages=[SAID]).choices[0]
    return choice.message.content, choice.finish_reason


def test_what_is_cut_can_be_given() -> None:
    with Sandbox([Fault.length(0.5, reply="0123456789")]) as box:
        assert chat(box) == ("01234", "length")


NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
WAITS: list[tuple[Any, str, str]] = [
    (7, "retry-after", "7"),
    (0.5, "retry-after", "0.5"),
    (timedelta(milliseconds=20), "retry-after-ms", "20"),
    (NOON, "retry-after", "Tue, 01 Dec 2026 12:00:00 GMT"),
]


@pytest.mark.parametrize(("wait", "name", "value"), WAITS)
def test_the_time_to_wait_is_sent_in_seconds_as_a_date_or_in_milliseconds(wait: Any, name: str, value: str) -> None:
    with Sandbox([Fault(429, retry_after=wait)]) as box, pytest.raises(openai.RateLimitError) as caught:
        chat(box)
    assert caught.value.response.headers[name] == value


def test_an_error_in_a_stream_has_the_providers_form() -> None:
    fault = Fault.stream_error(503, message="no room")
    asked: dict[str, Any] = {"model": "claude-haiku-5-5", "max_tokens": 9, "stream": True, "messages": [SAID]}
    with Sandbox([fault] * 3) as box, chatting(box) as gpt, claude(box) as other:
        with pytest.raises(openai.APIError, match="no room") as broken:
            list(gpt.chat.completions.create(model="gpt-4o", stream=True, messages=[SAID]))
        *before, last = gpt.responses.create(model="gpt-4o", input="x", stream=True)
        with pytest.raises(anthropic.APIStatusError, match="no room") as message:
            list(other.messages.create(**asked))
    assert broken.value.type == "server_error"
    assert last.to_dict() == {
        "type": "error", "code": "server_error", "message": "no room", "param": None, "sequence_number": len(before),
    }  # fmt: skip
    assert isinstance(message.value.body, dict)
    assert message.value.body["error"] == {"type": "api_error", "message": "no room"}


def test_an_error_in_bedrocks_stream_is_a_frame_of_its_own() -> None:
    asked: dict[str, Any] = {"model": "us.anthropic.claude-haiku-4-5", "max_tokens": 9, "messages": [SAID]}
    with Sandbox([Fault.stream_error(429, message="slow down")], plays="bedrock") as box:
        client = anthropic.AnthropicBedrock(base_url=box.url, api_key="k", aws_region="us-east-1", max_retries=0)
        with client, pytest.raises(anthropic.APIStatusError, match="slow down") as caught:
            list(client.messages.create(**asked, stream=True))
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["error"]["type"] == "throttlingException"


def statuses(box: Sandbox, count: int) -> list[int]:
    with chatting(box) as client:
        for _ in range(count):
            with suppress(openai.APIStatusError):
                client.chat.completions.create(model="gpt-4o", messages=[SAID])
    return [request.status for request in box.requests]


def test_faults_by_chance_strike_the_same_requests_for_the_same_seed() -> None:
    found = []
    for seed in (7, 7, 8):
        with Sandbox(lambda _: "ok") as box:
            box.faults(Fault(500), Fault(429), probability=0.5, seed=seed)
            found.append(statuses(box, 24))
    assert found[0] == found[1] != found[2]
    assert set(found[0]) == {200, 429, 500}


def test_a_fault_may_go_on_for_all_requests_until_it_is_ended() -> None:
    with Sandbox(["one", "two"]) as box:
        box.faults(Fault(500), probability=1)
        box.faults(Fault(429))
        statuses(box, 3)
        box.faults(probability=0)
        assert statuses(box, 2) == [429, 500, 500, 200, 200]


def test_what_is_no_fault_is_refused_where_it_is_made() -> None:
    with Sandbox(["one"]) as box:
        with pytest.raises(TypeError, match=r"a fault is Fault\(status\) or Fault.stall\(\) and the like, not int"):
            box.faults(500)  # type: ignore[arg-type]  # that is the case here
        with pytest.raises(ValueError, match="probability=2 is not from 0 to 1"):
            box.faults(Fault(500), probability=2)
        with pytest.raises(ValueError, match="a probability needs a fault"):
            box.faults(probability=0.5)


BAD: list[tuple[Callable[[], Fault], str]] = [
    (lambda: Fault(99), "status=99 is not an HTTP status"),
    (lambda: Fault.truncate(2), "keep=2 is not a share"),
    (lambda: Fault.reset(-1), "after_bytes=-1 is negative"),
    (lambda: Fault.stall(-1), "seconds=-1 is negative"),
]


@pytest.mark.parametrize(("make", "words"), BAD, ids=[words for _, words in BAD])
def test_a_fault_out_of_its_range_is_refused(make: Callable[[], Fault], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()
