"""RowAlignment: which row of an answer's list is which row of the label's, by what they hold and not by their place.

Rows are matched one to one, in this order:

1. rows with all values identical, then rows with all values the same normalised;
2. the pair with the most equal values first, if these are half of the values of both, or one of them tells the row
   apart: at least three letters or digits that two rows of either list have, or a tenth of them at most;
3. of the rest, the most alike pair first, if its values are alike on average, or one telling value is nearly the same.

Values that most rows of both lists have, as a currency, do not count for "half". Ties go by what the rows hold, so that
the order of rows changes nothing, and by place among equal rows. Rows with nothing in common stay apart: one is
omitted, one invented.

Step 1 is linear in the number of values, step 2 in the number of equal values of all pairs, found by an index of values
that leaves out what more than 200 rows have. Step 3 compares all pairs that are left, at most 10,000; beyond that, each
row with the twenty rows that share most pieces of three characters. 500 rows beside 500 took 0.4 s where they are
equal, 1 to 3 s where half or all of their values differ (one core, 2026).
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from typesight.evaluation.scoring.field_kinds import FieldKinds
from typesight.evaluation.scoring.row_likeness import RowLikeness
from typesight.evaluation.scoring.row_lists import RowLists, RowValues, read_rows
from typesight.evaluation.scoring.scored_data import FieldSteps
from typesight.evaluation.scoring.text_likeness import split_grams

__all__ = ["RowAlignment", "align_rows"]

_HALF = 0.5
"""The share of equal values, among those of both rows, from which two rows are one without a telling value."""
_ALIKE = 0.6
"""The mean likeness from which they are: the same section and the same zero of four values are too little."""
_NEARLY = 0.8
"""The likeness from which a telling text finds its row: the same as what is right in a fuzzy match."""
_MOST_SHARING = 200
"""Rows of an answer beyond which a value that they share is not looked up."""
_MOST_PAIRS = 10_000
_MOST_CANDIDATES = 20
"""Rows that a row is compared with where there are too many pairs to compare all."""
_GRAM = 3
"""Characters of the pieces by which these rows are found."""
_MOST_GRAMS = 400
"""Pieces of a row that are looked up."""

_Rows = Mapping[int, RowValues]
_Ranked = tuple[tuple[float, ...], int, int]
"""How well two rows fit, the place of the label's row and that of the answer's."""


@dataclass(frozen=True, slots=True)
class RowAlignment:
    """The matched rows as places in both lists, by the label's place; the label's and the answer's other rows.

    Rows that hold no value are in none of the three.
    """

    pairs: Mapping[int, int]
    omitted: tuple[int, ...]
    invented: tuple[int, ...]


def align_rows(
    labels: Sequence[Any],
    answers: Sequence[Any],
    field: FieldSteps,
    kinds: FieldKinds,
    labelled: Mapping[FieldSteps, Mapping[str, None]],
) -> RowAlignment:
    """Match the rows of an answer's list to those of the label's.

    Both are tidy data; `field` is that of a row; `labelled` are the keys of the label's objects by field, all others
    are left out of account.
    """
    lists = read_rows(labels, answers, field, kinds, labelled)
    pairs: dict[int, int] = {}
    for name in ("identity", "content"):
        pairs |= _match_equal(*_leave_out(lists, pairs), name)
    for find in (_find_agreeing, _find_alike):
        rows, others = _leave_out(lists, pairs)
        pairs |= _match_greedily(find(rows, others, lists), rows, others)
    omitted, invented = _leave_out(lists, pairs)
    return RowAlignment(dict(sorted(pairs.items())), tuple(omitted), tuple(invented))


def _leave_out(lists: RowLists, pairs: Mapping[int, int]) -> tuple[_Rows, _Rows]:
    """The rows that are not matched yet."""
    taken = set(pairs.values())
    return (
        {place: row for place, row in lists.labels.items() if place not in pairs},
        {place: row for place, row in lists.answers.items() if place not in taken},
    )


def _match_equal(rows: _Rows, others: _Rows, name: str) -> dict[int, int]:
    read_key, index = attrgetter(name), defaultdict[Hashable, deque[int]](deque)
    for other, row in _sort(others):
        index[read_key(row)].append(other)
    return {place: index[key].popleft() for place, row in _sort(rows) if index.get(key := read_key(row))}


def _sort(rows: _Rows) -> list[tuple[int, RowValues]]:
    """The rows by what they hold, equal ones by their places."""
    return sorted(rows.items(), key=lambda pair: (pair[1].order, pair[0]))


def _match_greedily(found: Iterable[_Ranked], rows: _Rows, others: _Rows) -> dict[int, int]:
    """Take the pairs by their rank, the highest first, each row once."""
    ordered = sorted(
        found, key=lambda each: (*(-part for part in each[0]), rows[each[1]].order, others[each[2]].order, *each[1:])
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, place, other in ordered:
        if place not in pairs and other not in taken:
            pairs[place] = other
            taken.add(other)
    return pairs


def _find_agreeing(rows: _Rows, others: _Rows, lists: RowLists) -> Iterator[_Ranked]:
    """Pairs of rows with enough equal values, ranked by how many, and by their share."""
    index: dict[Hashable, Counter[int]] = defaultdict(Counter)
    for other, row in others.items():
        for each in row.values:
            index[each.key][other] += 1
    sizes = {other: _count_uncommon(row, lists) for other, row in others.items()}
    for place, row in rows.items():
        size = _count_uncommon(row, lists)
        for other, (equal, uncommon, is_told) in _count_equal(row, index, lists).items():
            union = size + sizes[other] - uncommon
            if is_told or uncommon >= _HALF * union:
                yield (equal, uncommon / union if union else 1.0), place, other


def _count_uncommon(row: RowValues, lists: RowLists) -> int:
    return sum(each.key not in lists.common for each in row.values)


def _count_equal(
    row: RowValues, index: Mapping[Hashable, Counter[int]], lists: RowLists
) -> dict[int, tuple[int, int, bool]]:
    """The answer's rows that share values with a row: how many, how many that are not common, and if one is telling."""
    keys = sorted(Counter(each.key for each in row.values).items(), key=lambda pair: len(index.get(pair[0], ())))
    equal: Counter[int] = Counter()
    uncommon: Counter[int] = Counter()
    told: set[int] = set()
    for key, count in keys:
        places = index.get(key) or Counter[int]()
        is_frequent = len(places) > _MOST_SHARING
        for other in [other for other in equal if other in places] if is_frequent else places:
            shared = min(count, places[other])
            equal[other] += shared
            uncommon[other] += 0 if key in lists.common else shared
        told |= places.keys() if key in lists.telling else set()
    return {other: (count, uncommon[other], other in told) for other, count in equal.items()}


