"""DocuBench's rule: one score for a document, as that benchmark gives it."""

from __future__ import annotations

from typing import Any

__all__ = ["score_by_docubench"]


def score_by_docubench(label: Any, answer: Any) -> float:
    """The benchmark's score of an answer, 0 to 1."""
    return float(label == answer)
