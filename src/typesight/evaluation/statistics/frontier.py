"""FrontierPoint: what a setting is worth and what it costs, to find those that nothing else beats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["CheapestChoice", "FrontierPoint", "choose_cheapest", "mark_frontier"]

_ROUNDING = 1e-9  # a share of the best that is missed by less than this is missed by rounding


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """A setting by name: its accuracy, 0 to 1, and what a document takes in US dollars and in seconds.

    Dollars are 0 for what is free; None says that a price is not known.
    """

    name: str
    accuracy: float
    dollars: float | None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CheapestChoice:
    """The cheapest setting that keeps the share `share` of the best accuracy.

    `best` is the most accurate setting, of any price. `cheapest` is None if no setting of a known price is accurate
    enough. `unpriced` are accurate enough too, but their price is not known: one of them may be cheaper.
    """

    share: float
    best: FrontierPoint
    cheapest: FrontierPoint | None
    unpriced: tuple[FrontierPoint, ...] = ()


def mark_frontier(points: Sequence[FrontierPoint]) -> tuple[bool | None, ...]:
    """Whether each setting is on the frontier: no other is at least as good in accuracy and price, and better in one.

    Of two that are alike in both the faster one is on it; both, if that does not tell them apart. None where the price
    is not known: such a setting is not on the frontier, and keeps no other from it.
    """
    return tuple(
        None if point.dollars is None else not any(_beats(other, point) for other in points) for point in points
    )


def choose_cheapest(points: Sequence[FrontierPoint], share: float = 0.99) -> CheapestChoice | None:
    """The cheapest setting that keeps this share of the best accuracy; of two the more accurate, then the faster one.

    None without any settings.
    """
    if not points:
        return None
    best = min(points, key=lambda point: (-point.accuracy, *_order_by_price(point)))
    good = [point for point in points if point.accuracy >= share * best.accuracy - _ROUNDING]
    priced = [point for point in good if point.dollars is not None]
    return CheapestChoice(
        share=share,
        best=best,
        cheapest=min(priced, key=_order_by_price, default=None),
        unpriced=tuple(point for point in good if point.dollars is None),
    )


def _beats(other: FrontierPoint, point: FrontierPoint) -> bool:
    if other.dollars is None or point.dollars is None:
        return False
    if other.accuracy < point.accuracy or other.dollars > point.dollars:
        return False
    if (other.accuracy, other.dollars) != (point.accuracy, point.dollars):
        return True
    return other.seconds is not None and point.seconds is not None and other.seconds < point.seconds


def _order_by_price(point: FrontierPoint) -> tuple[float, float, float]:
    """Cheap before dear, then accurate, then fast; what is not known comes last."""
    dollars, seconds = (math.inf if each is None else each for each in (point.dollars, point.seconds))
    return dollars, -point.accuracy, seconds
