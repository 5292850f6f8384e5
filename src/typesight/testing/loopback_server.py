"""A loopback HTTP server that starts at once and ends all its connections and threads when it is closed."""

from __future__ import annotations

import socket
import socketserver
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, TypeAlias

__all__ = ["Exchange", "HttpRequest", "HttpResponse", "LoopbackServer"]

MAX_READ = 512 * 1024 * 1024
"""Size limit in bytes: a longer body is not read, and the request's `raw` is None."""


@dataclass(frozen=True)
class HttpRequest:
    """One request as received; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes | None = field(repr=False)


@dataclass(frozen=True)
class HttpResponse:
    """One response as sent."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str]
    stream: Iterator[bytes] | None = field(default=None, repr=False)
    """Sent instead of `body`, each piece as soon as it is there. If the client disconnects, the iterator is closed; if
    the iterator raises, the connection is.
    """


Connection: TypeAlias = socket.socket | tuple[bytes, socket.socket]
"""The type that typeshed declares; for a TCP server it is always a socket."""

Exchange: TypeAlias = Callable[[HttpRequest], HttpResponse | None]
"""Answers a request; None closes the connection. Called from many threads at once."""


class LoopbackServer(ThreadingHTTPServer):
    """Keeps a table of its connections and threads, because closing must end idle keep-alive connections too."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, exchange: Exchange, port: int) -> None:
        self.exchange = exchange
        self._live: dict[Any, Thread] = {}
        self._lock = Lock()
        super().__init__(("127.0.0.1", port), _Connection)
        # The interval bounds how long closing waits.
        self._loop = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox", daemon=True)
        self._loop.start()

    def server_bind(self) -> None:
        """Bind like HTTPServer, but without its reverse DNS lookup of the address, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def process_request(self, request: Connection, client_address: Any) -> None:
        """Start one thread per connection and keep it in the table until the connection ends."""
        thread = Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._lock:
            self._live[request] = thread
        thread.start()

    def shutdown_request(self, request: Connection) -> None:
        """Close a connection and remove it from the table; its thread calls this last."""
        super().shutdown_request(request)
        with self._lock:
            self._live.pop(request, None)

    def close(self) -> None:
        """Stop listening, close open connections, and wait for their threads (at most five seconds each)."""
        self.shutdown()
        self._loop.join()
        self.server_close()
        with self._lock:
            live = dict(self._live)
        for connection in live:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in live.values():
            thread.join(timeout=5)

    def handle_error(self, request: Connection, client_address: Any) -> None:
        """Ignore errors of a connection, which mean that the client disconnected."""


class _Connection(BaseHTTPRequestHandler):
    """Serves the requests of one connection until it ends."""

    protocol_version = "HTTP/1.1"
    server_version = "typesight-sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # buffered, so that head and body are sent in one write
    server: LoopbackServer

    def do_POST(self) -> None:
        """Serve a request of any method."""
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length) if length <= MAX_READ else None
        if raw is not None and len(raw) < length:  # the client disconnected
            self.close_connection = True
            return
        self.close_connection = self.close_connection or raw is None
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self.server.exchange(HttpRequest(self.command, self.path, headers, raw))
        if response is None:
            self.close_connection = True
        elif response.stream is None:
            self._send(response)
        else:
            self._send_pieces(response, response.stream)

    do_GET = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_POST  # noqa: N815  names of the stdlib

    def _send(self, response: HttpResponse) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _send_pieces(self, response: HttpResponse, pieces: Iterator[bytes]) -> None:
        self.send_response(response.status)
        for name, value in (*response.headers.items(), ("Transfer-Encoding", "chunked")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True  # until the last piece is sent
        try:
            for piece in filter(None, pieces):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
            self.close_connection = False
        except Exception:  # the client disconnected, or the script broke off the stream
            return
        finally:
            getattr(pieces, "close", lambda: None)()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""
