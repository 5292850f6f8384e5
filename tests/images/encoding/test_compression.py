"""How pixels are written: as PNG or as JPEG, in how many bytes, and without a word from libjpeg."""

from __future__ import annotations

import subprocess
import sys
import warnings
from random import Random

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from images import pictures
from images.pictures import saved
from images.strict import check
from typesight.errors import ImageTooLarge
from typesight.images.encoding.encode import EncodedImage, encode
from typesight.images.encoding.picture_warnings import PictureWarning
from typesight.models.profiles import JPEG, PNG, VisionProfile

ROOMY = VisionProfile("roomy", max_side=8000)
JPEG_ALONE = VisionProfile("jpeg alone", max_side=8000, formats=frozenset({JPEG}))


def encoded(data: object, profile: VisionProfile = ROOMY, **options: int) -> EncodedImage:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PictureWarning)
        return encode(data, profile, **options)


def screen(size: tuple[int, int] = (900, 700)) -> Pillow.Image:
    """A drawn page of few colours."""
    page = Pillow.new("RGB", size, "white")
    pen = ImageDraw.Draw(page)
    pen.fontmode = "1"
    font = ImageFont.load_default(size=20)
    for row in range(20, size[1] - 20, 30):
        pen.text((20, row), f"Row {row}  Earl Grey, loose  {row / 7:.2f}", "navy", font=font)
    return page


def noise(size: tuple[int, int] = (400, 300)) -> Pillow.Image:
    return Pillow.frombytes("RGB", size, Random(5).randbytes(3 * size[0] * size[1]))


def test_a_drawn_page_is_written_without_loss_as_png() -> None:
    sent = encoded(saved(screen(), "BMP"))
    assert (sent.media_type, sent.steps) == (PNG, ("written as PNG",))
    assert pictures.difference(check(sent, ROOMY), screen()) == 0


def test_a_picture_of_many_colours_is_written_as_jpeg() -> None:
    sent = encoded(saved(pictures.scene((640, 480)), "BMP"))
    assert (sent.media_type, sent.steps) == (JPEG, ("written as JPEG, quality 80",))


def test_a_drawn_page_that_came_out_of_a_lossy_file_is_written_as_jpeg() -> None:
    turned = saved(screen().convert("1"), "JPEG", exif=pictures.exif(6))
    assert encoded(turned).media_type == JPEG


def test_a_drawn_page_is_written_as_jpeg_where_png_is_not_taken() -> None:
    assert encoded(saved(screen(), "BMP"), JPEG_ALONE).media_type == JPEG


def test_few_colours_that_png_takes_many_more_bytes_for_are_written_as_jpeg() -> None:
    """A picture of two thousand colours in a mess."""
    messy = noise((700, 700)).convert("L").resize((700, 700))
    sent = encoded(saved(messy, "BMP"))
    lossless = len(saved(messy, "PNG"))
    assert (sent.media_type == JPEG) == (lossless > 1.25 * len(sent.data))
    assert sent.media_type == JPEG


def test_a_small_drawing_is_kept_without_loss_at_any_ratio() -> None:
    messy = noise((90, 90)).convert("L")
    assert encoded(saved(messy, "BMP")).media_type == PNG


@pytest.mark.parametrize(("below", "quality"), [(80, 70), (70, 60), (60, 45)])
def test_quality_is_lowered_by_a_step_where_a_limit_asks_for_it(below: int, quality: int) -> None:
    data = saved(noise(), "BMP")
    sizes: dict[str, int] = {}
    limit = ROOMY.max_bytes
    while True:
        try:
            sent = encoded(data, JPEG_ALONE, max_bytes=limit)
        except ImageTooLarge:
            break
        sizes[sent.steps[-1]] = len(sent.base64)
        assert len(sent.base64) <= limit
        limit = len(sent.base64) - 4
    steps = [f"written as JPEG, quality {each}" for each in (80, 70, 60, 45)]
    assert list(sizes) == steps
    assert sizes[f"written as JPEG, quality {quality}"] < sizes[f"written as JPEG, quality {below}"]


def test_a_drawn_page_whose_png_is_over_the_limit_becomes_a_jpeg_within_it() -> None:
    messy = noise((90, 90)).convert("L")
    free = encoded(saved(messy, "BMP"))
    sent = encoded(saved(messy, "BMP"), max_bytes=len(free.base64) - 4)
    assert (free.media_type, sent.media_type) == (PNG, JPEG)
    assert len(sent.base64) < len(free.base64)


def test_what_no_quality_brings_within_a_limit_is_refused_with_what_to_do() -> None:
    with pytest.raises(ImageTooLarge, match=r"more than 10 kB of base64 even at 400 x 300 pixels: lower max_side"):
        encoded(saved(noise(), "BMP"), max_bytes=10_000)


@pytest.mark.parametrize("quality", [50, 75, 90, 97])
@pytest.mark.parametrize("subsampling", [0, 2], ids=["full colour", "half colour"])
def test_a_turned_jpeg_is_not_larger_than_about_the_original(quality: int, subsampling: int) -> None:
    upright = pictures.scene((900, 600))
    grain = pictures.scene((900, 600), drawn=True)
    whole = Pillow.blend(upright, grain, 0.3)
    data = saved(pictures.stored(whole, 6), "JPEG", quality=quality, subsampling=subsampling, exif=pictures.exif(6))
    sent = encoded(data)
    assert sent.media_type == JPEG
    assert len(sent.data) <= 1.1 * len(data)
    assert pictures.difference(check(sent, ROOMY), whole) < pictures.LOSSY


def test_noise_makes_libjpeg_print_nothing() -> None:
    """In a process of its own: libjpeg writes past Python, to the file descriptor."""
    code = (
        "from random import Random; from PIL import Image; import typesight; "
        "noise = Image.frombytes('RGB', (300, 300), Random(5).randbytes(270_000)); "
        "print(typesight.encode(noise, typesight.VisionProfile('roomy')).media_type)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (ran.stdout.strip(), ran.stderr) == (JPEG, "")
