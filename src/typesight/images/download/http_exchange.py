"""One HTTP/1.1 request and its response over a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from typesight.errors import DownloadFailed
from typesight.images.download.destination.parsed_urls import ParsedUrl
from typesight.images.download.http_libraries import import_library
from typesight.images.download.pipes import Pipe, TlsPipe
from typesight.images.download.steps import Step, Steps

__all__ = ["HttpExchange"]

_EVENTS_PER_REST = (
    128  # h11 events between two rests: about 5 ms, if each is a response head of status 103 or a one-byte chunk
)
_MAX_HEAD_BYTES = 64 * 1024  # bytes of status line and headers; browsers stop at 256 kB, servers at 8 to 16


class HttpExchange:
    """One HTTP/1.1 exchange over a pipe, parsed by h11. Has state because h11 does."""

    def __init__(self, pipe: Pipe | TlsPipe, place: ParsedUrl) -> None:
        self._pipe, self._place = pipe, place
        self._h11 = import_library("h11")
        self._events = 0
        self._connection = self._h11.Connection(self._h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)

    def send_request(self, method: str, target: str, headers: Sequence[tuple[str, str]]) -> Steps[None]:
        """Send a request without a body."""
        request = self._h11.Request(method=method, target=target, headers=list(headers))
        end = self._h11.EndOfMessage()
        yield from self._pipe.send(self._connection.send(request) + self._connection.send(end))

    def read_head(self) -> Steps[tuple[int, dict[bytes, bytes]]]:
        """Read the status and the headers (names in lower case, repeated ones joined)."""
        while isinstance(event := (yield from self._read_event()), self._h11.InformationalResponse):
            pass
        headers: dict[bytes, bytes] = {}
        for name, value in event.headers:
            headers[name] = headers[name] + b", " + value if name in headers else value
        return event.status_code, headers

    def read_data(self) -> Steps[bytes | None]:
        """Read the next part of the body, None at its end; a body shorter than declared is an error."""
        event = yield from self._read_event()
        return bytes(event.data) if isinstance(event, self._h11.Data) else None

    def _read_event(self) -> Steps[Any]:
        while True:
            try:
                event = self._connection.next_event()
                self._events += 1
                if self._events % _EVENTS_PER_REST == 0:
                    yield Step("yield_to_loop")
                if event is not self._h11.NEED_DATA:
                    return event
                data = yield from self._pipe.read()
                self._connection.receive_data(data)
            except self._h11.RemoteProtocolError as error:
                raise DownloadFailed(
                    f"{self._place} sent a reply that is cut short or not HTTP: check the URL, try again"
                ) from error
