"""RowAlignment: which row of an answer's list is which row of the label's, by what they hold and not by their place.

Rows are matched one to one, in this order:

1. rows with all values identical, then rows with all values the same normalised;
2. the pair with the most equal values first, if these are half of the values of both, or one of them tells the row
   apart: at least three letters or digits that few other rows of the list have;
3. of the rest, the most alike pair first, if its values are half alike, or one telling text is nearly the same.

Ties go to the pair with the nearer places. Rows with nothing in common stay apart: one is omitted, one invented.

Step 1 is linear in the number of values, 2 in the number of equal values of all pairs, found by an index of values.
Step 3 compares all pairs that are left, at most 10,000; beyond that, each row with the rows that share most of its
pieces of three characters.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typesight.evaluation.scoring.field_kinds import FieldKinds, ValueKind
from typesight.evaluation.scoring.scored_data import FieldSteps, list_leaves, write_path, write_scalar
from typesight.evaluation.scoring.value_comparison import compare_values, make_value_key
from typesight.text.letters import fold_alphanumeric

__all__ = ["RowAlignment", "align_rows"]

_HALF = 0.5
"""The share of equal or alike values from which two rows are one without a telling value."""
_NEARLY = 0.8
"""The likeness from which a telling text finds its row: the same as what counts as right in a fuzzy match."""
_TELLING = 3
"""Letters or digits of a value that can tell a row apart; a quantity of 1 cannot."""
_MOST_PAIRS = 10_000
_MOST_CANDIDATES = 20
"""Rows that a row is compared with where there are too many pairs to compare all."""
_GRAM = 3


@dataclass(frozen=True, slots=True)
class RowAlignment:
    """The matched rows as places in both lists, by the label's place; the label's and the answer's other rows."""

    pairs: tuple[tuple[int, int], ...]
    omitted: tuple[int, ...]
    invented: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _RowValue:
    """A value of a row: its field, its kind, and its key, equal for values that are the same."""

    field: FieldSteps
    value: Any
    kind: ValueKind
    key: Hashable


_Row = tuple[_RowValue, ...]
_Pair = tuple[int, int]


def align_rows(
    labels: Sequence[Any],
    answers: Sequence[Any],
    field: FieldSteps,
    kinds: FieldKinds,
    labelled: Mapping[FieldSteps, Mapping[str, None]],
) -> RowAlignment:
    """Match the rows of an answer's list to those of the label's; both are tidy data, `field` is that of a row."""
    rows = [_read_row(row, field, kinds, labelled) for row in labels]
    others = [_read_row(row, field, kinds, labelled) for row in answers]
    pairs: dict[int, int] = {}
    for key in (_make_exact_key, _make_key):
        pairs |= _match_equal(_leave_out(rows, pairs), _leave_out(others, pairs.values()), key)
    for find in (_find_agreeing, _find_alike):
        found = find(_leave_out(rows, pairs), _leave_out(others, pairs.values()))
        pairs |= _match_greedily(found)
    taken = set(pairs.values())
    return RowAlignment(
        tuple(sorted(pairs.items())),
        tuple(place for place in range(len(labels)) if place not in pairs),
        tuple(place for place in range(len(answers)) if place not in taken),
    )


def _read_row(
    row: Any, field: FieldSteps, kinds: FieldKinds, labelled: Mapping[FieldSteps, Mapping[str, None]]
) -> _Row:
    leaves = ((steps, value) for _, steps, value in list_leaves(row, (), field, labelled))
    kinded = ((steps, value, kinds.find_kind(write_path(steps), value)) for steps, value in leaves)
    return tuple(_RowValue(steps, value, kind, (steps, make_value_key(value, kind))) for steps, value, kind in kinded)


def _leave_out(rows: Sequence[_Row], places: Iterable[int]) -> dict[int, _Row]:
    """The rows by their places, without those at some places."""
    out = set(places)
    return {place: row for place, row in enumerate(rows) if place not in out}


def _make_exact_key(row: _Row) -> Hashable:
    return frozenset(Counter((each.key, type(each.value), write_scalar(each.value)) for each in row).items())


def _make_key(row: _Row) -> Hashable:
    return frozenset(Counter(each.key for each in row).items())


