"""Record scoring: the verdicts on one answer, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from typesight.evaluation.scoring.docubench_rule import score_by_docubench
from typesight.evaluation.scoring.field_kinds import FieldKinds
from typesight.evaluation.scoring.field_verdict import FieldVerdict, Match, RecordScore, RowCounts, VerdictKind
from typesight.evaluation.scoring.row_alignment import align_rows
from typesight.evaluation.scoring.scored_data import (
    FieldSteps,
    collect_labelled_keys,
    tidy_data,
    write_path,
)
from typesight.evaluation.scoring.value_comparison import compare_values

__all__ = ["score_record"]

_FUZZY = 0.8
"""The likeness from which a text is right in a fuzzy match."""
_Steps = tuple[str | int, ...]


def score_record(
    source: str,
    label: Any,
    answer: Any,
    kinds: FieldKinds,
    *,
    is_failed: bool = False,
    confidence: Mapping[str, float | None] | None = None,
    match: Match = "normalised",
) -> RecordScore:
    """Hold an answer against its label.

    Each value of the label is right, wrong or left out; each value of the answer where the label has null is invented.
    A key that the label does not have is not judged; in rows of a list, a key that any row of the field has is
    labelled. Empty texts, lists and objects are null. Rows of lists are matched by what they hold. Where the label has
    a list or an object and the answer another shape, the label's values are left out and the answer's invented; where
    the label has a value and the answer a list or an object, it is wrong. Takes an answer of any shape; never raises.
    """
    is_unlabelled = isinstance(label, Mapping) and not label
    label, answer = tidy_data(label), None if is_failed or is_unlabelled else tidy_data(answer)
    judge = _Judge(kinds, collect_labelled_keys(label), confidence or {}, match)
    verdicts = tuple(judge.hold(label, answer, (), (), ()))
    docubench = 0.0 if is_failed else score_by_docubench(label, answer)
    return RecordScore(source, verdicts, judge.rows, is_failed, docubench)


@dataclass(slots=True)
class _Judge:
    """Walks a label and its answer together; has state because it counts the rows of lists that it meets twice."""

    kinds: FieldKinds
    labelled: Mapping[FieldSteps, Mapping[str, None]]
    confidence: Mapping[str, float | None]
    match: Match
    rows: dict[str, RowCounts] = field(default_factory=dict)

    def hold(self, label: Any, answer: Any, at: _Steps, there: _Steps, steps: FieldSteps) -> Iterator[FieldVerdict]:
        """The verdicts on a value at a place of the label and the answer's value at its place there."""
        if isinstance(label, dict) and isinstance(answer, dict | None):
            for key in self.labelled[steps]:
                inner = None if answer is None else answer.get(key)
                yield from self.hold(label.get(key), inner, (*at, key), (*there, key), (*steps, key))
        elif isinstance(label, list) and isinstance(answer, list | None):
            yield from self.hold_rows(label, answer or [], at, there, steps)
        elif isinstance(label, dict | list):
            yield from self.hold(label, None, at, there, steps)
            yield from self.invent(answer, there, steps)
        elif label is None:
            yield from self.invent(answer, there, steps)
        else:
            yield self.judge(label, answer, at, there, steps)

    def hold_rows(
        self, labels: list[Any], answers: list[Any], at: _Steps, there: _Steps, steps: FieldSteps
    ) -> Iterator[FieldVerdict]:
        """The verdicts on the rows of a list: the label's in their order, then those that the answer invented."""
        row = (*steps, "*")
        aligned = align_rows(labels, answers, row, self.kinds, self.labelled)
        self.count(
            steps,
            RowCounts(
                len(aligned.pairs) + len(aligned.omitted),
                len(aligned.pairs),
                len(aligned.omitted),
                len(aligned.invented),
            ),
        )
        found = aligned.pairs
        for place, label in enumerate(labels):
            if place in found:
                yield from self.hold(label, answers[found[place]], (*at, place), (*there, found[place]), row)
            else:
                yield from map(_mark_missing, self.hold(label, None, (*at, place), (), row))
        for place in aligned.invented:
            yield from map(_mark_missing, self.invent(answers[place], (*there, place), row))

    def count(self, steps: FieldSteps, counts: RowCounts) -> None:
        """Add the rows of a list to those of its field."""
        path = write_path(steps)
        self.rows[path] = self.rows.get(path, RowCounts()) + counts

    def invent(self, answer: Any, there: _Steps, steps: FieldSteps) -> Iterator[FieldVerdict]:
        """The verdicts on an answer's values where the label has none."""
        if isinstance(answer, dict):
            keys = self.labelled.get(steps, answer)
            for key in filter(keys.__contains__, answer):
                yield from self.invent(answer[key], (*there, key), (*steps, key))
        elif isinstance(answer, list):
            yield from self.hold_rows([], answer, (), there, steps)
        elif answer is not None:
            path = write_path(there)
            sure = self.confidence.get(path)
            yield FieldVerdict(path, write_path(steps), "invented", None, answer, path, confidence=sure)

    def judge(self, label: Any, answer: Any, at: _Steps, there: _Steps, steps: FieldSteps) -> FieldVerdict:
        """The verdict on one value of the label."""
        path, name, where = write_path(at), write_path(steps), write_path(there)
        if answer is None:
            return FieldVerdict(path, name, "left_out", label)
        kind = self.kinds.find_kind(name, label)
        found = compare_values(label, answer, kind)
        rules = {"exact": found.exact, "normalised": found.normalised}
        is_fuzzy = found.normalised or (kind == "text" and found.likeness >= _FUZZY)
        verdict: VerdictKind = "right" if rules.get(self.match, is_fuzzy) else "wrong"
        return FieldVerdict(
            path, name, verdict, label, answer, where, found.exact, found.likeness, self.confidence.get(where)
        )


def _mark_missing(verdict: FieldVerdict) -> FieldVerdict:
    return replace(verdict, in_missing_row=True)
