"""One connection of the loopback server: whatever bytes come, it answers a request or closes in order."""

from __future__ import annotations

import socket
import string
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import BaseServer
from struct import pack
from threading import Event
from time import monotonic
from typing import Any, BinaryIO, cast

from typesight.testing.loopback.delivery import Delivery, DeliveryEndedError, deliver_pieces
from typesight.testing.loopback.http_messages import HttpApp, HttpRequest, HttpResponse
from typesight.testing.loopback.request_bodies import BadFramingError, ClientLeftError, check_head, read_request_body

__all__ = ["LoopbackConnection"]

LINE_BYTES = 65_536
"""The longest request line and header line."""
BLANK_LINES = 8
FIRST_BYTES = frozenset((string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~\r\n").encode())
"""How a request may begin: with a method, or with blank lines before it (RFC 9112, 2.2). TLS begins with 0x16."""
POLL_SECONDS = 0.02
"""How soon a pause sees that it is over."""
DRAIN_SECONDS = 1.0
"""How long what a refused client still sends is taken: closing before that could lose it the answer."""
RESET_LINGER = pack("ii", 1, 0)
"""With this SO_LINGER, closing sends a TCP reset."""
BODILESS = (204, 304)


class LoopbackConnection(BaseHTTPRequestHandler):
    """Serves the requests of one connection until it ends, or until `closing` is set."""

    protocol_version = "HTTP/1.1"
    server_version = "typesight-sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # buffered, so that head and body are sent in one write

    def __init__(self, app: HttpApp, closing: Event, request: socket.socket, address: Any, server: BaseServer) -> None:
        self._app = app
        self._closing = closing
        super().__init__(request, address, server)

    def handle_one_request(self) -> None:
        """Read one request of any method, and answer it."""
        self.command, self.requestline, self.request_version = "", "", self.protocol_version
        self.close_connection = True
        try:
            if self._read_request_line() and self.parse_request():
                check_head(self.headers, host_required=self.request_version >= "HTTP/1.1")
                raw = read_request_body(self.headers, cast(BinaryIO, self.rfile))
                self._answer(raw)
        except BadFramingError as bad:
            self.send_error(*bad.args)
        except (ClientLeftError, DeliveryEndedError):
            self.close_connection = True

    def _read_request_line(self) -> bool:
        """Read the next request line; False if the connection ended instead.

        Raises:
            BadFramingError: it is none, or one of HTTP/0.9, after which nothing would come.

        """
        first = cast(Any, self.rfile).peek(1)[:1]
        if first and first[0] not in FIRST_BYTES:
            raise BadFramingError(400, "this is not HTTP; the sandbox speaks plain HTTP/1.1, without TLS")
        lines = (self.rfile.readline(LINE_BYTES + 1) for _ in range(BLANK_LINES))
        self.raw_requestline = next((line for line in lines if line not in (b"\r\n", b"\n")), b"")
        if len(self.raw_requestline) > LINE_BYTES:
            raise BadFramingError(414, f"the request line is longer than {LINE_BYTES} bytes")
        if self.raw_requestline and len(self.raw_requestline.split()) < 3:
            raise BadFramingError(400, "the request line is not: method, path, HTTP/1.1")
        return bool(self.raw_requestline)

    def handle_expect_100(self) -> bool:
        """Say at once that the body may come."""
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a request in plain words, and close: where the next request would begin is not certain."""
        del explain
        self.close_connection = True
        words = f"{code} {HTTPStatus(code).phrase}: {message or HTTPStatus(code).description}\n".encode()
        self.request_version = self.protocol_version  # HTTP/0.9 would get no head
        headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
        self._send(HttpResponse(code, words, headers))
        self._drain()

    def _answer(self, raw: bytes | None) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self._wait_for_answer(self._app(HttpRequest(self.command, self.path, headers, raw)))
        self.close_connection = self.close_connection or raw is None or response is None
        if response is not None and (response.delivery or response.stream is not None):
            self._deliver(response, response.delivery or Delivery())
        elif response is not None:
            self._send(response)
        if raw is None:
            self._drain()

    def _wait_for_answer(self, response: HttpResponse | None) -> HttpResponse | None:
        """Sit out the stall of a response that is asked for only then.

        Raises:
            DeliveryEndedError: the connection ended meanwhile.

        """
        while response is not None and response.then is not None:
            (response.delivery or Delivery()).stall(self._pause)
            later = response.then()
            response = later if isinstance(later, HttpResponse) else None
        return response

    def _send(self, response: HttpResponse) -> None:
        self._send_head(response, {"Content-Length": str(len(response.body))})
        if self._has_body(response):
            self.wfile.write(response.body)
        self.wfile.flush()

    def _has_body(self, response: HttpResponse) -> bool:
        return self.command != "HEAD" and response.status not in BODILESS

    def _send_head(self, response: HttpResponse, framing: dict[str, str]) -> None:
        self.send_response(response.status)
        for name, value in {**response.headers, **({} if response.status == 204 else framing)}.items():
            self.send_header(name, value)
        self.end_headers()

    def _deliver(self, response: HttpResponse, how: Delivery) -> None:
        """Send a response as its delivery says; a stream goes in chunks, each piece as soon as it is there."""
        pieces = iter((response.body,)) if response.stream is None else response.stream
        keep, self.close_connection = self.close_connection, True  # until the last piece is sent
        try:
            if how.stall_after == 0:
                how.stall(self._pause)
            if how.stop_after != 0:
                self._send_pieces(response, pieces, how)
            self.close_connection = keep or how.stop_after is not None
        except Exception:  # the delivery stops here, the client disconnected, or the script broke off the stream
            return
        finally:
            getattr(pieces, "close", lambda: None)()
            if how.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_LINGER)

    def _send_pieces(self, response: HttpResponse, pieces: Iterator[bytes], how: Delivery) -> None:
        chunked = response.stream is not None
        length = str(len(response.body))
        self._send_head(response, {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": length})
        self.wfile.flush()
        if not self._has_body(response):
            return
        for piece in deliver_pieces(pieces, how, self._pause):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            self.wfile.flush()
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()

    def _pause(self, seconds: float | None, until: Event | None) -> bool:
        """Wait; False as soon as the client has left or the server closes."""
        end = None if seconds is None else monotonic() + seconds
        while until is None or not until.is_set():
            left = POLL_SECONDS if end is None else min(POLL_SECONDS, end - monotonic())
            if left <= 0:
                break
            if self._closing.wait(left) or self._has_left():
                return False
        return True

    def _has_left(self) -> bool:
        """Whether the client has closed its side."""
        self.connection.setblocking(False)
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            self.connection.setblocking(True)

    def _drain(self) -> None:
        """Take what the client still sends, for a second at most."""
        end = monotonic() + DRAIN_SECONDS
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            while (left := end - monotonic()) > 0:
                self.connection.settimeout(left)
                if not self.connection.recv(LINE_BYTES):
                    return

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""
