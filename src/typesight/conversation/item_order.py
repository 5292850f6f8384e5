"""Which items make up a list after an answer: those that stay, those that are corrected, those that are new.

The answer's list is either whole: it holds every item that was valid, and replaces the list. Or it is brief: then each
of its items has to be one that failed. If neither is certain, the list is in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typesight.conversation.item_matching import ItemValues, collect_item_values, find_repeats, is_filler, match_items
from typesight.schema.field_paths import FailureTree

__all__ = ["ItemOrigin", "arrange_items"]


@dataclass(frozen=True, slots=True)
class ItemOrigin:
    """An item of the new list: its number in the old list, its place in the answer, or both."""

    old_index: int | None
    answer_index: int | None


def arrange_items(
    old: Sequence[Any],
    failing: FailureTree,
    given: Sequence[Any],
    *,
    nullable: bool,
    asked_whole: bool,
) -> list[ItemOrigin] | None:
    """The items of a list after an answer; None if the two lists' items cannot be matched with certainty.

    `failing` are the failing items, by number. `nullable`: null is an item like any other and does not mean that an
    item is not there. `asked_whole`: the whole list was asked for, since an earlier answer left it in doubt.
    """
    places = [place for place, each in enumerate(given) if nullable or not (each is None or is_filler(each))]
    nulls = 0 if nullable else sum(each is None for each in given)
    if given and not places and not nulls:
        return _keep_all(old)
    compared = _compare(old, failing, {place: given[place] for place in places}, asked_whole)
    whole = [ItemOrigin(compared.origins.get(place), place) for place in places]
    if asked_whole and compared.may_be_whole and len(places) >= len(old) - len(failing):
        return whole
    may_be_brief = len(places) <= len(failing)
    if compared.repeats_all and not (compared.has_twin and may_be_brief):
        return whole
    if not given:
        return _keep_all(old)
    if compared.added or len(compared.missing) > nulls:
        return None
    origins = {item: place for place, item in compared.origins.items()}
    return [ItemOrigin(number, origins.get(number)) for number in range(len(old)) if number not in compared.missing]


def _keep_all(old: Sequence[Any]) -> list[ItemOrigin]:
    return [ItemOrigin(number, None) for number in range(len(old))]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The items of a list matched to those of an answer.

    `origins`: place in the answer -> number of the item that is repeated or corrected there. `repeats_all`: the answer
    has all items that were valid, in full or in brief. `missing` are failing items that the answer does not have,
    `added` places in it with an item that is not in the list. `may_be_whole`: not all of the answer is corrections.
    `has_twin`: an item in `missing` agrees with one that was valid, so that a brief answer may have meant either.
    """

    origins: Mapping[int, int]
    repeats_all: bool
    missing: frozenset[int]
    added: frozenset[int]
    may_be_whole: bool
    has_twin: bool


def _compare(old: Sequence[Any], failing: FailureTree, answer: Mapping[int, Any], asked_whole: bool) -> _Comparison:
    right = {number: collect_item_values(each) for number, each in enumerate(old) if number not in failing}
    wrong = {int(number): collect_item_values(old[int(number)], inside) for number, inside in failing.items()}
    said = {place: collect_item_values(each) for place, each in answer.items()}
    origins = find_repeats(right, said)
    missed = {number: right[number] for number in right.keys() - set(origins.values())}
    free = {place: each for place, each in said.items() if place not in origins}
    origins |= _match_uncontested(missed, dict(wrong), free)
    if asked_whole:  # not only corrections: what agrees with a valid item is that item
        origins |= {place: number for number, place in match_items(missed, free).pairs.items()}
    stays = {place: said[place] for place, number in origins.items() if number in right}
    left = wrong.keys() - set(origins.values())
    return _Comparison(
        origins=origins,
        repeats_all=len(stays) == len(right),
        missing=frozenset(left),
        added=frozenset(said.keys() - origins.keys()),
        may_be_whole=not right or len(origins) - len(stays) < len(said),
        has_twin=bool(match_items({number: wrong[number] for number in left}, stays).agreeing),
    )


def _match_uncontested(
    right: dict[int, ItemValues], wrong: dict[int, ItemValues], said: dict[int, ItemValues]
) -> dict[int, int]:
    """Match items to places of the answer that agree with them; removes what it matches from its arguments.

    A place that may hold a valid item or a correction is not matched, until one of the two is found elsewhere.
    """
    origins: dict[int, int] = {}
    while right.keys() | wrong.keys():
        before = len(origins)
        for items, others in ((wrong, right), (right, wrong)):
            contested = match_items(others, said).agreeing
            sure = {place: each for place, each in said.items() if place not in contested}
            for number, place in _pair_items(items, sure).items():
                origins[place] = number
                del items[number], said[place]
        if len(origins) == before:
            break
    return origins


def _pair_items(items: Mapping[int, ItemValues], said: Mapping[int, ItemValues]) -> Mapping[int, int]:
    """Match items to places in an answer, first the items with the most fields that the answer repeats in full."""
    for size in sorted({len(item) for item in items.values()}, reverse=True):
        if pairs := match_items(
            {each: item for each, item in items.items() if len(item) == size}, said, full=True
        ).pairs:
            return pairs
    return match_items(items, said).pairs
