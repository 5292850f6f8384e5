from __future__ import annotations

from random import Random

import numpy as np
import pytest

from typesight.evaluation.statistics.bootstrap import bootstrap_mean, bootstrap_ratios


def test_one_document_or_none_has_no_interval() -> None:
    assert bootstrap_mean([]) is None
    assert bootstrap_mean([0.5]) is None
    assert bootstrap_ratios([], [(0, 1), (0, 1)]) == (None, None)


def test_the_same_documents_give_the_same_interval() -> None:
    chance = Random(1)
    values = [chance.random() for _ in range(50)]
    assert bootstrap_mean(values) == bootstrap_mean(list(values))


def test_an_interval_is_that_of_documents_drawn_with_replacement() -> None:
    chance = np.random.default_rng(3)
    totals = chance.integers(1, 30, 200)
    rights = chance.binomial(totals, 0.9)
    drawn = chance.integers(0, 200, (20_000, 200))
    expected = np.percentile(rights[drawn].sum(1) / totals[drawn].sum(1), [2.5, 97.5])
    found = bootstrap_ratios([(int(a), int(b)) for a, b in zip(rights, totals, strict=True)], [(0, 1)])[0]
    assert found == pytest.approx(expected, abs=0.002)


def test_an_interval_covers_the_true_mean_nineteen_times_in_twenty() -> None:
    chance = Random(5)
    samples = [[float(chance.random() < 0.8) for _ in range(60)] for _ in range(100)]
    covered = [low <= 0.8 <= high for low, high in filter(None, map(bootstrap_mean, samples))]
    assert len(covered) == 100
    assert 0.90 <= sum(covered) / 100 <= 0.99


def test_a_field_of_one_document_has_no_interval_beside_one_of_many() -> None:
    found = bootstrap_ratios([(1, 1, 1, 2), (0, 1, 0, 0), (1, 1, 0, 0)], [(0, 1), (2, 3)])
    assert found[0] is not None
    assert found[1] is None


@pytest.mark.parametrize(("documents", "low"), [(10, 0.6915), (50, 0.9289)])
def test_all_right_is_not_certain(documents: int, low: float) -> None:
    """The bounds are those of the exact binomial interval, as printed in its tables."""
    found = [list(bootstrap_mean([value] * documents) or ()) for value in (1.0, 0.0)]
    assert found == [pytest.approx([low, 1.0], abs=1e-4), pytest.approx([0.0, 1 - low], abs=1e-4)]


def test_a_document_of_many_values_weighs_as_much_as_its_values() -> None:
    found = bootstrap_ratios([(100, 100), *[(0, 1)] * 10], [(0, 1)])[0]
    assert found is not None
    assert found[0] == 0.0
    assert found[1] > 0.95


def test_a_mean_of_any_values_moves_and_grows_with_them() -> None:
    chance = Random(1)
    values = [chance.random() for _ in range(30)]
    share, moved = bootstrap_mean(values), bootstrap_mean([100 * value - 70 for value in values], is_share=False)
    assert share is not None
    assert list(moved or ()) == pytest.approx([100 * share[0] - 70, 100 * share[1] - 70])
    assert bootstrap_mean([3.0, 3.0], is_share=False) == (3.0, 3.0)
    assert bootstrap_mean([0.5, float("nan")]) is None
