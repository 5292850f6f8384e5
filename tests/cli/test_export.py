"""`typesight export` writes rows in another format, and never over something that is needed."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from outputs.rows import failed, ok
from typesight.cli import export
from typesight.cli.exit_codes import CommandError, OutputLost
from typesight.outputs.json_lines import format_json_lines
from typesight.outputs.output_formats import FORMATS


def run(*arguments: str | Path, stdout: Path | None = None) -> int:
    """Run the verb; its stdout is a file, or closed."""
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    given = parser.parse_args([str(each) for each in arguments])
    if stdout is None:
        return export.run(given, None)
    with stdout.open("w", encoding="ascii") as file:  # rows are UTF-8, whatever stdout's encoding
        return export.run(given, file)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(format_json_lines([ok({"total": "1.50"}), failed(), ok({"total": "é"}, "c.jpg")])), "utf-8")
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def test_rows_are_written_in_the_format_of_the_suffix(rows: Path, tmp_path: Path) -> None:
    assert run(rows, "-o", tmp_path / "out.csv") == 0
    assert [(row["source"], row["total"]) for row in read_csv(tmp_path / "out.csv")] == [
        ("a.jpg", "1.50"),
        ("b.jpg", ""),
        ("c.jpg", "é"),
    ]
    assert run(rows, "-o", tmp_path / "out.db") == 0
    with closing(sqlite3.connect(tmp_path / "out.db")) as database:
        assert database.execute("SELECT count(*) FROM documents").fetchall() == [(3,)]


def test_the_help_lists_every_format() -> None:
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    (choices,) = (action.choices for action in parser._actions if action.dest == "format")
    assert choices == tuple(each.name for each in FORMATS)


def test_a_format_may_be_named_where_no_suffix_does(rows: Path, tmp_path: Path) -> None:
    assert run(rows, "--format", "csv", stdout=tmp_path / "printed") == 0
    assert [row["total"] for row in read_csv(tmp_path / "printed")] == ["1.50", "", "é"]
    assert run(rows, "-o", "-", "--format", "json", stdout=tmp_path / "printed") == 0
    assert len(json.loads((tmp_path / "printed").read_text("utf-8"))) == 3
    assert run(rows, "-o", tmp_path / "out.dat", "--format", "tsv") == 0


def test_only_the_rows_of_one_status_are_written(rows: Path, tmp_path: Path) -> None:
    assert run(rows, "--format", "csv", "--only", "failed", stdout=tmp_path / "printed") == 0
    assert [row["error"] for row in read_csv(tmp_path / "printed")] == ["InvalidRecord"]


def test_the_last_row_of_a_document_counts(rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with rows.open("a", encoding="utf-8") as file:
        file.writelines(format_json_lines([ok({"total": "2"}, "b.jpg"), ok({"total": "3"}, "b.jpg", model="other")]))
    run(rows, "--format", "csv", stdout=tmp_path / "printed")
    assert [row["total"] for row in read_csv(tmp_path / "printed")] == ["1.50", "é", "2", "3"]
    assert "1 rows of documents that have a later row" in capsys.readouterr().err


def test_an_output_that_exists_is_replaced_only_on_request(rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old", "utf-8")
    with pytest.raises(CommandError, match="exists: give another file with -o, or --force"):
        run(rows, "-o", out)
    assert out.read_text("utf-8") == "old"
    assert run(rows, "-o", out, "--force") == 0
    assert len(read_csv(out)) == 3


@pytest.mark.parametrize("how", ["itself", "link", "hard link"])
def test_the_output_is_never_the_input(how: str, rows: Path, tmp_path: Path) -> None:
    before, out = rows.read_bytes(), rows if how == "itself" else tmp_path / "out.jsonl"
    if how == "link":
        out.symlink_to(rows)
    elif how == "hard link":
        os.link(rows, out)
    with pytest.raises(CommandError, match="is the file of rows itself"):
        run(rows, "-o", out, "--force")
    assert rows.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "number"), [("[1]\n", 4), ("hello\n", 4), ('{"source": "x"}\n', 4), ("\n\nhello", 6), ("hello", 4)]
)
def test_a_line_that_is_no_row_is_named(line: str, number: int, rows: Path, tmp_path: Path) -> None:
    with rows.open("a", encoding="utf-8") as file:
        file.write(line)
    with pytest.raises(CommandError, match=f"line {number} of .*rows.jsonl is not a row that typesight wrote"):
        run(rows, "-o", tmp_path / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.jsonl"]


@pytest.mark.parametrize("end", [b'{"source": "d.jpg", "sta', b"{", b"\x00\x00", b'{"source": "d\x00\x00'])
def test_an_incomplete_last_line_is_left_out(
    end: bytes, rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with rows.open("ab") as file:
        file.write(end)
    assert run(rows, "-o", tmp_path / "out.csv") == 0
    assert len(read_csv(tmp_path / "out.csv")) == 3
    assert capsys.readouterr().err.count("the last line of") == 1


def test_a_last_row_without_a_newline_is_a_row(rows: Path, tmp_path: Path) -> None:
    rows.write_bytes(rows.read_bytes().rstrip(b"\n"))
    assert run(rows, "-o", tmp_path / "out.csv") == 0
    assert len(read_csv(tmp_path / "out.csv")) == 3


def test_what_cannot_begin_says_why(rows: Path, tmp_path: Path) -> None:
    (tmp_path / "some.db").write_bytes(b"SQLite format 3\x00 and more")
    for arguments, why in {
        (rows,): "give a file to write with -o, or a format for stdout",
        (rows, "-o", ""): '-o "" names no file',
        (rows, "--format", "xlsx"): "xlsx is not text: give a file",
        (rows, "-o", tmp_path / "out.jpg"): "no format has the suffix .jpg",
        (rows, "-o", tmp_path / "missing" / "out.csv"): "cannot write .*out.csv: No such file",
        (rows, "-o", tmp_path): "no format has|cannot write .*: Is a directory",
        (tmp_path / "missing", "--format", "csv"): "cannot read .*missing: No such file",
        (tmp_path, "--format", "csv"): "cannot read .*: Is a directory",
        (tmp_path / "some.db", "--format", "csv"): "some.db is an SQLite database",
    }.items():
        with pytest.raises(CommandError, match=why):
            run(*arguments, stdout=tmp_path / "printed")


def test_a_closed_stdin_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)  # as Python has it where the descriptor is closed
    with pytest.raises(CommandError, match="cannot read -: stdin is closed"):
        run("-", "--format", "csv", stdout=tmp_path / "printed")


def test_a_closed_stdout_is_an_error(rows: Path) -> None:
    with pytest.raises(OutputLost, match="stdout is closed"):
        run(rows, "--format", "csv")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_an_error(rows: Path) -> None:
    with pytest.raises(OutputLost, match="cannot write to stdout: No space left"):
        run(rows, "--format", "csv", stdout=Path("/dev/full"))
    with pytest.raises(OutputLost, match="cannot write /dev/full: No space left"):
        run(rows, "--format", "csv", "-o", "/dev/full")


PIPED = """
import argparse, sys
from typesight.cli import export
from typesight.cli.exit_codes import OutputLost
parser = argparse.ArgumentParser()
export.add_arguments(parser)
try:
    print(export.run(parser.parse_args(), sys.stdout), file=sys.stderr)
except OutputLost as error:
    print(error, file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
def test_rows_come_from_a_pipe_and_go_to_one(rows: Path) -> None:
    command = [sys.executable, "-c", PIPED, "-", "--format", "csv"]
    text = rows.read_bytes()
    done = subprocess.run(command, input=text, capture_output=True, check=False)
    assert (done.stdout.count(b"\n"), done.stderr) == (5, b"0\n")
    with rows.open("rb") as file:  # which has been read up to its end by no one
        assert subprocess.run(command, stdin=file, capture_output=True, check=False).stdout == done.stdout
    head = ["sh", "-c", '"$@" | head -n 1', "sh", *command]
    many = "".join(format_json_lines(ok({"total": "x" * 100}, f"{number}.jpg") for number in range(5_000)))
    done = subprocess.run(head, input=many.encode(), capture_output=True, check=False)
    assert (done.stdout.count(b"\n"), done.stderr) == (1, b"nothing reads stdout any more\n")
