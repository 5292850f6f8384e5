"""EvaluationComparison: what changed between two evaluations, setting by setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from typesight.evaluation.evaluation import Evaluation
from typesight.evaluation.evaluation_json import write_options
from typesight.evaluation.setting_change import SettingChange, compare_settings
from typesight.evaluation.tables.comparison_text import tell_options, write_changes

__all__ = ["EvaluationComparison", "compare_evaluations"]


@dataclass(frozen=True, slots=True)
class EvaluationComparison:
    """What changed between two evaluations.

    `settings` are those that both have, by name; `only_before` and `only_after` are the names of the others. `options`
    are those of all settings that differ, with the values before and after, None for the default; `match` may be one.
    """

    settings: tuple[SettingChange, ...]
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    options: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return {
            "settings": [each.to_dict() for each in self.settings],
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
            "options": {name: list(values) for name, values in self.options.items()},
        }

    def to_text(self, *, changes: int = 20, width: int = 100) -> str:
        """What changed in words; of each setting at most so many values, what became wrong first."""
        told = write_changes(self.settings, self.only_before, self.only_after, changes, width)
        return "\n\n".join(filter(None, [tell_options(self.options, width), told]))

    def __str__(self) -> str:
        return self.to_text()


def compare_evaluations(before: Evaluation, after: Evaluation) -> EvaluationComparison:
    """Compare two evaluations of the same documents: which values changed, and whether it is more than luck.

    Settings are the same if their names are. Where each has only one setting, these are compared whatever their names:
    so `compare_evaluations(cheap, dear)` compares two models. A document that one of them alone has is not compared.
    """
    old = {each.name: each for each in before.settings}
    new = {each.name: each for each in after.settings}
    options = _compare_options(before, after)
    if len(old) == len(new) == 1:
        return EvaluationComparison((compare_settings(before.settings[0], after.settings[0]),), options=options)
    return EvaluationComparison(
        tuple(compare_settings(old[name], each) for name, each in new.items() if name in old),
        only_before=tuple(name for name in old if name not in new),
        only_after=tuple(name for name in new if name not in old),
        options=options,
    )


def _compare_options(before: Evaluation, after: Evaluation) -> dict[str, tuple[Any, Any]]:
    old, new = ({"match": each.match, **write_options(each.options)} for each in (before, after))
    return {
        name: (old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)
    }
