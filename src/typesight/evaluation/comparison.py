"""EvaluationComparison: what changed between two evaluations, setting by setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from typesight.evaluation.evaluation import Evaluation
from typesight.evaluation.setting_change import SettingChange, compare_settings
from typesight.evaluation.tables.comparison_text import write_changes

__all__ = ["EvaluationComparison", "compare_evaluations"]


@dataclass(frozen=True, slots=True)
class EvaluationComparison:
    """What changed between two evaluations.

    `settings` are those that both have, by name; `only_before` and `only_after` are the names of the others.
    """

    settings: tuple[SettingChange, ...]
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return {
            "settings": [each.to_dict() for each in self.settings],
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
        }

    def to_text(self, *, changes: int = 20, width: int = 100) -> str:
        """What changed in words; of each setting at most so many values, what became wrong first."""
        return write_changes(self.settings, self.only_before, self.only_after, changes, width)

    def __str__(self) -> str:
        return self.to_text()


def compare_evaluations(before: Evaluation, after: Evaluation) -> EvaluationComparison:
    """Compare two evaluations of the same documents: which values changed, and whether it is more than luck.

    Settings are the same if their names are. Where each has only one setting, these are compared whatever their names:
    so `compare_evaluations(cheap, dear)` compares two models. A document that one of them alone has is not compared.
    """
    old = {each.name: each for each in before.settings}
    new = {each.name: each for each in after.settings}
    if len(old) == len(new) == 1:
        return EvaluationComparison((compare_settings(before.settings[0], after.settings[0]),))
    return EvaluationComparison(
        tuple(compare_settings(old[name], each) for name, each in new.items() if name in old),
        only_before=tuple(name for name in old if name not in new),
        only_after=tuple(name for name in new if name not in old),
    )
