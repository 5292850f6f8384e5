"""A loopback HTTP server that starts at once and ends all its connections and threads when it is closed."""

from __future__ import annotations

import socket
import socketserver
from contextlib import suppress
from functools import partial
from http.server import ThreadingHTTPServer
from struct import unpack
from threading import Event, Lock, Thread
from typing import Any, TypeAlias

from typesight.testing.loopback.http_messages import HttpApp
from typesight.testing.loopback.loopback_connection import RESET_LINGER, LoopbackConnection

__all__ = ["LoopbackServer"]

ClientSocket: TypeAlias = socket.socket | tuple[bytes, socket.socket]
"""The type that typeshed declares; for a TCP server it is always a socket."""


class LoopbackServer(ThreadingHTTPServer):
    """Keeps a table of its connections and threads, because closing must end idle keep-alive connections too."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, app: HttpApp, port: int) -> None:
        self._closing = Event()
        self._connections: dict[Any, Thread] = {}
        self._lock = Lock()
        super().__init__(("127.0.0.1", port), partial(LoopbackConnection, app, self._closing))
        # The interval bounds how long closing waits.
        self._listener = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox", daemon=True)
        self._listener.start()

    def server_bind(self) -> None:
        """Bind like HTTPServer, but without its reverse DNS lookup of the address, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def process_request(self, request: ClientSocket, client_address: Any) -> None:
        """Start one thread per connection and keep it in the table until the connection ends."""
        thread = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._lock:
            self._connections[request] = thread
        thread.start()

    def shutdown_request(self, request: ClientSocket) -> None:
        """Close a connection, with a reset if it is marked so, and remove it from the table; its thread ends so."""
        if _is_to_be_reset(request):
            self.close_request(request)  # a shutdown would end the connection in order first
        else:
            super().shutdown_request(request)
        with self._lock:
            self._connections.pop(request, None)

    def close(self) -> None:
        """Stop listening, close open connections, and wait for their threads (at most five seconds each)."""
        self._closing.set()
        self.shutdown()
        self._listener.join()
        self.server_close()
        with self._lock:
            live = dict(self._connections)
        for connection in live:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in live.values():
            thread.join(timeout=5)

    def handle_error(self, request: ClientSocket, client_address: Any) -> None:
        """Ignore errors of a connection, which mean that the client disconnected."""


def _is_to_be_reset(request: Any) -> bool:
    """Whether closing the socket sends a TCP reset."""
    with suppress(OSError):
        found = request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(RESET_LINGER))
        return bool(unpack("ii", found)[0])
    return False
