"""What has ended stays ended: after a deadline, a cancellation or Ctrl-C no further request begins."""

from __future__ import annotations

import asyncio
import inspect
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any

import openai
import pytest
from pydantic import BaseModel, field_validator
from tenacity import AsyncRetrying, Retrying, retry_if_not_exception_type, stop_after_attempt, wait_fixed

import typesight
from raw import RawServer
from support import BAD, GOOD, Clients, Receipt, heartbeat
from typesight import DeadlineExceeded, Downloads, ExtractionFailed, Image
from typesight.reader import Line
from typesight.testing import Fault, Reply, Sandbox

Start = Callable[..., Sandbox]
VENDORS = ("openai", "anthropic")
MESSAGES = [{"role": "user", "content": "Read this."}]


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """The SDKs import much of themselves at a first call, which must not take the time of a short deadline."""
    with Sandbox([GOOD, GOOD]) as box:
        for vendor in VENDORS:
            with Clients().sync(vendor, box) as client:
                client.create(response_model=Receipt, messages=MESSAGES)


MINUTE = {"retry-after": "60"}
http: Any = import_module(str(openai.DefaultHttpxClient.__base__.__module__))  # httpx2, or httpx with an older SDK


@pytest.fixture
def let_go() -> Iterator[threading.Event]:
    """An event that replies wait for; set at the end, so that the servers can close."""
    event = threading.Event()
    yield event
    event.set()


def workers_have_ended() -> bool:
    """Whether the threads in which calls with a deadline ran end within seconds."""
    workers = [thread for thread in threading.enumerate() if thread.name == "typesight-deadline"]
    for worker in workers:
        worker.join(20)
    return not any(worker.is_alive() for worker in workers)


def interrupt_at(came: threading.Semaphore) -> None:
    """Send this process Ctrl-C as soon as a request has come."""

    def interrupt() -> None:
        came.acquire()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()


def after(let_go: threading.Event, said: bytes) -> Callable[[RawServer, socket.socket], None]:
    """A script that says something as late as it is let go."""

    def script(server: RawServer, connection: socket.socket) -> None:
        let_go.wait(60)
        connection.sendall(said)

    return script


# What comes too late: nothing at all, an answer that the SDK answers with another request, a way that leads to one.
TOO_LATE = {
    "a connection that breaks off": b"",
    "a status that is tried again": b"HTTP/1.1 503 Busy\r\nretry-after-ms: 1\r\ncontent-length: 0\r\n\r\n",
    "a redirect": b"HTTP/1.1 307 Elsewhere\r\nlocation: /v1/elsewhere\r\ncontent-length: 0\r\n\r\n",
    "a body that is no reply": b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]",
}
NAMES = ("create", "create_partial", "raw")


def call(client: Any, name: str, **options: Any) -> Any:
    if name == "raw":
        return client.create(response_model=None, messages=MESSAGES, **options)
    got = getattr(client, name)(response_model=Receipt, messages=MESSAGES, **options)
    return list(got) if name == "create_partial" else got


@pytest.mark.parametrize("said", TOO_LATE.values(), ids=TOO_LATE)
@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", NAMES)
def test_what_comes_after_the_deadline_is_not_followed_by_a_request(
    name: str, vendor: str, said: bytes, clients: Clients, let_go: threading.Event
) -> None:
    with RawServer(after(let_go, said)) as server:
        client = clients.sync(vendor, server, sdk={"max_retries": 2})
        with pytest.raises(DeadlineExceeded):
            call(client, name, deadline=0.3)
        let_go.set()
        assert workers_have_ended()
        assert server.requests == 1


@pytest.mark.parametrize("said", TOO_LATE.values(), ids=TOO_LATE)
@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", NAMES)
def test_what_comes_after_an_interruption_is_not_followed_by_a_request(
    name: str, vendor: str, said: bytes, clients: Clients, let_go: threading.Event
) -> None:
    with RawServer(after(let_go, said)) as server:
        client = clients.sync(vendor, server, sdk={"max_retries": 2})
        interrupt_at(server.came)
        with pytest.raises(KeyboardInterrupt):
            call(client, name, deadline=60)
        let_go.set()
        assert workers_have_ended()
        assert server.requests == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_silent_endpoint_is_not_asked_again_when_the_deadline_ends_its_read(vendor: str, clients: Clients) -> None:
    with RawServer(RawServer.hold) as server:
        client = clients.sync(vendor, server, sdk={"max_retries": 2, "timeout": None})
        with pytest.raises(DeadlineExceeded):
            client.create(response_model=Receipt, messages=MESSAGES, deadline=0.3)
        assert workers_have_ended()
        assert server.requests == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_wait_that_the_endpoint_asks_for_ends_with_the_call(vendor: str, sandbox: Start, clients: Clients) -> None:
    box = sandbox(*[Fault(429, headers=MINUTE)] * 3)
    client = clients.sync(vendor, box, sdk={"max_retries": 2})
    with pytest.raises(DeadlineExceeded):
        client.create(response_model=Receipt, messages=MESSAGES, deadline=0.3)
    assert workers_have_ended()
    assert [request.status for request in box.requests] == [429]


