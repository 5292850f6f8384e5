"""A line: what takes the steps of a journey, in the calling thread or on the event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from threading import Thread
from time import monotonic
from typing import Any, TypeVar

from typesight.deadline import Deadline
from typesight.images.download.destination.host_names import Address
from typesight.images.download.destination.locations import parse
from typesight.images.download.download_errors import reason, told
from typesight.images.download.downloads import Downloads
from typesight.images.download.hops import travel
from typesight.images.download.steps import CHUNK, Step, advance

__all__ = ["fetch", "fetch_async"]

_T = TypeVar("_T")
_DEFAULT = Downloads()


def fetch(url: str, downloads: Downloads = _DEFAULT, deadline: Deadline | None = None) -> bytes:
    """The bytes behind an http, https, gs or s3 URL; whether they are a picture is for others to say.

    gs:// and s3:// are read through fsspec, with the cloud credentials this process has. A URL with a user name or
    password is refused, as is a redirect from https to http. Look-ups run in a thread of their own, which may outlive
    a call that ran out of time. `deadline` is that of the whole call that the picture is for.

    Raises DownloadRefused (an address, scheme or redirect that is not allowed), DownloadFailed (tried, and no bytes),
    MissingExtra (no HTTP library is installed), Late.
    """
    place = parse(url)
    with told(place, downloads, deadline), closing(_Line(downloads.timeout, deadline)) as line:
        journey = travel(place, downloads)
        step = advance(journey, None)
        while isinstance(step, Step):
            step = advance(journey, getattr(line, step.verb)(*step.args))
        return step


async def fetch_async(url: str, downloads: Downloads = _DEFAULT) -> bytes:
    """As `fetch`, without ever blocking the event loop of asyncio, look-ups of names included."""
    place = parse(url)
    with told(place, downloads), closing(_AsyncLine(downloads.timeout)) as line:
        async with asyncio.timeout(downloads.timeout):
            journey = travel(place, downloads)
            step = advance(journey, None)
            while isinstance(step, Step):
                step = advance(journey, await getattr(line, step.verb)(*step.args))
            return step


class _BaseLine:
    """One connection at a time, and one end for all its steps."""

    def __init__(self, seconds: float, deadline: Deadline | None = None) -> None:
        self._ends = monotonic() + seconds
        self._deadline = deadline
        self._socket: socket.socket | None = None

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _open(self, family: int) -> socket.socket:
        self.close()
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        return self._socket

    def _left(self) -> float:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError
        return self._deadline.bound(left) if self._deadline else left

    @property
    def _opened(self) -> socket.socket:
        assert self._socket is not None  # the machine connects first
        return self._socket


class _Line(_BaseLine):
    """Takes steps in the calling thread; each may last as long as is left of the whole."""

    def aside(self, work: Callable[[], Any]) -> Any:
        return _aside(work).result(self._left())

    def connect(self, address: Address, tries: int) -> str:
        share = self._left() / tries
        try:
            opened = self._open(address[0])
            opened.settimeout(share)
            opened.connect(address[1])
        except OSError as error:
            return reason(error)
        return ""

    def send(self, data: bytes) -> None:
        self._opened.settimeout(self._left())
        self._opened.sendall(data)

    def read(self) -> bytes:
        self._opened.settimeout(self._left())
        return self._opened.recv(CHUNK)

    def rest(self) -> None:
        self._left()


class _AsyncLine(_BaseLine):
    """Takes steps on the running event loop; the whole is bounded from outside."""

    async def aside(self, work: Callable[[], Any]) -> Any:
        return await asyncio.wrap_future(_aside(work))

    async def connect(self, address: Address, tries: int) -> str:
        try:
            async with asyncio.timeout(self._left() / tries):
                opened = self._open(address[0])
                opened.setblocking(False)
                await asyncio.get_running_loop().sock_connect(opened, address[1])
        except OSError as error:
            return reason(error)
        return ""

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._opened, data)

    async def read(self) -> bytes:
        await self.rest()  # what has come already is given at once
        return await asyncio.get_running_loop().sock_recv(self._opened, CHUNK)

    async def rest(self) -> None:
        await asyncio.sleep(0)


def _aside(work: Callable[[], _T]) -> Future[_T]:
    """Run work in a thread of its own: nobody waits for it at exit, and no pool fills with look-ups that hang."""
    future: Future[_T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=run, name="typesight download", daemon=True).start()
    return future
