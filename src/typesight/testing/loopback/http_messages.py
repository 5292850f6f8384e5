"""HTTP requests and responses, as they pass between a connection and what answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from typesight.testing.loopback.delivery import Delivery

__all__ = ["HttpApp", "HttpRequest", "HttpResponse"]


@dataclass(frozen=True)
class HttpRequest:
    """One request as received; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes | None = field(repr=False)
    """The body; None if it was longer than the server reads."""


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
    delivery: Delivery | None = None
    """How it is sent, if not as usual."""
    then: Callable[[], HttpResponse | BaseException] | None = field(default=None, repr=False)
    """Asked, once the delivery has stalled, for the response that is sent instead of this one; an exception closes the
    connection.
    """


HttpApp: TypeAlias = Callable[[HttpRequest], HttpResponse | None]
"""Answers a request; None closes the connection. Called from many threads at once."""
