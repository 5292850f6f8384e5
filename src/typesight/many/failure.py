"""Failure: a document of a run that has no record, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from typesight.attempts import Attempt
from typesight.conversation.extraction import sum_cost, sum_usage
from typesight.errors import DocumentFailed, TypesightError
from typesight.failures import ExtractionFailed
from typesight.many.release import release_frames
from typesight.usage import Usage

__all__ = ["Failure", "make_failure"]

_LONGEST_MESSAGE = 1_000  # characters; a gateway may quote the whole request, with its pictures


@dataclass(frozen=True)
class Failure:
    """A document without a record.

    `source` names the document. `error` says why: an ImageError, an ExtractionFailed, or a DocumentFailed for an error
    that is not typesight's. `attempts` are the replies that were paid for, `usage` and `cost` (US dollars, None if
    unknown) their sums.
    """

    source: str
    error: TypesightError
    attempts: tuple[Attempt, ...] = ()
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON data: the error as the name of its class, its message, and what fails in each field."""
        kept = self.error if isinstance(self.error, ExtractionFailed) else None
        return {
            "source": self.source,
            "error": self.error.kind if isinstance(self.error, DocumentFailed) else type(self.error).__name__,
            "message": str(self.error),
            "errors": dict(kept.errors) if kept else {},
            "partial": dict(kept.partial) if kept else {},
            "attempts": [attempt.to_dict() for attempt in self.attempts],
            "usage": self.usage.to_dict(),
            "cost": self.cost,
        }


def make_failure(source: str, error: Exception) -> Failure:
    """The failure of a document; what the error holds of its pictures is dropped."""
    attempts: tuple[Attempt, ...] = getattr(error, "attempts", ())
    ours = error if isinstance(error, TypesightError) else _wrap(error)
    release_frames(ours, *(attempt.error for attempt in attempts))
    return Failure(source, ours, attempts, sum_usage(attempts), sum_cost(attempts) if attempts else 0.0)


def _wrap(error: Exception) -> DocumentFailed:
    """An SDK's or a validator's error without its request, which holds the pictures."""
    status = getattr(error, "status_code", None)
    return DocumentFailed(
        "; ".join([str(error) or type(error).__name__, *getattr(error, "__notes__", ())])[:_LONGEST_MESSAGE],
        kind=type(error).__name__,
        status_code=status if isinstance(status, int) else None,
        request_id=getattr(error, "request_id", None),
    )
