"""Orientation that XMP alone tells: it counts where EXIF says nothing, whatever the format, as for Pillow."""

from __future__ import annotations

import warnings
import zlib
from io import BytesIO

import pytest
from PIL import Image as Pillow

from images import pictures
from images.pictures import chunk, difference, saved, scene, stored
from typesight import Image, PictureWarning, VisionProfile, encode
from typesight.images.encoding.plan import plan_pictures
from typesight.images.encoding.prepare import Preparation

ROOMY = VisionProfile("roomy", max_side=8000)
ATTRIBUTE = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="{}"/></x:xmpmeta>'
ELEMENT = "<x:xmpmeta><rdf:Description><tiff:Orientation>{}</tiff:Orientation></rdf:Description></x:xmpmeta>"


def with_xmp(kind: str, packet: str, turned: int, **options: object) -> bytes:
    """The scene, stored turned, with an XMP packet."""
    page = stored(scene(), turned)
    if kind == "PNG":
        text = packet.encode()
        body = b"XML:com.adobe.xmp\0\0\0\0\0" + text
        if "packed" in options:
            body = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(text)
        return pictures.png_with(saved(page, "PNG"), chunk(b"iTXt", body))
    if kind == "WEBP":
        return saved(page, "WEBP", lossless=True, xmp=packet.encode(), **options)
    if kind == "TIFF":
        return saved(page, "TIFF", tiffinfo={700: packet.encode()}, **options)
    return saved(page, kind, quality=95, xmp=packet.encode(), **options)


def shown(image: object) -> Pillow.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", PictureWarning)  # of the scene, which is smooth
        return Pillow.open(BytesIO(encode(image, ROOMY).data)).convert("RGB")


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("packet", [ATTRIBUTE, ELEMENT], ids=["attribute", "element"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_xmp_alone_turns_a_picture_of_any_format(kind: str, packet: str, turned: int) -> None:
    data = with_xmp(kind, packet.format(turned), turned)
    assert difference(shown(data), scene()) < pictures.LOSSY
    (plan,) = plan_pictures([Image(data)], ROOMY, Preparation())
    assert plan.sizes == (pictures.SIZE,)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_that_pillow_opened_is_turned_alike(kind: str) -> None:
    data = with_xmp(kind, ATTRIBUTE.format(6), 6)
    assert difference(shown(Pillow.open(BytesIO(data))), scene()) < pictures.LOSSY


def test_xmp_that_is_packed_in_a_png_counts_too() -> None:
    assert difference(shown(with_xmp("PNG", ATTRIBUTE.format(8), 8, packed=True)), scene()) < pictures.LOSSY


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_exif_is_believed_before_xmp(kind: str) -> None:
    data = with_xmp(kind, ATTRIBUTE.format(3), 6, exif=pictures.exif(6))
    assert difference(shown(data), scene()) < pictures.LOSSY
    data = with_xmp(kind, ATTRIBUTE.format(3), 1, exif=pictures.exif(1))
    assert difference(shown(data), scene()) < pictures.LOSSY


def test_the_tag_of_a_tiff_is_believed_before_its_xmp() -> None:
    page = stored(scene(), 8)
    data = saved(page, "TIFF", tiffinfo={700: ATTRIBUTE.format(3).encode(), 274: 8})
    assert difference(shown(data), scene()) < pictures.LOSSY


@pytest.mark.parametrize("told", ["0", "9", "x", ""])
def test_an_orientation_that_makes_no_sense_turns_nothing(told: str) -> None:
    assert difference(shown(with_xmp("JPEG", ATTRIBUTE.format(told), 1)), scene()) < pictures.LOSSY


@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")
def test_xmp_does_not_travel() -> None:
    assert b"tiff:Orientation" not in encode(with_xmp("JPEG", ATTRIBUTE.format(1), 1), ROOMY).data
