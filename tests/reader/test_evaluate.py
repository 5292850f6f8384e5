"""The evaluation, run on a folder of drawn receipts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from typesight.evaluation.scoring.field_verdict import FieldVerdict, RecordScore
from typesight.ocr.engine import is_ocr_installed
from typesight.reader.evaluate import EvidenceCheck, ReadPicture, main, read_label_set, write_table

ROWS = [
    ("Harbour Cafe Ltd", "20/11/2026", "73.00"),
    ("Lantern Books Inc", "3 Aug 2025", "$1,204.50"),
    ("Corner Bakery GmbH", "01.02.2024", "9.80"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three receipts and their labels; the second company is labelled otherwise than it is printed."""
    labels = []
    for number, (company, day, total) in enumerate(ROWS):
        paper = Image.new("RGB", (700, 420), "white")
        pen, font = ImageDraw.Draw(paper), ImageFont.load_default(size=34)
        for at, text in enumerate([company, "12 Harbour Street, 41050 Port", f"Date: {day}", f"TOTAL     {total}"]):
            pen.text((40, 40 + 90 * at), text, "black", font)
        paper.save(tmp_path / f"{number}.png")
        named = company if number != 1 else "Somebody Else Ltd"
        labels.append({"image": f"{number}.png", "fields": {"company": named, "date": day, "total": total}})
    (tmp_path / "labels.jsonl").write_text("\n".join(json.dumps(label) for label in labels), "utf-8")
    return tmp_path


@pytest.mark.slow
@pytest.mark.skipif(not is_ocr_installed(), reason="needs the extra `local`")
def test_a_folder_is_evaluated_into_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert told[1] == ["company", "3", "66.7%", "66.7%", "33.3%", "0.0%", "66.7%", "0.0%"]
    assert told[2] == ["date", "3", "100.0%", "100.0%", "0.0%", "0.0%", "100.0%", "0.0%"]
    assert told[3] == ["total", "3", "100.0%", "100.0%", "0.0%", "0.0%", "100.0%", "0.0%"]
    assert told[4][:4] == ["all", "9", "88.9%", "88.9%"]


LABELS: list[dict[str, Any]] = [
    {"a": "20/11/2026", "b": "RM 5.00", "c": "x1", "d": None, "e": True},
    {"a": "3 May 2020", "b": 1204.5},
]


def test_the_kinds_of_fields_are_told_by_their_values() -> None:
    properties = read_label_set(LABELS).schema["properties"]
    kinds = {name: each.get("format") or each.get("type") for name, each in properties.items()}
    assert kinds == {"a": "date", "b": None, "c": "string", "d": "string", "e": "boolean"}


def test_dates_and_amounts_may_be_as_printed() -> None:
    assert read_label_set(LABELS).labels == (
        {"a": "2026-11-20", "b": "5.00", "c": "x1", "d": None, "e": True},
        {"a": "2020-05-03", "b": "1204.5"},
    )


def picture(*verdicts: FieldVerdict, evidence: tuple[EvidenceCheck, ...] = ()) -> ReadPicture:
    return ReadPicture(RecordScore("1.png", verdicts), evidence)


def test_what_is_answered_at_99_percent_ends_before_the_first_error() -> None:
    found = [
        picture(FieldVerdict("total", "total", "wrong" if score == 0.7 else "right", confidence=score))
        for score in (0.9, 0.8, 0.7, 0.65)
    ]
    assert "answered at 99% precision: 50.0% of total" in write_table(found)


def test_a_value_where_the_label_has_none_is_wrong() -> None:
    found = [
        picture(FieldVerdict("name", "name", "invented", confidence=0.9)),
        picture(FieldVerdict("name", "name", "left_out"), evidence=(EvidenceCheck("name", True, (True, False)),)),
    ]
    rows = [line.split() for line in write_table(found).splitlines()]
    assert rows[1] == ["name", "2", "0.0%", "0.0%", "50.0%", "50.0%", "100.0%", "50.0%"]


def test_a_folder_without_labels_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "labels.jsonl" in capsys.readouterr().err


def test_a_label_that_is_no_object_is_refused_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "labels.jsonl").write_text('{"image": "0.png", "fields": [1]}', "utf-8")
    assert main([str(folder)]) == 2
    assert "0.png: the label must be an object of values by name" in capsys.readouterr().err
