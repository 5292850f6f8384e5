"""CallWatch: what happens in one call is told here, to the logger, the hooks and OpenTelemetry, by every driver."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import uuid4

from typesight.attempts import Attempt
from typesight.conversation.extraction import Extraction, sum_cost, sum_usage
from typesight.endpoints.connections import Connection
from typesight.endpoints.mode_selection import WireMode
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.images.encoding.encode import EncodedImage
from typesight.loop.changes import Change, ReaskBegan
from typesight.models.price_warning import warn_of_missing_prices
from typesight.watch.call_spans import CallSpans
from typesight.watch.events import ComplaintEvent, Event, FailureEvent, RecordEvent, ReplyEvent, RequestEvent
from typesight.watch.hooks import NamedHook, tell_hooks
from typesight.watch.log_lines import log_change, log_event
from typesight.watch.span_attributes import describe_spending

__all__ = ["CallWatch"]


class CallWatch:
    """Watches one call. Has state because a call takes time and comes in steps.

    It is the same in synchronous and asynchronous code, so what it tells must not block.
    """

    def __init__(self, hooks: Iterable[NamedHook] = (), source: str = "") -> None:
        self.call = uuid4().hex
        self.source = source
        self._hooks = tuple(hooks)
        self._started = time.perf_counter()
        self._spans = CallSpans(self.call)

    def watch_call(self) -> AbstractContextManager[None]:
        """Begin the call, unless it has begun; its span is the current one inside, where no other code may run."""
        return self._spans.watch_call()

    @contextmanager
    def watch_stream(self) -> Iterator[None]:
        """End a call whose caller leaves its stream before the end, or that Ctrl-C or a cancellation ends."""
        try:
            yield
        except GeneratorExit:
            self._spans.end("left")
            raise
        except BaseException as error:
            self._spans.end("failure", error)
            raise

    @contextmanager
    def watch_raw_call(self) -> Iterator[None]:
        """Watch a call without a response_model from its begin to its end; tell of an error that ends it."""
        with self.watch_call():
            try:
                yield
            except BaseException as error:
                self.tell_failure(error)
                raise
        self._spans.end("reply")

    @contextmanager
    def watch_request(
        self, request: Request, wire_mode: WireMode, attempt: int, connection: Connection
    ) -> Iterator[None]:
        """Tell of a request before it is sent; an error that comes instead of a reply passes through.

        Left when the reply has come, or of a streamed one its head.
        """
        pictures = [picture.payload for picture in request.pictures]
        event = RequestEvent(
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
        self._tell(event)
        with self._spans.watch_request(event, request, connection):
            yield

    def tell_arguments(self, arguments: Mapping[str, Any]) -> None:
        """Tell what the SDK's call is given for a request."""
        self._spans.tell_arguments(arguments)

    def tell_reply(self, completion: Completion, request: Request, attempt: int) -> None:
        """Tell of a reply that has come whole, before it is judged."""
        cost = request.find_cost(completion)
        if cost is None:
            warn_of_missing_prices(request.vendor)
        self._spans.tell_reply(completion, cost)
        self._tell(
            ReplyEvent(
                call=self.call,
                source=self.source,
                attempt=attempt,
                model=request.model,
                stop=str(completion.stop),
                usage=completion.billed_usage,
                cost=cost,
                seconds=completion.seconds,
                http_requests=completion.http_requests,
                request_id=completion.request_id,
                cached=completion.cached,
                text=completion.answer_text,
            )
        )

    def tell_changes(self, changes: Iterable[Change]) -> None:
        """Tell what a call has changed by itself."""
        for change in changes:
            log_change(change)
            self._spans.tell_change(change)
            if isinstance(change, ReaskBegan):
                self._tell(
                    ComplaintEvent(
                        call=self.call, source=self.source, attempt=change.attempt, errors=dict(change.errors)
                    )
                )

    def tell_record(self, extraction: Extraction[Any]) -> None:
        """Tell of the record that the call has ended with."""
        summed = self._sum_up(extraction.attempts)
        self._spans.end("record", None, _describe(summed))
        self._tell(RecordEvent(record=extraction.record, **summed))

    def tell_failure(self, error: BaseException | None, attempts: tuple[Attempt, ...] = ()) -> None:
        """Tell of the error that the call has ended with; hooks not of one that stops the program or cancels it."""
        summed = self._sum_up(attempts)
        self._spans.end("failure", error, _describe(summed))
        if isinstance(error, Exception):
            self._tell(FailureEvent(error=error, **summed))

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
        if self._hooks:
            tell_hooks(self._hooks, event)


def _describe(summed: Mapping[str, Any]) -> dict[str, Any]:
    return describe_spending(summed["attempts"], summed["usage"], summed["cost"])
