"""block_network: nothing leaves this machine, it says so in words, and afterwards all is as it was."""

from __future__ import annotations

import asyncio
import socket
import urllib.request
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest

import typesight
from typesight.testing import NetworkBlock, NetworkBlocked, Sandbox

ELSEWHERE = ("192.0.2.1", 9)  # RFC 5737: nobody's address
MESSAGES: Any = [{"role": "user", "content": "hello"}]


def look_up() -> None:
    socket.getaddrinfo("elsewhere.example", 443)


def look_up_by_other_ways() -> None:
    socket.gethostbyname("elsewhere.example")


def connect() -> None:
    with socket.socket() as sender:
        sender.connect(ELSEWHERE)


def send_datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hello", ELSEWHERE)


def fetch() -> None:
    urllib.request.urlopen("http://elsewhere.example/")


def look_up_async() -> None:
    async def main() -> None:
        await asyncio.open_connection("elsewhere.example", 443)

    asyncio.run(main())


def connect_async() -> None:
    async def main() -> None:
        await asyncio.open_connection(*ELSEWHERE)

    asyncio.run(main())


def ask_openai() -> None:
    with openai.OpenAI(base_url="https://elsewhere.example/v1", api_key="k") as sdk:
        typesight.from_openai(sdk, model="gpt-4o", deadline=30).create(messages=MESSAGES)


def ask_anthropic_async() -> None:
    async def main() -> None:
        async with anthropic.AsyncAnthropic(base_url="https://elsewhere.example", api_key="k") as sdk:
            await typesight.from_anthropic(sdk, model="claude-haiku-5-5").create(messages=MESSAGES)

    asyncio.run(main())


def download() -> None:
    typesight.Image.from_url("https://elsewhere.example/a.png", download=True).to_openai()


@pytest.mark.parametrize(
    "reach",
    [
        look_up, look_up_by_other_ways, connect, send_datagram, fetch, look_up_async, connect_async, ask_openai,
        ask_anthropic_async, download,
    ],
)  # fmt: skip
def test_whatever_reaches_for_the_network_fails_and_names_the_host(reach: Callable[[], None]) -> None:
    with NetworkBlock(), pytest.raises(NetworkBlocked, match=r"reached for (elsewhere\.example|192\.0\.2\.1)"):
        reach()


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
