"""Settings as points of accuracy, dollars and seconds, which tell those that nothing else beats."""

from __future__ import annotations

from collections.abc import Sequence

from typesight.evaluation.setting_result import SettingResult
from typesight.evaluation.statistics.frontier import FrontierPoint

__all__ = ["rank_settings"]


def rank_settings(settings: Sequence[SettingResult]) -> tuple[FrontierPoint, ...]:
    """A point for each setting that has a judged value, in order; one that has none counts as never right."""
    return tuple(
        FrontierPoint(each.name, each.values.accuracy or 0.0, each.cost_per_document, each.seconds_per_document)
        for each in settings
    )
