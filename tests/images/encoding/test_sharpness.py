"""A page out of focus is told from one in focus, and from one that is merely empty, small or scaled."""

from __future__ import annotations

import warnings

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter, ImageFont

from images.pictures import saved
from typesight import PictureWarning, VisionProfile, encode
from typesight.images.encoding.sharpness import is_blurred, measure_sharpness

ROOMY = VisionProfile("roomy", max_side=8000)


def page(size: tuple[int, int] = (900, 1100)) -> Pillow.Image:
    """A page of printed text, edges softened as by a lens that is in focus."""
    paper = Pillow.new("RGB", size, (240, 238, 230))
    pen = ImageDraw.Draw(paper)
    font = ImageFont.load_default(size=24)
    for row in range(30, size[1] - 40, 36):
        pen.text((40, row), f"{row:04d}  Darjeeling first flush   {row / 9:.2f}", (20, 20, 30), font=font)
    return paper.filter(ImageFilter.GaussianBlur(0.4))


def blurred(radius: float = 4) -> Pillow.Image:
    return page().filter(ImageFilter.GaussianBlur(radius))


def said(picture: Pillow.Image, kind: str = "PNG") -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        encode(saved(picture, kind), ROOMY)
    return [str(each.message) for each in caught if issubclass(each.category, PictureWarning)]


@pytest.mark.parametrize("kind", ["PNG", "BMP", "JPEG"])
def test_a_blurred_page_is_warned_about_once_whether_kept_or_written(kind: str) -> None:
    (warning,) = said(blurred(), kind)
    assert "is very blurred: small text may be misread; take it again, in focus" in warning


@pytest.mark.parametrize("kind", ["PNG", "BMP", "JPEG"])
def test_a_sharp_page_is_not_warned_about(kind: str) -> None:
    assert said(page(), kind) == []


def test_the_warning_points_at_who_called() -> None:
    with pytest.warns(PictureWarning) as caught:
        encode(saved(blurred(), "PNG"), ROOMY)
    assert [each.filename for each in caught] == [__file__]


def test_the_more_a_page_is_blurred_the_less_sharp_it_is() -> None:
    measured = [measure_sharpness(blurred(radius)) or 0 for radius in (0.1, 1, 2, 3, 4)]
    assert measured == sorted(measured, reverse=True)
    assert 0.125 <= measured[-1] < 0.25 < measured[0] <= 1


def test_a_page_blurred_in_one_direction_only_is_not_very_blurred() -> None:
    """A shaken picture keeps the edges along the shake."""
    across = page().resize((90, 1100)).resize((900, 1100), Pillow.Resampling.BICUBIC)
    assert not is_blurred(across)


@pytest.mark.parametrize(
    "even",
    [Pillow.new("RGB", (500, 500), "white"), Pillow.linear_gradient("L").resize((900, 900))],
    ids=["white", "sky"],
)
def test_a_picture_without_edges_is_not_judged(even: Pillow.Image) -> None:
    assert measure_sharpness(even) is None
    assert not is_blurred(even)


def test_a_picture_too_small_to_tell_is_not_judged() -> None:
    assert measure_sharpness(page().resize((32, 400))) is None


def test_a_large_photograph_is_judged_at_the_size_it_is_read_in() -> None:
    large = page().resize((3600, 4400), Pillow.Resampling.BICUBIC)
    assert not is_blurred(large)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1", "P", "CMYK"])
def test_a_sharp_page_of_any_mode_is_sharp(mode: str) -> None:
    assert not is_blurred(page().convert(mode))
