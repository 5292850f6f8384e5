"""Each way to be right or wrong gives its own verdict."""

from __future__ import annotations

from typing import Any

import pytest

from typesight.evaluation.scoring.field_kinds import read_kinds
from typesight.evaluation.scoring.field_verdict import Match, RecordScore, RowCounts
from typesight.evaluation.scoring.record_scoring import score_record

TEA = {"name": "Green tea", "quantity": 2, "price": 3.5}
CAKE = {"name": "Carrot cake", "quantity": 1, "price": 4.2}
SOUP = {"name": "Onion soup", "quantity": 3, "price": 6.1}


def score(label: Any, answer: Any, **options: Any) -> RecordScore:
    schema = options.pop("schema", None)
    return score_record("a.png", label, answer, read_kinds(schema, [label]), **options)


def list_verdicts(label: Any, answer: Any, match: Match = "normalised") -> list[tuple[str, str]]:
    return [(verdict.path, verdict.kind) for verdict in score(label, answer, match=match).verdicts]


def count_rows(label: Any, answer: Any) -> RowCounts:
    return score({"items": label}, {"items": answer}).rows["items"]


@pytest.mark.parametrize(
    ("label", "answer", "expected"),
    [
        pytest.param({"a": 1.0}, {"a": 1}, [("a", "right")], id="1.0 and 1"),
        pytest.param({"a": "Café 3"}, {"a": "CAFE-3"}, [("a", "right")], id="case, accents, punctuation"),
        pytest.param({"d": "2018-04-03"}, {"d": "3 Apr 2018"}, [("d", "right")], id="two spellings of a date"),
        pytest.param({"d": "2018-04-03"}, {"d": "03/04/2018"}, [("d", "right")], id="day first"),
        pytest.param({"d": "2018-04-03"}, {"d": "04/03/2018"}, [("d", "right")], id="month first"),
        pytest.param({"d": "03/04/2018"}, {"d": "04/03/2018"}, [("d", "wrong")], id="one order on both sides"),
        pytest.param({"a": 12.5}, {"a": "12,50"}, [("a", "right")], id="a text for a number"),
        pytest.param({"a": 12.5}, {"a": "1250"}, [("a", "wrong")], id="the same digits"),
        pytest.param({"a": "12.50"}, {"a": "RM 12.5"}, [("a", "right")], id="amounts as texts"),
        pytest.param({"a": "00123"}, {"a": "123"}, [("a", "wrong")], id="codes of digits"),
        pytest.param({"a": True}, {"a": "TRUE"}, [("a", "right")], id="a boolean as a text"),
        pytest.param({"a": True}, {"a": 1}, [("a", "wrong")], id="a number for a boolean"),
        pytest.param({"a": "-"}, {"a": "%"}, [("a", "wrong")], id="texts of punctuation only"),
        pytest.param({"a": None}, {"a": None}, [], id="both null"),
        pytest.param({"a": None}, {}, [], id="null and missing"),
        pytest.param({"a": 5}, {}, [("a", "left_out")], id="missing"),
        pytest.param({"a": 5}, {"a": ""}, [("a", "left_out")], id="an empty text"),
        pytest.param({"a": None}, {"a": 5}, [("a", "invented")], id="answered where the label is null"),
        pytest.param({"a": 5}, {"a": 5, "b": 6}, [("a", "right")], id="an unlabelled key"),
        pytest.param({}, {"b": 6}, [], id="nothing labelled"),
        pytest.param({"a": []}, {"a": None}, [], id="an empty list and null"),
        pytest.param({"a": []}, {"a": ["x"]}, [("a.0", "invented")], id="a list where the label has none"),
        pytest.param({"a": {"b": 1}}, {"a": None}, [("a.b", "left_out")], id="null for an object"),
        pytest.param(
            {"a": {"b": 1}}, {"a": [{"b": 1}]}, [("a.b", "left_out"), ("a.0.b", "invented")], id="a list for an object"
        ),
        pytest.param(
            {"a": [{"b": 1}]}, {"a": {"b": 1}}, [("a.0.b", "left_out"), ("a.b", "invented")], id="an object for a list"
        ),
        pytest.param({"a": "x"}, {"a": {"b": 1}}, [("a", "wrong")], id="an object for a text"),
        pytest.param({"a": {"b": 1}}, "x", [("a.b", "left_out"), ("", "invented")], id="a text for the record"),
        pytest.param("x", "X.", [("", "right")], id="a record that is a text"),
    ],
)  # fmt: skip
def test_a_value_is_right_wrong_left_out_or_invented(label: Any, answer: Any, expected: list[tuple[str, str]]) -> None:
    assert list_verdicts(label, answer) == expected


