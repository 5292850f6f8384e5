"""Labels are found in labels.jsonl, beside each document or elsewhere; an error names the file and the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from labelled_pictures import draw_bill, write_rows
from typesight import LabelError
from typesight.evaluation.labels.label_files import read_labelled_folder, read_labels

A = {"image": "a.png", "fields": {"total": 1.5}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two pictures, one of them in a folder inside, and what is no document."""
    (tmp_path / "in").mkdir(parents=True)
    for name in ("a.png", "in/b.png", ".hidden.png"):
        (tmp_path / name).write_bytes(draw_bill(1))
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


def read(folder: Path, labels: Path | None = None) -> dict[str, Any]:
    """The labels by the names of their documents."""
    return {each.source: each.label for each in read_labels(folder, labels)}


def test_a_line_of_labels_names_a_document_and_its_values(folder: Path) -> None:
    b = {"source": "in/b.png", "record": {"total": None}, "kind": "ignored"}
    write_rows(folder / "labels.jsonl", A, b)
    assert read(folder) == {"a.png": {"total": 1.5}, "in/b.png": {"total": None}}
    first, second = read_labels(folder)
    assert (first.document, second.document) == (folder / "a.png", folder / "in" / "b.png")


def test_documents_without_a_label_are_named(folder: Path) -> None:
    write_rows(folder / "labels.jsonl", A)
    found = read_labelled_folder(folder)
    assert [each.source for each in found.documents] == ["a.png"]
    assert found.unlabelled == ("in/b.png",)


@pytest.mark.parametrize("source", ["a.png", "./a.png", ".//a.png"])
def test_a_path_may_be_spelled_in_several_ways(source: str, folder: Path) -> None:
    write_rows(folder / "labels.jsonl", {"image": source, "fields": {"total": 1}})
    assert read(folder) == {"a.png": {"total": 1}}


def test_a_path_of_windows_is_read_too(folder: Path) -> None:
    write_rows(folder / "labels.jsonl", {"image": "in\\b.png", "fields": {"total": 1}})
    assert read(folder) == {"in/b.png": {"total": 1}}


def test_labels_may_stand_beside_the_documents(folder: Path) -> None:
    (folder / "a.json").write_text('{"total": 1}')
    (folder / "in" / "b.json").write_text('{"fields": {"total": 2}, "image": "b.png"}')
    assert read(folder) == {"a.png": {"total": 1}, "in/b.png": {"total": 2}}


def test_a_field_that_is_called_record_is_a_field(folder: Path) -> None:
    (folder / "a.json").write_text('{"record": {"speed": 2}, "athlete": "B"}')
    assert read(folder) == {"a.png": {"record": {"speed": 2}, "athlete": "B"}}


def test_two_documents_of_one_stem_have_labels_of_their_full_names(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(draw_bill(2))
    (folder / "a.json").write_text('{"total": 1}')
    with pytest.raises(LabelError, match=r"a\.json may be the label of a\.jpg or a\.png: name it a\.jpg\.json"):
        read(folder)
    (folder / "a.json").rename(folder / "a.jpg.json")
    (folder / "a.png.json").write_text('{"total": 3}')
    assert read(folder) == {"a.jpg": {"total": 1}, "a.png": {"total": 3}}


def test_labels_may_be_in_another_folder(folder: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels"
    (labels / "in").mkdir(parents=True)
    (labels / "in" / "b.json").write_text('[{"total": 2}]')
    assert read(folder, labels) == {"in/b.png": [{"total": 2}]}
    assert read(folder, write_rows(labels / "rows.jsonl", A)) == {"a.png": {"total": 1.5}}


def test_a_byte_order_mark_and_empty_lines_do_not_matter(folder: Path) -> None:
    (folder / "labels.jsonl").write_bytes(b"\xef\xbb\xbf" + json.dumps(A).encode() + b"\r\n\r\n")
    assert read(folder) == {"a.png": {"total": 1.5}}


BROKEN: dict[str, tuple[str, str]] = {
    "no JSON": ('{"image": "a.png", "fields": {}', r"labels\.jsonl, line 2: not valid JSON at character"),
    "a list": ("[1]", "line 2: an object is expected, not a list"),
    "no document": ('{"image": "aa.png", "fields": {}}', r"line 2: .* has no document aa\.png; did you mean a\.png\?"),
    "no path": ('{"fields": {}}', "line 2: give the document's path"),
    "two paths": ('{"image": "a.png", "source": "b.png", "fields": {}}', "line 2: give the document's path"),
    "outside": ('{"image": "../a.png", "fields": {}}', r"line 2: \.\./a\.png is no path within the folder"),
    "absolute": ('{"image": "/a.png", "fields": {}}', "line 2: /a.png is no path within"),
    "no values": ('{"image": "in/b.png"}', "line 2: it has neither fields nor record"),
    "two values": ('{"image": "in/b.png", "fields": {}, "record": {}}', "line 2: it has both fields and record"),
    "null": ('{"image": "in/b.png", "fields": null}', "line 2: the label is null"),
    "twice": (json.dumps(A), r"line 2: a\.png has a label already, in .*line 1"),
    "a key twice": ('{"image": "a.png", "fields": {"a": 1, "a": 2}}', 'line 2: the key "a" stands more than once'),
    "too large a number": ('{"image": "a.png", "fields": {"a": 1e400}}', "line 2: 1e400 is too large for a number"),
    "not a number": ('{"image": "a.png", "fields": {"a": NaN}}', "line 2: NaN is not a JSON number"),
    "too deep": (
        '{"image": "a.png", "fields": ' + "[" * 300 + "]" * 300 + "}",
        "line 2: not readable JSON: nested too deeply",
    ),
}


@pytest.mark.parametrize(("line", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_named(line: str, message: str, folder: Path) -> None:
    (folder / "labels.jsonl").write_text(f"{json.dumps(A)}\n{line}\n")
    with pytest.raises(LabelError, match=message):
        read(folder)


def test_a_label_without_a_document_is_an_error(folder: Path) -> None:
    (folder / "c.json").write_text("{}")
    with pytest.raises(LabelError, match=r"c\.json: there is no document c\.jpg"):
        read(folder)


def test_a_file_that_is_no_json_is_named_with_its_line(folder: Path) -> None:
    (folder / "a.json").write_text('{\n"total": }')
    with pytest.raises(LabelError, match=r"a\.json: not valid JSON, line 2"):
        read(folder)
    (folder / "a.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(LabelError, match=r"a\.json is not text in UTF-8 \(byte 7\)"):
        read(folder)


def test_what_has_no_labels_is_an_error(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"has no labels: write labels\.jsonl"):
        read(folder)
    with pytest.raises(LabelError, match="is not there: give a folder of documents"):
        read(tmp_path / "none")
    with pytest.raises(LabelError, match="is not a folder"):
        read(folder / "a.png")
    with pytest.raises(LabelError, match="there are no labels at"):
        read(folder, tmp_path / "none.jsonl")
    with pytest.raises(ValueError, match="has no labels"):  # a LabelError is one
        read(folder)
