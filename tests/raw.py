"""A raw server: HTTP as no honest endpoint speaks it, over sockets, for what the Sandbox cannot do."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Semaphore, Thread
from typing import Self

__all__ = ["RawServer", "Script"]

Script = Callable[["RawServer", socket.socket], None]
"""What is written after a request; the connection is closed when it returns."""


class RawServer:
    """Listens on 127.0.0.1; hands every request's connection to a script, and counts the requests.

    It has state because it owns sockets and threads. `over` is set when it closes, `gone` counts the connections that
    have ended, `came` the requests not yet waited for.
    """

    def __init__(self, script: Script) -> None:
        self.over = Event()
        self.came = Semaphore(0)
        self.gone = Semaphore(0)
        self.requests = 0
        self._script = script
        self._open: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._listening = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for each in (self._listening, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(10)

    @property
    def url(self) -> str:
        """http://127.0.0.1:port"""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    openai_url = anthropic_url = url

    def hold(self, connection: socket.socket) -> None:
        """Say nothing until the other side goes away, or the server closes."""
        with suppress(OSError):
            connection.recv(1)

    def _run(self, target: Callable[..., None], *args: object) -> None:
        thread = Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            self._run(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError, ValueError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if _read_request(connection):
                self.requests += 1
                self.came.release()
                self._script(self, connection)
        self.gone.release()


def _read_request(connection: socket.socket) -> bool:
    """Read a head and the body it declares; False where the other side went away."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65536)):
            return False
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    left = int(lengths[0] if lengths else 0) - len(body)
    while left > 0:
        if not (more := connection.recv(65536)):
            return False
        left -= len(more)
    return True
