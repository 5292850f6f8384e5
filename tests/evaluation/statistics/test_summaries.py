"""Summaries of made-up scores, by field, document and list."""

from __future__ import annotations

import pytest

from evaluation.statistics.verdicts import make_score
from typesight.evaluation.scoring.field_verdict import RecordScore, RowCounts
from typesight.evaluation.statistics.document_summary import summarise_documents
from typesight.evaluation.statistics.field_summary import summarise_fields, summarise_values
from typesight.evaluation.statistics.row_summary import summarise_rows

SCORES = [
    make_score("a", total="r", price="rrw"),
    make_score("b", day="i", total="w", price="rl"),
    make_score("c", is_failed=True, total="l", price="l"),
    make_score("d", total="r"),
]


def test_fields_stand_in_the_order_in_which_they_first_occur() -> None:
    assert [each.field for each in summarise_fields(SCORES)] == ["total", "price", "day"]


def test_each_value_is_counted_as_what_it_is() -> None:
    total, price, day = summarise_fields(SCORES)
    assert (total.right, total.wrong, total.left_out, total.invented) == (2, 1, 1, 0)
    assert (price.right, price.wrong, price.left_out, price.invented) == (3, 1, 2, 0)
    assert (day.right, day.wrong, day.left_out, day.invented) == (0, 0, 0, 1)
    assert [each.labelled for each in (total, price, day)] == [4, 6, 0]
    assert [each.values for each in (total, price, day)] == [4, 6, 1]
    assert [each.documents for each in (total, price, day)] == [4, 3, 1]


def test_shares_are_of_all_values_in_label_or_answer() -> None:
    total, price, day = summarise_fields(SCORES)
    assert [each.accuracy for each in (total, price, day)] == [0.5, 0.5, 0.0]
    assert [each.answered_and_wrong for each in (total, price, day)] == [0.25, 1 / 6, 1.0]
    assert [each.exact for each in (total, price, day)] == [0.5, 0.5, 0.0]
    assert [each.likeness for each in (total, price, day)] == [2.5 / 4, 3.5 / 6, 0.0]


def test_intervals_hold_the_share_and_need_two_documents() -> None:
    total, price, day = summarise_fields(SCORES)
    for each in (total, price):
        assert each.accuracy is not None
        assert each.accuracy_interval is not None
        assert each.accuracy_interval[0] <= each.accuracy <= each.accuracy_interval[1]
    assert day.accuracy_interval is day.answered_and_wrong_interval is None


def test_all_values_together_have_one_summary() -> None:
    every = summarise_values(SCORES)
    assert (every.field, every.documents, every.values) == ("all", 4, 11)
    assert (every.right, every.wrong, every.left_out, every.invented) == (5, 2, 3, 1)
    assert every.accuracy == 5 / 11
    assert every.answered_and_wrong == 3 / 11


def test_a_field_on_its_own_has_the_interval_it_has_among_others() -> None:
    alone = [make_score(each.source, total="rwl"[number % 3]) for number, each in enumerate(SCORES)]
    assert summarise_fields(alone)[0].accuracy_interval == summarise_values(alone).accuracy_interval


def test_no_values_have_no_shares() -> None:
    assert summarise_fields([]) == ()
    nothing = summarise_values([RecordScore("a", ())])
    assert (nothing.values, nothing.accuracy, nothing.accuracy_interval, nothing.exact) == (0, None, None, None)


def test_documents_are_counted_and_averaged() -> None:
    found = summarise_documents(SCORES)
    assert (found.documents, found.failed, found.right) == (4, 1, 1)
    assert found.right_share == 0.25
    assert found.score == pytest.approx((3 / 4 + 1 / 4 + 0 + 1) / 4)
    assert found.docubench == 0.0
    assert found.score_interval is not None
    assert found.score_interval[0] < 0.5 < found.score_interval[1]


def test_no_documents_have_no_shares() -> None:
    found = summarise_documents([])
    assert (found.documents, found.right_share, found.score, found.right_interval) == (0, None, None, None)
    assert summarise_documents(SCORES[:1]).right_interval is None


def test_rows_are_summed_by_list() -> None:
    scores = [make_score("a", RowCounts(3, 2, 1, 1)), make_score("b", RowCounts(2, 2, 0, 4)), make_score("c")]
    assert summarise_rows(scores) == {"items": RowCounts(labelled=5, matched=4, omitted=1, invented=5)}
