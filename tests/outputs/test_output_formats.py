"""An output has the format of its suffix, and is there whole or not at all, whatever its format."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from outputs.rows import HOSTILE, as_json, failed, many_rows, ok
from typesight import MissingExtra
from typesight.outputs.json_lines import format_json_array, format_json_lines
from typesight.outputs.output_formats import FORMATS, find_format, name_failed_rows, write_output
from typesight.outputs.output_row import RowsUnwritable

NAMES = [each.name for each in FORMATS]


def test_every_name_and_suffix_is_that_of_one_format() -> None:
    suffixes = [suffix for each in FORMATS for suffix in each.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert [(each.format_lines is None) != (each.write_file is None) for each in FORMATS] == [True] * len(FORMATS)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("out.jsonl", "jsonl"), ("out.NDJSON", "jsonl"), ("out", "jsonl"), ("out.txt", "jsonl"),
        ("/dev/stdout", "jsonl"), (".hidden", "jsonl"), ("a.csv/out", "jsonl"),
        ("out.json", "json"), ("out.CSV", "csv"), ("out.tsv", "tsv"),
        ("out.db", "sqlite"), ("out.sqlite3", "sqlite"), ("out.parquet", "parquet"), ("out.v2.xlsx", "xlsx"),
    ],
)  # fmt: skip
def test_the_suffix_names_the_format(path: str, name: str) -> None:
    assert find_format(path).name == name


@pytest.mark.parametrize("suffix", [".xls", ".gz", ".html", ".jpg"])
def test_an_unknown_suffix_is_an_error_that_lists_the_known_ones(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(RowsUnwritable, match=rf"no format has the suffix {suffix}.*\.jsonl.*\.csv.*\.parquet.*\.xlsx"):
        write_output([ok("x")], tmp_path / f"out{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "name"), [("out.jsonl", "out"), ("rows.csv", "rows"), ("out", "out"), ("a.b.db", "a.b")]
)
def test_failed_rows_have_a_file_beside_the_output(path: str, name: str) -> None:
    assert name_failed_rows(Path("deep", path)) == Path("deep", f"{name}.failed.jsonl")


@given(many_rows)
def test_every_row_is_one_line_for_every_reader(rows: list[dict[str, Any]]) -> None:
    text = "".join(format_json_lines(rows))
    assert len(text.splitlines()) == len(rows)
    assert text.replace("\n", "").isprintable()
    assert [json.loads(line) for line in text.splitlines()] == as_json(rows)
    assert json.loads("".join(format_json_array(rows))) == as_json(rows)


def test_hostile_texts_survive_in_json(tmp_path: Path) -> None:
    rows = [ok({text: text for text in HOSTILE}), failed("\udc80.jpg")]
    write_output(rows, tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == rows


@pytest.mark.parametrize("name", NAMES)
def test_rows_may_be_given_by_a_function_and_not_by_an_iterator(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{name}"
    write_output(lambda: iter([ok({"a": 1}), failed()]), path)
    again = path.with_stem("again")
    write_output([ok({"a": 1}), failed()], again)
    assert name == "xlsx" or path.read_bytes() == again.read_bytes()
    with pytest.raises(TypeError, match="gone through twice"):
        write_output(iter([ok({"a": 1})]), path)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_json_is_written_as_its_text(name: str, tmp_path: Path) -> None:
    rows = [ok({"a": Decimal("1.50"), "b": date(2026, 1, 2), "c": (1, 2), "d": [{"e": Decimal(3)}]})]
    texts = [ok({"a": "1.50", "b": "2026-01-02", "c": [1, 2], "d": [{"e": "3"}]})]
    write_output(rows, tmp_path / f"out.{name}")
    write_output(texts, tmp_path / f"same.{name}")
    assert name == "xlsx" or (tmp_path / f"out.{name}").read_bytes() == (tmp_path / f"same.{name}").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_an_error_in_the_rows_leaves_the_old_output(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{name}"
    path.write_text("old", "utf-8")
    times = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal times
        times += 1
        yield ok({"items": [{"a": 1}]})
        if times == 2 or name.startswith("json"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_output(rows, path)
    assert {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()} == {f"out.{name}": "old"}


LIMITED = """
import resource, sys
from typesight.outputs.output_formats import write_output
text = "".join(chr(97 + number * number % 23) for number in range(500))
rows = [{"source": f"{n}", "status": "ok", "record": {"a": f"{n * n}{text[n % 400:]}", "items": [{"b": text}]}}
        for n in range(2_000)]
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    write_output(rows, sys.argv[1])
except OSError as error:
    print(type(error.errno).__name__, error.strerror)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_an_os_error_and_leaves_the_old_output(name: str, tmp_path: Path) -> None:
    """The limit of a file's size stands for a full disk."""
    path = tmp_path / "folder" / f"out.{name}"
    path.parent.mkdir()
    path.write_text("old", "utf-8")
    done = subprocess.run([sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("int ")
    assert {each.name: each.read_text("utf-8") for each in path.parent.iterdir()} == {f"out.{name}": "old"}


@pytest.mark.parametrize(("name", "module"), [("parquet", "pyarrow"), ("xlsx", "openpyxl")])
def test_a_missing_extra_is_named_and_nothing_is_written(
    name: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"needs the extra \[(parquet|excel)\]: .*pip install"):
        write_output([ok("x")], tmp_path / f"out.{name}")
    assert list(tmp_path.iterdir()) == []


def test_the_formats_of_the_core_need_no_extra(tmp_path: Path) -> None:
    script = (
        "import sys; from typesight.outputs.output_formats import write_output\n"
        "for name in ('jsonl', 'json', 'csv', 'tsv', 'sqlite'): write_output([], f'{sys.argv[1]}/out.{name}')\n"
        "print({'pyarrow', 'openpyxl', 'pydantic', 'PIL'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