def _find_alike(rows: _Rows, others: _Rows, lists: RowLists) -> Iterator[_Ranked]:
    """Pairs of rows whose values are alike enough, ranked by the sum of their likeness."""
    likeness = RowLikeness(lists)
    for place, other in _list_candidates(rows, others):
        total, share, best = likeness.compare(rows[place], others[other])
        if share >= _ALIKE or best >= _NEARLY:
            yield (total,), place, other


def _list_candidates(rows: _Rows, others: _Rows) -> Iterator[tuple[int, int]]:
    """The pairs to compare in full: all of them, or for each row those that share most pieces of its texts."""
    if len(rows) * len(others) <= _MOST_PAIRS:
        yield from ((place, other) for place in rows for other in others)
        return
    index: dict[Hashable, list[int]] = defaultdict(list)
    for other, row in others.items():
        for gram in _list_grams(row):
            index[gram].append(other)
    for place, row in rows.items():
        found = (index.get(gram, ()) for gram in _list_grams(row))
        shared = Counter(other for places in found if len(places) <= _MOST_SHARING for other in places)
        best = sorted(shared.items(), key=lambda pair: (-pair[1], others[pair[0]].order, pair[0]))
        yield from ((place, other) for other, _ in best[:_MOST_CANDIDATES])


def _list_grams(row: RowValues) -> list[Hashable]:
    grams: Iterator[Hashable] = ((each.field, gram) for each in row.values for gram in split_grams(each.text, _GRAM))
    return list(dict.fromkeys(grams))[:_MOST_GRAMS]
