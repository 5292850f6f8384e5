"""The failures of earlier runs in a ledger: which of them still hold, and what they were."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from typesight.errors import InvalidRecord
from typesight.failures import BudgetExceeded, ExtractionFailed
from typesight.many.failure import Failure
from typesight.many.ledger.ledger_rows import restore_attempt
from typesight.schema.target import Target
from typesight.usage import Usage

__all__ = ["is_final", "is_valid_now", "restore_failure"]

# The failures that follow from the replies and the call's own limits.
_FINAL: dict[str, type[ExtractionFailed]] = {kind.__name__: kind for kind in (ExtractionFailed, BudgetExceeded)}
_COUNTS = tuple(Usage().to_dict())


def is_final(result: Any) -> bool:
    """Whether a result, its columns by name, has failed by what the model answered, not by a server or a file."""
    return result["status"] == "failed" and result["error"] in _FINAL


def is_valid_now(attempt: Mapping[str, Any], target: Target[Any], **judging: Any) -> bool:
    """Whether an attempt's whole reply, which was not valid, is so for the target as it is now."""
    if attempt["error"] != InvalidRecord.__name__ or attempt["asked"] != json.dumps("all") or not attempt["reply"]:
        return False
    return not target.judge(attempt["reply"], **judging).faults


def restore_failure(result: Mapping[str, Any], attempts: Iterable[Mapping[str, Any]], source: str) -> Failure:
    """The failure of a document from its result."""
    made = tuple(map(restore_attempt, attempts))
    usage, cost = Usage(*(result[name] for name in _COUNTS)), result["cost"]
    error = _FINAL[result["error"]](
        result["message"],
        attempts=made,
        last=made[-1].error if made else None,
        partial=json.loads(result["partial"]),
        usage=usage,
        cost=cost,
        messages=[],
    )
    return Failure(source, error, made, usage, cost)
