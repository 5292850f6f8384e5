"""What the tests of the command line share: a folder to run it in, and a quick way to run it."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from command_line import FIELDS, ONE_BY_ONE, SCHEMA, WITHOUT_OCR, keys
from typesight.cli import main
from typesight.testing import Sandbox


@pytest.fixture
def folder(tmp_path: Path, picture: bytes) -> Path:
    """A folder with two pictures, one lying about what it is, a text file and the schema."""
    (tmp_path / "schema.py").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.png").write_bytes(picture)
    (tmp_path / "in" / "deep" / "no_suffix").write_bytes(picture)
    (tmp_path / "in" / "b.jpg").write_text("this is no picture", encoding="utf-8")
    (tmp_path / "in" / "notes.txt").write_text("to be passed over", encoding="utf-8")
    return tmp_path


@pytest.fixture
def two(folder: Path, picture: bytes) -> Path:
    """A folder with just two pictures, `in/a.png` and `in/b.png`, and the schema, for a model elsewhere."""
    (folder / "schema.py").write_text(WITHOUT_OCR + SCHEMA, encoding="utf-8")
    for name in ("deep/no_suffix", "b.jpg", "notes.txt"):
        (folder / "in" / name).unlink()
    (folder / "in" / "deep").rmdir()
    with Image.open(BytesIO(picture)) as page:  # a file of the same content would not be asked about
        page.crop((0, 0, page.width, page.height - 1)).save(folder / "in" / "b.png")
    return folder


class Ended(NamedTuple):
    """A command that has ended, as `subprocess.CompletedProcess` names it."""

    returncode: int
    stdout: str
    stderr: str


Here = Callable[..., Ended]


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """Runs `typesight extract` in this process, in the folder: where streams do not matter, in a tenth of the time."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "no_config"))

    def extract(box: Sandbox | None, *arguments: str | bytes | Path, schema: str = FIELDS) -> Ended:
        for name, value in (keys(box) if box else {}).items():
            monkeypatch.setenv(name, value)
        code = main(["extract", "--schema", schema, *ONE_BY_ONE, *map(os.fsdecode, arguments)])
        out, error = capsys.readouterr()
        assert "Traceback" not in error
        return Ended(code, out, error)

    return extract
