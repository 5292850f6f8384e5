"""Transport errors: which requests may be sent again, and the completion for a broken reply."""

from __future__ import annotations

import time
from dataclasses import replace

from typesight.attempts import Attempt
from typesight.conversation.extraction import sum_cost, sum_usage
from typesight.conversation.transcript import write_transcript
from typesight.deadline import Deadline, DeadlinePassed
from typesight.drive.log_lines import log_reply
from typesight.endpoints.endpoint import RawReply, count_requests
from typesight.errors import Interrupted
from typesight.exchange.completion import Completion, StopReason
from typesight.exchange.request import Request
from typesight.failures import DeadlineExceeded, ExtractionFailed
from typesight.usage import Usage

__all__ = [
    "attach_attempts",
    "build_broken_completion",
    "build_deadline_error",
    "check_deadline",
    "is_exhausted",
    "is_resendable",
    "measure_sending",
]

# HTTP statuses after which the same request may succeed. Source: the retry rules of both SDKs (`_should_retry`).
_RESENDABLE = frozenset({408, 409, 429})
# Codes of a 429 that waiting does not cure. Source: OpenAI error codes, 2026-09.
_EXHAUSTED = ("insufficient_quota", "credit_balance_exhausted", "_spend_limit_exceeded", "_usage_limit_exceeded")


def is_resendable(error: BaseException) -> bool:
    """Whether the same request may succeed later: network errors, server errors and temporary limits."""
    status = getattr(error, "status_code", None)
    if status is None:
        return any(kind.__name__ == "APIConnectionError" for kind in type(error).__mro__)
    return (status in _RESENDABLE or status >= 500) and not is_exhausted(error)


def is_exhausted(error: BaseException) -> bool:
    """Whether an SDK's error says that the account's quota or credit is used up, which waiting does not cure."""
    codes = f"{getattr(error, 'code', '')} {getattr(error, 'type', '')}"
    return any(code in codes for code in _EXHAUSTED)


def check_deadline(error: BaseException, deadline: Deadline | None) -> None:
    """Raise DeadlinePassed for a transport error that comes after the deadline, which shortens the SDK's timeouts."""
    if deadline and deadline.has_passed and is_resendable(error):
        raise DeadlinePassed from error


def build_deadline_error(request: Request, deadline: Deadline | None) -> DeadlineExceeded:
    """Build the error for a call without a response_model that has passed its deadline."""
    return DeadlineExceeded(
        f"no reply within the deadline of {deadline.seconds if deadline else 0:g} s",
        attempts=(),
        last=None,
        partial={},
        usage=Usage(),
        cost=None,
        messages=write_transcript(request),
    )


def build_broken_completion(reply: RawReply, request: Request, started: float, error: Exception) -> Completion:
    """Build the completion for a body that is not a reply, or for a stream that broke off."""
    why = str(error) if isinstance(error, Interrupted) else f"the response body is not a reply ({type(error).__name__})"
    nothing = Completion(
        answers=(), stop=StopReason.INTERRUPTED, usage=Usage(), echo={}, model=request.model, transport_error=why
    )
    return measure_sending(nothing, reply, started)


def measure_sending(completion: Completion, reply: RawReply, started: float) -> Completion:
    """Add the seconds, the number of HTTP requests and the request id to a completion, and log it."""
    seconds, sent = time.perf_counter() - started, count_requests(reply)
    completion = replace(completion, seconds=seconds, http_requests=sent, request_id=reply.request_id)
    log_reply(completion)
    return completion


def attach_attempts(error: BaseException, attempts: tuple[Attempt, ...]) -> BaseException:
    """Add the call's attempts, which were paid for, to an error that ends it; ours already have them."""
    if attempts and not isinstance(error, ExtractionFailed):
        usage, cost = sum_usage(attempts), sum_cost(attempts)
        error.attempts = attempts  # type: ignore[attr-defined]  # every exception takes attributes
        error.add_note(
            f"typesight: {len(attempts)} attempt{'s' if len(attempts) > 1 else ''} before this error "
            f"({usage.input:,} tokens in, {usage.output:,} out{'' if cost is None else f', ${cost:.4f}'}): "
            "see its .attempts"
        )
    return error
