"""ConfidencePairs: how sure an answer was of each of its values, and whether it was right."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from typesight.evaluation.scoring.field_verdict import RecordScore

__all__ = ["ConfidencePairs", "gather_confidence"]


@dataclass(frozen=True, slots=True)
class ConfidencePairs:
    """The values that can be ranked, each as (confidence, is it right), and the count of all other values.

    An invented value is one that is not right. `unranked` are the values that were left out, and those that the answer
    does not say its confidence of.
    """

    pairs: tuple[tuple[float, bool], ...]
    unranked: int


def gather_confidence(scores: Iterable[RecordScore], field: str | None = None) -> ConfidencePairs:
    """The confidence of all values, or of one field's."""
    pairs, count = [], 0
    for score in scores:
        for verdict in score.verdicts:
            if field is None or verdict.field == field:
                count += 1
                if verdict.is_answered and verdict.confidence is not None and not math.isnan(verdict.confidence):
                    pairs.append((verdict.confidence, verdict.is_right))
    return ConfidencePairs(tuple(pairs), count - len(pairs))
