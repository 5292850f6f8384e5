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
    """A point for each setting that has a judged value, in order; one that has none counts as never right."""
    return tuple(
        FrontierPoint(each.name, each.values.accuracy or 0.0, each.cost_per_document, each.seconds_per_document)
        for each in settings
    )