def test_a_wait_of_a_tenacity_object_ends_with_the_call(sandbox: Start, clients: Clients) -> None:
    box = sandbox(BAD, BAD)
    policy = Retrying(stop=stop_after_attempt(2), wait=wait_fixed(3600))
    with pytest.raises(DeadlineExceeded) as caught:
        clients.sync("openai", box).create(response_model=Receipt, messages=MESSAGES, max_retries=policy, deadline=0.5)
    assert [attempt.number for attempt in caught.value.attempts] == [1]
    assert workers_have_ended()
    assert len(box.requests) == 1


async def test_a_wait_of_an_asynchronous_tenacity_object_ends_with_the_call(sandbox: Start, clients: Clients) -> None:
    box = sandbox(BAD, BAD)
    policy = AsyncRetrying(stop=stop_after_attempt(2), wait=wait_fixed(3600))
    with pytest.raises(DeadlineExceeded) as caught:
        await clients.asynchronous("openai", box).create(
            response_model=Receipt, messages=MESSAGES, max_retries=policy, deadline=0.5
        )
    assert [attempt.number for attempt in caught.value.attempts] == [1]
    assert len(box.requests) == 1


def failing(client: Any) -> None:
    with suppress(ExtractionFailed):
        call(client, "create", max_retries=0)


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["deadline", "interruption"])
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_call_that_waited_for_a_connection_does_not_take_it_when_it_is_over(
    vendor: str, ends: str, clients: Clients, let_go: threading.Event
) -> None:
    with RawServer(after(let_go, TOO_LATE["a body that is no reply"])) as server:
        begins = threading.Semaphore(0)
        hooks = {"request": [lambda _: begins.release()]}
        only = http.Client(limits=http.Limits(max_connections=1), timeout=60, event_hooks=hooks)
        client = clients.sync(vendor, server, sdk={"http_client": only, "max_retries": 0})
        first = threading.Thread(target=failing, args=(client,))
        first.start()
        server.came.acquire()
        begins.acquire()
        if ends == "deadline":
            with pytest.raises(DeadlineExceeded):
                call(client, "create", deadline=0.3)
        else:
            interrupt_at(begins)
            with pytest.raises(KeyboardInterrupt):
                call(client, "create", deadline=60)
        let_go.set()
        first.join(20)
        assert workers_have_ended()
        assert server.requests == 1


@pytest.mark.parametrize("ends", ["deadline", "interruption"])
def test_no_further_picture_is_downloaded_for_a_call_that_is_over(
    ends: str, picture: bytes, clients: Clients, let_go: threading.Event
) -> None:
    whole = b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: %d\r\n\r\n%s" % (len(picture), picture)
    with RawServer(after(let_go, whole)) as pictures, RawServer(RawServer.hold) as server:
        client = clients.sync("openai", server, downloads=Downloads(allow_hosts=["127.0.0.1"], timeout=10))
        images = [Image.from_url(f"{pictures.url}/{name}.png", download=True) for name in "ab"]
        if ends == "deadline":
            with pytest.raises(DeadlineExceeded):
                client.extract(Receipt, images, deadline=0.3)
        else:
            interrupt_at(pictures.came)
            with pytest.raises(KeyboardInterrupt):
                client.extract(Receipt, images, deadline=60)
        let_go.set()
        assert workers_have_ended()
        assert (pictures.requests, server.requests) == (1, 0)


def test_an_interruption_is_no_fault_that_a_tenacity_object_tries_again(clients: Clients) -> None:
    policy = Retrying(stop=stop_after_attempt(2), retry=retry_if_not_exception_type(ValueError))
    with RawServer(RawServer.hold) as server:
        interrupt_at(server.came)
        with pytest.raises(KeyboardInterrupt):
            clients.sync("openai", server).create(response_model=Receipt, messages=MESSAGES, max_retries=policy)
        assert server.requests == 1


@pytest.mark.parametrize("policy", [2, AsyncRetrying(retry=retry_if_not_exception_type(ValueError))])
@pytest.mark.parametrize("deadline", [None, 60])
@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_task_that_was_cancelled_sends_nothing_more(
    vendor: str, deadline: float | None, policy: Any, clients: Clients
) -> None:
    with RawServer(RawServer.hold) as server:
        client = clients.asynchronous(vendor, server, sdk={"max_retries": 2})
        task = asyncio.ensure_future(
            client.create(response_model=Receipt, messages=MESSAGES, max_retries=policy, deadline=deadline)
        )
        await asyncio.to_thread(server.came.acquire)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.gone.acquire, timeout=20)  # its connection is closed
        assert server.requests == 1


