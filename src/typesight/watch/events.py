"""Events: what hooks get, each a frozen value.

The order in a call: `request` and `reply` for each request, `complaint` between a reply that was not valid and the next
request, and at the end `record` or `failure`. Synchronous, asynchronous and streamed calls have the same events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from typesight.attempts import Attempt
from typesight.usage import Usage

__all__ = [
    "EVENTS",
    "ComplaintEvent",
    "Event",
    "EventName",
    "FailureEvent",
    "RecordEvent",
    "ReplyEvent",
    "RequestEvent",
]

EventName = Literal["request", "reply", "complaint", "record", "failure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestEvent:
    """A request is about to be sent. The SDK may repeat it: `ReplyEvent.http_requests` says how often.

    `call` is the same for all events of one call. `source` names the document of `extract`, else "". `attempt` counts
    from 1. `vendor` is the provider, `api` which of its APIs. `image_bytes` is the size of the encoded
    pictures, before base64; those that the endpoint fetches itself are not in it.
    """

    call: str
    source: str
    attempt: int
    model: str
    vendor: str
    api: str
    mode: str
    pictures: int
    image_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyEvent:
    """A reply has come, and has not been validated yet.

    `text` is the model's answer, as in `Attempt.reply`; None with `response_model=None`, where the reply is the SDK's
    own object. `stop` says why it ended ("done", "length", "refusal", ...). `seconds` is the time from the request to
    the end of the reply. `cost` is in US dollars, None if unknown. A `cached` reply came from a cache and cost nothing.
    """

    call: str
    source: str
    attempt: int
    model: str
    stop: str
    usage: Usage
    cost: float | None
    seconds: float
    http_requests: int
    request_id: str | None
    cached: bool = False
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintEvent:
    """A reply was not valid, and the model is asked again; `attempt` is the number of the attempt that follows.

    `errors` maps failing paths to what is wrong with them; it may quote the reply's values.
    """

    call: str
    source: str
    attempt: int
    errors: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvent:
    """A call has ended with a valid record.

    `usage` and `cost` (US dollars, None if unknown) are summed over the attempts; `seconds` is the whole call's time.
    """

    call: str
    source: str
    record: Any = field(repr=False)
    attempts: tuple[Attempt, ...] = field(repr=False)
    usage: Usage
    cost: float | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureEvent:
    """A call has ended with an error, which the caller gets: an ExtractionFailed, an ImageError, the SDK's own.

    `attempts`, `usage` and `cost` are what was paid before it.
    """

    call: str
    source: str
    error: BaseException
    attempts: tuple[Attempt, ...] = field(repr=False)
    usage: Usage
    cost: float | None
    seconds: float


Event = RequestEvent | ReplyEvent | ComplaintEvent | RecordEvent | FailureEvent

EVENTS: Mapping[EventName, type[Event]] = {
    "request": RequestEvent,
    "reply": ReplyEvent,
    "complaint": ComplaintEvent,
    "record": RecordEvent,
    "failure": FailureEvent,
}
"""The events by the names that `client.on` takes."""