def test_a_moved_row_costs_nothing_and_its_place_in_the_answer_is_told() -> None:
    found = score({"items": [TEA, CAKE]}, {"items": [CAKE, TEA]})
    assert found.is_right
    assert [verdict.answer_path for verdict in found.verdicts[:2]] == ["items.1.name", "items.1.quantity"]
    assert found.rows == {"items": RowCounts(labelled=2, matched=2)}


def test_an_invented_row_is_told_apart_from_wrong_values() -> None:
    found = score({"items": [TEA, CAKE]}, {"items": [SOUP, TEA, {**CAKE, "price": 4.9}]})
    assert found.rows["items"] == RowCounts(labelled=2, matched=2, omitted=0, invented=1)
    wrong = [(each.path, each.kind, each.in_missing_row) for each in found.verdicts if not each.is_right]
    assert wrong == [
        ("items.1.price", "wrong", False),
        ("items.0.name", "invented", True),
        ("items.0.quantity", "invented", True),
        ("items.0.price", "invented", True),
    ]


def test_an_omitted_row_is_told_apart_from_wrong_values() -> None:
    found = score({"items": [TEA, CAKE]}, {"items": [CAKE]})
    assert found.rows["items"] == RowCounts(labelled=2, matched=1, omitted=1, invented=0)
    assert [each.path for each in found.verdicts if each.in_missing_row] == [
        "items.0.name", "items.0.quantity", "items.0.price",
    ]  # fmt: skip


def test_rows_with_nothing_in_common_are_not_matched_to_fill_up() -> None:
    assert count_rows([TEA], [SOUP]) == RowCounts(labelled=1, matched=0, omitted=1, invented=1)


def test_a_value_that_all_rows_have_does_not_match_them() -> None:
    labels = [{"name": name, "currency": "USD"} for name in ("alpha", "bravo", "delta")]
    answers = [{"name": name, "currency": "USD"} for name in ("kilo", "oscar", "zulu")]
    assert count_rows(labels, answers) == RowCounts(labelled=3, matched=0, omitted=3, invented=3)


def test_a_split_row_is_one_matched_and_one_invented() -> None:
    label = [{"name": "Green tea with lemon", "price": 3.5}]
    answer = [{"name": "Green tea", "price": 3.5}, {"name": "with lemon", "price": None}]
    assert count_rows(label, answer) == RowCounts(labelled=1, matched=1, omitted=0, invented=1)


def test_a_misread_name_still_finds_its_row() -> None:
    label = [{"name": "Green tea", "price": 3.5}, {"name": "Carrot cake", "price": 4.2}]
    answer = [{"name": "Carot cake", "price": 8}, {"name": "Gren tea", "price": 9}]
    assert count_rows(label, answer) == RowCounts(labelled=2, matched=2)


def test_values_swapped_within_a_row_are_two_wrong_ones() -> None:
    found = score({"items": [TEA, CAKE]}, {"items": [{**TEA, "quantity": 3.5, "price": 2}, CAKE]})
    assert [each.path for each in found.verdicts if each.kind == "wrong"] == ["items.0.quantity", "items.0.price"]
    assert found.rows["items"].matched == 2


def test_values_swapped_between_rows_are_wrong_ones() -> None:
    label = [{"name": "Green tea", "price": 3.5}, {"name": "Carrot cake", "price": 4.2}]
    answer = [{"name": "Green tea", "price": 4.2}, {"name": "Carrot cake", "price": 3.5}]
    assert score({"items": label}, {"items": answer}).score == 0.5


def test_duplicate_rows_are_counted_one_by_one() -> None:
    assert count_rows([TEA, TEA, CAKE], [TEA, CAKE]) == RowCounts(labelled=3, matched=2, omitted=1, invented=0)
    assert count_rows([TEA], [TEA, TEA]) == RowCounts(labelled=1, matched=1, omitted=0, invented=1)


def test_texts_in_lists_are_matched_too() -> None:
    found = score({"tags": ["paid", "overdue", "draft"]}, {"tags": ["overdu", "Paid", "new"]})
    assert found.rows["tags"] == RowCounts(labelled=3, matched=2, omitted=1, invented=1)
    assert [(each.path, each.kind) for each in found.verdicts] == [
        ("tags.0", "right"), ("tags.1", "wrong"), ("tags.2", "left_out"), ("tags.2", "invented"),
    ]  # fmt: skip
    assert {each.field for each in found.verdicts} == {"tags.*"}


