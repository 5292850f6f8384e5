"""How often a call may ask: a number of reasks or a tenacity object. Only this module imports tenacity."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from tenacity import AsyncRetrying, RetryCallState, RetryError, nap
from tenacity import BaseRetrying as Policy

from typesight.deadline import Deadline
from typesight.loop.changes import Change
from typesight.loop.loop import Loop
from typesight.loop.needs import Done

__all__ = ["Policy", "RetryLimit", "check_policy", "follow_policy", "follow_policy_async", "read_max_retries"]


TellChanges = Callable[[Sequence[Change]], None]


@dataclass(frozen=True, slots=True)
class RetryLimit:
    """The limit of a call: a number of reasks after the first reply, or a tenacity object for all requests."""

    reasks: int | None = 2
    policy: Policy | None = None


def read_max_retries(given: Any) -> RetryLimit:
    """Read the option `max_retries`. Raises TypeError, and ValueError for a number below 0."""
    if isinstance(given, Policy):
        return RetryLimit(None, given)
    if not isinstance(given, int) or isinstance(given, bool):
        raise TypeError(f"max_retries must be a whole number or a tenacity object, not {type(given).__name__}")
    if given < 0:
        raise ValueError(f"max_retries={given}: give 0 to ask once, or 2 to ask at most three times")
    return RetryLimit(given)


def check_policy(limit: RetryLimit, *, is_async: bool) -> None:
    """Raise TypeError for a tenacity object of the wrong kind: a Retrying round a coroutine would never retry."""
    if limit.policy is not None and isinstance(limit.policy, AsyncRetrying) is not is_async:
        wanted = "tenacity.AsyncRetrying" if is_async else "tenacity.Retrying"
        raise TypeError(f"this client is {'a' if is_async else ''}synchronous: pass a {wanted} as max_retries")


def follow_policy(
    policy: Any,
    loop: Loop[Any],
    run_attempt: Callable[[], object],
    tell_changes: TellChanges,
    deadline: Deadline | None,
) -> Any:
    """Run the attempts of a call as a tenacity `Retrying` allows; return the Extraction, or what its callback returned.

    `run_attempt` runs the loop until the call has ended or has a fault; `tell_changes` is told what the loop changes
    when it resumes. Only the default sleep has to be cut at the deadline. Raises the error that ends the call.
    """
    attempts = _Attempts(loop, tell_changes)

    def attempt() -> Any:
        try:
            attempts.begin()
            run_attempt()
        except BaseException as error:
            return _Stopped(error)
        return attempts.end()

    def judge(state: RetryCallState) -> bool:
        return not _is_stopped(state) and policy.retry(state)

    sleep = deadline.pause if deadline and policy.sleep is nap.sleep else policy.sleep
    run = policy.copy(retry=judge, sleep=sleep).wraps(attempt)
    try:
        result = run()
    except Exception as error:
        return attempts.give_up(error)
    finally:
        policy.statistics.update(run.statistics)
    return _unpack(result)


async def follow_policy_async(
    policy: Any, loop: Loop[Any], run_attempt: Callable[[], Awaitable[object]], tell_changes: TellChanges
) -> Any:
    """As `follow_policy`, for an `AsyncRetrying`, whose sleep is cancelled at the deadline; tasks may share it."""
    attempts = _Attempts(loop, tell_changes)

    async def attempt() -> Any:
        try:
            attempts.begin()
            await run_attempt()
        except BaseException as error:
            return _Stopped(error)
        return attempts.end()

    async def judge(state: RetryCallState) -> bool:
        verdict = not _is_stopped(state) and policy.retry(state)
        return await verdict if isawaitable(verdict) else verdict

    run = policy.copy(retry=judge).wraps(attempt)
    try:
        result = await run()
    except Exception as error:
        return attempts.give_up(error)
    finally:
        policy.statistics.update(run.statistics)
    return _unpack(result)


@dataclass(frozen=True, slots=True)
class _Stopped:
    """An error that a policy must not retry: one that no reask would help, Ctrl-C, a cancellation, the deadline.

    An attempt returns it, since a policy may retry whatever is raised. The caller's predicates never see it: they
    expect an Extraction.
    """

    error: BaseException


def _is_stopped(state: RetryCallState) -> bool:
    return state.outcome is not None and not state.outcome.failed and isinstance(state.outcome.result(), _Stopped)


def _unpack(result: Any) -> Any:
    if isinstance(result, _Stopped):
        raise result.error
    return result


@dataclass
class _Attempts:
    """The attempts of one call under a policy; has state because the first may have a streamed reply already."""

    loop: Loop[Any]
    tell_changes: TellChanges
    begun: bool = False

    def begin(self) -> None:
        """Begin an attempt."""
        if self.loop.fault is not None:
            self.loop.fault.with_traceback(None)  # its frames hold the call; it stays in the attempts of the record
        if self.begun:
            self.tell_changes(self.loop.resume())
        self.begun = True

    def end(self) -> Any:
        """Raise the fault of the attempt for the policy to judge; return what the call has ended with."""
        if self.loop.fault is not None:
            raise self.loop.fault
        need = self.loop.need
        assert isinstance(need, Done)
        return _Stopped(need.outcome) if isinstance(need.outcome, BaseException) else need.outcome

    def give_up(self, error: Exception) -> Any:
        """End the call when the policy gives up: by the last error itself, or by a RetryError around it."""
        last = error.last_attempt.exception() if isinstance(error, RetryError) else None
        self.loop.give_up(last or error)
        return self.loop.conclude()
