"""Connection: an endpoint and what sends requests to it, an SDK's client or the local reader."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from typesight.deadline import Deadline, mark_network_wait
from typesight.endpoints.deadline_client import apply_deadline
from typesight.endpoints.endpoint import Endpoint, make_reader_endpoint
from typesight.endpoints.paced_requests import RequestPacing, shorten_pauses
from typesight.endpoints.refused_connections import explain_connection_error
from typesight.endpoints.request_redirects import guard_http_client, skip_vain_pauses
from typesight.exchange.wire import Wire
from typesight.pacing.pace import Pace
from typesight.wires.local import LocalReader

__all__ = ["Connection", "LocalConnection", "RawReply", "SdkConnection"]


class RawReply(Protocol):
    """An HTTP reply as the SDKs' `with_raw_response` returns it."""

    retries_taken: int

    @property
    def http_response(self) -> Any:
        """The HTTP library's own response."""
        ...

    @property
    def request_id(self) -> str | None:
        """The provider's id of the request."""
        ...

    def parse(self) -> Any:
        """Return the SDK's own reply object, or on some asynchronous clients an awaitable of it."""
        ...


class Connection(Protocol):
    """What sends requests to an endpoint; the only thing here that does I/O."""

    @property
    def endpoint(self) -> Endpoint:
        """Where its requests go."""
        ...

    @property
    def max_retries(self) -> int:
        """How often the SDK repeats a request after a transport error."""
        ...

    @property
    def server(self) -> tuple[str, int] | None:
        """The host and the port that requests go to; None if they go nowhere."""
        ...

    def make_sender(
        self, wire: Wire, max_retries: int, deadline: Deadline | None = None, pace: Pace | None = None
    ) -> Callable[..., Any]:
        """Make the function that takes an encoded request and returns a RawReply, or an awaitable of one.

        The deadline shortens the timeouts of the client and of the call; no request starts after it. Each HTTP request
        takes its turn in the pace, if there is one.
        """
        ...

    def explain(self, error: BaseException) -> None:
        """Add a note to an SDK's error if there is something to say about where the request went."""
        ...

    def close(self) -> Any:
        """Close the connections; returns an awaitable if the client is asynchronous."""
        ...


@dataclass(frozen=True)
class SdkConnection:
    """A client of an official SDK."""

    endpoint: Endpoint
    client: Any

    @property
    def max_retries(self) -> int:
        """The `max_retries` of the SDK's client."""
        return int(self.client.max_retries)

    @property
    def server(self) -> tuple[str, int]:
        """The host and the port of the client's `base_url`."""
        url = self.client.base_url
        return url.host, url.port or (80 if url.scheme == "http" else 443)

    def make_sender(
        self, wire: Wire, max_retries: int, deadline: Deadline | None = None, pace: Pace | None = None
    ) -> Callable[..., Any]:
        """Make a raw call of the SDK's `create` with that many transport retries; each redirect counts as one."""
        most = max_retries + 1  # the SDKs do not count redirects
        http_client = guard_http_client(self.client._client, most, RequestPacing(pace, deadline))
        client = self.client.with_options(max_retries=max_retries, http_client=http_client)
        if pace is not None:
            shorten_pauses(client, pace)
        skip_vain_pauses(client, http_client)
        resource = apply_deadline(client, deadline) if deadline else client
        for name in wire.CLIENT_PATH:
            resource = getattr(resource, name)
        create = resource.with_raw_response.create

        def send(**options: Any) -> Any:
            arguments = wire.extend_timeout(options, client.timeout) if wire.extend_timeout else options
            with mark_network_wait():
                return create(**arguments)

        return send

    def explain(self, error: BaseException) -> None:
        """Add a note with the URL to an error about a connection that was never made."""
        explain_connection_error(error, self.client)

    def close(self) -> Any:
        """Close the connections of the SDK's client."""
        return self.client.close()


@dataclass(frozen=True, slots=True)
class _LocalReply:
    """The local reader's reply, which has no HTTP response."""

    reply: Any
    retries_taken: int = 0
    request_id: str | None = None
    http_response: None = None

    def parse(self) -> Any:
        return self.reply


@dataclass(frozen=True)
class LocalConnection:
    """The OCR reader on this machine; in asynchronous code it runs in a thread."""

    reader: LocalReader
    is_async: bool
    endpoint: Endpoint = field(default_factory=make_reader_endpoint)
    max_retries: int = 0
    server: None = None

    def make_sender(
        self, wire: Wire, max_retries: int, deadline: Deadline | None = None, pace: Pace | None = None
    ) -> Callable[..., Any]:
        """Make a call of the reader's `create`, in a thread if the client is asynchronous."""
        del wire, max_retries, pace
        create = partial(self._create, deadline=deadline)
        return partial(asyncio.to_thread, create) if self.is_async else create

    def explain(self, error: BaseException) -> None:
        """Do nothing: nothing went anywhere."""

    def close(self) -> Any:
        """Do nothing: the reader has no connections."""
        return asyncio.sleep(0) if self.is_async else None

    def _create(self, **arguments: Any) -> _LocalReply:
        return _LocalReply(self.reader.create(**arguments))
