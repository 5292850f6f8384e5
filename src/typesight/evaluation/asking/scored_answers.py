"""Scores the answers of a setting: against the labels, and by the caller's own scorers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.evaluation.runs.document_answer import DocumentAnswer
from typesight.evaluation.scoring.field_kinds import FieldKinds, read_kinds
from typesight.evaluation.scoring.field_verdict import Match
from typesight.evaluation.scoring.record_scoring import score_record
from typesight.evaluation.setting_result import DocumentResult
from typesight.schema.schema_walk import Schema

__all__ = ["AnswerScorer", "Scorer", "make_scorer"]

Scorer = Callable[[Any, Any], float]
"""A function of the caller's: of an answer's record and its label, both JSON data."""


@dataclass(frozen=True, slots=True)
class AnswerScorer:
    """The labels, and how answers are compared with them."""

    documents: Sequence[LabelledDocument]
    kinds: FieldKinds
    match: Match
    scorers: Mapping[str, Scorer] = field(default_factory=dict)

    def score(self, answers: Mapping[str, DocumentAnswer]) -> tuple[DocumentResult, ...]:
        """The results of those documents that have an answer, in the order of the labels.

        Raises ValueError for a scorer that raises, and TypeError for one that returns no number.
        """
        return tuple(self._score(each, answers[each.source]) for each in self.documents if each.source in answers)

    def _score(self, document: LabelledDocument, answer: DocumentAnswer) -> DocumentResult:
        score = score_record(
            document.source,
            document.label,
            answer.record,
            read_kinds(document.schema, [document.label]) if document.schema else self.kinds,
            is_failed=answer.error is not None,
            confidence=answer.confidence,
            match=self.match,
        )
        extra = {} if score.is_failed else self._call_scorers(answer.record, document)
        return DocumentResult(answer, score, extra)

    def _call_scorers(self, record: Any, document: LabelledDocument) -> dict[str, float]:
        return {name: _call(name, scorer, record, document) for name, scorer in self.scorers.items()}


def make_scorer(
    documents: Sequence[LabelledDocument], schema: Schema | None, match: Match, scorers: Mapping[str, Scorer] | None
) -> AnswerScorer:
    """How answers to these documents are scored. Raises TypeError for a scorer that is no function."""
    if not isinstance(scorers, Mapping | None):
        raise TypeError(f"scorers= must be a dict of functions by name, as {{'mine': score}}, not {scorers!r:.60}")
    for name, scorer in (scorers or {}).items():
        if not callable(scorer):
            raise TypeError(f"the scorer {name!r} must be a function of a record and a label, not {scorer!r:.60}")
    return AnswerScorer(documents, read_kinds(schema, [each.label for each in documents]), match, scorers or {})


def _call(name: str, scorer: Scorer, record: Any, document: LabelledDocument) -> float:
    try:
        found = scorer(record, document.label)
    except Exception as error:
        raise ValueError(f"the scorer {name!r} raised {type(error).__name__} for {document.source}: {error}") from error
    try:
        number = float(found) if not isinstance(found, str) else None
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or not isfinite(number):
        what = f"returned {found!r:.60} for {document.source}"
        raise TypeError(f"the scorer {name!r} {what}: a finite number is expected")
    return number
