"""block_network: nothing leaves this machine, it says so in words, and afterwards all is as it was."""

from __future__ import annotations

import asyncio
import re
import socket
import urllib.request
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest

import typesight
from typesight.testing import NetworkBlock, NetworkBlocked, Sandbox
from typesight.testing.plugin.failure_notes import find_network_blocked

ELSEWHERE = ("192.0.2.1", 9)  # RFC 5737: nobody's address
MESSAGES: Any = [{"role": "user", "content": "hello"}]


def look_up() -> None:
    socket.getaddrinfo("elsewhere.example", 443)


def look_up_by_other_ways() -> None:
    socket.gethostbyname("elsewhere.example")


def connect() -> None:
    socket.create_connection(ELSEWHERE)


def send_datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hello", ELSEWHERE)


def fetch() -> None:
    urllib.request.urlopen("http://elsewhere.example/")


def look_up_async() -> None:
    asyncio.run(_open_stream("elsewhere.example"))


def connect_async() -> None:
    asyncio.run(_open_stream(ELSEWHERE[0]))


async def _open_stream(host: str) -> None:
    await asyncio.open_connection(host, 443)


async def _open_in_group() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(_open_stream("elsewhere.example"))


def look_up_in_a_group_of_tasks() -> None:
    asyncio.run(_open_in_group())


def fetch_with_httpx() -> None:
    with openai.DefaultHttpxClient() as client:  # of httpx or httpx2, as the SDK has it
        client.get("https://elsewhere.example/")


def ask_the_sdk() -> None:
    with openai.OpenAI(base_url="https://elsewhere.example/v1", api_key="k", max_retries=0) as sdk:
        sdk.models.list()


def download() -> None:
    typesight.Image.from_url("https://elsewhere.example/a.png", download=True).to_openai()


# Rows: what reaches for the network, and the class of the error that its caller gets.
REACHES: dict[Callable[[], None], str] = {
    look_up: "NetworkBlocked",
    look_up_by_other_ways: "NetworkBlocked",
    connect: "NetworkBlocked",
    send_datagram: "NetworkBlocked",
    fetch: "URLError",
    look_up_async: "NetworkBlocked",
    connect_async: "NetworkBlocked",
    look_up_in_a_group_of_tasks: "ExceptionGroup",
    fetch_with_httpx: "ConnectError",
    ask_the_sdk: "APIConnectionError",
    download: "DownloadFailed",
}


@pytest.mark.parametrize("reach", REACHES)
def test_whatever_reaches_for_the_network_gets_its_own_error_from_one_that_names_the_host(
    reach: Callable[[], None],
) -> None:
    with NetworkBlock() as block, pytest.raises(Exception) as raised:
        reach()
    blocked = find_network_blocked(raised.value)
    assert type(raised.value).__name__ == REACHES[reach]
    assert isinstance(blocked, OSError)
    assert re.match(r"this test reached for (elsewhere\.example|192\.0\.2\.1)", str(blocked))
    assert block.stopped == [str(blocked)]


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("host", ["elsewhere.example", ELSEWHERE[0]])
@pytest.mark.parametrize(
    ("make", "kinds"),
    [
        (typesight.from_openai, (openai.OpenAI, openai.AsyncOpenAI)),
        (typesight.from_anthropic, (anthropic.Anthropic, anthropic.AsyncAnthropic)),
    ],
)
async def test_a_client_does_not_repeat_the_request_and_its_error_says_what_stopped_it(
    make: Callable[..., Any], kinds: tuple[Any, Any], host: str, asynchronous: bool, caplog: pytest.LogCaptureFixture
) -> None:
    sdk = kinds[asynchronous](base_url=f"https://{host}/v1", api_key="k", max_retries=3)
    client = make(sdk, model="any", profile="gpt-4o")
    with NetworkBlock() as block, caplog.at_level("INFO"), pytest.raises(Exception) as raised:
        await client.create(messages=MESSAGES)
    closing: Any = sdk.close()
    await closing if asynchronous else None
    assert type(raised.value).__name__ == "APIConnectionError"
    assert raised.value.__notes__ == block.stopped
    assert len(block.stopped) == 1
    retries = [line for line in caplog.messages if line.startswith("Retrying")]
    assert [line for line in retries if "in 0.000000 seconds" not in line] == []


async def test_this_machine_is_let_through() -> None:
    with NetworkBlock(), Sandbox(["yes", "yes"]) as box:
        with openai.OpenAI(base_url=box.openai_url.replace("127.0.0.1", "localhost"), api_key="k") as sdk:
            typesight.from_openai(sdk, model="gpt-4o").create(messages=MESSAGES)
        async with openai.AsyncOpenAI(base_url=box.openai_url, api_key="k") as sdk_async:
            await typesight.from_openai(sdk_async, model="gpt-4o").create(messages=MESSAGES)
        assert len(box.requests) == 2


def test_an_allowed_host_is_let_through_and_so_are_the_addresses_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    row = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ELSEWHERE)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [row])
    with NetworkBlock() as block, socket.socket() as sender:
        sender.setblocking(False)  # it does not wait for an answer
        block.allow("Elsewhere.example")
        with pytest.raises(NetworkBlocked, match=r"block_network\.allow\('192\.0\.2\.1'\)"):
            sender.connect_ex(ELSEWHERE)
        socket.getaddrinfo("elsewhere.example", 443)
        assert sender.connect_ex(ELSEWHERE) != 0


def test_afterwards_sockets_are_as_they_were() -> None:
    before = {**vars(socket.socket)}, {**vars(socket)}
    with NetworkBlock():
        assert {**vars(socket)} != before[1]
    assert ({**vars(socket.socket)}, {**vars(socket)}) == before
