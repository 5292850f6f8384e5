"""Course: the state of one running call, and every decision about it except the sending itself.

What to send next, and whether an error is tried again: plain code that the sync and the async loop share.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from typesight.budget import Budget
from typesight.conversation.conversation import Conversation
from typesight.conversation.extraction import Extraction, sum_cost, sum_usage
from typesight.deadline import Deadline
from typesight.drive.budget_check import find_excess
from typesight.drive.log_lines import log_escalation, log_mode_fallback, log_reask, log_token_raise
from typesight.drive.policy import RetryLimit
from typesight.drive.send import prepare_call
from typesight.drive.token_limit import TOKEN_LIMITS, double_limit
from typesight.drive.transport_errors import attach_attempts, is_resendable
from typesight.endpoints.endpoint import count_requests
from typesight.endpoints.mode_refusals import detect_refusal
from typesight.endpoints.mode_selection import ModeSelector, WireMode
from typesight.errors import Interrupted, ModeError, ReplyError, SchemaError, Truncated
from typesight.evidence.evidence import EvidenceWarning
from typesight.evidence.zoom import find_closeups
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.completion import Completion, StopReason
from typesight.exchange.request import Request
from typesight.exchange.sentences import label_closeup, write_ocr_hint
from typesight.exchange.short_keys import restore_stream_keys
from typesight.exchange.streamed_reply import StreamCollector
from typesight.exchange.turns import ContentPart
from typesight.failures import BudgetExceeded, DeadlineExceeded, ExtractionFailed
from typesight.ocr.reading import Pages
from typesight.ocr.rows import group_rows
from typesight.wires.streams import STREAMS

__all__ = ["Course", "Ended", "Verify"]

T = TypeVar("T")


Verify = Literal["off", "warn", "reask"]
"""What happens if values are not printed in the picture: nothing, a warning, or one reask."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An error that a reask would not help; returned, since tenacity may retry what is raised."""

    error: BaseException


