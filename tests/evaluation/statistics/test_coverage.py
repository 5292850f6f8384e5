"""Coverage of made-up scores, held against scikit-learn's curve of precision."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from typesight.evaluation.statistics.coverage import find_coverage

Pairs = list[tuple[float, bool]]


def draw_pairs(count: int, seed: int, *, digits: int = 12, power: float = 0.05) -> Pairs:
    chance = Random(seed)
    scores = [round(chance.random(), digits) for _ in range(count)]
    return [(score, chance.random() < score**power) for score in scores]


def find_share_by_scikit_learn(pairs: Pairs, unanswered: int, precision: float) -> float:
    scores, rights = (np.array(column) for column in zip(*pairs, strict=True))
    precisions, _, thresholds = precision_recall_curve(rights, scores)
    precise = thresholds[precisions[:-1] >= precision]
    return float((scores >= precise.min()).sum()) / (len(pairs) + unanswered) if len(precise) else 0.0


@pytest.mark.parametrize("unanswered", [0, 150])
@pytest.mark.parametrize("precision", [0.9, 0.99, 1.0])
@pytest.mark.parametrize(
    "pairs",
    [
        draw_pairs(1000, 1),
        draw_pairs(1000, 2, digits=1),
        draw_pairs(1000, 3, power=1),
        draw_pairs(5, 4),
        [(0.8, number > 0) for number in range(100)],
        [(0.8, number > 1) for number in range(100)],
    ],
    ids=["sure", "ties", "unsure", "few values", "constant, 99 right", "constant, 98 right"],
)
def test_coverage_is_what_scikit_learns_curve_says(pairs: Pairs, precision: float, unanswered: int) -> None:
    found = find_coverage(pairs, unanswered, precision)
    assert found.share == pytest.approx(find_share_by_scikit_learn(pairs, unanswered, precision))


def test_what_is_taken_is_precise_and_starts_at_the_threshold() -> None:
    pairs = draw_pairs(1000, 1)
    found = find_coverage(pairs, 100)
    assert found.threshold is not None
    taken = [right for score, right in pairs if score >= found.threshold]
    assert (found.taken, found.right, found.values) == (len(taken), sum(taken), 1100)
    assert found.right >= 0.99 * found.taken
    assert found.share == found.taken / 1100


def test_equally_sure_values_are_taken_together() -> None:
    found = find_coverage([(0.9, True), (0.9, True), (0.8, True), (0.8, False)])
    assert (found.share, found.threshold) == (0.5, 0.9)
    assert find_coverage([(0.9, True), (0.9, False)]).threshold is None


def test_an_error_amid_many_right_values_can_be_afforded() -> None:
    pairs = [(1 - number / 1000, number != 50) for number in range(100)]
    assert find_coverage(pairs).share == 1.0
    assert find_coverage(pairs[:99]).share == 50 / 99


def test_unanswered_values_cannot_be_taken() -> None:
    assert find_coverage([(0.9, True)], unanswered=3).share == 0.25


def test_without_a_score_nothing_is_covered() -> None:
    found = find_coverage([], unanswered=3)
    assert (found.share, found.threshold, found.values) == (0.0, None, 3)
    assert find_coverage([]).share == 0.0
