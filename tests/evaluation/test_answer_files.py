"""Answers are read from the rows of `typesight extract`, from its ledger, or from a JSON for each document."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from labelled_pictures import write_rows
from typesight import LabelError, Usage
from typesight.evaluation.runs.answer_files import match_answers, read_answers, read_boxes
from typesight.evaluation.runs.document_answer import DocumentAnswer


def write(path: Path, data: Any) -> None:
    """A file with JSON data."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))


def test_a_row_of_extract_is_an_answer(tmp_path: Path) -> None:
    rows = write_rows(
        tmp_path / "rows.jsonl",
        {
            "source": "a.png",
            "status": "ok",
            "record": {"total": 1},
            "model": "m",
            "usage": {"input": 9, "output": 2},
            "cost": 0.5,
            "confidence": {"total": 0.9},
            "evidence": {"total": {"status": "found", "box": [1, 2, 3, 4], "image": 1}, "x": {"box": None}},
            "attempts": [{"seconds": 1.5}, {"seconds": 2}],
        },
        {"source": "b.png", "status": "failed", "record": None, "error": "ExtractionFailed", "message": "no"},
        {"source": "c.png", "record": None},
    )
    a, b, c = read_answers(rows).values()
    assert a == DocumentAnswer(
        "a.png",
        {"total": 1},
        usage=Usage(input=9, output=2),
        cost=0.5,
        seconds=3.5,
        attempts=2,
        confidence={"total": 0.9},
        boxes={"total": (1, 1, 2, 3, 4)},
    )
    assert (b.record, b.error) == (None, "ExtractionFailed: no")
    assert (c.record, c.error) == (None, "no record")


def test_a_row_that_failed_says_what_is_wrong_in_each_field(tmp_path: Path) -> None:
    failed = {"error": "ExtractionFailed", "message": "see .errors", "errors": {"": "no", "total": "Field required"}}
    rows = write_rows(
        tmp_path / "rows.jsonl",
        {"source": "a.png", "record": None, **failed},
        {"source": "b.png", "record": {"total": 1}, "errors": {"total": "doubtful"}},
    )
    assert [each.error for each in read_answers(rows).values()] == ["ExtractionFailed: no; total: Field required", None]


def test_one_confidence_holds_for_all_values(tmp_path: Path) -> None:
    record = {"total": 1, "items": [{"price": 2}, {"price": None}]}
    rows = write_rows(tmp_path / "rows.jsonl", {"source": "a.png", "record": record, "confidence": 0.7})
    (answer,) = read_answers(rows).values()
    assert answer.confidence == {"total": 0.7, "items.0.price": 0.7}


def test_a_folder_has_a_file_for_each_document(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"total": 1})
    write(tmp_path / "in" / "b.json", {"data": [2], "time_sec": 3, "cost": 0.25, "status": "ok", "meta": {}})
    write(tmp_path / "c.json", {"error": "timeout"})
    write(tmp_path / "d.json", {"data": 1, "speed": 2})  # a record that has such a field
    answers = read_answers(tmp_path)
    assert answers["a"] == DocumentAnswer("a", {"total": 1})
    assert answers["in/b"] == DocumentAnswer("in/b", [2], cost=0.25, seconds=3)
    assert answers["c"] == DocumentAnswer("c", error="timeout")
    assert answers["d"].record == {"data": 1, "speed": 2}


def test_answers_are_matched_by_name_and_else_by_stem() -> None:
    answers = {name: DocumentAnswer(name) for name in ("in/a.png", "b", "c", "other/c", "d")}
    sources = ["in/a.png", "in/b.pdf", "c.png", "x/d.png", "y/d.png"]
    found = {source: answer.source for source, answer in match_answers(answers, sources).items()}
    assert found == {"in/a.png": "in/a.png", "in/b.pdf": "b"}


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"record": {}}, "line 1: an answer needs the name of its document"),
    "flat": ({"source": "a", "total": 7}, "line 1: it has neither record nor error: give the answer as"),
    "cost": ({"source": "a", "record": {}, "cost": "much"}, "line 1: cost must be a number or null"),
    "negative cost": ({"source": "a", "record": {}, "cost": -1}, "line 1: cost must be a number or null, 0 or more"),
    "huge seconds": ({"source": "a", "record": {}, "seconds": 10**400}, "line 1: seconds must be a number"),
    "usage": ({"source": "a", "record": {}, "usage": 7}, "line 1: usage must be an object"),
    "share": ({"source": "a", "record": {"a": 1}, "confidence": 97}, "line 1: confidence 97.0 is not between 0 and 1"),
}


@pytest.mark.parametrize(("row", "message"), BROKEN.values(), ids=BROKEN)
def test_a_wrong_row_is_named(row: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=message):
        read_answers(write_rows(tmp_path / "rows.jsonl", row))


@pytest.mark.parametrize(
    "box", [["a", 1, 2, 3], [1, 2, 3], [[1], 2, 3, 4], [1, 2, 3, None], [1, 2, 3, math.inf], {"left": 1}]
)
def test_a_box_of_another_form_is_no_place(box: Any) -> None:
    assert read_boxes({"total": {"box": box}, "sum": {"box": [1, 2, 3, 4], "image": 1}}) == {"sum": (1, 1, 2, 3, 4)}


def test_what_holds_no_answers_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="cannot read"):
        read_answers(tmp_path / "none.jsonl")
    with pytest.raises(LabelError, match="has no answers"):
        read_answers(tmp_path)
    row = {"source": "a", "record": {}}
    with pytest.raises(LabelError, match="line 2: a has an answer already"):
        read_answers(write_rows(tmp_path / "rows.jsonl", row, row))


@pytest.mark.parametrize(("system", "count"), [("gpt", 20), ("claude", 20), ("gemini", 20), ("extend", 20)])
def test_the_replies_of_docubench_are_answers(system: str, count: int, shared_data: Path) -> None:
    answers = read_answers(shared_data / "docubench" / "replies" / system)
    assert len(answers) == count
    assert all(each.record and each.seconds for each in answers.values())


def test_of_a_document_that_failed_at_first_the_later_row_counts(tmp_path: Path) -> None:
    failed = {"source": "a.png", "record": None, "error": "DocumentFailed"}
    rows = write_rows(tmp_path / "rows.jsonl", failed, failed, {"source": "a.png", "record": {"total": 1}})
    (answer,) = read_answers(rows).values()
    assert (answer.record, answer.error) == ({"total": 1}, None)
