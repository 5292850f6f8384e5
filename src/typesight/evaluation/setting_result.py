"""SettingResult: how one setting did on all documents, and DocumentResult: how it did on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean, median

from typesight.evaluation.runs.document_answer import DocumentAnswer
from typesight.evaluation.runs.setting import Setting
from typesight.evaluation.scoring.field_verdict import RecordScore, RowCounts
from typesight.evaluation.statistics.calibration import Calibration, measure_calibration
from typesight.evaluation.statistics.confidence_pairs import gather_confidence
from typesight.evaluation.statistics.coverage import Coverage, find_coverage
from typesight.evaluation.statistics.document_summary import DocumentSummary, summarise_documents
from typesight.evaluation.statistics.field_summary import FieldSummary, summarise_fields, summarise_values
from typesight.evaluation.statistics.row_summary import summarise_rows
from typesight.usage import Usage, add_known

__all__ = ["DocumentResult", "SettingResult"]


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """One setting's answer to one document, and its score; `extra` are the scores of the caller's own scorers."""

    answer: DocumentAnswer
    score: RecordScore
    extra: Mapping[str, float] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The document's name."""
        return self.score.source


@dataclass(frozen=True)
class SettingResult:
    """How one setting did: a result for each document that was read, in the order of the labels.

    `is_whole` is False if the budget, Ctrl-C or an error ended the run before all documents were read; `error` says
    which error: a refused key, an endpoint that is not there. The summaries are computed when they are first asked for,
    and kept.
    """

    setting: Setting
    documents: tuple[DocumentResult, ...]
    is_whole: bool = True
    error: str | None = None

    @property
    def name(self) -> str:
        """The model and the options: `openai/gpt-6-luna max_side=768`."""
        return self.setting.name

    @property
    def scores(self) -> tuple[RecordScore, ...]:
        """The score of each document."""
        return tuple(each.score for each in self.documents)

    @cached_property
    def fields(self) -> tuple[FieldSummary, ...]:
        """How each field did, in the order in which the labels have them."""
        return summarise_fields(self.scores)

    @cached_property
    def values(self) -> FieldSummary:
        """How all fields together did, each value counted once."""
        return summarise_values(self.scores)

    @cached_property
    def summary(self) -> DocumentSummary:
        """How many documents are wholly right, and how many failed."""
        return summarise_documents(self.scores)

    @property
    def usage(self) -> Usage:
        """The tokens of all documents together."""
        return sum((each.answer.usage for each in self.documents), Usage())

    @property
    def cost(self) -> float | None:
        """US dollars for all documents together; None if that of one is unknown."""
        return add_known(each.answer.cost for each in self.documents) if self.documents else None

    @property
    def cost_per_document(self) -> float | None:
        """US dollars for a document, on average; None if that of one is unknown."""
        return None if self.cost is None else self.cost / len(self.documents)

    @property
    def tokens_per_document(self) -> float | None:
        """Tokens in and out for a document, on average; None if those of one are unknown."""
        counts = [each.answer.usage.input + each.answer.usage.output for each in self.documents]
        asked = [each.answer.record is not None or each.answer.attempts > 0 for each in self.documents]
        is_known = all(count or not was_asked for count, was_asked in zip(counts, asked, strict=True))
        return sum(counts) / len(counts) if is_known and any(counts) else None

    @property
    def seconds_per_document(self) -> float | None:
        """The median time of a document's requests; None if it is not known of any."""
        known = [each.answer.seconds for each in self.documents if each.answer.seconds is not None]
        return median(known) if known else None

    @cached_property
    def rows(self) -> Mapping[str, RowCounts]:
        """The rows of each list by its path: how many were matched, omitted and invented."""
        return summarise_rows(self.scores)

    @cached_property
    def calibration(self) -> Calibration | None:
        """How far the answers' confidence can be believed; None if they have none."""
        pairs = gather_confidence(self.scores).pairs
        return measure_calibration(pairs) if pairs else None

    @cached_property
    def coverage(self) -> Coverage | None:
        """The share of values that can be taken unseen so that 99 in 100 are right; None without a confidence."""
        found = gather_confidence(self.scores)
        return find_coverage(found.pairs, found.unranked) if found.pairs else None

    @property
    def extra(self) -> Mapping[str, float]:
        """The mean of each of the caller's own scorers, over the documents that have a record to score."""
        names = dict.fromkeys(name for each in self.documents for name in each.extra)
        return {name: fmean(each.extra[name] for each in self.documents if name in each.extra) for name in names}
