"""Course: one call under way, and everything about it that is not sending.

What to send next, what becomes of an error, whose loop it is: plain code that sync and async drive alike.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from typesight.budget import Budget
from typesight.conversation.conversation import Conversation
from typesight.conversation.extraction import Extraction, total_cost, total_usage
from typesight.deadline import Deadline
from typesight.drive.budget_check import find_excess
from typesight.drive.faults import attach_attempts, is_resendable
from typesight.drive.log_lines import log_escalation, log_mode_fallback, log_reask, log_request, log_token_raise
from typesight.drive.policy import RetryLimit
from typesight.endpoints.endpoint import requests_of
from typesight.endpoints.refusals import refused_by
from typesight.endpoints.ways import Asking, Way
from typesight.errors import Interrupted, ModeError, ReplyError, SchemaError, Truncated
from typesight.evidence.evidence import EvidenceWarning
from typesight.evidence.zoom import closer
from typesight.exchange.call_pictures import Pictures
from typesight.exchange.completion import Completion, Stop
from typesight.exchange.request import Request
from typesight.exchange.sentences import look_closer, ocr_hint
from typesight.exchange.short_keys import respelled_stream
from typesight.exchange.streamed_reply import Gathering
from typesight.exchange.turns import Part
from typesight.failures import BudgetExceeded, DeadlineExceeded, ExtractionFailed
from typesight.ocr.reading import Pages
from typesight.ocr.rows import rows
from typesight.wires.streams import STREAMS

__all__ = ["Course", "Ended", "Verify"]

T = TypeVar("T")

_TOKEN_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


Verify = Literal["off", "warn", "reask"]
"""What is done about values that are printed nowhere: nothing, a warning, or one challenge."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An error that asking again would not help; carried past tenacity, which retries what is raised."""

    error: BaseException


