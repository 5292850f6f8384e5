"""CallWatch: what happens in one call is told here, to the logger, the hooks and OpenTelemetry, by every driver."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from typesight.attempts import Attempt
from typesight.conversation.extraction import Extraction, sum_cost, sum_usage
from typesight.endpoints.mode_selection import WireMode
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.images.encoding.encode import EncodedImage
from typesight.loop.changes import Change, ReaskBegan
from typesight.usage import compute_cost
from typesight.watch.events import ComplaintEvent, Event, FailureEvent, RecordEvent, ReplyEvent, RequestEvent
from typesight.watch.hooks import NamedListener, tell_listeners
from typesight.watch.log_lines import log_change, log_event

__all__ = ["CallWatch"]


class CallWatch:
    """Watches one call. Has state because a call takes time and comes in steps.

    It is the same in synchronous and asynchronous code, so what it tells must not block.
    """

    def __init__(self, listeners: Iterable[NamedListener] = (), source: str = "") -> None:
        self.call = uuid4().hex
        self.source = source
        self._listeners = tuple(listeners)
        self._started = time.perf_counter()

    @contextmanager
    def watch_request(self, request: Request, wire_mode: WireMode, attempt: int) -> Iterator[None]:
        """Tell of a request before it is sent; an error that comes instead of a reply passes through.

        Left when the reply has come, or of a streamed one its head.
        """
        pictures = [picture.payload for picture in request.pictures]
        self._tell(
            RequestEvent(
                call=self.call,
                source=self.source,
                attempt=attempt,
                model=request.model,
                vendor=request.vendor,
                api=wire_mode.wire.NAME,
                mode=str(request.mode or ""),
                pictures=len(pictures),
                image_bytes=sum(len(each.data) for each in pictures if isinstance(each, EncodedImage)),
            )
        )
        yield

    def tell_reply(self, completion: Completion, request: Request, attempt: int) -> None:
        """Tell of a reply that has come whole, before it is judged."""
        usage = completion.billed_usage
        self._tell(
            ReplyEvent(
                call=self.call,
                source=self.source,
                attempt=attempt,
                model=request.model,
                stop=str(completion.stop),
                usage=usage,
                cost=0.0 if completion.cached else compute_cost(usage, model=request.model, vendor=request.vendor),
                seconds=completion.seconds,
                http_requests=completion.http_requests,
                request_id=completion.request_id,
                cached=completion.cached,
                text=completion.answer_text,
            )
        )

    @contextmanager
    def watch_failure(self) -> Iterator[None]:
        """Tell of an error that ends a call without a response_model."""
        try:
            yield
        except BaseException as error:
            self.tell_failure(error)
            raise

    def tell_changes(self, changes: Iterable[Change]) -> None:
        """Tell what a call has changed by itself."""
        for change in changes:
            log_change(change)
            if isinstance(change, ReaskBegan):
                self._tell(
                    ComplaintEvent(call=self.call, source=self.source, attempt=change.attempt, errors=change.errors)
                )

    def tell_record(self, extraction: Extraction[Any]) -> None:
        """Tell of the record that the call has ended with."""
        self._tell(RecordEvent(record=extraction.record, **self._sum_up(extraction.attempts)))

    def tell_failure(self, error: BaseException | None, attempts: tuple[Attempt, ...] = ()) -> None:
        """Tell of the error that the call has ended with; not of one that stops the program, or of a cancellation."""
        if isinstance(error, Exception):
            self._tell(FailureEvent(error=error, **self._sum_up(attempts)))

    def _sum_up(self, attempts: tuple[Attempt, ...]) -> dict[str, Any]:
        return {
            "call": self.call,
            "source": self.source,
            "attempts": attempts,
            "usage": sum_usage(attempts),
            "cost": sum_cost(attempts),
            "seconds": time.perf_counter() - self._started,
        }

    def _tell(self, event: Event) -> None:
        log_event(event)
        if self._listeners:
            tell_listeners(self._listeners, event)
