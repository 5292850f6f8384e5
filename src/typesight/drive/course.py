"""Course: one call under way, and everything about it that is not sending.

What to send next, what becomes of an error, whose loop it is: plain code that sync and async drive alike.
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
from typesight.drive.log_lines import log_escalation, log_mode_fallback, log_reask, log_request, log_token_raise
from typesight.drive.policy import RetryLimit
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
"""What is done about values that are printed nowhere: nothing, a warning, or one challenge."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An error that asking again would not help; carried past tenacity, which retries what is raised."""

    error: BaseException


@dataclass
class Course(Generic[T]):
    """One call under way: its conversation, how it is asked, its pictures, its transport retries left.

    `used_retries` counts transport retries, `failed_replies` replies that were asked again, `zoomed_replies` those of
    them whose parts of the picture were shown again, `reasked` those that are in the log; `picture_count` is how many
    pictures the caller's turns hold; `challenged` is a valid record with values that are printed nowhere, which stands
    if asking again changes nothing.
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
        """Transport retries for the next request: one pool for the whole call, none beside a tenacity object."""
        return 0 if self.limit.policy else max(0, self.wire_mode.endpoint.max_retries - self.used_retries)

    def prepare_sending(self, request: Request) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The SDK's call for a request whose pictures are ready, and its arguments; it is about to be sent."""
        log_request(request, self.wire_mode)
        return self.wire_mode.endpoint.make_sender(self.retries_left, self.deadline), self.wire_mode.wire.encode(
            request
        )

    def prepare_request(self) -> Request:
        """The next request, its pictures ready to be sent. Raises DeadlineExceeded, BudgetExceeded and ImageError."""
        if self.is_late:
            raise self.make_late_error()
        self._show_closeups()
        self._add_hint()
        over = self.budget and find_excess(
            self.budget, self.conversation, self.wire_mode.wire, self.pictures.preparation
        )
        if over:
            raise self._make_failure(BudgetExceeded, f"the next request would bring the call to {over}")
        if self.reasked < self.failed_replies:  # once, however often the request is sent
            self.reasked = self.failed_replies
            attempts = self.conversation.attempts
            log_reask(len(attempts) + 1, attempts[-1].errors, self.conversation.target.schema)
        return self.pictures.prepare_request(self.conversation.request)

    def _add_hint(self) -> None:
        """Give the text that is read in the pictures beside them, before the first request; this reads them."""
        if self.hint and not self.conversation.attempts:
            self.hint = False
            self.pictures.prepare_request(self.conversation.request)  # tells what has to be turned
            self.conversation.add_text(write_ocr_hint([row.text for row in group_rows(self._pages.read())]))

    @property
    def _pages(self) -> Pages:
        """The caller's pictures, as they are read on this machine."""
        return Pages(
            self.conversation.request.images[: self.picture_count], self.pictures.fetched, self.pictures.quarter_turns
        )

    def _show_closeups(self) -> None:
        """Show the places of the failing fields with the last complaint, once; this reads the pictures."""
        request = self.conversation.request
        self.picture_count = self.picture_count or len(request.images)
        if (
            self.zoomed_replies == self.failed_replies
            or not self.conversation.reasking.zoom
            or request.vendor == "local"
        ):
            return
        self.zoomed_replies = self.failed_replies
        images = request.images[: self.picture_count]
        looks: list[ContentPart] = []
        for part in find_closeups(images, self.conversation.failing_values, self.pictures.quarter_turns):
            self.pictures.quarter_turns[part.crop] = self.pictures.quarter_turns.get(images[part.image - 1], 0)
            looks += [label_closeup(part.paths, part.image, len(images)), part.crop]
        if looks:
            self.conversation.extend_complaint(looks)

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline.has_passed

    def make_late_error(self) -> ExtractionFailed:
        """What a call is that has passed its deadline."""
        seconds = self.deadline.seconds if self.deadline else 0
        return self._make_failure(DeadlineExceeded, f"the deadline of {seconds:g} s has passed")

    def _make_failure(self, kind: type[ExtractionFailed], why: str) -> ExtractionFailed:
        return self.conversation.build_failure(None, self.pictures.ready, kind, why)

    @property
    def can_stream(self) -> bool:
        """Whether the wire can stream at all."""
        return self.wire_mode.wire.NAME in STREAMS

    def prepare_streaming(self, request: Request) -> tuple[Callable[..., Any], dict[str, Any]]:
        """As `prepare_sending`, for a reply that is streamed."""
        send, asked = self.prepare_sending(request)
        return send, {**asked, **STREAMS[self.wire_mode.wire.NAME].options}

    def make_collector(self, request: Request) -> StreamCollector:
        """What adds the events of such a reply up."""
        return restore_stream_keys(STREAMS[self.wire_mode.wire.NAME].make_collector(request), request)

    def switch_mode(self, error: Exception) -> bool:
        """Whether an endpoint's refusal of the mode, the call's first, is answered by the next mode at once.

        What was refused is remembered in any case. Beside a tenacity object the next mode is the next attempt's.
        """
        request, before = self.conversation.request, self.refusal
        refused = None if request.mode is None else detect_refusal(error, request.mode, request.capability)
        if refused is None or self.conversation.attempts:
            return False
        self.wire_mode.endpoint.remember_refusal(request.model, refused, self.mode_selector.target)
        if before is not None:
            return False
        self.used_retries += count_requests(error) - 1
        try:
            self.wire_mode = self.mode_selector.select()
        except (ModeError, SchemaError):  # there is no other: the endpoint's own words say most
            return False
        self.refusal = error
        log_mode_fallback(request.model, refused, self.wire_mode.mode)
        self.conversation.change_mode(self.wire_mode.mode, self.wire_mode.capability)
        return self.limit.policy is None

    def take_resend(self, completion: Completion) -> bool:
        """Whether a body that is no reply, a fault of transport, is asked for again from the pool."""
        if not completion.transport_error or self.retries_left < completion.http_requests:
            return False
        self.used_retries += completion.http_requests
        return True

    def raise_token_limit(self, completion: Completion) -> bool:
        """Whether a reply that stopped at the token limit is asked for once more, with twice the limit.

        It is one of the attempts. Beside a tenacity object nothing is sent that the object does not know of.
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
        """Hand a completion to the conversation; a request that was refused before it is one of its requests."""
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
        """A valid record held against its pictures; raises InvalidRecord, once, where its values are challenged."""
        absent = [path for path, each in extraction.evidence.items() if each.status == "absent"]
        if absent and self.verify == "reask" and self.challenged is None:
            self.challenged = extraction
            self.failed_replies += 1
            raise self.conversation.challenge(completion, absent)
        if absent and self.verify == "warn":
            warnings.warn(
                f"{extraction.source}: printed nowhere in the picture, as far as it can be read: {', '.join(absent)}",
                EvidenceWarning,
                stacklevel=2,
            )
        return extraction

    def _hand_over(self) -> None:
        """Let the next model take over, if its turn has come; the pictures are made ready anew for it."""
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
        """Raise what may be tried again; give back what may not."""
        if self.limit_raised and getattr(error, "status_code", None) == 400:  # the model does not allow so many tokens
            error = self.conversation.attempts[-1].error or error
        if isinstance(error, ReplyError) and error.reaskable:
            raise error
        if self.limit.policy and (is_resendable(error) or isinstance(error, Interrupted) or error is self.refusal):
            raise error
        return Ended(error)

    def conclude(self, result: Any) -> Any:
        """The extraction, or what the caller's tenacity object made of its end; raises what ended the call."""
        if not isinstance(result, Ended):
            return result
        if not isinstance(result.error, Exception):  # Ctrl-C, a cancellation, the deadline
            raise result.error
        if self.challenged is not None:
            return self.accept_challenged()
        if isinstance(result.error, ReplyError):
            raise self.conversation.build_failure(result.error, self.pictures.ready) from result.error
        raise attach_attempts(result.error, self.conversation.attempts)  # an SDK's error passes as it is

    def accept_challenged(self) -> Extraction[T] | None:
        """The record that was challenged, after what asking again has cost; None where none was."""
        attempts = self.conversation.billed_attempts
        return self.challenged and replace(
            self.challenged, attempts=attempts, usage=sum_usage(attempts), cost=sum_cost(attempts)
        )