@dataclass
class Course(Generic[T]):
    """One call under way: its conversation, how it is asked, its pictures, its transport retries left.

    `spent` counts transport retries, `failed` replies that were asked again, `zoomed` those of them whose parts of the
    picture were shown again, `reasked` those that are in the log; `own` is how many pictures the caller's turns hold;
    `challenged` is a valid record with values that are printed nowhere, which stands if asking again changes nothing.
    """

    conversation: Conversation[T]
    asking: Asking
    way: Way
    limit: RetryLimit
    pictures: Pictures
    spent: int = 0
    refusal: Exception | None = None
    deadline: Deadline | None = None
    budget: Budget | None = None
    raised: bool = False
    failed: int = 0
    zoomed: int = 0
    reasked: int = 0
    own: int = 0
    verify: Verify = "off"
    hint: bool = False
    challenged: Extraction[T] | None = None

    @property
    def retries_left(self) -> int:
        """Transport retries for the next request: one pool for the whole call, none beside a tenacity object."""
        return 0 if self.limit.policy else max(0, self.way.endpoint.max_retries - self.spent)

    def sending(self, request: Request) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The SDK's call for a request whose pictures are ready, and its arguments; it is about to be sent."""
        log_request(request, self.way)
        return self.way.endpoint.sender(self.retries_left, self.deadline), self.way.wire.encode(request)

    def ready(self) -> Request:
        """The next request, its pictures ready to be sent. Raises DeadlineExceeded, BudgetExceeded and ImageError."""
        if self.is_late:
            raise self.late()
        self._zoom()
        self._hint()
        over = self.budget and find_excess(self.budget, self.conversation, self.way.wire, self.pictures.how)
        if over:
            raise self._failure(BudgetExceeded, f"the next request would bring the call to {over}")
        if self.reasked < self.failed:  # once, however often the request is sent
            self.reasked = self.failed
            attempts = self.conversation.attempts
            log_reask(len(attempts) + 1, attempts[-1].errors, self.conversation.target.schema)
        return self.pictures.settled(self.conversation.request)

    def _hint(self) -> None:
        """Give the text that is read in the pictures beside them, before the first request; this reads them."""
        if self.hint and not self.conversation.attempts:
            self.hint = False
            self.pictures.settled(self.conversation.request)  # tells what has to be turned
            self.conversation.tell(ocr_hint([row.text for row in rows(self._pages.lines())]))

    @property
    def _pages(self) -> Pages:
        """The caller's pictures, as they are read on this machine."""
        return Pages(self.conversation.request.images[: self.own], self.pictures.fetched, self.pictures.turned)

    def _zoom(self) -> None:
        """Show the places of the failing fields with the last complaint, once; this reads the pictures."""
        request = self.conversation.request
        self.own = self.own or len(request.images)
        if self.zoomed == self.failed or not self.conversation.reasking.zoom or request.vendor == "local":
            return
        self.zoomed = self.failed
        images = request.images[: self.own]
        looks: list[Part] = []
        for part in closer(images, self.conversation.failing, self.pictures.turned):
            self.pictures.turned[part.crop] = self.pictures.turned.get(images[part.image - 1], 0)
            looks += [look_closer(part.paths, part.image, len(images)), part.crop]
        if looks:
            self.conversation.show(looks)

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.deadline.has_passed

    def late(self) -> ExtractionFailed:
        """What a call is that has passed its deadline."""
        seconds = self.deadline.seconds if self.deadline else 0
        return self._failure(DeadlineExceeded, f"the deadline of {seconds:g} s has passed")

    def _failure(self, kind: type[ExtractionFailed], why: str) -> ExtractionFailed:
        return self.conversation.failure(None, self.pictures.ready, kind, why)

    @property
    def streams(self) -> bool:
        """Whether the wire can stream at all."""
        return self.way.wire.NAME in STREAMS

    def streaming(self, request: Request) -> tuple[Callable[..., Any], dict[str, Any]]:
        """As `sending`, for a reply that is streamed."""
        send, asked = self.sending(request)
        return send, {**asked, **STREAMS[self.way.wire.NAME].options}

    def gathering(self, request: Request) -> Gathering:
        """What adds the events of such a reply up."""
        return respelled_stream(STREAMS[self.way.wire.NAME].gather(request), request)

    def asks_otherwise(self, error: Exception) -> bool:
        """Whether an endpoint's refusal of the mode, the call's first, is answered by the next mode at once.

        What was refused is remembered in any case. Beside a tenacity object the next mode is the next attempt's.
        """
        request, before = self.conversation.request, self.refusal
        refused = None if request.mode is None else refused_by(error, request.mode, request.can)
        if refused is None or self.conversation.attempts:
            return False
        self.way.endpoint.learn(request.model, refused, self.asking.target)
        if before is not None:
            return False
        self.spent += requests_of(error) - 1
        try:
            self.way = self.asking.way()
        except (ModeError, SchemaError):  # there is no other: the endpoint's own words say most
            return False
        self.refusal = error
        log_mode_fallback(request.model, refused, self.way.mode)
        self.conversation.ask_otherwise(self.way.mode, self.way.can)
        return self.limit.policy is None

    def is_resent(self, completion: Completion) -> bool:
        """Whether a body that is no reply, a fault of transport, is asked for again from the pool."""
        if not completion.broken or self.retries_left < completion.http_requests:
            return False
        self.spent += completion.http_requests
        return True

    def is_longer(self, completion: Completion) -> bool:
        """Whether a reply that stopped at the token limit is asked for once more, with twice the limit.

        It is one of the attempts. Beside a tenacity object nothing is sent that the object does not know of.
        """
        request = self.conversation.request
        options = _longer(request.options, self.way.wire.limit(request.model, request.options))
        if completion.stop is not Stop.LENGTH or completion.broken or self.raised or self.limit.policy or not options:
            return False
        with suppress(Truncated):
            self.received(completion)
        self.raised = True
        log_token_raise({name: options[name] for name in _TOKEN_LIMITS if name in options})
        self.conversation.ask_for_more(options)
        return True

    def received(self, completion: Completion) -> Extraction[T]:
        """Hand a completion to the conversation; a request that was refused before it is one of its requests."""
        self.spent += completion.http_requests - 1
        if self.refusal is not None and not self.conversation.attempts and not self.limit.policy:
            sent = completion.http_requests + requests_of(self.refusal)
            completion = replace(completion, http_requests=sent)
        self.conversation.came(completion)
        try:
            extraction = self.conversation.receive(completion)
        except ReplyError as error:
            if error.reaskable:
                self.failed += 1
                self._hand_over()
            raise
        shown = self.pictures.shown(self.conversation.request)
        extraction = replace(extraction, shown=shown, pages=self._pages)
        return extraction if self.verify == "off" else self._verified(completion, extraction)

    def _verified(self, completion: Completion, extraction: Extraction[T]) -> Extraction[T]:
        """A valid record held against its pictures; raises InvalidRecord, once, where its values are challenged."""
        absent = [path for path, each in extraction.evidence.items() if each.status == "absent"]
        if absent and self.verify == "reask" and self.challenged is None:
            self.challenged = extraction
            self.failed += 1
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
        successor = self.conversation.reasking.successor(self.failed)
        if successor is None:
            return
        log_escalation(self.asking.model, successor if isinstance(successor, str) else successor[1])
        self.asking = self.asking.to(*((None, successor) if isinstance(successor, str) else successor))
        self.way = self.asking.way()
        self.conversation.hand_over(self.asking.request(self.conversation.request, self.way))
        self.pictures = replace(self.pictures, ready={})

    def outcome(self, error: Exception) -> Ended:
        """Raise what may be tried again; give back what may not."""
        if self.raised and getattr(error, "status_code", None) == 400:  # the model does not allow so many tokens
            error = self.conversation.attempts[-1].error or error
        if isinstance(error, ReplyError) and error.reaskable:
            raise error
        if self.limit.policy and (is_resendable(error) or isinstance(error, Interrupted) or error is self.refusal):
            raise error
        return Ended(error)

    def concluded(self, result: Any) -> Any:
        """The extraction, or what the caller's tenacity object made of its end; raises what ended the call."""
        if not isinstance(result, Ended):
            return result
        if not isinstance(result.error, Exception):  # Ctrl-C, a cancellation, the deadline
            raise result.error
        if self.challenged is not None:
            return self.accepted()
        if isinstance(result.error, ReplyError):
            raise self.conversation.failure(result.error, self.pictures.ready) from result.error
        raise attach_attempts(result.error, self.conversation.attempts)  # an SDK's error passes as it is

    def accepted(self) -> Extraction[T] | None:
        """The record that was challenged, after what asking again has cost; None where none was."""
        attempts = self.conversation.paid
        return self.challenged and replace(
            self.challenged, attempts=attempts, usage=total_usage(attempts), cost=total_cost(attempts)
        )


def _longer(options: Mapping[str, Any], usual: int | None) -> dict[str, Any]:
    """The options with twice the token limit, whatever it is called; none where there is no limit to raise."""
    limits = {name: 2 * options[name] for name in _TOKEN_LIMITS if isinstance(options.get(name), int)}
    limits = limits or ({"max_tokens": 2 * usual} if usual else {})
    return {**options, **limits} if limits else {}
