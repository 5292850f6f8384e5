"""Course: one call under way, and everything about it that is not sending.

What to send next, what becomes of an error, whose loop it is: plain code that sync and async drive alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from tenacity import AsyncRetrying, RetryError, retry_if_exception, stop_after_attempt
from tenacity import BaseRetrying as Policy

from typesight.conversation.conversation import Conversation
from typesight.conversation.extraction import Extraction
from typesight.errors import Interrupted, ModeError, ReplyError, SchemaError
from typesight.providers.completion import Completion, Stop
from typesight.providers.endpoint import Reply
from typesight.providers.gathering import Gathering
from typesight.providers.pictures import Pictures
from typesight.providers.refused import refused_by
from typesight.providers.request import Request
from typesight.providers.streams import STREAMS
from typesight.providers.ways import Asking, Way
from typesight.usage import Usage

__all__ = ["Attempts", "Course", "Ended", "account", "attempts_of", "broken", "exhausted", "last_of", "resendable"]

T = TypeVar("T")

# Statuses after which the same request may succeed. Source: the retry rules of both SDKs (`_should_retry`).
_RESENDABLE = frozenset({408, 409, 429})
# Codes of a 429 that no waiting cures. Source: OpenAI error codes, 2026-09.
_EXHAUSTED = ("insufficient_quota", "credit_balance_exhausted", "_spend_limit_exceeded", "_usage_limit_exceeded")


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often to ask: `reasks` after the first reply, or a tenacity object that bounds everything."""

    reasks: int = 2
    policy: Policy | None = None


def attempts_of(max_retries: int | Policy, *, is_async: bool) -> Attempts:
    """What a caller gave as `max_retries`. Raises TypeError for the wrong colour, ValueError below 0."""
    if isinstance(max_retries, Policy):
        if isinstance(max_retries, AsyncRetrying) is not is_async:
            wanted = "tenacity.AsyncRetrying" if is_async else "tenacity.Retrying"
            raise TypeError(f"this client is {'a' if is_async else ''}synchronous: pass a {wanted} as max_retries")
        return Attempts(policy=max_retries)
    if not isinstance(max_retries, int) or isinstance(max_retries, bool):
        raise TypeError(f"max_retries is a number of reasks or a tenacity object, not {type(max_retries).__name__}")
    if max_retries < 0:
        raise ValueError(f"max_retries={max_retries}: 0 asks once, 2 asks at most three times")
    return Attempts(reasks=max_retries)


@dataclass(frozen=True, slots=True)
class Ended:
    """An error that asking again would not help; carried past tenacity, which retries what is raised."""

    error: BaseException


@dataclass
class Course(Generic[T]):
    """One call under way: its conversation, how it is asked, its pictures, its transport retries left."""

    conversation: Conversation[T]
    asking: Asking
    way: Way
    attempts: Attempts
    pictures: Pictures
    spent: int = 0
    refusal: Exception | None = None

    @property
    def retries_left(self) -> int:
        """Transport retries for the next request: one pool for the whole call, none beside a tenacity object."""
        return 0 if self.attempts.policy else max(0, self.way.endpoint.max_retries - self.spent)

    def sending(self, request: Request) -> tuple[Callable[..., Any], dict[str, Any]]:
        """The SDK's call for a request whose pictures are ready, and its arguments."""
        return self.way.endpoint.sender(self.retries_left), self.way.wire.encode(request)

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
        return STREAMS[self.way.wire.NAME].gather(request)

    def asks_otherwise(self, error: Exception) -> bool:
        """Whether an endpoint's refusal of the mode, the call's first, is answered by the next mode at once.

        What was refused is remembered in any case. Beside a tenacity object the next mode is the next attempt's.
        """
        request, before = self.conversation.request, self.refusal
        refused = None if request.mode is None else refused_by(error, request.mode, request.can)
        if refused is None or self.conversation.attempts:
            return False
        self.way.endpoint.learn(request.model, refused)
        if before is not None:
            return False
        try:
            self.way = self.asking.way()
        except (ModeError, SchemaError):  # there is no other: the endpoint's own words say most
            return False
        self.refusal = error
        self.conversation.ask_otherwise(self.way.mode, self.way.can)
        return self.attempts.policy is None

    def is_resent(self, completion: Completion) -> bool:
        """Whether a body that is no reply, a fault of transport, is asked for again from the pool."""
        if not completion.broken or self.retries_left < completion.http_requests:
            return False
        self.spent += completion.http_requests
        return True

    def received(self, completion: Completion) -> Extraction[T]:
        """Hand a completion to the conversation; a request that was refused before it is one of its requests."""
        self.spent += completion.http_requests - 1
        refused = self.refusal is not None and not self.conversation.attempts and not self.attempts.policy
        extraction = self.conversation.receive(
            replace(completion, http_requests=completion.http_requests + 1) if refused else completion
        )
        return replace(extraction, shown=self.pictures.shown(self.conversation.request))

    def outcome(self, error: Exception) -> Ended:
        """Raise what may be tried again; give back what may not."""
        if isinstance(error, ReplyError) and error.reaskable:
            raise error
        if self.attempts.policy and (resendable(error) or isinstance(error, Interrupted) or error is self.refusal):
            raise error
        return Ended(error)

    def policy(self, kind: type[Policy]) -> Policy:
        """The loop: the caller's own, or one that stops after the reasks."""
        asked = self.attempts.reasks + 1
        return self.attempts.policy or kind(
            stop=stop_after_attempt(asked),
            retry=retry_if_exception(lambda error: isinstance(error, ReplyError)),
            reraise=True,
        )

    def concluded(self, result: Any) -> Any:
        """The extraction, or what the caller's tenacity object made of its end; raises what ended the call."""
        if not isinstance(result, Ended):
            return result
        if isinstance(result.error, ReplyError):
            raise self.conversation.failure(result.error, self.pictures.ready) from result.error
        raise result.error  # an SDK's error passes as it is


def resendable(error: BaseException) -> bool:
    """Whether the same request may succeed later: transport and server faults, and limits that pass."""
    status = getattr(error, "status_code", None)
    if status is None:
        return any(kind.__name__ == "APIConnectionError" for kind in type(error).__mro__)
    return (status in _RESENDABLE or status >= 500) and not exhausted(error)


def exhausted(error: BaseException) -> bool:
    """Whether an SDK's error says that the account is empty, which no waiting cures."""
    told = f"{getattr(error, 'code', '')} {getattr(error, 'type', '')}"
    return any(code in told for code in _EXHAUSTED)


def broken(reply: Reply, request: Request, started: float, error: Exception) -> Completion:
    """What stands for a body that is no reply, or for a stream that broke off."""
    why = str(error) if isinstance(error, Interrupted) else f"the endpoint's body is no reply ({type(error).__name__})"
    nothing = Completion(answers=(), stop=Stop.INTERRUPTED, usage=Usage(), echo={}, model=request.model, broken=why)
    return replace(nothing, **account(reply, started))


def account(reply: Reply, started: float) -> dict[str, Any]:
    """What a completion has to tell of its sending: seconds, HTTP requests, the provider's id."""
    return {
        "seconds": time.perf_counter() - started,
        "http_requests": reply.retries_taken + 1,
        "request_id": reply.request_id,
    }


def last_of(error: ReplyError | RetryError) -> BaseException:
    """Tenacity's two ways of giving up, as the error of the last attempt."""
    last = error.last_attempt.exception() if isinstance(error, RetryError) else error
    return last or error
