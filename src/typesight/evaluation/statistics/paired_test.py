"""PairedDifference: whether one setting is better than another on the same documents, or was lucky."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, product
from random import Random
from statistics import fmean

from typesight.evaluation.statistics.bootstrap import SEED, Interval, bootstrap_mean

__all__ = ["PairedDifference", "compare_paired"]

_ENUMERATED = 12  # differences: all 4,096 ways to flip their signs are tried
_FLIPS = 10_000  # else so many by chance: a p-value of 0.05 is right to about 0.004
_ROUNDING = 1e-9  # two sums of the same numbers in another order differ by less
_ZEROS_AND_ONES = bytes.maketrans(b"01", b"\0\1")


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The difference between two settings' scores over the documents that both have.

    `before` and `after` are the mean scores, `difference` is after minus before, with its interval at 95 % by document
    (None for fewer than two). `p_value` is the chance of a difference as large, up or down, if both were equally good:
    below 0.05 it is hardly luck. `better`, `worse` and `same` count documents.
    """

    documents: int
    before: float
    after: float
    difference: float
    interval: Interval | None
    p_value: float
    better: int
    worse: int
    same: int


def compare_paired(before: Mapping[str, float], after: Mapping[str, float]) -> PairedDifference:
    """Compare the scores of two settings, by document; a document that only one of them has is not compared.

    Without a document in both, the difference is 0 and the p-value 1.
    """
    shared = [source for source in before if source in after]
    pairs = [(float(before[source]), float(after[source])) for source in shared]
    differences = [later - earlier for earlier, later in pairs]
    changed = [each for each in differences if abs(each) > _ROUNDING]
    better = sum(each > 0 for each in changed)
    means = [fmean(column) for column in zip(*pairs, strict=True)] or [0.0, 0.0]
    return PairedDifference(
        documents=len(shared),
        before=means[0],
        after=means[1],
        difference=fmean(differences) if differences else 0.0,
        interval=bootstrap_mean(differences, is_share=False),
        p_value=_find_p_value(changed),
        better=better,
        worse=len(changed) - better,
        same=len(shared) - len(changed),
    )


def _find_p_value(changed: Sequence[float]) -> float:
    """The sign-flip test: were both equally good, each difference could as well be the other way round."""
    if not changed:
        return 1.0
    reached = abs(sum(changed)) - _ROUNDING
    if len(changed) <= _ENUMERATED:
        flipped = [sum(each) for each in product(*((value, -value) for value in changed))]
        return sum(abs(each) >= reached for each in flipped) / len(flipped)
    hits = sum(abs(each) >= reached for each in _flip_by_chance(changed))
    # What was found is one of the possible ways itself, so the p-value is never 0 (Phipson and Smyth 2010).
    return (hits + 1) / (_FLIPS + 1)


def _flip_by_chance(changed: Sequence[float]) -> Iterator[float]:
    """The sum of the differences, each with a sign by chance."""
    chance, total, count = Random(SEED), sum(changed), len(changed)
    for _ in range(_FLIPS):
        bits = format(chance.getrandbits(count), f"0{count}b").encode().translate(_ZEROS_AND_ONES)
        yield total - 2 * sum(compress(changed, bits))
