"""Evaluation: the settings that were compared, and how each did on each document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from typesight.evaluation.runs.document_answer import DocumentAnswer
from typesight.evaluation.runs.setting import Setting
from typesight.evaluation.scoring.field_verdict import Match, RecordScore

__all__ = ["DocumentResult", "Evaluation", "SettingResult"]


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


@dataclass(frozen=True, slots=True)
class SettingResult:
    """How one setting did: a result for each document that was read, in the order of the labels.

    `is_whole` is False if the budget or Ctrl-C ended the run before all documents were read.
    """

    setting: Setting
    documents: tuple[DocumentResult, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What `typesight.evaluate` found, setting by setting."""

    settings: tuple[SettingResult, ...]
    schema_name: str
    match: Match = "normalised"
