"""DocuBench's rule: one score for a document, as that benchmark gives it."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import product
from typing import Any

from typesight.evaluation.scoring.scored_data import tidy_data, write_scalar

__all__ = ["score_by_docubench"]

_PLACES = Decimal("0.000001")
"""Numbers are compared to six decimal places."""
_MOST_DIGITS = 400
"""Digits that any float has before its point and behind it; longer numbers are compared as they are."""
_MOST_WORK = 1_000_000
"""Leaves of one side's items times those of the other's up to which all items with lists in them are compared."""
_MOST_CANDIDATES = 20
"""Items that an item is compared with beyond that."""
_Leaves = Mapping[tuple[str, ...], Any]


def score_by_docubench(label: Any, answer: Any) -> float:
    """The benchmark's score of an answer, 0 to 1: agreeing leaves as a share of the union of both sides' leaves.

    Numbers are compared to six places, texts without case, white space and punctuation (whatever is no letter or digit
    in Unicode); what is then empty is left out. Items of lists are matched greedily, the pair with the largest share of
    agreeing leaves first; each pair, and each item without a partner, weighs as many leaves as the labelled items have
    on average. The benchmark is described in words only: this was found by its 80 published scores of four systems on
    twenty documents, which it gives exactly (2026).

    In long lists whose items have lists in them, a hundred items beside a hundred of ten leaves, each item is compared
    with the twenty that share most leaves with it: the score is then at most as high as by the rule.
    """
    score = _compare(_fold(tidy_data(label)), _fold(tidy_data(answer)))
    return score.agreeing / score.leaves if score.leaves else 1.0


@dataclass(frozen=True, slots=True)
class _Agreement:
    """How many leaves agree, of how many; not whole numbers where items of lists are weighed."""

    agreeing: float
    leaves: float


def _fold(data: Any) -> Any:
    """Data with its values in the form they are compared in, without what is empty then."""
    if isinstance(data, dict):
        return {key: inner for key, value in data.items() if (inner := _fold(value)) is not None} or None
    if isinstance(data, list):
        return [inner for value in data if (inner := _fold(value)) is not None] or None
    if isinstance(data, int | float | Decimal) and not isinstance(data, bool):
        return _round(Decimal(repr(data) if isinstance(data, float) else data))
    return None if data is None else "".join(char for char in write_scalar(data).lower() if char.isalnum()) or None


def _round(number: Decimal) -> Decimal:
    if abs(number.adjusted()) > _MOST_DIGITS:
        return number
    with localcontext(prec=2 * _MOST_DIGITS):
        return number.quantize(_PLACES)


def _compare(label: Any, answer: Any) -> _Agreement:
    if isinstance(label, dict | None) and isinstance(answer, dict | None):
        left, right = label or {}, answer or {}
        parts = [_compare(left.get(key), right.get(key)) for key in dict.fromkeys((*left, *right))]
        return _Agreement(sum(each.agreeing for each in parts), sum(each.leaves for each in parts))
    if isinstance(label, list | None) and isinstance(answer, list | None):
        return _compare_lists(label or [], answer or [])
    if isinstance(label, dict | list) or isinstance(answer, dict | list):
        return _Agreement(0, max(_count_leaves(label), _count_leaves(answer)))
    return _Agreement(label == answer, 1)


def _compare_lists(labels: Sequence[Any], answers: Sequence[Any]) -> _Agreement:
    weighed = labels or answers
    weight = sum(map(_count_leaves, weighed)) / max(1, len(weighed))
    return _Agreement(weight * _match_items(labels, answers), weight * max(len(labels), len(answers)))


def _count_leaves(data: Any) -> int:
    if isinstance(data, dict | list):
        return sum(map(_count_leaves, data.values() if isinstance(data, dict) else data))
    return int(data is not None)


def _match_items(labels: Sequence[Any], answers: Sequence[Any]) -> float:
    """The sum of the shares of the pairs; those that agree in all are found first, and by hash."""
    index: dict[Hashable, deque[int]] = defaultdict(deque)
    for other, answer in enumerate(answers):
        index[_make_hashable(answer)].append(other)
    equal = {i: index[key].popleft() for i, label in enumerate(labels) if index.get(key := _make_hashable(label))}
    used = set(equal.values())
    rows = {place: label for place, label in enumerate(labels) if place not in equal}
    others = {place: answer for place, answer in enumerate(answers) if place not in used}
    taken: set[int] = set()
    total = float(len(equal))
    for share, i, j in sorted(_list_shares(rows, others), key=lambda each: (-each[0], *each[1:])):
        if i not in taken and j not in used:
            taken.add(i)
            used.add(j)
            total += share
    return total


def _make_hashable(data: Any) -> Hashable:
    if isinstance(data, dict):
        return frozenset((key, _make_hashable(value)) for key, value in data.items())
    return ("list", frozenset(Counter(map(_make_hashable, data)).items())) if isinstance(data, list) else data


def _list_shares(rows: Mapping[int, Any], others: Mapping[int, Any]) -> Iterator[tuple[float, int, int]]:
    """The share of agreeing leaves of each pair of items that agree in any, with their places."""
    flat = [{place: _flatten(item) for place, item in items.items()} for items in (rows, others)]
    index: dict[Hashable, list[int]] = defaultdict(list)
    for other, leaves in flat[1].items():
        for leaf in (leaves or {}).items():
            index[leaf].append(other)
    for place, leaves in flat[0].items():
        agreeing = Counter(other for leaf in (leaves or {}).items() for other in index.get(leaf, ()))
        for other, count in agreeing.items():
            yield count / len((leaves or {}).keys() | (flat[1][other] or {}).keys()), place, other
    for place, other in _list_pairs(rows, others):
        if flat[0][place] is None or flat[1][other] is None:
            score = _compare(rows[place], others[other])
            if score.agreeing:
                yield score.agreeing / score.leaves, place, other


def _list_pairs(rows: Mapping[int, Any], others: Mapping[int, Any]) -> Iterator[tuple[int, int]]:
    """The pairs of items to compare in full: all, or for each item those that share most leaves with it."""
    work = [sum(map(_count_leaves, items.values())) for items in (rows, others)]
    if work[0] * work[1] <= _MOST_WORK:
        yield from product(rows, others)
        return
    index: dict[Hashable, list[int]] = defaultdict(list)
    for other, answer in others.items():
        for leaf in set(_list_leaves(answer)):
            index[leaf].append(other)
    for place, label in rows.items():
        shared = Counter(other for leaf in set(_list_leaves(label)) for other in index.get(leaf, ()))
        yield from ((place, other) for other, _ in shared.most_common(_MOST_CANDIDATES))


def _list_leaves(item: Any, path: tuple[str, ...] = ()) -> Iterator[Hashable]:
    """The leaves of an item with their paths, with `*` for places in lists."""
    if isinstance(item, dict):
        for key, value in item.items():
            yield from _list_leaves(value, (*path, key))
    elif isinstance(item, list):
        for value in item:
            yield from _list_leaves(value, (*path, "*"))
    else:
        yield path, item


def _flatten(item: Any, path: tuple[str, ...] = ()) -> _Leaves | None:
    """The leaves of an item by their paths; None if there is a list in it, for its items may be matched in any way."""
    if isinstance(item, list):
        return None
    if not isinstance(item, dict):
        return {path: item}
    parts = [_flatten(value, (*path, key)) for key, value in item.items()]
    return None if None in parts else {at: value for part in parts for at, value in (part or {}).items()}
