from __future__ import annotations

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image, ImageDraw, ImageFont

from typesight.errors import ImageError
from typesight.ocr.engine import MAX_SIDE
from typesight.ocr.rapidocr_engine import _bands, _joined
from typesight.reader import Line, RapidOcr, read


def drawn(texts: list[tuple[int, int, str]], size: tuple[int, int] = (500, 200)) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    for left, top, text in texts:
        ImageDraw.Draw(picture).text((left, top), text, fill="black", font=ImageFont.load_default(28))
    return picture


class Echo:
    """An engine that sees one line as large as the picture."""

    def read(self, picture: Image.Image) -> tuple[Line, ...]:
        return (Line("echo", 1.0, (0, 0, *picture.size)),)


def test_another_engine_may_read() -> None:
    assert read(drawn([]), engine=Echo()) == (Line("echo", 1.0, (0, 0, 500, 200)),)


def test_bytes_are_opened_as_a_picture() -> None:
    file = BytesIO()
    drawn([], (30, 40)).save(file, "PNG")
    assert read(file.getvalue(), engine=Echo())[0].box == (0, 0, 30, 40)


def test_bytes_that_are_no_picture_are_refused() -> None:
    with pytest.raises(ImageError, match="is text, not a picture"):
        read(b"hello", engine=Echo())


def test_importing_the_reader_loads_no_numpy_no_pillow_and_no_engine() -> None:
    heavy = {"numpy", "PIL", "rapidocr", "onnxruntime", "rapidfuzz"}
    code = f"import sys, typesight.reader; print({heavy!r} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_a_long_picture_is_read_in_bands_that_overlap() -> None:
    bands = _bands((900, 9000))
    assert (bands[0].top, bands[-1].bottom) == (0, 9000)
    assert all(above.bottom - below.top == 200 for above, below in pairwise(bands))
    assert max(band.bottom - band.top for band in bands) == MAX_SIDE


def test_a_line_in_two_bands_is_kept_once_and_half_a_line_not_at_all() -> None:
    band = _bands((900, 3000))[1]
    above = (Line("whole", 1, (0, 1850, 90, 1880)), Line("ha1f", 1, (0, 1985, 90, 2000)))
    below = (Line("who1e", 1, (0, 1851, 90, 1881)), Line("half", 1, (0, 1985, 90, 2015)))
    assert [line.text for line in _joined(above, below, band)] == ["whole", "half"]


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from typesight.errors import MissingExtra

    monkeypatch.setattr(RapidOcr, "_model", None)
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(MissingExtra, match=r"the extra \[local\]"):
        RapidOcr().read(drawn([(10, 10, "x")]))


@pytest.fixture(scope="module")
def engine() -> RapidOcr:
    pytest.importorskip("rapidocr")
    pytest.importorskip("onnxruntime")
    return RapidOcr()


def test_printed_text_is_read_with_its_place(engine: RapidOcr) -> None:
    first, second = engine.read(drawn([(20, 30, "Total"), (300, 30, "73.00")]))
    assert (first.text, second.text) == ("Total", "73.00")
    assert abs(second.box[0] - 300) < 15 and 20 < second.middle < 65


@pytest.mark.slow
def test_text_on_a_transparent_ground_is_read(engine: RapidOcr) -> None:
    picture = Image.new("RGBA", (300, 90), (0, 0, 0, 0))
    ImageDraw.Draw(picture).text((20, 30), "Total", fill="black", font=ImageFont.load_default(28))
    assert [line.text for line in engine.read(picture)] == ["Total"]


def test_an_empty_picture_has_no_lines(engine: RapidOcr) -> None:
    assert engine.read(Image.new("L", (60, 40), 255)) == ()


@pytest.mark.slow
def test_a_till_roll_keeps_every_line_once(engine: RapidOcr) -> None:
    rows = [f"Item {at:02d} costs {at}.50" for at in range(10, 40)]
    roll = drawn([(20, 40 + 100 * at, row) for at, row in enumerate(rows)], (420, 3100))
    assert [line.text for line in engine.read(roll)] == rows


@pytest.mark.slow
def test_threads_share_one_engine(engine: RapidOcr) -> None:
    pictures = [drawn([(20, 30, f"Number {at}")], (260, 90)) for at in range(40, 46)]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(RapidOcr().read, pictures)) == [engine.read(picture) for picture in pictures]


@pytest.mark.slow
def test_reading_prints_nothing_asks_no_network_and_leaves_logging_alone(engine: RapidOcr) -> None:
    code = """
import logging, socket
def refuse(*args, **kwargs): raise AssertionError("the network was asked")
socket.socket.connect = socket.getaddrinfo = refuse
before = (logging.root.level, list(logging.root.handlers))
from PIL import Image
from typesight.reader import read
assert read(Image.new("RGB", (200, 100), "white")) == ()
assert (logging.root.level, list(logging.root.handlers)) == before
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    assert logging.root.level == logging.WARNING


@pytest.mark.slow
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_text_that_lies_sideways_or_upside_down_is_turned_before_it_is_read(turns: int) -> None:
    rows = ["Harbour Cafe Ltd", "Green tea and scones", "Total amount 73.00", "Thank you for your visit"]
    picture = drawn([(30, 30 + 60 * at, text) for at, text in enumerate(rows)], (520, 300))
    turned = picture.rotate(90 * turns, expand=True)
    assert [line.text for line in read(turned)] == rows
    assert ([line.text for line in read(turned, turn=False)] == rows) is (turns == 0)
