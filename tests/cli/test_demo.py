"""`typesight demo`: a receipt is drawn and read here, without a key, a file or a network."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from command_line import run
from typesight.cli import main
from typesight.cli.work.demo_receipt import draw_receipt

RECORD = {
    "company": "CORNER SHOP",
    "date": "2026-11-20",
    "total": "13.75",
    "items": [
        {"name": "COFFEE", "price": "3.50"},
        {"name": "TEA", "price": "2.00"},
        {"name": "LEMON CAKE", "price": "8.25"},
    ],
}


@pytest.mark.slow
def test_the_receipt_is_read_and_the_record_printed(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    done = run(tmp_path, "demo", "--keep", "receipt.png")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == RECORD
    assert [line.partition(":")[2].split(":")[0].strip() for line in done.stderr.splitlines()] == [
        "drew a receipt into receipt.png, and now reads it on this machine",
        "the fields to read are",
        "and now your own pictures",
    ]
    assert 'typesight extract receipt.png --schema "company, date: date' in done.stderr
    assert Image.open(BytesIO((tmp_path / "receipt.png").read_bytes())).format == "PNG"


def test_the_receipt_is_a_small_picture() -> None:
    assert len(draw_receipt()) < 40_000
    assert Image.open(BytesIO(draw_receipt("JPEG"))).format == "JPEG"


def test_without_the_local_reader_its_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rapidocr", None)
    assert main(["demo"]) == 2
    assert "reading a picture on this machine needs the extra [local]: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("receipt.gif", "give a name that ends in .png or .jpg"),
        ("there.png", "there is a file of that name already"),
        ("no/such/folder.png", "cannot write it: No such file or directory"),
    ],
)
def test_a_picture_that_cannot_be_kept_ends_the_command(
    name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("rapidocr")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.png").touch()
    assert main(["demo", "--keep", name]) == 2
    assert f"--keep {name}: {said}" in capsys.readouterr().err
    assert (tmp_path / "there.png").read_bytes() == b""
