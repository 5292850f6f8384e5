"""Which items make up a list after an answer: those that stay, those that are corrected, those that are new.

The answer's list is either whole: it holds every item that was valid, and replaces the list. Or it is brief: then each
of its items has to be one that failed. If neither is certain, the list is in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typesight.conversation.failure_tree import Failing
from typesight.conversation.item_matching import Known, find_repeats, is_gap, known_values, match_items

__all__ = ["Row", "arrange"]


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the new list: its number in the old list, its place in the answer, or both."""

    item: int | None
    place: int | None


def arrange(
    old: Sequence[Any],
    failing: Failing,
    given: Sequence[Any],
    *,
    nullable: bool,
    asked_whole: bool,
) -> list[Row] | None:
    """The items of a list after an answer; None if the two lists' items cannot be matched with certainty.

    `failing` are the failing items, by number. `nullable`: null is an item like any other and does not mean that an
    item is not there. `asked_whole`: the whole list was asked for, since an earlier answer left it in doubt.
    """
    places = [place for place, each in enumerate(given) if nullable or not (each is None or is_gap(each))]
    nulls = 0 if nullable else sum(each is None for each in given)
    if given and not places and not nulls:
        return _unchanged(old)
    compared = _compare(old, failing, {place: given[place] for place in places}, asked_whole)
    whole = [Row(compared.origins.get(place), place) for place in places]
    if asked_whole and compared.may_be_whole and len(places) >= len(old) - len(failing):
        return whole
    may_be_brief = len(places) <= len(failing)
    if compared.repeats_all and not (compared.twin and may_be_brief):
        return whole
    if not given:
        return _unchanged(old)
    if compared.anew or len(compared.left) > nulls:
        return None
    origins = {item: place for place, item in compared.origins.items()}
    return [Row(number, origins.get(number)) for number in range(len(old)) if number not in compared.left]


def _unchanged(old: Sequence[Any]) -> list[Row]:
    return [Row(number, None) for number in range(len(old))]


@dataclass(frozen=True, slots=True)
class _Compared:
    """The items of a list matched to those of an answer.

    `origins`: place in the answer -> number of the item that is repeated or corrected there. `repeats_all`: the answer
    has all items that were valid, in full or in brief. `left` are failing items that the answer does not have, `anew`
    places in it with an item that is not in the list. `may_be_whole`: not all of the answer is corrections. `twin`: an
    item in `left` agrees with one that was valid, so that a brief answer may have meant either.
    """

    origins: Mapping[int, int]
    repeats_all: bool
    left: frozenset[int]
    anew: frozenset[int]
    may_be_whole: bool
    twin: bool


def _compare(old: Sequence[Any], failing: Failing, answer: Mapping[int, Any], asked_whole: bool) -> _Compared:
    right = {number: known_values(each) for number, each in enumerate(old) if number not in failing}
    wrong = {int(number): known_values(old[int(number)], inside) for number, inside in failing.items()}
    said = {place: known_values(each) for place, each in answer.items()}
    origins = find_repeats(right, said)
    missed = {number: right[number] for number in right.keys() - set(origins.values())}
    free = {place: each for place, each in said.items() if place not in origins}
    origins |= _tell_apart(missed, dict(wrong), free)
    if asked_whole:  # not only corrections: what agrees with a valid item is that item
        origins |= {place: number for number, place in match_items(missed, free).pairs.items()}
    stays = {place: said[place] for place, number in origins.items() if number in right}
    left = wrong.keys() - set(origins.values())
    return _Compared(
        origins=origins,
        repeats_all=len(stays) == len(right),
        left=frozenset(left),
        anew=frozenset(said.keys() - origins.keys()),
        may_be_whole=not right or len(origins) - len(stays) < len(said),
        twin=bool(match_items({number: wrong[number] for number in left}, stays).agreeing),
    )


def _tell_apart(right: dict[int, Known], wrong: dict[int, Known], said: dict[int, Known]) -> dict[int, int]:
    """Match items to places of the answer that agree with them; removes what it matches from its arguments.

    A place that may hold a valid item or a correction is not matched, until one of the two is found elsewhere.
    """
    origins: dict[int, int] = {}
    while right.keys() | wrong.keys():
        before = len(origins)
        for items, others in ((wrong, right), (right, wrong)):
            contested = match_items(others, said).agreeing
            sure = {place: each for place, each in said.items() if place not in contested}
            for number, place in _pairs(items, sure).items():
                origins[place] = number
                del items[number], said[place]
        if len(origins) == before:
            break
    return origins


def _pairs(items: Mapping[int, Known], said: Mapping[int, Known]) -> Mapping[int, int]:
    """Match items to places in an answer, first the items with the most fields that the answer repeats in full."""
    for size in sorted({len(item) for item in items.values()}, reverse=True):
        if pairs := match_items(
            {each: item for each, item in items.items() if len(item) == size}, said, full=True
        ).pairs:
            return pairs
    return match_items(items, said).pairs
