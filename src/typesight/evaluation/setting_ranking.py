"""Settings as points of accuracy, dollars and seconds, which tell those that nothing else beats."""

from __future__ import annotations

from collections.abc import Sequence

from typesight.evaluation.setting_result import SettingResult
from typesight.evaluation.statistics.frontier import FrontierPoint, choose_cheapest, mark_frontier

__all__ = ["mark_best", "rank_settings"]


def mark_best(settings: Sequence[SettingResult]) -> tuple[SettingResult, ...]:
    """The settings that are worth a closer look: the frontier, and the best of any price."""
    points = rank_settings(settings)
    choice = choose_cheapest(points)
    best = choice and choice.best
    marks = mark_frontier(points)
    return tuple(each for each, on_it, point in zip(settings, marks, points, strict=True) if on_it or point is best)


def rank_settings(settings: Sequence[SettingResult]) -> tuple[FrontierPoint, ...]:
    """A point for each setting, in order.

    A setting that has read fewer documents than another, or that got no answer to any, counts as never right and of no
    known price: what it was right about may have been the easy ones, and refusals cost nothing.
    """
    most = max((len(each.documents) for each in settings), default=0)
    return tuple(_rank(each, is_comparable=_is_comparable(each, most)) for each in settings)


def _rank(result: SettingResult, *, is_comparable: bool) -> FrontierPoint:
    if not is_comparable:
        return FrontierPoint(result.name, 0.0, None)
    return FrontierPoint(
        result.name, result.values.accuracy or 0.0, result.cost_per_document, result.seconds_per_document
    )


def _is_comparable(result: SettingResult, most: int) -> bool:
    return len(result.documents) == most and result.summary.failed < len(result.documents)
