"""Identity: which item of an answer is which item of the list before, told by what they say and never by their place.

Every lookup is by hash, so that a list of thousands costs no more than it is long.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from typesight.conversation.failure_tree import Failing
from typesight.schema.coercion import Mended
from typesight.schema.field_paths import Steps
from typesight.schema.parsing.exact import Digits

__all__ = [
    "Known",
    "Matches",
    "agrees",
    "contradicts",
    "find_repeats",
    "is_blank",
    "known_values",
    "match_items",
    "tells",
]

Known = Mapping[Steps, Hashable]
"""What an item says: each of its values that is given, by its place in the item, in a form that can be compared."""

# How many sets of given values a list may have: each costs one pass over the answer. Lists that differ more in what
# their items hold are asked for as a whole.
_MOST_SHAPES = 16
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,60})(?:\.\d{1,60})?", re.ASCII)
# Values that many items share and that tell none of them from another.
_TELLS_NOTHING: tuple[Hashable, ...] = ("", ("list", ()), frozenset(), ("boolean", True), ("boolean", False))


def known_values(item: Any, failing: Failing | None = None) -> Known:
    """What an item says beside its failing values; a list inside it counts as one value, or fails as one."""
    return dict(_values(item, failing, ()))


def _values(data: Any, failing: Failing | None, at: Steps) -> Iterator[tuple[Steps, Hashable]]:
    if data is None or (failing is not None and (not failing or not isinstance(data, dict))):
        return
    if not isinstance(data, dict) or not data:
        yield at, _comparable(data)
        return
    for key, value in data.items():
        yield from _values(value, failing.get(key) if failing else None, (*at, key))


def _comparable(value: Any) -> Hashable:
    """A value in a form that is equal for equal values: 2.50 and 2.5 are one number, "2.50" and "2.5" are two texts.

    Lists of objects are equal in any order, lists of plain values in their own.
    """
    if isinstance(value, dict):
        return frozenset((key, _comparable(each)) for key, each in value.items() if each is not None)
    if isinstance(value, list):
        parts = tuple(map(_comparable, value))
        return ("list", frozenset(Counter(parts).items()) if any(isinstance(each, dict) for each in value) else parts)
    if isinstance(value, bool):
        return ("boolean", value)
    number = _number(value)
    return str(value) if number is None and value is not None else number and ("number", number)


def _number(value: Any) -> Decimal | None:
    """A JSON number, or a text that was mended into one, digit by digit; None for anything else."""
    if isinstance(value, int) or (
        isinstance(value, Digits) or (isinstance(value, Mended) and _NUMBER.fullmatch(value))
    ):
        with suppress(InvalidOperation):  # an exponent beyond what Decimal holds
            return Decimal(value)
    return None


def is_blank(data: Any) -> bool:
    """Whether a value says nothing: null, "", 0, and what holds nothing else. A brief answer fills gaps with them."""
    if isinstance(data, dict | list):
        return all(map(is_blank, data.values() if isinstance(data, dict) else data))
    return not data or _number(data) == 0


def is_gap(item: Any) -> bool:
    """Whether an item of a list only fills a place: an object that says nothing, unless it is made of numbers alone."""
    if not isinstance(item, dict) or not is_blank(item):
        return False
    return not item or not all(isinstance(each, int | Digits) for each in item.values())


def find_repeats(items: Mapping[int, Known], answer: Mapping[int, Known]) -> dict[int, int]:
    """For places of the answer the number of the item that says exactly the same, each of both once."""
    index: dict[Hashable, deque[int]] = defaultdict(deque)
    for number, item in items.items():
        index[_key(item)].append(number)
    return {place: index[_key(item)].popleft() for place, item in answer.items() if index.get(_key(item))}


@dataclass(frozen=True, slots=True)
class Matches:
    """Which item of a list is which item of an answer: `pairs`, by their numbers, where there is one way to pair them.

    `agreeing` are the items of the answer that agree with some item.
    """

    pairs: Mapping[int, int]
    agreeing: frozenset[int] = frozenset()


def match_items(items: Mapping[int, Known], answer: Mapping[int, Known], *, full: bool = False) -> Matches:
    """The items of the answer that agree with items of a list in all that both of them say.

    `full`: and that say all that those say.

    Items that say the same are matched together, unless the answer has more of them. None are where the items hold too
    many sets of values to compare.
    """
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, item in items.items():
        groups[_key(item)].append(number)
    candidates = _candidates([(items[numbers[0]], len(numbers)) for numbers in groups.values()], answer, full)
    if candidates is None:
        return Matches({})
    suitors = Counter(place for places in candidates for place in places)
    pairs: dict[int, int] = {}
    for numbers, places in zip(groups.values(), candidates, strict=True):
        if len(numbers) >= len(places) and all(suitors[place] == 1 for place in places):
            pairs |= zip(numbers, places, strict=False)
    return Matches(pairs, frozenset(suitors))


def _candidates(items: Sequence[tuple[Known, int]], answer: Mapping[int, Known], full: bool) -> list[list[int]] | None:
    """The places in the answer that agree with each item, of which there are so many; at most one place too many."""
    shapes = _shapes(item for item, _ in items)
    found: list[list[int]] = [[] for _ in items]
    for shape in shapes or ():
        given = _shapes({at: value for at, value in item.items() if at in shape} for item in answer.values())
        if given is None:
            return None
        for told in [shape] if full else filter(None, given):
            index: dict[Hashable, list[int]] = defaultdict(list)
            for place, each in answer.items():
                if each.keys() & shape == told:
                    index[_key(_projected(each, told) or {})].append(place)
            for number, (item, count) in enumerate(items):
                view = _projected(item, told) if item.keys() == shape else None
                if view is not None and tells(view):
                    found[number] += index.get(_key(view), [])[: count + 1]
    return None if shapes is None else found


def tells(item: Known) -> bool:
    """Whether what an item says can tell it from others at all."""
    return any(value not in _TELLS_NOTHING for value in item.values())


def _shapes(items: Iterator[Known] | Any) -> list[frozenset[Steps]] | None:
    """The sets of places that the items give, the largest first; None for too many."""
    shapes = {frozenset(item) for item in items}
    return (
        sorted(shapes, key=lambda shape: (-len(shape), sorted(map(str, shape))))
        if len(shapes) <= _MOST_SHAPES
        else None
    )


def _projected(item: Known, shape: frozenset[Steps]) -> Known | None:
    """Of what an item says the values at some places; None where it lacks one of them."""
    return {at: item[at] for at in shape} if shape <= item.keys() else None


def _key(item: Known) -> Hashable:
    return frozenset(item.items())


def agrees(old: Known, answer: Known) -> bool:
    """Whether an item of an answer says what one that failed says beside its failing values, as far as it goes."""
    common = {at: value for at, value in old.items() if at in answer}
    return tells(common) and all(answer[at] == value for at, value in common.items())


def contradicts(old: Known, answer: Known) -> bool:
    """Whether two entries of one key say different things; what a brief answer leaves blank says nothing."""
    return any(value != old[at] and not is_blank(value) for at, value in answer.items() if at in old)
