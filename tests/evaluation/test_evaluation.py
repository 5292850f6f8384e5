"""An evaluation: what it says of each setting, and how it is kept in a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.evaluations import GOOD, WITH_ROWS, WRONG, evaluation, judge, setting
from typesight.evaluation.evaluation import Evaluation
from typesight.models.modes import Mode
from typesight.usage import Usage

SURE = {"company": 0.9, "date": 0.8, "total": 0.99, "note": 0.2}
BOXES = {"company": (1, 10.0, 20.0, 300.0, 40.0)}


def make_mixed() -> Evaluation:
    """Two settings, with all that an answer may have."""
    rows = judge("rows.png", {"items": [{"name": "TEA", "price": "2"}, {"name": "X"}], "company": 7}, WITH_ROWS)
    return evaluation(
        setting(
            "openai/gpt-6-luna",
            judge("a.jpg", GOOD, confidence=SURE),
            replace(judge("b.jpg", WRONG, confidence=SURE, boxes=BOXES), extra={"mine": 0.5}),
            rows,
            mode=Mode.TOOLS,
            max_side=None,
        ),
        setting("local", judge("a.jpg", None, cost=0.0), judge("b.jpg", GOOD, cost=0.0), is_whole=False),
        folder="receipts",
    )


def test_a_setting_says_what_it_costs_and_how_often_it_is_right() -> None:
    found = setting("m", judge("a.jpg", GOOD), judge("b.jpg", WRONG))
    assert (found.cost, found.cost_per_document) == (0.002, 0.001)
    assert (found.usage, found.tokens_per_document, found.seconds_per_document) == (Usage(2000, 40), 1020.0, 0.5)
    assert (found.values.right, found.values.wrong, found.values.left_out, found.values.invented) == (4, 1, 1, 1)
    assert [each.field for each in found.fields] == ["company", "date", "total", "note"]
    assert (found.summary.documents, found.summary.right) == (2, 1)
    assert found.calibration is None and found.coverage is None


def test_a_price_that_is_not_known_of_one_document_is_not_known_of_the_setting() -> None:
    found = setting("m", judge("a.jpg", GOOD), judge("b.jpg", WRONG, cost=None))
    assert (found.cost, found.cost_per_document) == (None, None)
    nothing = setting("m")
    assert (nothing.cost, nothing.tokens_per_document, nothing.seconds_per_document) == (None, None, None)


def test_where_answers_have_a_confidence_it_is_measured() -> None:
    found = make_mixed().settings[0]
    assert found.calibration and found.coverage
    assert found.calibration.count == 6  # four of b.jpg but its missing date, three of a.jpg, and none of the rows
    assert found.coverage.values == found.values.values


def test_an_evaluation_is_read_from_its_file_as_it_was(tmp_path: Path) -> None:
    made = make_mixed()
    made.save(tmp_path / "e.json")
    read = Evaluation.load(tmp_path / "e.json")
    assert read == made
    assert read.to_dict() == made.to_dict()
    assert str(read) == str(made)
    assert [each.name for each in read.settings] == ["openai/gpt-6-luna mode=tools max_side=none", "local"]


def test_the_file_has_a_summary_for_other_programs(tmp_path: Path) -> None:
    make_mixed().save(tmp_path / "e.json")
    data = json.loads((tmp_path / "e.json").read_text("utf-8"))
    assert (data["typesight_evaluation"], data["schema_name"], data["is_whole"]) == (1, "Receipt", False)
    summary = data["settings"][1]["summary"]
    assert (summary["documents"]["failed"], summary["cost_per_document"], summary["values"]["right"]) == (1, 0.0, 3)
    assert data["settings"][0]["documents"][1]["boxes"] == {"company": [1, 10.0, 20.0, 300.0, 40.0]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "this is no evaluation: it has no typesight_evaluation; give a file that `typesight eval -o` wrote"),
        ('{"a": 1}', "this is no evaluation"),
        ('{"source": "a.jpg"}\n{"source": "b.jpg"}', "is no evaluation: it is not JSON (Extra data"),
        ("", "is no evaluation: it is not JSON"),
        ("\udcff", "e.json"),
        ('{"typesight_evaluation": 2}', "has version 2, and this typesight knows versions up to 1: upgrade it"),
        ('{"typesight_evaluation": 1}', "this evaluation is damaged (KeyError: 'match')"),
        ('{"typesight_evaluation": 1, "match": "near"}', "there is no match 'near'"),
        (
            '{"typesight_evaluation": 1, "match": "exact", "schema_name": "R", "folder": null, "settings": [3]}',
            "is damaged (TypeError",
        ),
        ("[" * 100_000, "e.json"),
    ],
)
def test_a_file_that_is_something_else_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "e.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError) as refused:
        Evaluation.load(tmp_path / "e.json")
    assert said in str(refused.value)
    assert "e.json" in str(refused.value)


def test_a_verdict_of_another_kind_is_refused() -> None:
    data = json.loads(json.dumps(make_mixed().to_dict()))
    data["settings"][0]["documents"][0]["verdicts"][0]["kind"] = "nearly"
    with pytest.raises(ValueError, match="'nearly' is no kind of verdict"):
        Evaluation.from_dict(data)


def test_what_no_other_setting_beats_is_the_frontier() -> None:
    dear = setting("dear", judge("a", GOOD, cost=0.02))
    cheap = setting("cheap", judge("a", WRONG, cost=0.001))
    beaten = setting("beaten", judge("a", WRONG, cost=0.01))
    found = evaluation(dear, cheap, beaten)
    assert [each.name for each in found.frontier] == ["dear", "cheap"]
    assert found.cheapest and found.cheapest.cheapest and found.cheapest.cheapest.name == "dear"
    assert evaluation().cheapest is None


def test_a_setting_that_read_fewer_documents_than_another_is_not_ranked() -> None:
    """The one document that a used-up budget let it read may have been the easy one."""
    whole = setting("whole", judge("a", GOOD, cost=0.02), judge("b", WRONG, cost=0.02))
    part = setting("part", judge("a", GOOD, cost=0.001), is_whole=False)
    for found in (evaluation(whole, part), evaluation(part, whole)):
        assert [each.name for each in found.frontier] == ["whole"]
        assert found.cheapest and found.cheapest.best.name == "whole"


def test_a_setting_that_got_no_answer_at_all_is_not_on_the_frontier() -> None:
    """Refusals cost nothing, so nothing would be cheaper."""
    found = evaluation(setting("read", judge("a", WRONG)), setting("refused", judge("a", None, cost=0.0)))
    assert [each.name for each in found.frontier] == ["read"]
    assert "keeps 99 %" not in str(evaluation(*[setting(name, judge("a", None, cost=0.0)) for name in "ab"]))


def test_tokens_that_are_not_known_of_one_document_are_not_known_of_the_setting() -> None:
    known, lost = judge("a", GOOD), judge("b", GOOD)
    lost = replace(lost, answer=replace(lost.answer, usage=Usage()))
    assert setting("m", known, lost).tokens_per_document is None
    never_sent = replace(lost, answer=replace(lost.answer, record=None, attempts=0, error="ImageError: no picture"))
    assert setting("m", known, never_sent).tokens_per_document == 510