def _match_equal(
    rows: Mapping[int, _Row], others: Mapping[int, _Row], key: Callable[[_Row], Hashable]
) -> dict[int, int]:
    index: dict[Hashable, deque[int]] = defaultdict(deque)
    for place, row in others.items():
        index[key(row)].append(place)
    return {place: index[made].popleft() for place, row in rows.items() if index.get(made := key(row))}


def _match_greedily(found: Iterable[tuple[tuple[float, ...], _Pair]]) -> dict[int, int]:
    """Take the pairs by their rank, the highest first, each row once; ties by how near their places are."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, (place, other) in sorted(
        found, key=lambda each: ([-part for part in each[0]], abs(each[1][0] - each[1][1]), each[1])
    ):
        if place not in pairs and other not in taken:
            pairs[place] = other
            taken.add(other)
    return pairs


def _find_agreeing(rows: Mapping[int, _Row], others: Mapping[int, _Row]) -> list[tuple[tuple[float, ...], _Pair]]:
    """Pairs of rows with enough equal values, ranked by their count and their share."""
    index: dict[Hashable, Counter[int]] = defaultdict(Counter)
    for place, row in others.items():
        for each in row:
            index[each.key][place] += 1
    telling = _find_telling(rows, others)
    found = []
    for place, row in rows.items():
        equal: Counter[int] = Counter()
        told: set[int] = set()
        for key, count in Counter(each.key for each in row).items():
            for other, times in index.get(key, {}).items():
                equal[other] += min(count, times)
            if key in telling:
                told |= index[key].keys()
        for other, count in equal.items():
            share = count / (len(row) + len(others[other]) - count)
            if share >= _HALF or other in told:
                found.append(((count, share), (place, other)))
    return found


def _find_telling(rows: Mapping[int, _Row], others: Mapping[int, _Row]) -> set[Hashable]:
    """The keys of values that can tell a row apart: long enough, of no choice, and in no more than half of the rows."""
    telling: set[Hashable] | None = None
    for side in (rows, others):
        counts = Counter(key for row in side.values() for key in {each.key for each in row if _can_tell(each)})
        few = {key for key, count in counts.items() if count <= max(1, len(side) // 2)}
        telling = few if telling is None else telling & few
    return telling or set()


def _can_tell(each: _RowValue) -> bool:
    return each.kind not in {"boolean", "choice"} and len(fold_alphanumeric(write_scalar(each.value))) >= _TELLING


def _find_alike(rows: Mapping[int, _Row], others: Mapping[int, _Row]) -> list[tuple[tuple[float, ...], _Pair]]:
    """Pairs of rows whose values are alike enough, ranked by the sum of their likeness."""
    found = []
    for place, other in _list_candidates(rows, others):
        likeness, best = _compare_rows(rows[place], others[other])
        if likeness >= _HALF * max(len(rows[place]), len(others[other])) or best >= _NEARLY:
            found.append(((likeness,), (place, other)))
    return found


def _compare_rows(row: _Row, other: _Row) -> tuple[float, float]:
    """The sum of the likeness of the values of both rows, field by field, and the most alike telling value."""
    total = best = 0.0
    waiting: dict[FieldSteps, deque[_RowValue]] = defaultdict(deque)
    for each in other:
        waiting[each.field].append(each)
    for each in row:
        if waiting[each.field]:
            likeness = compare_values(each.value, waiting[each.field].popleft().value, each.kind).likeness
            total += likeness
            best = max(best, likeness if _can_tell(each) else 0.0)
    return total, best


def _list_candidates(rows: Mapping[int, _Row], others: Mapping[int, _Row]) -> Iterable[_Pair]:
    """The pairs to compare in full: all of them, or for each row those that share most pieces of its texts."""
    if len(rows) * len(others) <= _MOST_PAIRS:
        return [(place, other) for place in rows for other in others]
    index: dict[Hashable, list[int]] = defaultdict(list)
    for other, row in others.items():
        for gram in _list_grams(row):
            index[gram].append(other)
    found = []
    for place, row in rows.items():
        shared = Counter(other for gram in _list_grams(row) for other in index.get(gram, ()))
        found += [(place, other) for other, _ in shared.most_common(_MOST_CANDIDATES)]
    return found


def _list_grams(row: _Row) -> set[Hashable]:
    texts = ((each.field, fold_alphanumeric(write_scalar(each.value))) for each in row)
    return {(field, text[at : at + _GRAM]) for field, text in texts for at in range(max(1, len(text) - _GRAM + 1))}
