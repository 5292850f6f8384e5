"""Row summary: how many rows of each list were matched, omitted and invented, over all documents."""

from __future__ import annotations

from collections.abc import Iterable

from typesight.evaluation.scoring.field_verdict import RecordScore, RowCounts

__all__ = ["summarise_rows"]


def summarise_rows(scores: Iterable[RecordScore]) -> dict[str, RowCounts]:
    """The rows of each list, summed over the documents; lists by path, in the order in which they first occur."""
    found: dict[str, RowCounts] = {}
    for score in scores:
        for path, rows in score.rows.items():
            found[path] = found.get(path, RowCounts()) + rows
    return found
