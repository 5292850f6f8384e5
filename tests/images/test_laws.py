"""Laws of the encoder, under hypothesis: what must hold for every picture, whatever it is and wherever it is from."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pybase64
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageCms

from images import pictures
from images.pictures import chunk, difference, saved, scene, segment, webp_chunk
from images.strict import check
from typesight.images.encoding.encode import EncodedImage, encode
from typesight.images.encoding.picture_warnings import PictureWarning
from typesight.images.image import Image
from typesight.models.model_rows import MODELS
from typesight.models.profiles import LOCAL_PROFILE, SAFE_PROFILE, VisionProfile

DISTINCT = {replace(row.profile, name="any"): row.profile for row in MODELS if row.profile}
PROFILES = [*DISTINCT.values(), LOCAL_PROFILE, SAFE_PROFILE]
ROOMY = VisionProfile("roomy", max_side=8000)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SIDES = st.one_of(st.integers(1, 60), st.integers(1, 700))
SIZES = st.tuples(SIDES, SIDES)
KINDS = st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"])
DRAWN = st.booleans()
law = settings(max_examples=60, deadline=None, derandomize=True)


def sent(source: Any, profile: VisionProfile = ROOMY, **options: int) -> EncodedImage:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PictureWarning)
        return encode(source if isinstance(source, Image) else Image(source), profile, **options)


def picture(size: tuple[int, int], *, drawn: bool = False) -> Pillow.Image:
    """The scene at any size."""
    return scene((320, 240), drawn=drawn).resize(size, Pillow.Resampling.NEAREST)


@law
@given(size=SIZES, orientation=st.sampled_from(pictures.ORIENTATIONS), kind=st.sampled_from(["PNG", "TIFF", "WEBP"]))
def test_all_orientations_give_the_same_pixels(size: tuple[int, int], orientation: int, kind: str) -> None:
    upright = picture(size, drawn=True)
    options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
    data = saved(pictures.stored(upright, orientation), kind, exif=pictures.exif(orientation), **options)
    assert difference(check(sent(data), ROOMY), upright) == 0


@law
@given(size=SIZES, profile=st.sampled_from(PROFILES), orientation=st.sampled_from(pictures.ORIENTATIONS))
def test_a_scaled_picture_is_the_same_however_it_was_stored(
    size: tuple[int, int], profile: VisionProfile, orientation: int
) -> None:
    upright = picture(size)
    one = sent(saved(upright, "PNG"), profile, max_side=100)
    other = sent(
        saved(pictures.stored(upright, orientation), "PNG", exif=pictures.exif(orientation)), profile, max_side=100
    )
    assert one.size == other.size
    assert difference(check(one, profile), check(other, profile)) < pictures.LOSSIER


@pytest.mark.slow
@law
@given(size=SIZES, kind=st.sampled_from(["PNG", "BMP", "TIFF"]), drawn=DRAWN, profile=st.sampled_from(PROFILES))
def test_a_picture_is_the_same_bytes_however_it_was_handed_over(
    size: tuple[int, int], kind: str, drawn: bool, profile: VisionProfile
) -> None:
    data = saved(picture(size, drawn=drawn), kind)
    text = pybase64.b64encode(data).decode()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "wrong.name"
        path.write_bytes(data)
        ways = [data, bytearray(data), path, str(path), text, f"data:image/x-wrong;base64,{text}", {"url": text}]
        given_so = [sent(way, profile).data for way in ways]
    assert given_so == [given_so[0]] * len(ways)


@pytest.mark.slow
@law
@given(size=st.tuples(st.integers(300, 700), st.integers(300, 700)), drawn=DRAWN)
def test_pixels_in_memory_are_sent_as_their_lossless_file_is_when_both_are_written(
    size: tuple[int, int], drawn: bool
) -> None:
    """At a size that makes both be written; a file that needs no change keeps its own bytes."""
    upright = picture(size, drawn=drawn)
    assert sent(upright, max_side=200).data == sent(saved(upright, "PNG"), max_side=200).data


@law
@given(size=SIZES, kind=KINDS, drawn=DRAWN, profile=st.sampled_from(PROFILES))
def test_encoding_an_encoded_picture_changes_nothing(
    size: tuple[int, int], kind: str, drawn: bool, profile: VisionProfile
) -> None:
    once = sent(saved(picture(size, drawn=drawn), kind), profile)
    twice = sent(once.data, profile)
    assert (twice.data, twice.media_type, twice.steps) == (once.data, once.media_type, ())


def _jpeg_noise(data: bytes, words: bytes) -> bytes:
    bodies = {
        0xE1: [b"Exif\0\0" + pictures.exif(gps=True)[6:], b"http://ns.adobe.com/xap/1.0/\0" + words],
        0xE2: [b"ICC_PROFILE\0\x01\x01" + SRGB],
        0xED: [words],
        0xFE: [words],
    }
    extra = [segment(marker, body) for marker, held in bodies.items() for body in held]
    return pictures.jpeg_with(data, *extra) + words


def _png_noise(data: bytes, words: bytes) -> bytes:
    bodies = {b"tEXt": b"Comment\0" + words, b"eXIf": pictures.exif(gps=True)[6:], b"tIME": bytes(7), b"prVt": words}
    whole = pictures.png_with(data, *(chunk(kind, body) for kind, body in bodies.items()))
    return whole[:-12] + chunk(b"zTXt", b"a\0\0" + words) + whole[-12:] + words


def _webp_noise(data: bytes, words: bytes) -> bytes:
    extra = [webp_chunk(b"EXIF", pictures.exif(gps=True)[6:]), webp_chunk(b"XMP ", words), webp_chunk(b"prVt", words)]
    return pictures.webp_with(data, *extra, flags=0x0C) + words


NOISE = {"JPEG": _jpeg_noise, "PNG": _png_noise, "WEBP": _webp_noise}


@law
@given(size=SIZES, kind=st.sampled_from(sorted(NOISE)), words=st.binary(min_size=9, max_size=200), drawn=DRAWN)
def test_adding_metadata_changes_nothing(size: tuple[int, int], kind: str, words: bytes, drawn: bool) -> None:
    assume(b"\xff\xd9" not in words)
    data = saved(picture(size, drawn=drawn), kind)
    noisy = NOISE[kind](data, b"SECRET" + words)
    plain = NOISE["WEBP"](data, b"") if kind == "WEBP" else data  # an extended WebP stays one
    for profile in (ROOMY, SAFE_PROFILE):
        one, other = sent(plain, profile), sent(noisy, profile)
        assert one.data == other.data
        assert b"SECRET" not in other.data
    assert sent(plain, max_side=50).data == sent(noisy, max_side=50).data


@pytest.mark.slow
@law
@given(
    size=st.tuples(st.integers(1, 2500), st.integers(1, 2500)),
    profile=st.sampled_from(PROFILES),
    images=st.sampled_from([1, 20, 21, 100]),
    side=st.one_of(st.none(), st.integers(1, 3000)),
    level=st.sampled_from([None, "low", "high", "auto", "original"]),
)
def test_every_size_is_within_limits_of_its_shape_and_never_enlarged(
    size: tuple[int, int], profile: VisionProfile, images: int, side: int | None, level: Any
) -> None:
    data = saved(Pillow.new("L", size, 200), "PNG")
    one = sent(Image(data, detail=level, max_side=side), profile, images=images)
    check(one, profile)
    kept = profile.fit(size, detail=level, images=images)
    assert max(one.size) <= min(max(size), side or 3000)
    assert all(mine <= theirs for mine, theirs in zip(one.size, kept, strict=True))
    if images > 20 and profile.crowd:
        assert max(one.size) <= profile.crowd[1]
    if side is None:
        assert one.size == kept
    longest = max(one.size) / max(size)
    assert all(abs(mine - whole * longest) <= 1.5 for mine, whole in zip(one.size, size, strict=True))


@law
@given(data=st.data(), orientation=st.sampled_from(pictures.ORIENTATIONS))
def test_a_crop_is_the_reference_cropped(data: st.DataObject, orientation: int) -> None:
    upright = scene(drawn=True)
    left, top = data.draw(st.integers(0, 318)), data.draw(st.integers(0, 238))
    box = (left, top, data.draw(st.integers(left + 1, 320)), data.draw(st.integers(top + 1, 240)))
    file = saved(pictures.stored(upright, orientation), "PNG", exif=pictures.exif(orientation))
    one = sent(Image(file).crop(box))
    assert one.size == (box[2] - box[0], box[3] - box[1])
    assert difference(check(one, ROOMY), upright.crop(box)) == 0


@law
@given(data=st.data(), orientation=st.sampled_from(pictures.ORIENTATIONS))
def test_a_scaled_crop_of_a_jpeg_is_the_reference_cropped_and_scaled(data: st.DataObject, orientation: int) -> None:
    upright = scene((640, 480))
    left, top = data.draw(st.integers(0, 400)), data.draw(st.integers(0, 240))
    box = (left, top, data.draw(st.integers(left + 200, 640)), data.draw(st.integers(top + 200, 480)))
    file = saved(pictures.stored(upright, orientation), "JPEG", quality=95, exif=pictures.exif(orientation))
    one = sent(Image(file).crop(box), max_side=data.draw(st.integers(60, 150)))
    truth = upright.resize(one.size, Pillow.Resampling.LANCZOS, box=box)
    assert difference(check(one, ROOMY), truth) < pictures.LOSSIER


@law
@given(turns=st.integers(-4, 8), size=SIZES)
def test_a_further_turn_is_clockwise(turns: int, size: tuple[int, int]) -> None:
    upright = picture(size, drawn=True)
    assert (
        difference(check(sent(saved(upright, "PNG"), turns=turns), ROOMY), upright.rotate(-90 * turns, expand=True))
        == 0
    )
