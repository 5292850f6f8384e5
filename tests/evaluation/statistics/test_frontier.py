from __future__ import annotations

import pytest

from typesight.evaluation.statistics.frontier import FrontierPoint, choose_cheapest, mark_frontier

FREE = FrontierPoint("local", 0.80, 0.0, 1.5)
CHEAP = FrontierPoint("small", 0.93, 0.001, 3.0)
MIDDLE = FrontierPoint("middle", 0.975, 0.004, 4.0)
DEAR = FrontierPoint("large", 0.98, 0.02, 6.0)
UNPRICED = FrontierPoint("house", 0.99, None, 1.0)


def test_what_is_cheaper_or_more_accurate_than_all_others_is_on_the_frontier() -> None:
    assert mark_frontier([DEAR, FREE, CHEAP, MIDDLE]) == (True, True, True, True)


@pytest.mark.parametrize(
    "beaten",
    [
        FrontierPoint("dearer and worse", 0.92, 0.002),
        FrontierPoint("dearer", 0.93, 0.002),
        FrontierPoint("worse", 0.92, 0.001),
        FrontierPoint("slower", 0.93, 0.001, 9.0),
        FrontierPoint("worse and faster", 0.92, 0.001, 0.1),
    ],
    ids=lambda point: point.name,
)
def test_what_another_beats_is_not(beaten: FrontierPoint) -> None:
    assert mark_frontier([beaten, CHEAP]) == (False, True)


@pytest.mark.parametrize("seconds", [3.0, None])
def test_two_that_are_alike_are_both_on_the_frontier(seconds: float | None) -> None:
    assert mark_frontier([CHEAP, FrontierPoint("twin", 0.93, 0.001, seconds)]) == (True, True)


def test_an_unknown_price_is_neither_cheap_nor_dear() -> None:
    assert mark_frontier([UNPRICED, CHEAP, DEAR]) == (None, True, True)


def test_the_cheapest_keeps_the_share_of_the_best() -> None:
    points = [FREE, CHEAP, MIDDLE, DEAR]
    found = {share: choose_cheapest(points, share) for share in (1.0, 0.99, 0.94, 0.8)}
    assert [each and each.cheapest for each in found.values()] == [DEAR, MIDDLE, CHEAP, FREE]
    assert {each.best for each in found.values() if each} == {DEAR}


def test_a_share_that_is_missed_by_rounding_is_kept() -> None:
    best, kept = FrontierPoint("best", 0.3, 2.0), FrontierPoint("kept", 0.1 + 0.2 - 0.003 - 1e-17, 1.0)
    found = choose_cheapest([best, kept])
    assert found is not None
    assert found.cheapest == kept


def test_of_two_that_cost_the_same_the_more_accurate_is_chosen_then_the_faster() -> None:
    slow, fast = FrontierPoint("slow", 0.9, 0.0, 3.0), FrontierPoint("fast", 0.9, 0.0, 1.0)
    less = FrontierPoint("less", 0.895, 0.0, 0.5)
    found = choose_cheapest([less, slow, fast])
    assert found is not None
    assert found.cheapest == found.best == fast


def test_settings_of_unknown_price_are_told_and_not_chosen() -> None:
    found = choose_cheapest([MIDDLE, UNPRICED, DEAR, FREE], share=0.98)
    assert found is not None
    assert (found.best, found.cheapest, found.unpriced) == (UNPRICED, MIDDLE, (UNPRICED,))
    alone = choose_cheapest([UNPRICED, FREE])
    assert alone is not None
    assert (alone.cheapest, alone.unpriced) == (None, (UNPRICED,))


def test_without_settings_nothing_is_chosen() -> None:
    assert choose_cheapest([]) is None
    assert mark_frontier([]) == ()
