"""DocumentSummary: how many documents are wholly right, and how right they are on average."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from typesight.evaluation.scoring.field_verdict import RecordScore
from typesight.evaluation.statistics.bootstrap import Interval, bootstrap_ratios

__all__ = ["DocumentSummary", "summarise_documents"]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """How many documents are wholly right, and how right they are on average.

    `documents` counts all, `failed` those without an answer, `right` those that are wholly right. `score` is the mean
    share of right values in a document, each document counting the same; `docubench` is the mean score by the
    benchmark's rule. Shares are 0 to 1, None where there are no documents; intervals are by document, at 95 %, None
    where there are fewer than two.
    """

    documents: int
    failed: int
    right: int
    right_share: float | None
    right_interval: Interval | None
    score: float | None
    score_interval: Interval | None
    docubench: float | None
    docubench_interval: Interval | None


def summarise_documents(scores: Iterable[RecordScore]) -> DocumentSummary:
    """The summary of all documents."""
    scores = list(scores)
    rows = [(float(each.is_right), each.score, each.docubench) for each in scores]
    right, mean, docubench = map(fmean, zip(*rows, strict=True)) if rows else (None, None, None)
    intervals = bootstrap_ratios([(*row, 1) for row in rows], [(0, 3), (1, 3), (2, 3)])
    return DocumentSummary(
        documents=len(scores),
        failed=sum(each.is_failed for each in scores),
        right=sum(each.is_right for each in scores),
        right_share=right,
        right_interval=intervals[0],
        score=mean,
        score_interval=intervals[1],
        docubench=docubench,
        docubench_interval=intervals[2],
    )