BEGUN = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    b'data: {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o", "choices": [{"index": 0, '
    b'"delta": {"role": "assistant", "content": "{\\"company\\": \\"Corner Shop\\", "}}]}\n\n'
)


def begun(server: RawServer, connection: socket.socket) -> None:
    """The beginning of a streamed reply, and no more."""
    connection.sendall(BEGUN)
    server.hold(connection)


@pytest.mark.parametrize("deadline", [None, 60])
async def test_leaving_an_asynchronous_stream_closes_its_connection(deadline: float | None, clients: Clients) -> None:
    with RawServer(begun) as server:
        client = clients.asynchronous("openai", server, sdk={"max_retries": 2})
        stream: Any = client.create_partial(
            response_model=Receipt, messages=MESSAGES, deadline=deadline, mode="json_schema"
        )
        assert (await anext(stream)).company in {None, "Corner Shop"}
        await stream.aclose()
        assert await asyncio.to_thread(server.gone.acquire, timeout=20)
        assert server.requests == 1


@pytest.mark.parametrize("deadline", [None, 60])
def test_leaving_a_stream_closes_its_connection(deadline: float | None, clients: Clients) -> None:
    with RawServer(begun) as server:
        client = clients.sync("openai", server, sdk={"max_retries": 2})
        stream: Any = client.create_partial(
            response_model=Receipt, messages=MESSAGES, deadline=deadline, mode="json_schema"
        )
        assert next(stream).company in {None, "Corner Shop"}
        stream.close()
        assert server.gone.acquire(timeout=20)
        assert workers_have_ended()
        assert server.requests == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_stream_that_begins_too_late_gives_its_connection_back(
    vendor: str, clients: Clients, let_go: threading.Event
) -> None:
    def late(server: RawServer, connection: socket.socket) -> None:
        let_go.wait(60)
        connection.sendall(BEGUN)
        server.hold(connection)

    with RawServer(late) as server:
        with pytest.raises(DeadlineExceeded):
            call(clients.sync(vendor, server), "create_partial", deadline=0.3)
        let_go.set()
        assert server.gone.acquire(timeout=20)
        assert workers_have_ended()


class _SlowEngine:
    """An OCR engine that takes as long as it is held up."""

    def __init__(self, let_go: threading.Event) -> None:
        self.let_go = let_go
        self.pages = 0

    def read(self, picture: Any) -> tuple[Line, ...]:
        """Nothing legible, at last."""
        self.pages += 1
        self.let_go.wait(60)
        return ()


def test_reading_on_this_machine_ends_with_the_deadline_and_begins_no_further_page(
    picture: bytes, let_go: threading.Event
) -> None:
    engine = _SlowEngine(let_go)
    client = typesight.from_local(engine=engine)
    with pytest.raises(DeadlineExceeded):
        client.extract(Receipt, [picture, Image(picture).crop((0, 0, 300, 200))], deadline=0.3, turn=False)
    before = engine.pages
    let_go.set()
    assert workers_have_ended()
    assert (before, engine.pages <= 4) == (1, True)


async def test_reading_on_this_machine_leaves_its_turns_to_other_tasks(picture: bytes, let_go: threading.Event) -> None:
    client = typesight.from_local(engine=_SlowEngine(let_go), async_client=True)
    async with heartbeat() as beats:
        with pytest.raises(DeadlineExceeded):
            await client.extract(Receipt, picture, deadline=0.3)
    let_go.set()  # the thread ends before the loop does
    assert len(beats) > 12


def held(begun: threading.Event, let_go: threading.Event) -> type[BaseModel]:
    """A type whose validator takes as long as it is held up."""

    class Held(BaseModel):
        text: str
        number: int

        @field_validator("text")
        @classmethod
        def wait(cls, text: str) -> str:
            begun.set()
            let_go.wait(60)
            return text

    return Held


LONG = '{"number": 7, "text": "', "x" * 60_000, '"}'  # judged in a thread by an asynchronous client


