"""Arrangement: which items make a list after an answer: those that stay, those that are corrected, those that are new.

The answer's list is either whole, that is, it holds every item that was right, and then it says what the list is; or it
is brief, and then each item of it has to be the one that failed. Where neither is certain, nothing is arranged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typesight.conversation.failing import Failing
from typesight.conversation.identity import Known, find_repeats, is_blank, known_values, match_items

__all__ = ["Row", "arrange"]


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the list to be made: its number in the list before, its place in the answer, or both."""

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
    """The items of a list after an answer has come; None where it cannot be told which is which.

    `failing` are the items that are not right, by number. `nullable`: null is an item like any other, not the word for
    one that is not there. `asked_whole`: all of the list was asked
    for, since an answer before left it in doubt.
    """
    places = [place for place, each in enumerate(given) if not _is_gap(each, nullable)]
    nulls = 0 if nullable else sum(each is None for each in given)
    if given and not places and not nulls:
        return _unchanged(old)
    compared = _compare(old, failing, {place: given[place] for place in places})
    may_be_brief = len(places) <= len(failing) and not asked_whole
    if compared.repeats_all and not (compared.twin and may_be_brief):
        return [Row(compared.origins.get(place), place) for place in places]
    if asked_whole and len(places) >= len(old):  # too long to be brief: it was asked for, and this is what came
        return [Row(compared.origins.get(place), place) for place in places]
    if not given:
        return _unchanged(old)
    if compared.anew or len(compared.left) > nulls:
        return None
    origins = {item: place for place, item in compared.origins.items()}
    return [Row(number, origins.get(number)) for number in range(len(old)) if number not in compared.left]


def _is_gap(item: Any, nullable: bool) -> bool:
    """Whether an item of an answer only fills its place: null, or an object that says nothing."""
    return (item is None and not nullable) or (isinstance(item, dict) and is_blank(item))


def _unchanged(old: Sequence[Any]) -> list[Row]:
    return [Row(number, None) for number in range(len(old))]


@dataclass(frozen=True, slots=True)
class _Compared:
    """The items of a list and of an answer, told from each other.

    `origins`: place in the answer -> number of the item that stands there again, or corrected. `repeats_all`: all items
    that were right stand there, in full or in brief. `left` are failing items that stand nowhere, `anew` places that
    hold none of the list. `twin`: one that is left says what an item says that was right, and a brief answer may have
    meant it by that.
    """

    origins: Mapping[int, int]
    repeats_all: bool
    left: frozenset[int]
    anew: frozenset[int]
    twin: bool


def _compare(old: Sequence[Any], failing: Failing, answer: Mapping[int, Any]) -> _Compared:
    right = {number: known_values(each) for number, each in enumerate(old) if number not in failing}
    wrong = {int(number): known_values(old[int(number)], inside) for number, inside in failing.items()}
    said = {place: known_values(each) for place, each in answer.items()}
    repeats = find_repeats(list(right.values()), said)
    origins = {place: number for number, place in zip(right, repeats, strict=True) if place is not None}
    # What was right and is said with less is that item, and corrects no other.
    missed = {number: right[number] for number in right.keys() - set(origins.values())}
    brief = match_items(missed, _without(said, origins))
    origins |= {place: number for number, place in brief.pairs.items()}
    taken = {place: said[place] for place in origins}
    corrected = match_items(wrong, _without(said, origins.keys() | brief.agreeing)).pairs
    left = wrong.keys() - corrected.keys()
    repeats_all = len(origins) == len(right)
    origins |= {place: number for number, place in corrected.items()}
    return _Compared(
        origins=origins,
        repeats_all=repeats_all,
        left=frozenset(left),
        anew=frozenset(said.keys() - origins.keys()),
        twin=bool(match_items({number: wrong[number] for number in left}, taken).agreeing),
    )


def _without(said: Mapping[int, Known], places: Collection[int]) -> dict[int, Known]:
    return {place: each for place, each in said.items() if place not in places}
