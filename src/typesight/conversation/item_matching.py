"""Match the items of an answer to those of the earlier list: by their values, never by their position.

Every lookup is by hash, so that the cost is linear in the length of the list.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from typesight.schema.coercion import RepairedText
from typesight.schema.field_paths import FailureTree, PathSteps
from typesight.schema.parsing.exact import Digits

__all__ = [
    "ItemMatches",
    "ItemValues",
    "agrees",
    "can_identify",
    "collect_item_values",
    "contradicts",
    "find_repeats",
    "is_blank",
    "match_items",
]

ItemValues = Mapping[PathSteps, Hashable]
"""The given values of an item, by their place in it, in a form that can be compared."""

# How many different sets of given fields the items of a list may have: each costs one pass over the answer. A list with
# more of them is asked for as a whole.
_MOST_SHAPES = 16
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,60})(?:\.\d{1,60})?", re.ASCII)
# Values that many items share, so that they cannot identify one.
_COMMON_VALUES: tuple[Hashable, ...] = ("", ("list", ()), frozenset(), ("boolean", True), ("boolean", False))


def collect_item_values(item: Any, failing: FailureTree | None = None) -> ItemValues:
    """Collect the given values of an item except the failing ones; a list inside it counts, or fails, as one value."""
    return dict(_walk_values(item, failing, ()))


def _walk_values(data: Any, failing: FailureTree | None, at: PathSteps) -> Iterator[tuple[PathSteps, Hashable]]:
    if data is None or (failing is not None and (not failing or not isinstance(data, dict))):
        return
    if not isinstance(data, dict) or not data:
        yield at, _make_comparable(data)
        return
    for key, value in data.items():
        inside = failing.get(key) if failing else None
        if inside is not None or isinstance(value, dict):
            yield from _walk_values(value, inside, (*at, key))
        elif value is not None:
            yield (*at, key), value if type(value) is str else _make_comparable(value)


def _make_comparable(value: Any) -> Hashable:
    """A value in a hashable form: 2.50 and 2.5 are the same number, "2.50" and "2.5" are different texts.

    Lists of objects are equal in any order, lists of plain values only in the same order.
    """
    if isinstance(value, dict):
        return frozenset((key, _make_comparable(each)) for key, each in value.items() if each is not None)
    if isinstance(value, list):
        parts = tuple(map(_make_comparable, value))
        return ("list", frozenset(Counter(parts).items()) if any(isinstance(each, dict) for each in value) else parts)
    if isinstance(value, bool):
        return ("boolean", value)
    number = _read_number(value)
    return str(value) if number is None and value is not None else number and ("number", number)


def _read_number(value: Any) -> Decimal | None:
    """A JSON number, or a text that was repaired into one, as an exact Decimal; None for anything else."""
    if isinstance(value, int) or (
        isinstance(value, Digits) or (isinstance(value, RepairedText) and _NUMBER.fullmatch(value))
    ):
        with suppress(InvalidOperation):  # an exponent that Decimal cannot hold
            return Decimal(value)
    return None


def is_blank(data: Any) -> bool:
    """Whether a value is null, "", 0, or holds nothing else. A brief answer fills fields not asked for with them."""
    if isinstance(data, dict | list):
        return all(map(is_blank, data.values() if isinstance(data, dict) else data))
    return not data or _read_number(data) == 0


def is_filler(item: Any) -> bool:
    """Whether a list item is only a filler: an object of blank values, unless all of them are numbers."""
    if not isinstance(item, dict) or not is_blank(item):
        return False
    return not item or not all(isinstance(each, int | Digits) for each in item.values())


def find_repeats(items: Mapping[int, ItemValues], answer: Mapping[int, ItemValues]) -> dict[int, int]:
    """Map places of the answer to the numbers of items with exactly the same values, one to one."""
    index: dict[Hashable, deque[int]] = defaultdict(deque)
    for number, item in items.items():
        index[_make_key(item)].append(number)
    return {place: index[_make_key(item)].popleft() for place, item in answer.items() if index.get(_make_key(item))}


@dataclass(frozen=True, slots=True)
class ItemMatches:
    """Which item of a list is which item of an answer.

    `pairs` are their numbers, where only one way of pairing is possible. `agreeing` are the items of the answer that
    agree with some item of the list.
    """

    pairs: Mapping[int, int]
    agreeing: frozenset[int] = frozenset()


def match_items(
    items: Mapping[int, ItemValues], answer: Mapping[int, ItemValues], *, full: bool = False
) -> ItemMatches:
    """Match items of a list to items of the answer that agree in every field given in both.

    With `full`, the answer's item must also give every field that the list's item gives.

    Items with the same values are matched together, unless the answer has more of them. Nothing is matched if the items
    have too many different sets of fields to compare.
    """
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, item in items.items():
        groups[_make_key(item)].append(number)
    candidates = _find_candidates([(items[numbers[0]], len(numbers)) for numbers in groups.values()], answer, full)
    if candidates is None:
        return ItemMatches({})
    suitors = Counter(place for places in candidates for place in places)
    pairs: dict[int, int] = {}
    for numbers, places in zip(groups.values(), candidates, strict=True):
        if len(numbers) >= len(places) and all(suitors[place] == 1 for place in places):
            pairs |= zip(numbers, places, strict=False)
    return ItemMatches(pairs, frozenset(suitors))


def _find_candidates(
    items: Sequence[tuple[ItemValues, int]], answer: Mapping[int, ItemValues], full: bool
) -> list[list[int]] | None:
    """The places in the answer that agree with each item, given with its count; at most one place more than that."""
    shapes = _collect_shapes(item for item, _ in items)
    found: list[list[int]] = [[] for _ in items]
    for shape in shapes or ():
        given = _collect_shapes({at: value for at, value in item.items() if at in shape} for item in answer.values())
        if given is None:
            return None
        for told in [shape] if full else filter(None, given):
            index: dict[Hashable, list[int]] = defaultdict(list)
            for place, each in answer.items():
                if each.keys() & shape == told:
                    index[_make_key(_project(each, told) or {})].append(place)
            for number, (item, count) in enumerate(items):
                view = _project(item, told) if item.keys() == shape else None
                if view is not None and can_identify(view):
                    found[number] += index.get(_make_key(view), [])[: count + 1]
    return None if shapes is None else found


def can_identify(item: ItemValues) -> bool:
    """Whether the values of an item can identify it at all."""
    return any(value not in _COMMON_VALUES for value in item.values())


def _collect_shapes(items: Iterator[ItemValues] | Any) -> list[frozenset[PathSteps]] | None:
    """The sets of fields that the items give, the largest first; None if there are too many."""
    shapes = {frozenset(item) for item in items}
    return (
        sorted(shapes, key=lambda shape: (-len(shape), sorted(map(str, shape))))
        if len(shapes) <= _MOST_SHAPES
        else None
    )


def _project(item: ItemValues, shape: frozenset[PathSteps]) -> ItemValues | None:
    """The values of an item at these places; None if it lacks one of them."""
    return {at: item[at] for at in shape} if shape <= item.keys() else None


def _make_key(item: ItemValues) -> Hashable:
    return frozenset(item.items())


def agrees(old: ItemValues, answer: ItemValues) -> bool:
    """Whether an item of an answer agrees with a failing item in every valid field that both give."""
    common = {at: value for at, value in old.items() if at in answer}
    return can_identify(common) and all(answer[at] == value for at, value in common.items())


def contradicts(old: ItemValues, answer: ItemValues) -> bool:
    """Whether two entries under one key differ in a value; blanks in the answer do not count."""
    return any(value != old[at] and not is_blank(value) for at, value in answer.items() if at in old)
