"""How often a call may ask: a number of reasks or a tenacity object. Only this module imports tenacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from tenacity import AsyncRetrying, RetryError, Retrying, nap, retry_if_exception, stop_after_attempt
from tenacity import BaseRetrying as Policy

from typesight.deadline import Deadline
from typesight.errors import ReplyError

__all__ = ["GIVEN_UP", "RetryLimit", "find_last_error", "read_max_retries"]

GIVEN_UP = (ReplyError, RetryError)
"""What tenacity raises when it gives up: the last error, or a RetryError around it."""

P = TypeVar("P", bound=Policy)


@dataclass(frozen=True, slots=True)
class RetryLimit:
    """The limit of a call: a number of reasks after the first reply, or a tenacity object for all requests."""

    reasks: int = 2
    policy: Policy | None = None

    def make_loop(self, deadline: Deadline | None) -> Retrying:
        """Return the caller's tenacity object, or one that stops after the reasks."""
        return self._build(Retrying, deadline)

    def make_loop_async(self, deadline: Deadline | None) -> AsyncRetrying:
        """As `make_loop`, but return an AsyncRetrying."""
        return self._build(AsyncRetrying, deadline)

    def _build(self, kind: type[P], deadline: Deadline | None) -> P:
        policy: Any = self.policy  # of the right colour: `read_max_retries` has seen to that
        if policy is not None:  # only the default sleep has to be cut at the deadline; a coroutine is cancelled
            own: P = policy.copy(sleep=deadline.pause) if deadline and policy.sleep is nap.sleep else policy
            return own
        return kind(
            stop=stop_after_attempt(self.reasks + 1),
            retry=retry_if_exception(lambda error: isinstance(error, ReplyError)),
            reraise=True,
        )


def read_max_retries(max_retries: int | Policy, *, is_async: bool) -> RetryLimit:
    """Read the option `max_retries`. Raises TypeError for the wrong kind of tenacity object, ValueError below 0."""
    if isinstance(max_retries, Policy):
        if isinstance(max_retries, AsyncRetrying) is not is_async:
            wanted = "tenacity.AsyncRetrying" if is_async else "tenacity.Retrying"
            raise TypeError(f"this client is {'a' if is_async else ''}synchronous: pass a {wanted} as max_retries")
        return RetryLimit(policy=max_retries)
    if not isinstance(max_retries, int) or isinstance(max_retries, bool):
        raise TypeError(f"max_retries must be a number or a tenacity object, not {type(max_retries).__name__}")
    if max_retries < 0:
        raise ValueError(f"max_retries={max_retries}: give 0 to ask once, or 2 to ask at most three times")
    return RetryLimit(reasks=max_retries)


def find_last_error(error: ReplyError | RetryError) -> BaseException:
    """Return the error of the last attempt, with or without tenacity's RetryError around it."""
    last = error.last_attempt.exception() if isinstance(error, RetryError) else error
    return last or error
