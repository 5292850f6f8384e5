"""The policy of a call: how often it is asked, by a number or by a tenacity object. Nothing else knows tenacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from tenacity import AsyncRetrying, RetryError, Retrying, nap, retry_if_exception, stop_after_attempt
from tenacity import BaseRetrying as Policy

from typesight.deadline import Deadline
from typesight.errors import ReplyError

__all__ = ["GIVEN_UP", "RetryLimit", "find_last_error", "read_max_retries"]

GIVEN_UP = (ReplyError, RetryError)
"""What the loop of attempts raises when it gives up: the last error itself, or tenacity's wrapper of it."""

P = TypeVar("P", bound=Policy)


@dataclass(frozen=True, slots=True)
class RetryLimit:
    """How often to ask: `reasks` after the first reply, or a tenacity object that bounds everything."""

    reasks: int = 2
    policy: Policy | None = None

    def loop(self, deadline: Deadline | None) -> Retrying:
        """The loop of attempts of synchronous code: the caller's own, or one that stops after the reasks."""
        return self._build(Retrying, deadline)

    def loop_async(self, deadline: Deadline | None) -> AsyncRetrying:
        """The loop of attempts of asynchronous code."""
        return self._build(AsyncRetrying, deadline)

    def _build(self, kind: type[P], deadline: Deadline | None) -> P:
        own = self.policy
        if isinstance(own, kind):  # a wait of the usual kind ends with the deadline; a coroutine is cancelled in it
            return own.copy(sleep=deadline.pause) if deadline and own.sleep is nap.sleep else own
        return kind(
            stop=stop_after_attempt(self.reasks + 1),
            retry=retry_if_exception(lambda error: isinstance(error, ReplyError)),
            reraise=True,
        )


def read_max_retries(max_retries: int | Policy, *, is_async: bool) -> RetryLimit:
    """What a caller gave as `max_retries`. Raises TypeError for the wrong colour, ValueError below 0."""
    if isinstance(max_retries, Policy):
        if isinstance(max_retries, AsyncRetrying) is not is_async:
            wanted = "tenacity.AsyncRetrying" if is_async else "tenacity.Retrying"
            raise TypeError(f"this client is {'a' if is_async else ''}synchronous: pass a {wanted} as max_retries")
        return RetryLimit(policy=max_retries)
    if not isinstance(max_retries, int) or isinstance(max_retries, bool):
        raise TypeError(f"max_retries is a number of reasks or a tenacity object, not {type(max_retries).__name__}")
    if max_retries < 0:
        raise ValueError(f"max_retries={max_retries}: 0 asks once, 2 asks at most three times")
    return RetryLimit(reasks=max_retries)


def find_last_error(error: ReplyError | RetryError) -> BaseException:
    """The error of the last attempt, from either way in which tenacity gives up."""
    last = error.last_attempt.exception() if isinstance(error, RetryError) else error
    return last or error
