"""Calibration of made-up scores, held against scikit-learn's."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, roc_auc_score

from evaluation.statistics.verdicts import make_score
from typesight.evaluation.statistics.calibration import CalibrationBin, measure_calibration
from typesight.evaluation.statistics.confidence_pairs import gather_confidence

Pairs = list[tuple[float, bool]]


def draw_pairs(count: int, *, overconfident: bool = False, digits: int = 12) -> Pairs:
    """Values that are right as often as they say, or only half as often."""
    chance = Random(7)
    scores = [round(chance.random(), digits) for _ in range(count)]
    return [(score, chance.random() < (score / 2 if overconfident else score)) for score in scores]


MADE_UP = {
    "calibrated": draw_pairs(2000),
    "overconfident": draw_pairs(2000, overconfident=True),
    "ties": draw_pairs(500, digits=1),
    "few values": draw_pairs(7),
    "an odd count": draw_pairs(1003),
    "constant": [(0.8, number % 4 > 0) for number in range(100)],
}


@pytest.mark.parametrize("pairs", MADE_UP.values(), ids=MADE_UP)
def test_brier_and_auroc_are_those_of_scikit_learn(pairs: Pairs) -> None:
    found = measure_calibration(pairs)
    scores, rights = zip(*pairs, strict=True)
    assert found.brier == pytest.approx(brier_score_loss(rights, scores))
    assert found.auroc == pytest.approx(roc_auc_score(rights, scores))


@pytest.mark.parametrize("name", ["calibrated", "overconfident", "few values", "constant"])
def test_the_curve_is_that_of_scikit_learn(name: str) -> None:
    found = measure_calibration(MADE_UP[name]).bins
    scores, rights = zip(*MADE_UP[name], strict=True)
    shares, means = calibration_curve(rights, scores, n_bins=10, strategy="quantile")
    assert [each.right for each in found] == pytest.approx(list(shares))
    assert [each.confidence for each in found] == pytest.approx(list(means))


@pytest.mark.parametrize("name", ["calibrated", "overconfident", "an odd count"])
def test_bins_have_equal_counts(name: str) -> None:
    counts = [each.count for each in measure_calibration(MADE_UP[name]).bins]
    assert len(counts) == 10
    assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize("pairs", MADE_UP.values(), ids=MADE_UP)
def test_the_error_is_the_mean_distance_of_the_curve(pairs: Pairs) -> None:
    found = measure_calibration(pairs)
    assert sum(each.count for each in found.bins) == found.count == len(pairs)
    distances = [abs(each.confidence - each.right) for each in found.bins]
    assert found.ece == pytest.approx(np.average(distances, weights=[each.count for each in found.bins]))


def test_calibrated_scores_err_little_and_overconfident_ones_much() -> None:
    calibrated, overconfident = (measure_calibration(MADE_UP[name]).ece for name in ("calibrated", "overconfident"))
    assert calibrated is not None
    assert overconfident is not None
    assert calibrated < 0.03
    assert overconfident == pytest.approx(0.25, abs=0.03)


def test_equal_scores_stay_in_one_bin() -> None:
    assert measure_calibration(MADE_UP["constant"]).bins == (CalibrationBin(100, 0.8, 0.75),)
    bins = measure_calibration(MADE_UP["ties"]).bins
    assert len({each.confidence for each in bins}) == len(bins)


@pytest.mark.parametrize("pairs", MADE_UP.values(), ids=MADE_UP)
def test_the_order_of_values_does_not_matter(pairs: Pairs) -> None:
    mixed = list(pairs)
    Random(2).shuffle(mixed)
    assert measure_calibration(mixed) == measure_calibration(pairs)


def test_values_of_one_outcome_cannot_be_ranked() -> None:
    assert measure_calibration([(0.9, True), (0.5, True)]).auroc is None
    nothing = measure_calibration([])
    assert (nothing.count, nothing.ece, nothing.brier, nothing.auroc, nothing.bins) == (0, None, None, None, ())


def test_values_without_a_confidence_are_counted_apart() -> None:
    found = gather_confidence([make_score("a", total="r", price="rwl"), make_score("b", total="i")])
    assert sorted(found.pairs) == [(0.9, False), (0.9, False), (0.9, True), (0.9, True)]
    assert found.unranked == 1
    assert gather_confidence([make_score("a", total="r", price="rwl")], "total").pairs == ((0.9, True),)
