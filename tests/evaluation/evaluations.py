"""Evaluations that are built by hand: what the tests of tables, files and comparisons look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.evaluation.evaluation import DocumentResult, Evaluation, SettingResult
from typesight.evaluation.runs.document_answer import DocumentAnswer
from typesight.evaluation.runs.setting import Setting
from typesight.evaluation.scoring.field_kinds import read_kinds
from typesight.evaluation.scoring.record_scoring import score_record
from typesight.usage import Usage

LABEL = {"company": "CORNER SHOP", "date": "2026-11-20", "total": "73.50", "note": None}
WITH_ROWS = {"company": "CORNER SHOP", "items": [{"name": "TEA", "price": "2.00"}, {"name": "CAKE", "price": "68.00"}]}


def judge(
    source: str,
    answer: Mapping[str, Any] | None,
    label: Mapping[str, Any] = LABEL,
    *,
    cost: float | None = 0.001,
    confidence: Mapping[str, float | None] | None = None,
    boxes: Mapping[str, tuple[int, float, float, float, float]] | None = None,
) -> DocumentResult:
    """A document with its score; without an answer it failed."""
    is_failed = answer is None
    kinds = read_kinds(None, [label])
    score = score_record(source, label, answer, kinds, is_failed=is_failed, confidence=confidence)
    return DocumentResult(
        DocumentAnswer(
            source,
            answer,
            error="ExtractionFailed: no reply was valid" if is_failed else None,
            usage=Usage(1000, 20),
            cost=cost,
            seconds=0.5,
            attempts=1,
            confidence=confidence or {},
            boxes=boxes or {},
        ),
        score,
    )


def setting(name: str, *documents: DocumentResult, is_whole: bool = True, **options: Any) -> SettingResult:
    """A model's results, with the options that it was asked with."""
    return SettingResult(Setting(name, options), documents, is_whole)


def evaluation(*settings: SettingResult, folder: str | None = None) -> Evaluation:
    """An evaluation of receipts."""
    return Evaluation(settings, "Receipt", folder=folder)


GOOD = {"company": "Corner Shop", "date": "2026-11-20", "total": "73.5", "note": None}
WRONG = {"company": "CORNER", "date": None, "total": "73.50", "note": "THANK YOU"}
