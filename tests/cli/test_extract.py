"""The command line, run as its users run it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from cli.conftest import Here
from command_line import keys, rows_in, run
from support import BAD, GOOD
from typesight.testing import Fault, Sandbox


@pytest.mark.slow
def test_without_a_model_it_reads_on_this_machine_and_says_so(folder: Path) -> None:
    pytest.importorskip("rapidocr")
    done = run(folder, "extract", "in", "--schema", "schema.py:Receipt")
    rows = sorted((json.loads(line) for line in done.stdout.splitlines()), key=lambda row: row["source"])
    assert done.returncode == 3, done.stderr
    assert [(Path(row["source"]).name, row["status"]) for row in rows] == [
        ("a.png", "ok"), ("b.jpg", "failed"), ("no_suffix", "ok"),
    ]  # fmt: skip
    assert {row["model"] for row in rows} == {"local"}
    assert rows[0]["record"] == {"company": "CORNER SHOP", "date": "2026-11-20", "total": "73.50"}
    assert rows[1]["error"] == "UnsupportedImage"
    assert "reading on this machine" in done.stderr
    assert "2 of 3 documents read, 1 failed" in done.stderr


def test_folders_are_walked_wherever_they_stand_and_a_file_is_read_once(
    folder: Path, here: Here, sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".hidden" / "work").mkdir(parents=True)
    (folder / "in" / ".trash").mkdir()
    (folder / "in" / ".trash" / "old.png").write_bytes((folder / "in" / "a.png").read_bytes())
    monkeypatch.chdir(folder / ".hidden" / "work")
    done = here(sandbox(GOOD, GOOD), "../../in/a.png", "../../in", "-o", "rows")
    rows = rows_in(folder / ".hidden" / "work" / "rows")
    assert [Path(row["source"]).name for row in rows] == ["a.png", "b.jpg", "no_suffix"], done.stderr


def test_a_model_from_the_environment_reads_and_rows_go_to_the_file(
    two: Path, here: Here, sandbox: Callable[..., Sandbox]
) -> None:
    box = sandbox(GOOD, BAD, BAD)
    done = here(box, "in", "-o", "rows.jsonl", "--max-retries", "1")
    read, failed = rows_in(two / "rows.jsonl")
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert [row["status"] for row in (read, failed)] == ["ok", "failed"]
    assert read["model"] == "openai/gpt-4o"
    assert read["usage"]["input"] > 0
    assert failed["error"] == "ExtractionFailed"
    assert failed["partial"] == {"company": "Corner Shop"}
    assert set(failed["errors"]) == {"date", "total"}
    assert failed["usage"]["input"] > read["usage"]["input"]


def test_all_documents_read_is_exit_code_0(folder: Path, sandbox: Callable[..., Sandbox]) -> None:
    done = run(folder, "extract", "in/a.png", "--schema", "schema.py:Receipt", env=keys(sandbox(GOOD)))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["record"]["total"] == "73.5"


def test_version_prints_the_installed_version_and_needs_no_verb(tmp_path: Path) -> None:
    done = run(tmp_path, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"typesight {version('typesight')}\n", "")


@pytest.mark.parametrize("address", ["http://user:secret@127.0.0.1:{port}/v1", "127.0.0.1:{port}"])
def test_an_endpoint_that_is_not_there_stops_the_run_at_once(
    address: str, two: Path, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        done = here(None, "in", "--model", "openai/gpt-4o", "--base-url", address.format(port=port))
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "openai/gpt-4o cannot be reached: " in done.stderr
    assert f"127.0.0.1:{port}" in done.stderr
    assert "secret" not in done.stderr
    assert "0 of 2 documents read, 2 not read" in done.stderr


def test_a_refused_key_stops_the_run_at_once_and_what_was_read_is_written(
    two: Path, here: Here, sandbox: Callable[..., Sandbox]
) -> None:
    box = sandbox(GOOD, Fault(401), GOOD)
    done = here(box, "in", "-o", "rows.jsonl")
    assert (done.returncode, len(box.requests)) == (2, 2)
    assert "openai/gpt-4o refuses every request" in done.stderr
    assert [row["source"] for row in rows_in(two / "rows.jsonl")] == ["in/a.png"]
    assert here(box, "in", "-o", "rows.jsonl").returncode == 0
    assert (len(rows_in(two / "rows.jsonl")), len(box.requests)) == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("in", "--schema", "schema.py"), "FILE.py:Model"),
        (("in", "--schema", "missing.py:Receipt"), "there is no file missing.py"),
        (("in", "--schema", "schema.py:Bill"), "schema.py has no Bill"),
        (("in", "--schema", "schema.py:NOT_A_TYPE"), "cannot be a response_model"),
        (("in", "--schema", "in/b.jpg:Receipt"), "not a Python file"),
        (("in", "--schema", "schema.py:Receipt", "--model", "nobody/x"), "is not the name of an endpoint and a model"),
        (("in", "--schema", "schema.py:Receipt", "--model", "openai/gpt-4o"), "OPENAI_API_KEY"),
        (("empty", "--schema", "schema.py:Receipt"), "no pictures or PDFs in empty"),
    ],
)
def test_a_command_that_cannot_run_says_why_and_exits_2(
    arguments: tuple[str, ...], said: str, folder: Path, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "empty").mkdir()
    for name in ("OPENAI_API_KEY", "TYPESIGHT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    done = here(None, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
