"""How a call ends without a new record: with the error to raise, or with a record that was only challenged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from typesight.attempts import Attempt
from typesight.conversation.conversation import Conversation
from typesight.conversation.extraction import Extraction, sum_cost, sum_usage
from typesight.errors import ReplyError
from typesight.failures import BudgetExceeded, DeadlineExceeded, ExtractionFailed
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.image import Image

__all__ = ["Ending"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ending(Generic[T]):
    """What an ending is made of: the conversation, the pictures sent, and the record that was challenged, if any."""

    conversation: Conversation[T]
    pictures: Mapping[Image, Sequence[PreparedPicture]]
    challenged: Extraction[T] | None = None

    def end_with(self, error: BaseException) -> Extraction[T] | BaseException:
        """The outcome after an error: an SDK's error passes through, with the attempts that were paid for."""
        if self.challenged is not None:
            return self._accept(self.challenged)
        if not isinstance(error, ReplyError):
            return _attach_attempts(error, self.conversation.attempts)
        failure = self.conversation.build_failure(error, self.pictures)
        failure.__cause__ = error
        return failure

    def end_late(self, seconds: float) -> Extraction[T] | BaseException:
        """The outcome once the deadline has passed, after so many seconds."""
        if self.challenged is not None:
            return self._accept(self.challenged)
        why = f"the deadline of {seconds:g} s has passed"
        return self.conversation.build_failure(None, self.pictures, DeadlineExceeded, why)

    def end_over_budget(self, excess: str) -> Extraction[T] | BaseException:
        """The outcome if the next request would exceed the budget; `excess` says by how much."""
        why = f"the next request would bring the call to {excess}"
        return self.end_with(self.conversation.build_failure(None, self.pictures, BudgetExceeded, why))

    def _accept(self, challenged: Extraction[T]) -> Extraction[T]:
        """The challenged record, with the cost of all attempts."""
        attempts = self.conversation.billed_attempts
        return replace(challenged, attempts=attempts, usage=sum_usage(attempts), cost=sum_cost(attempts))


def _attach_attempts(error: BaseException, attempts: tuple[Attempt, ...]) -> BaseException:
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
