"""Driving: one conversation, sent and received until there is a record, by sync and by async code.

Everything that decides is in the conversation and in the plain functions here; what is written twice is only
the sending. Alone in the house, this file knows tenacity.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from tenacity import AsyncRetrying, RetryError, Retrying, retry_if_exception, stop_after_attempt
from tenacity import BaseRetrying as Policy

from typesight.conversation.conversation import Conversation
from typesight.conversation.extraction import Extraction
from typesight.errors import Interrupted, ReplyError
from typesight.images.download import fetch, fetch_async
from typesight.images.image import Image
from typesight.images.prepare import Preparation
from typesight.providers.completion import Completion, Stop
from typesight.providers.endpoint import Endpoint, Reply
from typesight.providers.pictures import Pictures
from typesight.providers.request import Request
from typesight.usage import Usage

__all__ = [
    "Attempts",
    "ask_once",
    "ask_once_async",
    "attempts_of",
    "drive",
    "drive_async",
    "exhausted",
    "resendable",
]

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
class _Ended:
    """An error that asking again would not help; carried past tenacity, which retries what is raised."""

    error: BaseException


@dataclass
class _Course(Generic[T]):
    """One call under way: its conversation, its pictures, its transport retries left."""

    conversation: Conversation[T]
    endpoint: Endpoint
    attempts: Attempts
    pictures: Pictures
    spent: int = 0

    @property
    def retries_left(self) -> int:
        """Transport retries for the next request: one pool for the whole call, none beside a tenacity object."""
        return 0 if self.attempts.policy else max(0, self.endpoint.max_retries - self.spent)

    def is_resent(self, completion: Completion) -> bool:
        """Whether a body that is no reply, a fault of transport, is asked for again from the pool."""
        if not completion.broken or self.retries_left < completion.http_requests:
            return False
        self.spent += completion.http_requests
        return True

    def received(self, completion: Completion) -> Extraction[T]:
        """Hand a completion to the conversation."""
        self.spent += completion.http_requests - 1
        extraction = self.conversation.receive(completion)
        return replace(extraction, shown=self.pictures.shown(self.conversation.request))

    def outcome(self, error: Exception) -> _Ended:
        """Raise what may be tried again; give back what may not."""
        if isinstance(error, ReplyError) and error.reaskable:
            raise error
        if self.attempts.policy and (resendable(error) or isinstance(error, Interrupted)):
            raise error
        return _Ended(error)

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
        if not isinstance(result, _Ended):
            return result
        if isinstance(result.error, ReplyError):
            raise self.conversation.failure(result.error, self.pictures.ready) from result.error
        raise result.error  # an SDK's error passes as it is


def drive(
    conversation: Conversation[T],
    endpoint: Endpoint,
    attempts: Attempts,
    how: Preparation,
    find_turns: Callable[[Image], int] | None = None,
) -> Any:
    """Ask until there is an Extraction. Raises ExtractionFailed, ImageError, SchemaError or the SDK's errors."""
    course = _Course(conversation, endpoint, attempts, Pictures(how, find_turns))

    def attempt() -> Extraction[T] | _Ended:
        try:
            for image, url in course.pictures.to_fetch(conversation.request):
                course.pictures.fetched[image] = fetch(url, how.downloads)
            request = course.pictures.settled(conversation.request)
            while True:
                started = time.perf_counter()
                reply = endpoint.sender(course.retries_left)(**endpoint.wire.encode(request))
                completion = _received(reply, request, endpoint, started)
                if not course.is_resent(completion):
                    return course.received(completion)
        except Exception as error:
            return course.outcome(error)

    try:
        result: Any = course.policy(Retrying).wraps(attempt)()
    except (ReplyError, RetryError) as error:
        result = _Ended(_last(error))
    return course.concluded(result)


async def drive_async(
    conversation: Conversation[T],
    endpoint: Endpoint,
    attempts: Attempts,
    how: Preparation,
    find_turns: Callable[[Image], int] | None = None,
) -> Any:
    """As `drive`, for asynchronous clients; pictures are encoded in a thread."""
    course = _Course(conversation, endpoint, attempts, Pictures(how, find_turns))

    async def attempt() -> Extraction[T] | _Ended:
        try:
            for image, url in course.pictures.to_fetch(conversation.request):
                course.pictures.fetched[image] = await fetch_async(url, how.downloads)
            request = await asyncio.to_thread(course.pictures.settled, conversation.request)
            while True:
                started = time.perf_counter()
                reply = await endpoint.sender(course.retries_left)(**endpoint.wire.encode(request))
                completion = await _received_async(reply, request, endpoint, started)
                if not course.is_resent(completion):
                    return course.received(completion)
        except Exception as error:
            return course.outcome(error)

    try:
        result: Any = await course.policy(AsyncRetrying).wraps(attempt)()
    except (ReplyError, RetryError) as error:
        result = _Ended(_last(error))
    return course.concluded(result)


def ask_once(
    request: Request, endpoint: Endpoint, how: Preparation, find_turns: Callable[[Image], int] | None = None
) -> Any:
    """The SDK's own reply to one request, its pictures encoded."""
    pictures = Pictures(how, find_turns)
    for image, url in pictures.to_fetch(request):
        pictures.fetched[image] = fetch(url, how.downloads)
    return endpoint.sender(endpoint.max_retries)(**endpoint.wire.encode(pictures.settled(request))).parse()


async def ask_once_async(
    request: Request, endpoint: Endpoint, how: Preparation, find_turns: Callable[[Image], int] | None = None
) -> Any:
    """As `ask_once`, for asynchronous clients."""
    pictures = Pictures(how, find_turns)
    for image, url in pictures.to_fetch(request):
        pictures.fetched[image] = await fetch_async(url, how.downloads)
    settled = await asyncio.to_thread(pictures.settled, request)
    return await _parsed(await endpoint.sender(endpoint.max_retries)(**endpoint.wire.encode(settled)))


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


def _received(reply: Reply, request: Request, endpoint: Endpoint, started: float) -> Completion:
    try:
        return _completion(reply, reply.parse(), request, endpoint, started)
    except Exception as error:  # a 200 whose body the SDK or the wire cannot read
        return _broken(reply, request, started, error)


async def _received_async(reply: Reply, request: Request, endpoint: Endpoint, started: float) -> Completion:
    try:
        return _completion(reply, await _parsed(reply), request, endpoint, started)
    except Exception as error:  # as above
        return _broken(reply, request, started, error)


def _completion(reply: Reply, parsed: Any, request: Request, endpoint: Endpoint, started: float) -> Completion:
    return replace(endpoint.wire.decode(parsed, request), **_account(reply, started))


def _broken(reply: Reply, request: Request, started: float, error: Exception) -> Completion:
    """What stands for a body that is no reply."""
    why = str(error) if isinstance(error, Interrupted) else f"the endpoint's body is no reply ({type(error).__name__})"
    nothing = Completion(answers=(), stop=Stop.INTERRUPTED, usage=Usage(), echo={}, model=request.model, broken=why)
    return replace(nothing, **_account(reply, started))


def _account(reply: Reply, started: float) -> dict[str, Any]:
    return {
        "seconds": time.perf_counter() - started,
        "http_requests": reply.retries_taken + 1,
        "request_id": reply.request_id,
    }


async def _parsed(reply: Reply) -> Any:
    parsed = reply.parse()
    return await parsed if inspect.isawaitable(parsed) else parsed


def _last(error: ReplyError | RetryError) -> BaseException:
    """Tenacity's two ways of giving up, as the error of the last attempt."""
    last = error.last_attempt.exception() if isinstance(error, RetryError) else error
    return last or error
