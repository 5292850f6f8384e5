from __future__ import annotations

from random import Random

import numpy as np
import pytest
from scipy.stats import permutation_test

from typesight.evaluation.statistics.paired_test import PairedDifference, compare_paired

Scores = dict[str, float]


def draw_scores(count: int, better_by: float, seed: int = 1) -> tuple[Scores, Scores]:
    chance = Random(seed)
    before = {f"{number}.png": chance.random() for number in range(count)}
    return before, {source: score + chance.gauss(better_by, 0.1) for source, score in before.items()}


def find_p_value_by_scipy(before: Scores, after: Scores) -> float:
    found = permutation_test(
        (list(before.values()), list(after.values())),
        lambda one, other, axis: np.mean(other - one, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=9_999,
        rng=np.random.default_rng(1),
    )
    return float(found.pvalue)


@pytest.mark.parametrize("count", [3, 8, 12])
@pytest.mark.parametrize("better_by", [0.0, 0.05, 0.2])
def test_few_differences_are_tried_in_all_ways(count: int, better_by: float) -> None:
    before, after = draw_scores(count, better_by)
    assert compare_paired(before, after).p_value == pytest.approx(find_p_value_by_scipy(before, after))


@pytest.mark.parametrize("better_by", [0.0, 0.01, 0.03])
def test_many_differences_are_flipped_by_chance(better_by: float) -> None:
    before, after = draw_scores(200, better_by)
    found = compare_paired(before, after)
    assert found.p_value == pytest.approx(find_p_value_by_scipy(before, after), abs=0.02)
    assert found == compare_paired(before, after)


def test_equal_settings_differ_by_luck_one_time_in_twenty() -> None:
    values = [compare_paired(*draw_scores(8, 0.0, seed)).p_value for seed in range(200)]
    assert 0.02 <= sum(value < 0.05 for value in values) / len(values) <= 0.08


def test_documents_are_counted_as_better_worse_and_same() -> None:
    found = compare_paired({"a": 0.5, "b": 1.0, "c": 0.3, "d": 0.1 + 0.2}, {"a": 1.0, "b": 0.9, "c": 0.4, "d": 0.3})
    assert (found.documents, found.better, found.worse, found.same) == (4, 2, 1, 1)
    assert found.difference == pytest.approx(0.125)
    assert found.after - found.before == pytest.approx(found.difference)
    assert found.p_value == 0.75
    assert found.interval is not None
    assert found.interval[0] < found.difference < found.interval[1]


def test_an_interval_is_on_the_side_of_a_clear_difference() -> None:
    before, after = draw_scores(100, 0.1)
    better, worse = compare_paired(before, after).interval, compare_paired(after, before).interval
    assert better is not None
    assert worse is not None
    assert 0 < better[0] < better[1]
    assert list(worse) == pytest.approx([-better[1], -better[0]], abs=0.005)


def test_equal_scores_differ_by_nothing() -> None:
    scores = {"a": 0.5, "b": 1.0}
    assert compare_paired(scores, scores) == PairedDifference(2, 0.75, 0.75, 0.0, (0.0, 0.0), 1.0, 0, 0, 2)


def test_documents_of_one_setting_alone_are_not_compared() -> None:
    assert compare_paired({"a": 0.5, "b": 1.0}, {"b": 0.5, "c": 1.0}).documents == 1
    assert compare_paired({"a": 0.5}, {"b": 0.5}) == PairedDifference(0, 0.0, 0.0, 0.0, None, 1.0, 0, 0, 0)
