"""Fetches a URL: carries out a download's steps, in the calling thread or on the event loop."""

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
from typesight.images.download.destination.host_names import SocketAddress
from typesight.images.download.destination.parsed_urls import parse_url
from typesight.images.download.download_errors import describe_download_error, translate_download_errors
from typesight.images.download.downloads import Downloads
from typesight.images.download.picture_redirects import follow_redirects
from typesight.images.download.steps import CHUNK_BYTES, Step, advance

__all__ = ["fetch", "fetch_async"]

_T = TypeVar("_T")
_DEFAULT_DOWNLOADS = Downloads()


def fetch(url: str, downloads: Downloads = _DEFAULT_DOWNLOADS, deadline: Deadline | None = None) -> bytes:
    """Fetch the bytes behind an http, https, gs or s3 URL, without checking that they are a picture.

    gs:// and s3:// are read through fsspec, with this process's cloud credentials. A URL with a user name or password
    is refused, and so is a redirect from https to http. Names are looked up in a thread of its own, which may outlive
    a call that timed out. `deadline` is that of the whole call that needs the picture.

    Raises DownloadRefused (an address, scheme or redirect that is not allowed), DownloadFailed (tried, and no bytes),
    MissingExtra (no HTTP library is installed), DeadlinePassed.
    """
    place = parse_url(url)
    with (
        translate_download_errors(place, downloads, deadline),
        closing(_StepRunner(downloads.timeout, deadline)) as line,
    ):
        journey = follow_redirects(place, downloads)
        step = advance(journey, None)
        while isinstance(step, Step):
            step = advance(journey, getattr(line, step.verb)(*step.args))
        return step


async def fetch_async(url: str, downloads: Downloads = _DEFAULT_DOWNLOADS) -> bytes:
    """As `fetch`, for asyncio: never blocks the event loop, not even to look up a name."""
    place = parse_url(url)
    with translate_download_errors(place, downloads), closing(_AsyncStepRunner(downloads.timeout)) as line:
        async with asyncio.timeout(downloads.timeout):
            journey = follow_redirects(place, downloads)
            step = advance(journey, None)
            while isinstance(step, Step):
                step = advance(journey, await getattr(line, step.verb)(*step.args))
            return step


class _BaseStepRunner:
    """One connection at a time, and one time limit for all its steps."""

    def __init__(self, seconds: float, deadline: Deadline | None = None) -> None:
        self._end_time = monotonic() + seconds
        self._deadline = deadline
        self._socket: socket.socket | None = None

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _open_socket(self, family: int) -> socket.socket:
        self.close()
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        return self._socket

    def _find_time_left(self) -> float:
        left = self._end_time - monotonic()
        if left <= 0:
            raise TimeoutError
        return self._deadline.cap(left) if self._deadline else left

    @property
    def _live_socket(self) -> socket.socket:
        assert self._socket is not None  # the generator connects first
        return self._socket


class _StepRunner(_BaseStepRunner):
    """Carries out steps in the calling thread; each may take all the time that is left."""

    def run_in_thread(self, work: Callable[[], Any]) -> Any:
        return _run_in_thread(work).result(self._find_time_left())

    def connect(self, address: SocketAddress, tries: int) -> str:
        share = self._find_time_left() / tries
        try:
            opened = self._open_socket(address[0])
            opened.settimeout(share)
            opened.connect(address[1])
        except OSError as error:
            return describe_download_error(error)
        return ""

    def send(self, data: bytes) -> None:
        self._live_socket.settimeout(self._find_time_left())
        self._live_socket.sendall(data)

    def read(self) -> bytes:
        self._live_socket.settimeout(self._find_time_left())
        return self._live_socket.recv(CHUNK_BYTES)

    def yield_to_loop(self) -> None:
        self._find_time_left()


class _AsyncStepRunner(_BaseStepRunner):
    """Carries out steps on the running event loop; the caller limits the total time."""

    async def run_in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.wrap_future(_run_in_thread(work))

    async def connect(self, address: SocketAddress, tries: int) -> str:
        try:
            async with asyncio.timeout(self._find_time_left() / tries):
                opened = self._open_socket(address[0])
                opened.setblocking(False)
                await asyncio.get_running_loop().sock_connect(opened, address[1])
        except OSError as error:
            return describe_download_error(error)
        return ""

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._live_socket, data)

    async def read(self) -> bytes:
        await self.yield_to_loop()  # the next line returns at once if data has arrived, so yield here
        return await asyncio.get_running_loop().sock_recv(self._live_socket, CHUNK_BYTES)

    async def yield_to_loop(self) -> None:
        await asyncio.sleep(0)


def _run_in_thread(work: Callable[[], _T]) -> Future[_T]:
    """Run work in a thread of its own: Python's exit does not wait for it, and lookups that hang fill no pool."""
    future: Future[_T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    Thread(target=run, name="typesight download", daemon=True).start()
    return future
