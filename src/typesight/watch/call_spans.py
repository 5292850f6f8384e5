"""CallSpans: the OpenTelemetry spans of one call, and the metrics of its requests.

`typesight.extract` is the call's span, a child of the application's current one; each request has a span `chat MODEL`
below it. OpenTelemetry is not imported here: an application that has a tracer has imported it, and where there is none,
nothing is done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from typesight.endpoints.connections import Connection
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.installation import read_version
from typesight.loop.changes import Change
from typesight.usage import Usage
from typesight.watch.events import RequestEvent
from typesight.watch.metrics import has_meter, record_call, record_request
from typesight.watch.span_attributes import (
    Attributes,
    describe_arguments,
    describe_change,
    describe_completion,
    describe_endpoint,
    describe_error,
    describe_sending,
)
from typesight.watch.telemetry_faults import log_faults

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

__all__ = ["CallSpans"]

# The name of a call's span. Also its `gen_ai.workflow.name`: langfuse 5 drops spans without an attribute of `gen_ai`.
_CALL = "typesight.extract"

# What the conventions ask for where a reply was under way and its end never came.
_UNFINISHED = {"gen_ai.response.finish_reasons": ("error",)}

_NOTHING = nullcontext()
_read_version = lru_cache(read_version)  # it searches the disk


@dataclass(slots=True)
class _OpenRequest:
    """A request whose reply has not come whole; `described` is what its span says."""

    span: Span | None
    described: Attributes
    started: float = field(default_factory=time.perf_counter)


class CallSpans:
    """The spans of one call. Has state because spans are open while the call runs.

    A call that has passed its deadline ends in another thread than the one that still waits for its reply, hence the
    lock: each span ends once.
    """

    def __init__(self, call: str) -> None:
        self._id = call
        self._tracer: Tracer | None = None
        self._call: Span | None = None
        self._request: _OpenRequest | None = None
        self._is_over: bool | None = None  # None before the call has begun
        self._lock = Lock()

    def watch_call(self) -> AbstractContextManager[Any]:
        """Make the call's span current, for as long as no other code runs in between; the first time begins it."""
        if self._is_over is None:
            self._begin()
        return _make_current(self._call)

    @contextmanager
    def watch_request(self, event: RequestEvent, request: Request, connection: Connection) -> Iterator[None]:
        """Make the span of a request current while the request is sent; an error that comes instead ends it."""
        self._open_request(event, request, connection)
        if (opened := self._request) is None:
            yield
            return
        try:
            with _make_current(opened.span):
                yield
        except BaseException as error:
            self._close_request(describe_error(error))
            raise

    @log_faults
    def tell_arguments(self, arguments: Mapping[str, Any]) -> None:
        """Tell what the SDK's call is given."""
        if (opened := self._request) and opened.span:
            opened.span.set_attributes(describe_arguments(arguments))

    @log_faults
    def tell_change(self, change: Change) -> None:
        """Tell what the call has changed by itself."""
        if self._call:
            self._call.add_event(*describe_change(change))

    @log_faults
    def tell_reply(self, completion: Completion, cost: float | None) -> None:
        """End the span of a request whose reply has come whole, or broke off; one from a cache had no request."""
        if completion.cached and self._call:
            self._call.add_event("typesight.cached_reply")
        if self._request:
            self._close_request(describe_completion(completion, cost), completion.usage)

    @log_faults
    def end(self, outcome: str, error: BaseException | None = None, spent: Attributes | None = None) -> None:
        """End the call's span; the first end counts. `outcome` is "record", "reply", "failure" or "left"."""
        with self._lock:
            if self._is_over is not False:
                return
            self._is_over = True
        ending = {"typesight.outcome": outcome, **describe_error(error)}
        self._close_request({**_UNFINISHED, **describe_error(error)})  # one whose reply nobody waits for any more
        if self._call:
            _end_span(self._call, {**ending, **(spent or {})})
        record_call(ending, (spent or {}).get("typesight.attempts", 1))

    @log_faults
    def _begin(self) -> None:
        self._is_over = False
        self._tracer = _find_tracer()
        if self._tracer:
            span = self._tracer.start_span(
                _CALL, attributes={"typesight.call": self._id, "gen_ai.workflow.name": _CALL}
            )
            self._call = span if span.get_span_context().is_valid else None

    @log_faults
    def _open_request(self, event: RequestEvent, request: Request, connection: Connection) -> None:
        if self._is_over or (self._call is None and not has_meter()):
            return
        described, span = describe_endpoint(event.model, connection), None
        if self._tracer and self._call:
            trace = sys.modules["opentelemetry.trace"]
            kind = trace.SpanKind.CLIENT if connection.server else trace.SpanKind.INTERNAL
            context = trace.set_span_in_context(self._call)
            span = self._tracer.start_span(f"chat {event.model}", context, kind, attributes=described)
            if span.is_recording():
                span.set_attributes(describe_sending(event, request))
            if request.target and event.attempt == 1:
                self._call.set_attribute("typesight.response_model", request.target.name)
        self._request = _OpenRequest(span, described)

    @log_faults
    def _close_request(self, described: Attributes, usage: Usage | None = None) -> None:
        with self._lock:
            opened, self._request = self._request, None
        if opened is None:
            return
        seconds = time.perf_counter() - opened.started
        if opened.span:
            _end_span(opened.span, described)
        record_request({**opened.described, **described}, seconds, usage or Usage())


def _find_tracer() -> Tracer | None:
    """The application's tracer; None where it has set none."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return None
    provider = trace.get_tracer_provider()
    if isinstance(provider, trace.ProxyTracerProvider | trace.NoOpTracerProvider):
        return None
    tracer: Tracer = provider.get_tracer("typesight", _read_version())
    return tracer


def _make_current(span: Span | None) -> AbstractContextManager[Any]:
    """Make a span the current one. Errors that pass are not recorded on it: their messages may quote a reply."""
    if span is None:
        return _NOTHING
    current: AbstractContextManager[Any] = sys.modules["opentelemetry.trace"].use_span(
        span, end_on_exit=False, record_exception=False, set_status_on_exception=False
    )
    return current


def _end_span(span: Span, described: Attributes) -> None:
    """End a span with its last attributes; the status names the class of an error, never its message."""
    if span.is_recording():
        span.set_attributes(described)
        if kind := described.get("error.type"):
            trace = sys.modules["opentelemetry.trace"]
            span.set_status(trace.Status(trace.StatusCode.ERROR, kind))
    span.end()
