"""FieldVerdict and RecordScore: what is right and wrong in one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["FieldVerdict", "Match", "RecordScore", "RowCounts", "VerdictKind"]

Match = Literal["exact", "normalised", "fuzzy"]
"""How two values are compared: as they are; without case, spaces and punctuation, and by value for numbers and dates;
or by a likeness of at least 0.8 for texts, and by value for all else."""

VerdictKind = Literal["right", "wrong", "left_out", "invented"]
"""`wrong`: label and answer have different values. `left_out`: only the label has one. `invented`: only the answer."""


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """One value of a label, or of an answer that the label does not have.

    `path` is its place in the label (`items.0.price`), or in the answer for what was invented; `field` is the path with
    `*` for each place in a list. `label` and `value` are JSON data, None for none. `answer_path` is the value's place
    in the answer, which differs where rows were moved. `exact` compares them as they are; `likeness` is 0 to 1.
    `confidence` is how sure the answer was, 0 to 1, if it says. `in_missing_row`: its row was omitted or invented.
    """

    path: str
    field: str
    kind: VerdictKind
    label: Any = None
    value: Any = None
    answer_path: str | None = None
    exact: bool = False
    likeness: float = 0.0
    confidence: float | None = None
    in_missing_row: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the answer has the right value here."""
        return self.kind == "right"

    @property
    def is_answered(self) -> bool:
        """Whether the answer has a value here."""
        return self.kind != "left_out"


@dataclass(frozen=True, slots=True)
class RowCounts:
    """The rows of one list: those of the label, those that an answer's row was found for, and the rest of both."""

    labelled: int = 0
    matched: int = 0
    omitted: int = 0
    invented: int = 0

    def __add__(self, other: RowCounts) -> RowCounts:
        return RowCounts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class RecordScore:
    """The verdicts on one answer; `rows` by the path of the list, with `*` for places in outer lists.

    `is_failed`: there was no answer, so that all values are left out. `docubench` is the score of the DocuBench
    benchmark's rule, 0 to 1.
    """

    source: str
    verdicts: tuple[FieldVerdict, ...]
    rows: Mapping[str, RowCounts] = field(default_factory=dict)
    is_failed: bool = False
    docubench: float = 0.0

    @property
    def right(self) -> int:
        """How many values are right."""
        return sum(verdict.is_right for verdict in self.verdicts)

    @property
    def score(self) -> float:
        """The share of right values among those of the label or the answer; 1 if neither has any."""
        return self.right / len(self.verdicts) if self.verdicts else float(not self.is_failed)

    @property
    def is_right(self) -> bool:
        """Whether the whole document is right."""
        return not self.is_failed and self.right == len(self.verdicts)