@pytest.mark.slow
@pytest.mark.parametrize("name", ["create", "create_partial"])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_a_reply_that_is_being_judged_at_the_deadline_is_among_what_was_paid(
    asynchronous: bool, name: str, sandbox: Start, clients: Clients, let_go: threading.Event
) -> None:
    begun = threading.Event()
    client = (clients.asynchronous if asynchronous else clients.sync)("openai", sandbox(Reply(text=LONG)))
    ask: Any = partial(getattr(client, name), mode="json_schema")
    with pytest.raises(DeadlineExceeded) as caught:
        got = ask(response_model=held(begun, let_go), messages=MESSAGES, deadline=1.5)
        if name == "create":
            _ = await got if inspect.isawaitable(got) else got
        else:
            _ = [each async for each in got] if asynchronous else list(got)
    let_go.set()
    assert workers_have_ended()
    assert begun.is_set()
    error = caught.value
    [attempt] = error.attempts
    assert (attempt.http_requests, len(attempt.reply or "") > 60_000) == (1, True)
    assert error.usage == attempt.usage
    assert error.usage.output > 0
    assert error.last is attempt.error
    assert "not validated in time" in str(error.last)


@pytest.mark.slow
def test_a_reply_that_is_judged_at_the_deadline_is_counted_beside_those_before_it(
    sandbox: Start, clients: Clients, let_go: threading.Event
) -> None:
    begun = threading.Event()
    box = sandbox({"number": "x"}, {"text": "a", "number": 7})
    with pytest.raises(DeadlineExceeded) as caught:
        clients.sync("openai", box).create(
            response_model=held(begun, let_go), messages=MESSAGES, deadline=1.5, reask="whole"
        )
    let_go.set()
    assert workers_have_ended()
    assert begun.is_set()
    assert [attempt.number for attempt in caught.value.attempts] == [1, 2]


def test_a_stream_with_a_deadline_is_read_in_one_thread(sandbox: Start, clients: Clients) -> None:
    begun: list[str] = []

    def note(*_: object) -> None:
        begun.append(threading.current_thread().name)
        sys.setprofile(None)

    client = clients.sync("openai", sandbox({**GOOD, "company": "Corner Shop " * 200}))
    threading.setprofile(note)  # called in each thread as it begins
    try:
        shown = list(client.create_partial(response_model=Receipt, messages=MESSAGES, deadline=60))
    finally:
        threading.setprofile(None)
    assert shown[-1].company == "Corner Shop " * 200
    assert begun.count("typesight-deadline") == 3  # for the head, for the events, for judging


# Its last call is cut off in a validator that goes on once Python has begun to end, or at a socket.
SCRIPT = """
import sys, threading, time
import openai, typesight
from pydantic import BaseModel, field_validator
from typesight import deadline

class Receipt(BaseModel):
    company: str

    @field_validator("company")
    @classmethod
    def wait(cls, company):
        if company == "slow":
            print("judging")
            threading.main_thread().join()
            time.sleep(0.05)
        return company

assert deadline._EXIT_GRACE
deadline._EXIT_GRACE = 3600  # whoever waits for a socket waits for good
sdk = openai.OpenAI(base_url=sys.argv[1], api_key="test-key", max_retries=0, timeout=None)
client = typesight.from_openai(sdk, model="gpt-4o")
ask = {"response_model": Receipt, "messages": [{"role": "user", "content": "Read this."}]}
if sys.argv[2] == "judging":
    client.create(**ask)  # loads what a first call loads
try:
    got = getattr(client, sys.argv[3])(**ask, mode="json_schema", deadline=float(sys.argv[4]))
    list(got) if sys.argv[3] == "create_partial" else None
except typesight.DeadlineExceeded:
    print("late")
except KeyboardInterrupt:
    print("stopped")
"""


def begin(url: str, *how: str) -> subprocess.Popen[str]:
    """A Python of its own, which ends with a call that is cut off."""
    return subprocess.Popen([sys.executable, "-c", SCRIPT, url, *how], stdout=subprocess.PIPE, text=True)


def ended(python: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """How it ends: its code, and what it said."""
    with python:
        try:
            said, _ = python.communicate(timeout=60)
        finally:
            python.kill()
    return python.returncode, said.split()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["create", "create_partial"])
def test_python_ends_as_ever_while_a_validator_still_runs(name: str, sandbox: Start) -> None:
    box = sandbox({"company": "quick"}, {"company": "slow"})
    assert ended(begin(box.openai_url, "judging", name, "1.5")) == (0, ["judging", "late"])


def drip(server: RawServer, connection: socket.socket) -> None:
    """A reply that never comes to its end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    while not server.over.wait(0.01):
        connection.sendall(b" ")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["create", "create_partial"])
def test_python_does_not_wait_for_a_socket_that_drips(name: str) -> None:
    with RawServer(drip) as server:
        assert ended(begin(server.url, "dripping", name, "1.5")) == (0, ["late"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["create", "create_partial"])
def test_python_does_not_wait_for_a_silent_socket(name: str) -> None:
    with RawServer(RawServer.hold) as server:
        python = begin(server.url, "silent", name, "3600")
        server.came.acquire()
        python.send_signal(signal.SIGINT)
        assert ended(python) == (0, ["stopped"])
