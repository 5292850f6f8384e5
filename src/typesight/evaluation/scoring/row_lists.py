"""RowLists: the rows of a label's list and of an answer's, in the forms that they are matched by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from typesight.evaluation.scoring.field_kinds import FieldKinds, ValueKind
from typesight.evaluation.scoring.scored_data import FieldSteps, list_leaves, write_path, write_scalar
from typesight.evaluation.scoring.value_comparison import make_value_key
from typesight.text.letters import fold_alphanumeric

__all__ = ["RowLists", "RowValue", "RowValues", "read_rows"]

_TELLING = 3
"""Letters or digits of a value that can tell a row apart, in a number with its point: 3.5 can, a count of 1 cannot."""
_FEW = 3
"""Rows from which a list shows which values are common."""
_COMMON = 0.5
"""The share of rows beyond which a value is common."""
_RARE = 0.1
"""The share of rows up to which a value can tell its row apart: names do, the sections of a table do not."""
_RARE_ROWS = 2
"""Rows that may have such a value in a short list: a receipt may have the same article twice."""
_MOST_CHARACTERS = 5000
"""Characters of a text that count while rows are matched."""


@dataclass(frozen=True, slots=True)
class RowValue:
    """A value of a row: its field and kind, its letters and digits, and a key that is equal for equal values."""

    field: FieldSteps
    value: Any
    kind: ValueKind
    text: str
    key: Hashable

    @property
    def is_long_enough(self) -> bool:
        """Whether this value may tell its row apart."""
        if self.kind in {"number", "integer"}:
            written = write_scalar(self.value)
            return len(written.rstrip("0").rstrip(".") if "." in written else written) >= _TELLING
        return len(self.text) >= _TELLING and self.kind not in {"boolean", "choice"}


@dataclass(frozen=True, slots=True)
class RowValues:
    """A row's values, and the row as a key: as it is (`identity`), and normalised with inner lists in any order.

    `order` is a text that sorts rows by what they hold.
    """

    values: tuple[RowValue, ...]
    identity: Hashable
    content: Hashable
    order: str


@dataclass(frozen=True, slots=True)
class RowLists:
    """The rows of both lists by their places, without those that hold no value.

    `common` are the keys of values that most rows of both lists have, so that they say nothing about which row is
    which; `telling` of those that are long enough, and that few rows of either list have.
    """

    labels: Mapping[int, RowValues]
    answers: Mapping[int, RowValues]
    common: frozenset[Hashable]
    telling: frozenset[Hashable]


def read_rows(
    labels: Sequence[Any],
    answers: Sequence[Any],
    field: FieldSteps,
    kinds: FieldKinds,
    labelled: Mapping[FieldSteps, Mapping[str, None]],
) -> RowLists:
    """Read the rows of two lists of tidy data; `field` is that of a row. Keys that are not labelled are left out."""
    reader = _RowReader(field, kinds, labelled)
    sides = [
        {place: row for place, each in enumerate(rows) if (row := reader.read(each)).values}
        for rows in (labels, answers)
    ]
    return RowLists(sides[0], sides[1], _find_common(sides), _find_telling(sides))


def _find_common(sides: Sequence[Mapping[int, RowValues]]) -> frozenset[Hashable]:
    """The keys of values that more than half of the rows of both lists have."""
    if min(map(len, sides)) < _FEW:
        return frozenset()
    counts = [_count_rows(side) for side in sides]
    return frozenset(
        key
        for key in counts[0].keys() & counts[1].keys()
        if all(count[key] > _COMMON * len(side) for count, side in zip(counts, sides, strict=True))
    )


def _find_telling(sides: Sequence[Mapping[int, RowValues]]) -> frozenset[Hashable]:
    """The keys of values that are long enough, and that few rows of either list have."""
    long_enough = {each.key for side in sides for row in side.values() for each in row.values if each.is_long_enough}
    for side in sides:
        count = _count_rows(side)
        long_enough = {key for key in long_enough if count[key] <= max(_RARE_ROWS, _RARE * len(side))}
    return frozenset(long_enough)


def _count_rows(side: Mapping[int, RowValues]) -> Counter[Hashable]:
    """How many rows have each value."""
    return Counter(key for row in side.values() for key in {each.key for each in row.values})


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Reads the rows of one list; `known` are the kinds of the fields that it met."""

    field: FieldSteps
    kinds: FieldKinds
    labelled: Mapping[FieldSteps, Mapping[str, None]]
    known: dict[FieldSteps, ValueKind] = dataclass_field(default_factory=dict)

    def read(self, row: Any) -> RowValues:
        """A row's values, none if it holds none."""
        leaves = list_leaves(row, (), self.field, self.labelled)
        values = tuple(self._read_value(field, value) for _, field, value in leaves)
        order = repr(sorted((each.field, write_scalar(each.value), type(each.value).__name__) for each in values))
        content = self._make_key(
            row, self.field, lambda field, value: make_value_key(value, self._find_kind(field, value))
        )
        identity = self._make_key(row, self.field, lambda _, value: (type(value), write_scalar(value)))
        return RowValues(values, identity, content, order)

    def _read_value(self, field: FieldSteps, value: Any) -> RowValue:
        kind = self._find_kind(field, value)
        text = fold_alphanumeric(write_scalar(value)[:_MOST_CHARACTERS])
        return RowValue(field, value, kind, text, (field, make_value_key(value, kind)))

    def _find_kind(self, field: FieldSteps, value: Any) -> ValueKind:
        if field not in self.known:
            self.known[field] = self.kinds.find_kind(write_path(field), value)
        return self.known[field]

    def _make_key(self, data: Any, field: FieldSteps, make: Callable[[FieldSteps, Any], Hashable]) -> Hashable:
        """Data as one hashable value, lists in any order; None if it holds no value."""
        if isinstance(data, dict):
            keys = self.labelled.get(field, data)
            inner = {key: self._make_key(value, (*field, key), make) for key, value in data.items() if key in keys}
            return frozenset(pair for pair in inner.items() if pair[1] is not None) or None
        if isinstance(data, list):
            parts = Counter(self._make_key(value, (*field, "*"), make) for value in data)
            return frozenset(pair for pair in parts.items() if pair[0] is not None) or None
        return None if data is None else make(field, data)
