"""Values are compared as values of their kind are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight.evaluation.scoring.field_kinds import ValueKind
from typesight.evaluation.scoring.text_likeness import measure_likeness
from typesight.evaluation.scoring.value_comparison import ValueComparison, compare_values

SAME, ALIKE, OTHER = "exact", "normalised", "other"

CASES: list[tuple[ValueKind, Any, Any, str]] = [
    ("text", "Tea", "Tea", SAME),
    ("text", "Tea", "TEA!", ALIKE),
    ("text", "Tea", "Te", OTHER),
    ("text", "12", 12, ALIKE),
    ("text", "１２ ｋｇ", "12 kg", ALIKE),  # noqa: RUF001
    ("text", "-5.00", "5.00", OTHER),
    ("text", "12.50", "12.5", ALIKE),
    ("text", "12.50", "1250", OTHER),
    ("text", "007", "7", OTHER),
    ("text", "RM 12.50", "12.5", ALIKE),
    ("text", "RM 12.50", "MYR 12.50", ALIKE),
    ("text", "US$ 12.50", "$12.50", ALIKE),
    ("text", "€12.50", "12,50 EUR", ALIKE),
    ("text", "USD 12.50", "EUR 12.50", OTHER),
    ("text", "$12.50", "£12.50", OTHER),
    ("text", "$12.50", "GBP 12.50", OTHER),
    ("text", "5 kg", "5 KG", ALIKE),
    ("text", "5 kg", "5 g", OTHER),
    ("number", "USD 12.50", "EUR 12.50", ALIKE),
    ("number", 0.3, 0.1 + 0.2, ALIKE),
    ("number", "0.3", 0.1 + 0.2, ALIKE),
    ("number", 0.3, 0.300000000001, OTHER),
    ("number", 1, 1.0, SAME),
    ("number", "1.50", "1.5", SAME),
    ("number", 1.5, "1.50", SAME),
    ("number", 1234.5, "RM 1,234.50", ALIKE),
    ("number", 1234, "1,234", ALIKE),
    ("number", 1.234, "1,234", ALIKE),
    ("number", "1,234", "1.234", ALIKE),
    ("number", 1234, "1.234", OTHER),
    ("number", 5, "-5", OTHER),
    ("number", 5, "five", OTHER),
    ("integer", 10**400, 10**400 + 1, OTHER),
    ("number", 1, True, OTHER),
    ("date", "2018-04-03", "3 April 2018", ALIKE),
    ("date", "2018-04-03", "2018-04-03T00:00:00", ALIKE),
    ("date", "13/04/2018", "04/13/2018", ALIKE),
    ("date", "03/04/2018", "04/03/2018", OTHER),
    ("date", "2018-04-03", "2018-04-30", OTHER),
    ("date", "2018-04-03", "unknown", OTHER),
    ("time", "20:24:00", "8:24 PM", ALIKE),
    ("time", "20:24:00", "8:24 AM", OTHER),
    ("date-time", "2018-04-03T20:24:00", "03/04/2018 8:24 pm", ALIKE),
    ("date-time", "2018-04-03T20:24:00Z", "2018-04-03T22:24:00+02:00", ALIKE),
    ("date-time", "2018-04-03T20:24:00", "2018-04-03T20:25:00", OTHER),
    ("boolean", True, "true", ALIKE),
    ("boolean", True, False, OTHER),
    ("boolean", True, 1, OTHER),
    ("choice", "Paid", "PAID", ALIKE),
    ("choice", "half-paid", "halfpaid", OTHER),
    ("text", "tea", ["tea"], OTHER),
    ("number", 1, {"a": 1}, OTHER),
]


def compare(label: Any, value: Any, kind: ValueKind) -> str:
    found = compare_values(label, value, kind)
    assert found.normalised >= found.exact
    assert (found.likeness == 1) == found.normalised
    return SAME if found.exact else ALIKE if found.normalised else OTHER


def test_a_value_is_the_same_the_same_normalised_or_another() -> None:
    found = [(kind, label, value, compare(label, value, kind)) for kind, label, value, _ in CASES]
    assert found == CASES


def test_two_values_compare_the_same_either_way() -> None:
    assert [compare(value, label, kind) for kind, label, value, _ in CASES] == [case[3] for case in CASES]


def test_a_text_is_as_alike_as_few_characters_are_edited() -> None:
    assert compare_values("Main Street", "Maine Street.", "text") == ValueComparison(False, False, 1 - 1 / 11)


def test_a_number_with_a_wrong_digit_is_not_alike() -> None:
    assert compare_values(1234567, 1234568, "number").likeness == 0


def count_edits(first: str, second: str) -> int:
    """Levenshtein's distance by its table, as textbooks have it."""
    row = list(range(len(second) + 1))
    for place, char in enumerate(first, 1):
        before, row[0] = row[0], place
        for at, other in enumerate(second, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (char != other))
    return row[-1]


@given(st.text("abc", max_size=80), st.text("abc", max_size=80))
def test_likeness_is_the_edit_distance_as_a_share(first: str, second: str) -> None:
    longest = max(len(first), len(second), 1)
    assert measure_likeness(first, second) == pytest.approx(1 - count_edits(first, second) / longest)


def test_long_texts_are_compared_by_their_pieces() -> None:
    text = "the quick brown fox jumps over the lazy dog " * 500
    changed = 8 / 44  # pieces with a letter of "lazy" in them, in a sentence of 44 characters
    assert measure_likeness(text, text.replace("lazy", "idle")) == pytest.approx(1 - changed, abs=0.01)
    assert measure_likeness(text, "x" * 20_000) == 0
