"""Tesseract as the engine: the program itself reads."""

from __future__ import annotations

import shutil
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from pydantic import BaseModel

from typesight import TypesightError, from_local
from typesight.ocr.lines import OFF, ON
from typesight.reader import RapidOcr, Tesseract, read

installed = pytest.mark.skipif(not shutil.which("tesseract"), reason="needs the program tesseract")
ROWS = ["Harbour Cafe Ltd", "Green tea and scones", "Total amount          73.00", "Thank you for your visit"]


def page(rows: list[str] = ROWS) -> Image.Image:
    paper = Image.new("RGB", (900, 140 * len(rows) + 60), "white")
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(44)
    for at, row in enumerate(rows):
        pen.text((80, 60 + 140 * at), row, "black", font)
    return paper


class Bill(BaseModel):
    total_amount: Decimal


@pytest.mark.slow
@installed
def test_columns_are_lines_of_their_own_at_the_places_where_they_are_printed() -> None:
    lines = Tesseract().read(page())
    assert [line.text for line in lines] == [*ROWS[:2], "Total amount", "73.00", ROWS[3]]
    amount, theirs = lines[3], next(line for line in RapidOcr().read(page()) if line.text == "73.00")
    assert max(abs(one - other) for one, other in zip(amount.box, theirs.box, strict=True)) < 25
    assert all(0.5 < line.score <= 1 for line in lines)


@installed
def test_nothing_legible_is_no_line() -> None:
    assert Tesseract().read(Image.new("L", (60, 40), 255)) == ()


@pytest.mark.slow
@installed
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_that_it_cannot_read_as_it_is_is_turned(turns: int) -> None:
    lines = read(page().rotate(90 * turns, expand=True), engine=Tesseract())
    assert [line.text for line in lines][:2] == ROWS[:2]


@installed
def test_ticks_are_found_whoever_reads() -> None:
    paper = page(["      Weekly summary", "      Sent by post"])
    pen = ImageDraw.Draw(paper)
    for at, on in enumerate((True, False)):
        left, top = 80, 66 + 140 * at
        pen.rectangle((left, top, left + 36, top + 36), outline="black", width=3)
        if on:
            pen.line((left + 8, top + 8, left + 28, top + 28), "black", 5)
            pen.line((left + 28, top + 8, left + 8, top + 28), "black", 5)
    texts = [line.text for line in read(paper, engine=Tesseract())]
    assert texts == ["Weekly summary", "Sent by post", ON, OFF]


@installed
def test_a_local_client_reads_with_it() -> None:
    got = from_local(engine=Tesseract()).extract(Bill, page())
    assert got.record == Bill(total_amount=Decimal("73.00"))
    assert got.evidence["total_amount"].status == "found"


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(TypesightError, match=r"no program 'tesseract-x'.* apt-get install tesseract-ocr"):
        Tesseract(program="tesseract-x").read(page())


@installed
def test_a_language_without_data_is_told_in_the_program_s_words() -> None:
    with pytest.raises(TypesightError, match=r"tesseract failed \(1\).*xyz"):
        Tesseract("xyz").read(page())


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    program = tmp_path / "slow"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    with pytest.raises(TypesightError, match=r"more than 0\.2 s"):
        Tesseract(program=str(program), seconds=0.2).read(page())
