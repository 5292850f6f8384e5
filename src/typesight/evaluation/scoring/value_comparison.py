"""ValueComparison: whether an answer's value is the label's, as values of their kind are compared.

| kind              | exact                       | normalised                                                         |
|-------------------|-----------------------------|--------------------------------------------------------------------|
| text              | the same text               | the same letters and digits, without case and accents; if both are |
|                   |                             | printed amounts, the same value, and not of two units; if they     |
|                   |                             | have no letter or digit, the same text                             |
| number, integer   | the same value: 1.0 and 1,  | also as printed: `12,50`, `RM 1,234.50`                            |
|                   | and the text "1.00"         |                                                                    |
| date, time        | the same text               | the same date, time or moment                                      |
| boolean, choice   | the same value              | without case                                                       |

A spelling that can be read in two ways is read in the same way on both sides: `03/04/2018` is 2018-04-03, and is
2018-03-04, but is not `04/03/2018`; `1,234` is 1234, and is 1.234, while a text with a point alone is always as Decimal
writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from typesight.evaluation.scoring.field_kinds import ValueKind
from typesight.evaluation.scoring.scored_data import write_scalar
from typesight.evaluation.scoring.text_likeness import measure_likeness
from typesight.evaluation.scoring.value_readings import READERS, is_printed_amount, read_numbers, read_plain_number
from typesight.text.amounts import name_same_unit
from typesight.text.letters import fold_alphanumeric

__all__ = ["ValueComparison", "compare_values", "make_value_key"]

_NUMBERS = frozenset({"number", "integer"})


@dataclass(frozen=True, slots=True)
class ValueComparison:
    """How two values compare; `likeness` is 0 to 1, and 1 if they are the same normalised."""

    exact: bool
    normalised: bool
    likeness: float


def compare_values(label: Any, value: Any, kind: ValueKind) -> ValueComparison:
    """Compare a label's value with an answer's.

    Texts are as alike as few letters and digits have to be edited. All else is alike or not: a number with one wrong
    digit is a wrong number. A list or an object is never like a value.
    """
    if isinstance(label, list | dict) or isinstance(value, list | dict):
        return ValueComparison(False, False, 0.0)
    exact = _are_identical(label, value, kind)
    normalised = exact or _are_same(label, value, kind)
    return ValueComparison(exact, normalised, 1.0 if normalised else _measure(label, value, kind))


def _are_identical(label: Any, value: Any, kind: ValueKind) -> bool:
    if isinstance(label, bool) or isinstance(value, bool):
        return label is value
    if kind in _NUMBERS or not (isinstance(label, str) or isinstance(value, str)):
        number = read_plain_number(label)
        if number is not None:
            return number == read_plain_number(value)
    return type(label) is type(value) and bool(label == value)


def _are_same(label: Any, value: Any, kind: ValueKind) -> bool:
    if kind in READERS:
        pairs = list(zip(READERS[kind](label), READERS[kind](value), strict=True))
        if all(None not in pair for pair in pairs):
            return any(first == second for first, second in pairs)
    texts = write_scalar(label), write_scalar(value)
    if kind in {"boolean", "choice"}:
        return texts[0].strip().casefold() == texts[1].strip().casefold()
    return _are_same_texts(*texts)


def _are_same_texts(label: str, value: str) -> bool:
    if _are_amounts(label, value):
        is_equal = any(first == second for first, second in zip(read_numbers(label), read_numbers(value), strict=True))
        return is_equal and name_same_unit(label, value)
    return _fold(label) == _fold(value)


def _are_amounts(label: str, value: str) -> bool:
    """Whether both texts are numbers, and one is surely an amount: two texts of digits may be codes."""
    texts = [text for text in (label, value) if not text.isdecimal()]
    return bool(texts) and all(map(is_printed_amount, texts))


def _fold(text: str) -> str:
    """The letters and digits of a text; the text itself if it has none."""
    return fold_alphanumeric(text) or text.strip()


def _measure(label: Any, value: Any, kind: ValueKind) -> float:
    """The likeness of two values that are not the same."""
    texts = write_scalar(label), write_scalar(value)
    return measure_likeness(_fold(texts[0]), _fold(texts[1])) if kind == "text" and not _are_amounts(*texts) else 0.0


def make_value_key(value: Any, kind: ValueKind) -> tuple[str, Any]:
    """A value in a hashable form that is equal for most of the values that are the same normalised."""
    if kind in READERS and (reading := READERS[kind](value)[0]) is not None:
        return kind, reading
    text = write_scalar(value)
    if kind == "text" and not text.isdecimal() and is_printed_amount(text):
        return "amount", read_numbers(text)[0]
    return "text", text.strip().casefold() if kind in {"boolean", "choice"} else _fold(text)
