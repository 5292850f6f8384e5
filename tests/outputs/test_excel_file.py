"""Excel: a sheet of documents and one for each list of objects; nothing in it is a formula."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from outputs.rows import HOSTILE, failed, many_rows, ok
from typesight.outputs.output_formats import write_output
from typesight.outputs.output_row import OutputWarning, RowsUnwritable, escape_illegal

openpyxl = pytest.importorskip("openpyxl")


def read(folder: Path, rows: list[dict[str, Any]]) -> dict[str, list[list[Any]]]:
    write_output(rows, folder / "out.xlsx")
    book = openpyxl.load_workbook(folder / "out.xlsx")
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_documents_and_items_have_sheets(tmp_path: Path) -> None:
    record = {
        "company": "A",
        "address": {"city": "B"},
        "total": 1.5,
        "ok": True,
        "items": [{"name": "C"}, {"price": "2"}],
    }
    sheets = read(tmp_path, [ok(record), failed()])
    own = ["source", "status", "model", "digest", "cost", "error", "message"]
    assert sheets == {
        "documents": [
            [*own, "company", "address.city", "total", "ok"],
            ["a.jpg", "ok", "local", "ab12", 0, None, None, "A", "B", 1.5, True],
            ["b.jpg", "failed", "local", "ab12", None, "InvalidRecord", "no\nluck", None, None, None, None],
        ],
        "items": [["source", "position", "name", "price"], ["a.jpg", 0, "C", None], ["a.jpg", 1, None, "2"]],
    }


def test_hostile_texts_are_texts(tmp_path: Path) -> None:
    record = {f"f{number}": text for number, text in enumerate(HOSTILE)}
    write_output([ok(record)], tmp_path / "out.xlsx")
    _, row = openpyxl.load_workbook(tmp_path / "out.xlsx")["documents"].iter_rows()
    cells = row[7:]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    wanted = [escape_illegal(text).replace("\r\n", "\n").replace("\r", "\n") for text in HOSTILE]
    assert [cell.value or "" for cell in cells] == wanted


def test_a_number_that_excel_would_round_is_text(tmp_path: Path) -> None:
    record = {"a": 10**15 - 1, "b": 10**15, "c": 2**70, "d": float("inf"), "e": "007"}
    assert read(tmp_path, [ok(record)])["documents"][1][7:] == [10**15 - 1, str(10**15), str(2**70), "Infinity", "007"]


@pytest.mark.parametrize("text", ["x" * 32_768, "🧾" * 16_384])
def test_a_text_that_is_too_long_for_a_cell_is_cut_and_a_warning_says_so(text: str, tmp_path: Path) -> None:
    with pytest.warns(OutputWarning, match="1 texts are longer than the 32767"):
        cut = read(tmp_path, [ok({"a": text})])["documents"][1][7]
    assert cut.endswith("…")
    assert text.startswith(cut[:-1])
    assert 32_765 <= len(cut.encode("utf-16-le")) // 2 <= 32_767


def test_a_text_that_just_fits_is_whole(tmp_path: Path) -> None:
    assert read(tmp_path, [ok({"a": "x" * 32_767})])["documents"][1][7] == "x" * 32_767


def test_more_columns_or_rows_than_excel_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RowsUnwritable, match=r"16,391 columns, and Excel takes 16,384: write \.csv"):
        write_output([ok({f"f{number}": 1 for number in range(16_384)})], tmp_path / "out.xlsx")
    items = [{"a": 1}] * 1_024
    with pytest.raises(RowsUnwritable, match="1,048,577 rows, and Excel takes 1,048,576"):
        write_output([ok({"items": items})] * 1_024, tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_sheets_have_titles_that_excel_takes(tmp_path: Path) -> None:
    lists = ["x" * 40, "x" * 41, "a:b/c", "documents", "History", "'quoted'", "Items", "items"]
    titles = list(read(tmp_path, [ok({name: [{"a": 1}] for name in lists})]))
    assert titles == [
        "documents", f"{'x' * 30}…", f"{'x' * 26}… 2", "a_b_c", "record.documents", "History 2", "quoted", "Items",
        "items 2",
    ]  # fmt: skip


def test_an_error_leaves_no_scratch_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        seen = 0

        def __iter__(self) -> Any:
            self.seen += 1
            yield ok({"items": [{"a": 1}]})
            if self.seen > 1:
                raise ZeroDivisionError

    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    with pytest.raises(ZeroDivisionError):
        write_output(Failing(), tmp_path / "out.xlsx")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["scratch"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(many_rows)
def test_every_record_can_be_written(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    assert len(read(tmp_path, rows)["documents"]) == 1 + len(rows)
