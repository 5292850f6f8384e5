"""ExtractionFailed and its subclasses: a call ended without a record; they hold all that is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.attempts import Attempt
from typesight.errors import ReplyError, TypesightError, revive
from typesight.usage import Usage

__all__ = ["BudgetExceeded", "DeadlineExceeded", "ExtractionFailed"]


class ExtractionFailed(TypesightError):
    """No valid record after the last attempt.

    `attempts` are all attempts in order, `last` is the ReplyError of the last one (None if there was none), `partial`
    holds the valid fields of the last reply that had any, `errors` the failing fields of the last reply (path -> what
    is wrong), `usage` and `cost` (US dollars, None if unknown) are the totals, `messages` is the conversation, with the
    names of pictures instead of their data.
    """

    def __init__(
        self,
        message: str,
        *,
        attempts: tuple[Attempt, ...],
        last: ReplyError | None,
        partial: Mapping[str, Any],
        usage: Usage,
        cost: float | None,
        messages: list[dict[str, Any]],
    ) -> None:
        super().__init__(message)
        self.attempts = attempts
        self.last = last
        self.partial = dict(partial)
        self.usage = usage
        self.cost = cost
        self.messages = messages

    @property
    def errors(self) -> dict[str, str]:
        """The failing fields of the last reply: path -> what is wrong."""
        return self.last.errors if self.last else {}

    def __reduce__(self) -> tuple[Any, ...]:
        return revive, (type(self), self.args, dict(self.__dict__))


class BudgetExceeded(ExtractionFailed):
    """The next request would have cost more than the call's budget has left."""


class DeadlineExceeded(ExtractionFailed):
    """The call's deadline passed before there was a record."""
