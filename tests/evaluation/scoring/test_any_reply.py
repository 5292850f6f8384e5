"""Laws of the scoring: any reply of any shape has a score between 0 and 1, and the order of rows means nothing."""

from __future__ import annotations

import datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from typesight.evaluation.scoring.field_kinds import FieldKinds, read_kinds
from typesight.evaluation.scoring.field_verdict import Match, RecordScore
from typesight.evaluation.scoring.record_scoring import score_record

# Few words and numbers, so that labels and answers have something in common.
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=True),
    st.text(max_size=8),
    st.sampled_from(["tea", "Tea", "cake", "12.50", "12,50", "1,234", "2018-04-03", "03/04/2018", "true", "-", " "]),
)
KEYS = st.sampled_from(["a", "b", "items", "0", "a.b", "*", ""])
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)
ROWS = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys("abc", SCALARS) | {"inner": st.lists(SCALARS, max_size=2)}),
    max_size=5,
)
EXAMPLES = 100


def score(label: Any, answer: Any, match: Match = "normalised") -> RecordScore:
    return score_record("a.png", label, answer, read_kinds(None, [label]), match=match)


@settings(max_examples=EXAMPLES)
@given(JSON, JSON)
def test_json_of_any_shape_has_a_score(label: Any, answer: Any) -> None:
    found = score(label, answer)
    assert 0 <= found.score <= 1
    assert 0 <= found.docubench <= 1
    assert all(0 <= verdict.likeness <= 1 for verdict in found.verdicts)
    assert all((verdict.label is None) == (verdict.kind == "invented") for verdict in found.verdicts)
    assert all((verdict.value is None) == (verdict.kind == "left_out") for verdict in found.verdicts)


@settings(max_examples=EXAMPLES)
@given(JSON)
def test_a_label_is_its_own_right_answer(label: Any) -> None:
    found = score(label, label)
    assert found.score == 1
    assert found.is_right
    assert all(verdict.exact and verdict.likeness == 1 for verdict in found.verdicts)
    assert found.docubench == pytest.approx(1)
    assert all(rows.omitted == rows.invented == 0 for rows in found.rows.values())


MATCHES: tuple[Match, ...] = ("exact", "normalised", "fuzzy")


@settings(max_examples=2 * EXAMPLES)
@given(ROWS, ROWS, st.integers(), st.sampled_from(MATCHES))
def test_the_order_of_rows_means_nothing(labels: list[Any], answers: list[Any], seed: int, match: Match) -> None:
    chance = Random(seed)
    before = score({"items": labels}, {"items": answers}, match)
    label, answer = ({"items": chance.sample(rows, len(rows))} for rows in (labels, answers))
    after = score(label, answer, match)
    assert after.score == before.score
    assert after.rows == before.rows
    assert sorted((each.field, each.kind) for each in after.verdicts) == sorted(
        (each.field, each.kind) for each in before.verdicts
    )


def nest(depth: int, inside: Any, *, as_list: bool) -> Any:
    for _ in range(depth):
        inside = [inside] if as_list else {"a": inside}
    return inside


STRANGE: dict[str, Any] = {
    "NaN": float("nan"),
    "infinity": float("-inf"),
    "a number of 5000 digits": 10**5000,
    "a large exponent": Decimal("1e999999"),
    "a text of 5000 digits": "9" * 5000,
    "bytes": b"\xff\x00tea",
    "a set": {"tea", 1},
    "a date": datetime.date(2018, 4, 3),
    "an object": object(),
    "keys that are no texts": {1: "x", None: "y", (1, 2): {True: "z"}},
    "lists 10,000 deep": nest(10_000, "x", as_list=True),
    "objects 10,000 deep": nest(10_000, "x", as_list=False),
    "half a surrogate": "\ud800",
    "a long text": "tea and cake " * 5000,
}
LABELS: dict[str, Any] = {
    "text": "tea",
    "number": 12.5,
    "date": "2018-04-03",
    "boolean": True,
    "object": {"a": "tea", "b": {"c": 1}},
    "rows": [{"a": "tea", "b": 1}, {"a": "cake", "b": 2}],
    "texts": ["tea", "cake"],
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_answer_has_a_score(name: str) -> None:
    strange = STRANGE[name]
    for label in LABELS.values():
        for answer in (strange, [strange], {"a": strange}, [{"a": strange, "b": strange}]):
            assert 0 <= score({"x": label}, {"x": answer}).score <= 1
            assert 0 <= score(label, answer).docubench <= 1


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_label_is_its_own_right_answer(name: str) -> None:
    assert score({"x": STRANGE[name]}, {"x": STRANGE[name]}).is_right


def test_without_kinds_the_labels_values_decide() -> None:
    label = {"total": 5, "day": "2018-04-03", "name": "tea"}
    assert score_record("a.png", label, {"total": "5.00", "day": "3.4.2018", "name": "Tea"}, FieldKinds()).is_right


def test_five_hundred_rows_are_matched_by_what_they_hold() -> None:
    chance = Random(1)
    rows: list[dict[str, Any]] = [
        {"name": f"item {number * 7919}", "unit": "pcs", "price": number / 4} for number in range(500)
    ]
    answer = [{**row, "price": row["price"] + (number % 10 == 0)} for number, row in enumerate(rows)]
    found = score({"items": rows}, {"items": chance.sample(answer, 500)})
    assert found.rows["items"].matched == 500
    assert found.right == 1450