def test_rows_within_rows_are_matched_and_counted_by_their_field() -> None:
    label = {"orders": [{"id": "A77", "lines": [TEA, CAKE]}, {"id": "B88", "lines": [SOUP]}]}
    answer = {"orders": [{"id": "B88", "lines": [SOUP, TEA]}, {"id": "A77", "lines": [CAKE, TEA]}]}
    found = score(label, answer)
    assert found.rows == {
        "orders": RowCounts(labelled=2, matched=2),
        "orders.*.lines": RowCounts(labelled=3, matched=3, omitted=0, invented=1),
    }
    assert {each.path for each in found.verdicts if each.kind == "invented"} == {
        "orders.0.lines.1.name", "orders.0.lines.1.quantity", "orders.0.lines.1.price",
    }  # fmt: skip


def test_a_key_of_a_sibling_row_is_labelled() -> None:
    label = [TEA, {"name": "Carrot cake", "quantity": 1, "price": 4.2, "discount": 1.5}]
    answer = [{**TEA, "discount": 9.5, "colour": "green"}, label[1]]
    found = score({"items": label}, {"items": answer})
    assert [(each.path, each.kind) for each in found.verdicts if not each.is_right] == [
        ("items.0.discount", "invented")
    ]


def test_empty_rows_are_no_rows_and_keep_the_places_of_others() -> None:
    found = score({"items": [TEA]}, {"items": [{}, {"name": ""}, TEA]}, confidence={"items.2.price": 0.7})
    assert found.rows["items"] == RowCounts(labelled=1, matched=1)
    assert [each.confidence for each in found.verdicts] == [None, None, 0.7]


def test_the_answers_own_path_finds_the_confidence() -> None:
    sure = {"items.1.name": 0.9, "items.0.name": 0.2}
    found = score({"items": [TEA, CAKE]}, {"items": [CAKE, TEA]}, confidence=sure)
    assert {each.path: each.confidence for each in found.verdicts if each.confidence} == {
        "items.0.name": 0.9, "items.1.name": 0.2,
    }  # fmt: skip


def test_a_failed_document_has_all_its_values_left_out() -> None:
    found = score({"a": 1, "items": [TEA], "b": None}, {"a": 1}, is_failed=True)
    assert {each.kind for each in found.verdicts} == {"left_out"}
    assert len(found.verdicts) == 4
    assert not found.is_right
    assert found.rows["items"] == RowCounts(labelled=1, matched=0, omitted=1)


@pytest.mark.parametrize(
    ("match", "right"),
    [("exact", {"same"}), ("normalised", {"same", "case"}), ("fuzzy", {"same", "case", "near"})],
)
def test_match_decides_what_counts_as_right(match: Match, right: set[str]) -> None:
    label = {
        "same": "Main Street",
        "case": "Main Street",
        "near": "Main Street",
        "far": "Main Street",
        "number": 1234567,
    }
    answer = {
        "same": "Main Street",
        "case": "main street",
        "near": "Maine Street",
        "far": "High Road",
        "number": 1234568,
    }
    found = score(label, answer, match=match)
    assert {each.field for each in found.verdicts if each.is_right} == right
    assert [each.exact for each in found.verdicts] == [True, False, False, False, False]


def test_rows_that_are_identical_are_matched_before_those_that_are_alike() -> None:
    assert score(["tea", "Tea"], ["Tea", "tea"], match="exact").is_right


def test_a_section_that_many_rows_share_does_not_match_them() -> None:
    labels = [{"section": "cash flow", "name": name, "before": 0} for name in ("wages", "rent", "taxes", "fuel")]
    answers = [*labels[:3], {"section": "cash flow", "name": "interest", "before": 0}]
    assert count_rows(labels, answers) == RowCounts(labelled=4, matched=3, omitted=1, invented=1)


def test_rows_where_the_label_has_none_are_invented_ones() -> None:
    found = score({"items": [], "total": 1}, {"items": [{"name": "tea", "parts": ["a", "b"]}], "total": 1})
    assert found.rows == {"items": RowCounts(invented=1), "items.*.parts": RowCounts(invented=2)}
    assert [each.in_missing_row for each in found.verdicts] == [True, True, True, False]
