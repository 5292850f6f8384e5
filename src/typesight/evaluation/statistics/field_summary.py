"""FieldSummary: how often the values of a field are right, over all documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from typesight.evaluation.scoring.field_verdict import FieldVerdict, RecordScore, VerdictKind
from typesight.evaluation.statistics.bootstrap import Interval, bootstrap_ratios

__all__ = ["ALL_VALUES", "FieldSummary", "summarise_fields", "summarise_values"]

ALL_VALUES = "all"
"""The name of the summary of all fields together."""


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """How often the values of a field are right; shares are of all its values, in label or answer.

    `field` is a path with `*` for the places in lists; `documents` are those with a value of it. Each value is `right`,
    `wrong`, `left_out` or `invented`; `labelled` are all but the invented ones. `accuracy` is the share of right ones,
    `answered_and_wrong` that of wrong and invented ones: what would reach your data and is false. `exact` is the share
    that is the same to the letter, `likeness` the mean, 0 to 1. Shares are None where there are no values. Intervals
    are by document, at 95 %; None where fewer than two documents have a value.
    """

    field: str
    documents: int
    labelled: int
    right: int
    wrong: int
    left_out: int
    invented: int
    accuracy: float | None
    accuracy_interval: Interval | None
    answered_and_wrong: float | None
    answered_and_wrong_interval: Interval | None
    exact: float | None
    likeness: float | None

    @property
    def values(self) -> int:
        """How many values were judged."""
        return self.labelled + self.invented


@dataclass(frozen=True, slots=True)
class _Tally:
    """What one document adds to a field's sums."""

    kinds: Counter[VerdictKind]
    exact: int
    likeness: float

    @property
    def columns(self) -> tuple[int, int, int]:
        """Right, answered and wrong, all."""
        return self.kinds["right"], self.kinds["wrong"] + self.kinds["invented"], self.kinds.total()


_COLUMNS = 3


def summarise_fields(scores: Iterable[RecordScore]) -> tuple[FieldSummary, ...]:
    """A summary for each field, in the order in which they first occur."""
    return _summarise(list(scores), lambda verdict: verdict.field)


def summarise_values(scores: Iterable[RecordScore]) -> FieldSummary:
    """One summary of all values, named `all`."""
    found = _summarise(list(scores), lambda _: ALL_VALUES)
    return found[0] if found else _build_summary(ALL_VALUES, [], (None, None))


def _summarise(scores: Sequence[RecordScore], name: Callable[[FieldVerdict], str]) -> tuple[FieldSummary, ...]:
    documents = [_tally_document(score, name) for score in scores]
    names = list(dict.fromkeys(field for tallies in documents for field in tallies))
    rows = [[count for field in names for count in _columns_of(tallies.get(field))] for tallies in documents]
    starts = range(0, _COLUMNS * len(names), _COLUMNS)
    intervals = bootstrap_ratios(rows, [(start + at, start + 2) for start in starts for at in (0, 1)])
    return tuple(
        _build_summary(
            field,
            [tallies[field] for tallies in documents if field in tallies],
            (intervals[2 * number], intervals[2 * number + 1]),
        )
        for number, field in enumerate(names)
    )


def _tally_document(score: RecordScore, name: Callable[[FieldVerdict], str]) -> dict[str, _Tally]:
    fields: dict[str, list[FieldVerdict]] = {}
    for verdict in score.verdicts:
        fields.setdefault(name(verdict), []).append(verdict)
    return {
        field: _Tally(
            Counter(verdict.kind for verdict in verdicts),
            sum(verdict.exact for verdict in verdicts),
            sum(verdict.likeness for verdict in verdicts),
        )
        for field, verdicts in fields.items()
    }


def _columns_of(tally: _Tally | None) -> tuple[int, int, int]:
    return tally.columns if tally else (0, 0, 0)


def _build_summary(
    field: str, tallies: Sequence[_Tally], intervals: tuple[Interval | None, Interval | None]
) -> FieldSummary:
    kinds = sum((tally.kinds for tally in tallies), Counter[VerdictKind]())
    count = kinds.total()
    return FieldSummary(
        field=field,
        documents=len(tallies),
        labelled=count - kinds["invented"],
        right=kinds["right"],
        wrong=kinds["wrong"],
        left_out=kinds["left_out"],
        invented=kinds["invented"],
        accuracy=_share(kinds["right"], count),
        accuracy_interval=intervals[0],
        answered_and_wrong=_share(kinds["wrong"] + kinds["invented"], count),
        answered_and_wrong_interval=intervals[1],
        exact=_share(sum(tally.exact for tally in tallies), count),
        likeness=_share(sum(tally.likeness for tally in tallies), count),
    )


def _share(part: float, count: int) -> float | None:
    return part / count if count else None
