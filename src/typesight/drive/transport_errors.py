"""Faults of transport: which errors may be sent again, and what stands for a reply that broke off."""

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

# Statuses after which the same request may succeed. Source: the retry rules of both SDKs (`_should_retry`).
_RESENDABLE = frozenset({408, 409, 429})
# Codes of a 429 that no waiting cures. Source: OpenAI error codes, 2026-09.
_EXHAUSTED = ("insufficient_quota", "credit_balance_exhausted", "_spend_limit_exceeded", "_usage_limit_exceeded")


def is_resendable(error: BaseException) -> bool:
    """Whether the same request may succeed later: transport and server faults, and limits that pass."""
    status = getattr(error, "status_code", None)
    if status is None:
        return any(kind.__name__ == "APIConnectionError" for kind in type(error).__mro__)
    return (status in _RESENDABLE or status >= 500) and not is_exhausted(error)


def is_exhausted(error: BaseException) -> bool:
    """Whether an SDK's error says that the account is empty, which no waiting cures."""
    codes = f"{getattr(error, 'code', '')} {getattr(error, 'type', '')}"
    return any(code in codes for code in _EXHAUSTED)


def check_deadline(error: BaseException, deadline: Deadline | None) -> None:
    """Raise DeadlinePassed for a read that timed out because the call did: it waits no longer than the call."""
    if deadline and deadline.has_passed and is_resendable(error):
        raise DeadlinePassed from error


def build_deadline_error(request: Request, deadline: Deadline | None) -> DeadlineExceeded:
    """What a call without a response_model is that has passed its deadline."""
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
    """What stands for a body that is no reply, or for a stream that broke off."""
    why = str(error) if isinstance(error, Interrupted) else f"the endpoint's body is no reply ({type(error).__name__})"
    nothing = Completion(
        answers=(), stop=StopReason.INTERRUPTED, usage=Usage(), echo={}, model=request.model, transport_error=why
    )
    return measure_sending(nothing, reply, started)


def measure_sending(completion: Completion, reply: RawReply, started: float) -> Completion:
    """A completion that has just come, with what its sending took: seconds, HTTP requests, the provider's id."""
    seconds, sent = time.perf_counter() - started, count_requests(reply)
    completion = replace(completion, seconds=seconds, http_requests=sent, request_id=reply.request_id)
    log_reply(completion)
    return completion


def attach_attempts(error: BaseException, attempts: tuple[Attempt, ...]) -> BaseException:
    """An error that is not ours and ends the call, with what was paid before it as its `attempts`."""
    if attempts and not isinstance(error, ExtractionFailed):
        usage, cost = sum_usage(attempts), sum_cost(attempts)
        error.attempts = attempts  # type: ignore[attr-defined]  # every exception takes attributes
        error.add_note(
            f"typesight: {len(attempts)} attempt{'s' if len(attempts) > 1 else ''} before this error "
            f"({usage.input:,} tokens in, {usage.output:,} out{'' if cost is None else f', ${cost:.4f}'}) are in "
            "its .attempts"
        )
    return error