@dataclass
class Course(Generic[T]):
    """The state of a running call: its conversation, wire and mode, pictures, and what is left of its limits.

    `used_retries` counts transport retries; `failed_replies` counts replies that lead to a reask, `zoomed_replies`
    those of them that got close-ups, and `reasked` those that are logged. `refusal` is the error with which the
    endpoint refused the first mode. `picture_count` is the number of pictures in the caller's turns. `challenged` is
    a valid record with values that are not printed in the picture; it is the result if the reask fails.
    """

    conversation: Conversation[T]
    mode_selector: ModeSelector
    wire_mode: WireMode
    limit: RetryLimit
    pictures: CallPictures
    used_retries: int = 0
    refusal: Exception | None = None
    deadline: Deadline | None = None
    budget: Budget | None = None
    limit_raised: bool = False
    failed_replies: int = 0
    zoomed_replies: int = 0
    reasked: int = 0
    picture_count: int = 0
    verify: Verify = "off"
    hint: bool = False
    challenged: Extraction[T] | None = None

    @property
    def retries_left(self) -> int:
        """Transport retries for the next request: one pool for the whole call; 0 with a tenacity object."""
        return 0 if self.limit.policy else max(0, self.wire_mode.endpoint.max_retries - self.used_retries)

    def prepare_sending(self, request: Request) -> tuple[Callable[..., Any], dict[str, Any]]:
        """Log a request whose pictures are ready; return the SDK's call for it and its arguments."""
        return prepare_call(request, self.wire_mode, self.retries_left, self.deadline)

    def prepare_request(self) -> Request:
        """Return the next request, its pictures encoded. Raises DeadlineExceeded, BudgetExceeded and ImageError."""
        if self.is_late:
            raise self.make_late_error()
        self._show_closeups()
        self._add_hint()
        excess = self.budget and find_excess(
            self.budget, self.conversation, self.wire_mode.wire, self.pictures.preparation
        )
        if excess:
            raise self._make_failure(BudgetExceeded, f"the next request would bring the call to {excess}")
        if self.reasked < self.failed_replies:  # logged once, however often the request is sent
            self.reasked = self.failed_replies
            attempts = self.conversation.attempts
            log_reask(len(attempts) + 1, attempts[-1].errors, self.conversation.target.schema)
        return self.pictures.prepare_request(self.conversation.request)

    def _add_hint(self) -> None:
        """Add the text that OCR reads in the pictures to the first request, if `hint` is set."""
        if self.hint and not self.conversation.attempts:
            self.hint = False
            self.pictures.prepare_request(self.conversation.request)  # finds out which pictures have to be turned
            self.conversation.add_text(write_ocr_hint([row.text for row in group_rows(self._pages.read())]))

    @property
    def _pages(self) -> Pages:
        """The caller's pictures, to be read by OCR."""
        return Pages(
            self.conversation.request.images[: self.picture_count], self.pictures.fetched, self.pictures.quarter_turns
        )

    def _show_closeups(self) -> None:
        """Attach close-ups of the failing fields to the last complaint, once per complaint; this runs OCR."""
        request = self.conversation.request
        self.picture_count = self.picture_count or len(request.images)
        if (
            self.zoomed_replies == self.failed_replies
            or not self.conversation.reasking.zoom
            or self.wire_mode.wire.IS_LOCAL
        ):
            return
        self.zoomed_replies = self.failed_replies
        images = request.images[: self.picture_count]
        closeups: list[ContentPart] = []
        for part in find_closeups(images, self.conversation.failing_values, self.pictures.quarter_turns):
            self.pictures.quarter_turns[part.crop] = self.pictures.quarter_turns.get(images[part.image - 1], 0)
            closeups += [label_closeup(part.paths, part.image, len(images)), part.crop]
        if closeups:
            self.conversation.extend_complaint(closeups)

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline.has_passed

    def make_late_error(self) -> ExtractionFailed:
        """Make the error for a call that has passed its deadline."""
        seconds = self.deadline.seconds if self.deadline else 0
        return self._make_failure(DeadlineExceeded, f"the deadline of {seconds:g} s has passed")

    def _make_failure(self, kind: type[ExtractionFailed], why: str) -> ExtractionFailed:
        return self.conversation.build_failure(None, self.pictures.ready, kind, why)

    @property
    def can_stream(self) -> bool:
        """Whether replies can be streamed on this wire."""
        return self.wire_mode.wire.NAME in STREAMS

    def prepare_streaming(self, request: Request) -> tuple[Callable[..., Any], dict[str, Any]]:
        """As `prepare_sending`, but the arguments also ask for a streamed reply."""
        send, arguments = self.prepare_sending(request)
        return send, {**arguments, **STREAMS[self.wire_mode.wire.NAME].options}

    def make_collector(self, request: Request) -> StreamCollector:
        """Make the collector that adds up the events of a streamed reply."""
        return restore_stream_keys(STREAMS[self.wire_mode.wire.NAME].make_collector(request), request)

    def switch_mode(self, error: Exception) -> bool:
        """Switch to the next mode if the error refuses the mode of the first attempt; return whether to send at once.

        The refusal is remembered in any case. A call falls back only once. With a tenacity object the new mode is used
        by the next attempt, so this returns False.
        """
        request, earlier_refusal = self.conversation.request, self.refusal
        refused = None if request.mode is None else detect_refusal(error, request.mode, request.capability)
        if refused is None or self.conversation.attempts:
            return False
        self.wire_mode.endpoint.remember_refusal(request.model, refused, self.mode_selector.target)
        if earlier_refusal is not None:
            return False
        self.used_retries += count_requests(error) - 1
        try:
            self.wire_mode = self.mode_selector.select()
        except (ModeError, SchemaError):  # no other mode is left: the endpoint's own error says most
            return False
        self.refusal = error
        log_mode_fallback(request.model, refused, self.wire_mode.mode)
        self.conversation.change_mode(self.wire_mode.mode, self.wire_mode.capability)
        return self.limit.policy is None

    def take_resend(self, completion: Completion) -> bool:
        """Whether to send a request again after a transport error; if so, take its HTTP requests from the pool."""
        if not completion.transport_error or self.retries_left < completion.http_requests:
            return False
        self.used_retries += completion.http_requests
        return True

    def raise_token_limit(self, completion: Completion) -> bool:
        """Double the token limit if the reply stopped at it, once per call; return whether to ask again.

        The truncated reply counts as an attempt. With a tenacity object this does nothing, so that the object controls
        every request.
        """
        request = self.conversation.request
        options = double_limit(request.options, self.wire_mode.wire.find_limit(request.model, request.options))
        if (
            completion.stop is not StopReason.LENGTH
            or completion.transport_error
            or self.limit_raised
            or self.limit.policy
            or not options
        ):
            return False
        with suppress(Truncated):
            self.receive(completion)
        self.limit_raised = True
        log_token_raise({name: options[name] for name in TOKEN_LIMITS if name in options})
        self.conversation.change_options(options)
        return True

    def receive(self, completion: Completion) -> Extraction[T]:
        """Pass a completion to the conversation; it counts the HTTP requests of a refused mode as its own."""
        self.used_retries += completion.http_requests - 1
        if self.refusal is not None and not self.conversation.attempts and not self.limit.policy:
            sent = completion.http_requests + count_requests(self.refusal)
            completion = replace(completion, http_requests=sent)
        self.conversation.record_reply(completion)
        try:
            extraction = self.conversation.receive(completion)
        except ReplyError as error:
            if error.reaskable:
                self.failed_replies += 1
                self._hand_over()
            raise
        shown = self.pictures.describe_sent(self.conversation.request)
        extraction = replace(extraction, shown=shown, pages=self._pages)
        return extraction if self.verify == "off" else self._verify(completion, extraction)

    def _verify(self, completion: Completion, extraction: Extraction[T]) -> Extraction[T]:
        """Check the evidence of a valid record. With verify="reask", raise InvalidRecord once for absent values."""
        absent = [path for path, each in extraction.evidence.items() if each.status == "absent"]
        if absent and self.verify == "reask" and self.challenged is None:
            self.challenged = extraction
            self.failed_replies += 1
            raise self.conversation.challenge(completion, absent)
        if absent and self.verify == "warn":
            warnings.warn(
                f"{extraction.source}: OCR did not find the values of these fields, check them: {', '.join(absent)}",
                EvidenceWarning,
                stacklevel=2,
            )
        return extraction

    def _hand_over(self) -> None:
        """Switch to the next model of `escalate` if its turn has come; the pictures are encoded again for it."""
        successor = self.conversation.reasking.find_successor(self.failed_replies)
        if successor is None:
            return
        log_escalation(self.mode_selector.model, successor if isinstance(successor, str) else successor[1])
        self.mode_selector = self.mode_selector.switch_model(
            *((None, successor) if isinstance(successor, str) else successor)
        )
        self.wire_mode = self.mode_selector.select()
        self.conversation.hand_over(self.mode_selector.rebuild_request(self.conversation.request, self.wire_mode))
        self.pictures = replace(self.pictures, ready={})

    def judge_error(self, error: Exception) -> Ended:
        """Raise an error that may be retried; return any other as Ended."""
        if self.limit_raised and getattr(error, "status_code", None) == 400:  # the doubled limit is too high
            error = self.conversation.attempts[-1].error or error
        if isinstance(error, ReplyError) and error.reaskable:
            raise error
        if self.limit.policy and (is_resendable(error) or isinstance(error, Interrupted) or error is self.refusal):
            raise error
        return Ended(error)

    def conclude(self, result: Any) -> Any:
        """Return the extraction, or what a caller's tenacity object returned; raise the error that ended the call."""
        if not isinstance(result, Ended):
            return result
        if not isinstance(result.error, Exception):  # Ctrl-C, a cancellation, the deadline
            raise result.error
        if self.challenged is not None:
            return self.accept_challenged()
        if isinstance(result.error, ReplyError):
            raise self.conversation.build_failure(result.error, self.pictures.ready) from result.error
        raise attach_attempts(result.error, self.conversation.attempts)  # an SDK's error passes through

    def accept_challenged(self) -> Extraction[T] | None:
        """Return the challenged record, with the cost of all attempts; None if no record was challenged."""
        attempts = self.conversation.billed_attempts
        return self.challenged and replace(
            self.challenged, attempts=attempts, usage=sum_usage(attempts), cost=sum_cost(attempts)
        )
