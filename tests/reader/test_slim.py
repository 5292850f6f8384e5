"""Slim and crowded pictures: what is read of them, in how much memory, whoever reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from images import pictures
from images.opening.test_pdf_pages import CATALOG, PAGES, pdf_of
from images.opening.test_pdf_pages import page as pdf_page
from support import Receipt
from typesight import ExtractionFailed, PictureWarning, encode, from_local
from typesight.errors import ImageTooLarge
from typesight.images.image import Image as Picture
from typesight.reader import Line, RapidOcr, Tesseract

MB = 1024  # kB, as `peak` counts
# An ordinary page takes 450 MB to read, a till roll 650.
MUCH = 600 * MB
SLIM = {
    "2 x 50,000": lambda: pictures.sparse_png((2, 50_000), 0),
    "50,000 x 2": lambda: pictures.sparse_png((50_000, 2), 0),
    "a page of 1 x 100,000 points": lambda: pdf_of(CATALOG, PAGES, pdf_page("0 0 1 100000")),
    "1 x 99,999,999": lambda: pictures.sparse_png((1, 99_999_999), 0),
    "4 x 900,000": lambda: pictures.sparse_png((4, 900_000), 2),
    "60 x 100,000": lambda: pictures.sparse_png((60, 100_000), 2),
}  # fmt: skip


def used(code: str, *arguments: str) -> int:
    """The peak memory, in kB, of a process that runs this."""
    pytest.importorskip("resource")
    whole = f"{pictures.PEAK}\nimport sys, warnings\nwarnings.simplefilter('ignore')\n{code}\nprint(peak())"
    run = subprocess.run([sys.executable, "-c", whole, *arguments], capture_output=True, text=True, check=True)
    return int(run.stdout.splitlines()[-1])


EXTRACTS = """
from pydantic import BaseModel
from typesight import ImageError, ExtractionFailed, from_local
class Slip(BaseModel):
    total: float
data = open(sys.argv[1], "rb").read()
try:
    from_local().extract(Slip, data)
except (ExtractionFailed, ImageError) as error:
    print(type(error).__name__)
"""
REMOTE = """
from typesight import ImageError, estimate
from typesight.images.documents import split_document
from typesight.images.encoding.encode import encode
from typesight.images.encoding.tiles import tiles
from typesight.ocr.reading import read_lines, find_rotation
data = open(sys.argv[1], "rb").read()
for model in ("gpt-4o", "gpt-6-astra", "claude-sonnet-4-5", "gemini-2.5-pro"):
    try:
        estimate(model, split_document(data))
        for page in split_document(data):
            for part in tiles(page, model):
                encode(part, model)
            read_lines(page, turns=find_rotation(page))
    except ImageError as error:
        print(type(error).__name__)
"""


@pytest.mark.slow
@pytest.mark.parametrize("code", [EXTRACTS, REMOTE], ids=["read here", "made ready for a model"])
@pytest.mark.parametrize("name", SLIM)
def test_a_slim_picture_takes_no_more_memory_than_an_ordinary_one(name: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "slim").write_bytes(SLIM[name]())
    assert used(code, str(tmp_path / "slim")) < MUCH


@pytest.mark.slow
def test_a_slim_roll_with_print_on_it_is_read_in_bounded_memory(tmp_path: Path) -> None:
    noise = Image.effect_noise((60, 4_000), 80)
    noise.save(tmp_path / "slim.png")
    assert used(EXTRACTS, str(tmp_path / "slim.png")) < 1000 * MB


@pytest.mark.slow
def test_lines_of_small_print_are_read_in_bounded_memory(tmp_path: Path) -> None:
    """Lines of 200 times their height, six of which would be read at once."""
    page = Image.new("RGB", (2000, 90), "white")
    for top in range(4, 80, 10):
        ImageDraw.Draw(page).text((4, top), "The quick brown fox 0123456789 " * 40, "black", ImageFont.load_default(7))
    page.save(tmp_path / "page.png")
    assert used(EXTRACTS, str(tmp_path / "page.png")) < 1000 * MB


@pytest.mark.parametrize("size", [(2, 50_000), (50_000, 2)])
def test_where_no_letter_fits_the_reader_says_so_and_asks_no_engine(size: tuple[int, int]) -> None:
    class Unasked:
        def read(self, picture: Image.Image) -> tuple[Line, ...]:
            raise AssertionError(picture.size)

    client = from_local(engine=Unasked())
    with (
        pytest.warns(PictureWarning, match="text needs at least 5 pixels to be read"),
        pytest.raises(ExtractionFailed),
    ):
        client.extract(Receipt, pictures.sparse_png(size, 0))


@pytest.mark.parametrize("size", [(2, 50_000), (50_000, 2), (0, 9)])
def test_an_engine_given_a_slim_picture_reads_nothing(size: tuple[int, int]) -> None:
    picture = Image.new("L", size)
    assert Tesseract(program="not-asked").read(picture) == RapidOcr().read(picture) == ()
    if all(size):
        assert Tesseract(program="not-asked").line(picture) == RapidOcr().line(picture.convert("RGB")) == ("", 0.0)


@pytest.mark.slow
def test_a_line_on_a_slim_strip_is_read_where_it_stands() -> None:
    strip = Image.new("RGB", (1_900, 60), "white")
    ImageDraw.Draw(strip).text((1_200, 10), "Total 47.50", "black", ImageFont.load_default(36))
    (line,) = RapidOcr().read(strip)
    assert line.text.replace(" ", "") == "Total47.50"
    assert (1_150 < line.box[0] < 1_250, line.box[3] <= strip.height) == (True, True)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_tesseract_is_given_no_longer_side_than_its_library_takes(tmp_path: Path) -> None:
    """A stand-in for the program says that the one word it found stands at its foot, from side to side."""
    program = tmp_path / "reads"
    names = "level page_num block_num par_num line_num word_num left top width height conf text"
    program.write_text(
        "#!/bin/sh\nread kind\nread wide high\ncat >/dev/null\n"
        f"echo '{names}' | tr ' ' '\\t'\n"
        '[ "$high" -le 32767 ] && echo "5 1 1 1 1 1 0 $((high - 20)) $wide 20 90 word" | tr " " "\\t"\n'
    )
    program.chmod(0o755)
    (line,) = Tesseract(program=str(program)).read(Image.new("L", (500, 60_000), 255))
    assert line.text == "word"
    assert line.box[2:] == pytest.approx((500, 60_000), rel=0.02)


@pytest.mark.parametrize("model", ["gpt-6-astra", "gpt-4o", "claude-sonnet-4-5"])
@pytest.mark.parametrize("size", [(2, 70_000), (70_000, 30)])
@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")
def test_a_side_longer_than_a_jpeg_may_have_is_no_foreign_error(size: tuple[int, int], model: str) -> None:
    sent = encode(Picture(Image.effect_noise(size, 60), detail="original"), model)
    assert max(sent.size) <= 65_500


@pytest.mark.parametrize("size", [(1, 99_999_999), (99_999_999, 1)])
def test_a_side_of_more_than_a_million_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooLarge, match=r"claims .* but a side may have 1 million: cut it into parts first"):
        encode(pictures.png(size, 8, 0, b""), "gpt-4o")
    with pytest.raises(ImageTooLarge, match="a side may have 1 million"):
        Picture.from_pdf(pdf_of(CATALOG, PAGES, pdf_page("0 0 1 100000")), dpi=1_000)
