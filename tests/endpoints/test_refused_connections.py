"""A refused connection is tried once, over real closed ports; its error names the address."""

from __future__ import annotations

import contextlib
import inspect
import re
import socket
import sys
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest

import typesight
from raw import RawServer
from typesight.endpoints.refused_connections import explain_connection_error, is_connection_refused

COLOURS = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
VENDORS = pytest.mark.parametrize("vendor", ["openai", "anthropic"])
KINDS = {
    ("openai", False): openai.OpenAI,
    ("openai", True): openai.AsyncOpenAI,
    ("anthropic", False): anthropic.Anthropic,
    ("anthropic", True): anthropic.AsyncAnthropic,
}
WRAP: dict[str, Callable[..., Any]] = {"openai": typesight.from_openai, "anthropic": typesight.from_anthropic}

_attempts: list[Any] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        _attempts.append(arguments[1])


sys.addaudithook(_hear)  # the interpreter's own record of what it connects to; a hook cannot be taken away again


@pytest.fixture
def closed() -> int:
    """The number of a port at which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


async def failed(
    vendor: str, asynchronous: bool, url: str, retries: int = 3, **arguments: Any
) -> tuple[Exception, Any]:
    """What a call ends in, and the SDK's client."""
    sdk = KINDS[vendor, asynchronous](api_key="k", base_url=url, max_retries=retries, **arguments)
    client = WRAP[vendor](sdk, model="claude-haiku-5-5", profile="gpt-4o")
    try:
        called = client.create(messages=[{"role": "user", "content": "Hi."}], response_model=None)
        await called if inspect.isawaitable(called) else None
    except Exception as error:
        return error, sdk
    finally:
        closing = sdk.close()
        await closing if inspect.isawaitable(closing) else None
    raise AssertionError("the call did not fail")


@COLOURS
@VENDORS
async def test_a_refused_connection_is_tried_once_and_not_waited_for(
    vendor: str, asynchronous: bool, closed: int, caplog: pytest.LogCaptureFixture
) -> None:
    _attempts.clear()
    with caplog.at_level("INFO"):
        error, _ = await failed(vendor, asynchronous, f"http://127.0.0.1:{closed}/v1")
    assert type(error) is {"openai": openai, "anthropic": anthropic}[vendor].APIConnectionError
    assert [each for each in _attempts if each[1] == closed] == [("127.0.0.1", closed)]
    pauses = [float(found[1]) for line in caplog.messages if (found := re.search(r"in ([\d.]+) seconds", line))]
    assert pauses == [0.0, 0.0, 0.0]  # the SDK repeats the request, and the guard lets none through


@COLOURS
@VENDORS
async def test_a_host_that_does_not_exist_is_not_waited_for(
    vendor: str, asynchronous: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        error, sdk = await failed(vendor, asynchronous, "http://no-such-host.invalid/v1")
    if not is_connection_refused(error):
        pytest.skip("no name server answers here, and that may be different a moment later")
    assert all("in 0.000000 seconds" in line for line in caplog.messages if line.startswith("Retrying"))
    explain_connection_error(error, sdk)
    assert "there is no host 'no-such-host.invalid': is base_url right" in error.__notes__[0]


@COLOURS
@VENDORS
async def test_a_connection_that_breaks_is_tried_again(vendor: str, asynchronous: bool) -> None:
    with RawServer(lambda server, connection: None) as box:
        error, sdk = await failed(vendor, asynchronous, box.url, retries=1)
        assert box.requests == 2
    assert not is_connection_refused(error)
    explain_connection_error(error, sdk)
    assert not hasattr(error, "__notes__")


@COLOURS
@VENDORS
@pytest.mark.parametrize("host", ["localhost", "user:secret@127.0.0.1"])
async def test_the_error_names_the_address_and_no_password(
    host: str, vendor: str, asynchronous: bool, closed: int
) -> None:
    error, _ = await failed(vendor, asynchronous, f"http://{host}:{closed}/v1?key=hidden")
    shown = host.removeprefix("user:secret@")
    asked = "is the server running, and is base_url right?"
    assert error.__notes__ == [f"nothing answers at http://{shown}:{closed}/v1: {asked}"]


@COLOURS
@VENDORS
@pytest.mark.parametrize("url", ["localhost:1234/v1", "user:secret@localhost:1/v1?key=hidden", "api.example"])
async def test_a_url_without_http_is_tried_once_and_explained(
    url: str, vendor: str, asynchronous: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        error, _ = await failed(vendor, asynchronous, url)
    assert all("in 0.000000 seconds" in line for line in caplog.messages if line.startswith("Retrying"))
    shown = url.partition("?")[0].removeprefix("user:secret@")
    assert error.__notes__ == [f"base_url must begin with http:// or https://, and it is {shown!r}"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets connections to a full queue wait")
@COLOURS
@VENDORS
async def test_a_server_that_lets_connections_wait_is_named(vendor: str, asynchronous: bool) -> None:
    with socket.socket() as server, contextlib.ExitStack() as waiting:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port = server.getsockname()[1]
        for _ in range(3):
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        error, _ = await failed(vendor, asynchronous, f"http://127.0.0.1:{port}/v1", retries=0, timeout=0.2)
    asked = "is this machine online, and is base_url right?"
    assert error.__notes__ == [f"no connection to http://127.0.0.1:{port}/v1: {asked}"]


def test_only_where_every_address_is_refused_or_out_of_reach_is_the_host_refused() -> None:
    refused, away, slow = ConnectionRefusedError(111, "x"), OSError(101, "x"), TimeoutError("x")
    assert is_connection_refused(ExceptionGroup("all", [refused, away]))
    assert not is_connection_refused(ExceptionGroup("all", [refused, slow]))
    assert not is_connection_refused(away)


def test_causes_that_go_round_in_a_circle_end() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert not is_connection_refused(first)
