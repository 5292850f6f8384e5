"""RowLikeness: how alike two rows are, value by value, where few of their values are equal."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from typesight.evaluation.scoring.row_lists import RowLists, RowValue, RowValues
from typesight.evaluation.scoring.scored_data import FieldSteps
from typesight.evaluation.scoring.text_likeness import measure_likeness, split_grams
from typesight.evaluation.scoring.value_comparison import compare_values

__all__ = ["RowLikeness"]

_LONG = 100
"""Characters from which texts are compared by the set of their pieces, which is faster than by their edit distance."""
_GRAM = 5
_UNLIKE = 0.5
"""The likeness up to which two texts have nothing in common: any two words of one language share a few letters."""


@dataclass(frozen=True, slots=True)
class RowLikeness:
    """Compares rows of two lists; keeps the pieces of long texts that it met. Values that are common do not count."""

    lists: RowLists
    grams: dict[str, frozenset[str]] = field(default_factory=dict)

    def compare(self, row: RowValues, other: RowValues) -> tuple[float, float, float]:
        """The sum of the likeness of the values, its share of the rows' mean size, the most alike telling value."""
        total = best = 0.0
        waiting: dict[FieldSteps, deque[RowValue]] = defaultdict(deque)
        values, others = ([each for each in side.values if each.key not in self.lists.common] for side in (row, other))
        for each in others:
            waiting[each.field].append(each)
        for each in values:
            if waiting[each.field]:
                match = waiting[each.field].popleft()
                likeness = self._compare_values(each, match)
                likeness = likeness if likeness >= _UNLIKE else 0.0
                total += likeness
                best = max(best, likeness if {each.key, match.key} <= self.lists.telling else 0.0)
        return total, 2 * total / max(1, len(values) + len(others)), best

    def _compare_values(self, label: RowValue, answer: RowValue) -> float:
        if label.key == answer.key:
            return 1.0
        if label.kind != "text" or label.text == answer.text:
            return compare_values(label.value, answer.value, label.kind).likeness
        if max(len(label.text), len(answer.text)) <= _LONG:
            return measure_likeness(label.text, answer.text)
        grams = self._split(label.text), self._split(answer.text)
        return len(grams[0] & grams[1]) / max(map(len, grams))

    def _split(self, text: str) -> frozenset[str]:
        if text not in self.grams:
            self.grams[text] = frozenset(split_grams(text, _GRAM))
        return self.grams[text]
