"""JPEGs with a damaged scan: what Pillow shows of them is sent, in a sound file, with a warning."""

from __future__ import annotations

import warnings
from io import BytesIO
from random import Random

import pytest
from PIL import Image as Pillow

from images.pictures import difference, saved, scene
from images.strict import check
from typesight import PictureWarning, VisionProfile, encode

ROOMY = VisionProfile("roomy", max_side=8000)
SIZE = (640, 480)
KINDS = {
    "baseline": saved(scene(SIZE), "JPEG", quality=90),
    "with restarts": saved(scene(SIZE), "JPEG", quality=90, restart_marker_rows=1),
    "progressive": saved(scene(SIZE), "JPEG", quality=90, progressive=True),
}
MARKERS = {
    "one that nobody knows": b"\xff\x5a",
    "a comment": b"\xff\xfe",
    "an application's": b"\xff\xe1",
    "a table": b"\xff\xc4",
    "a quantisation": b"\xff\xdb",
    "a frame": b"\xff\xc0",
    "a start": b"\xff\xd8",
    "a scan": b"\xff\xda",
    "a restart": b"\xff\xd3",
    "an end": b"\xff\xd9",
}


def hurt(data: bytes, at: float, damage: bytes) -> bytes:
    """A JPEG with other bytes in its first scan, or its only one, from a share of its length on."""
    start = data.index(b"\xff\xda") + 20
    end = data.find(b"\xff\xda", start)
    place = start + int(at * ((end if end > 0 else len(data)) - start - len(damage) - 20))
    place -= data[place - 1] == 0xFF  # half of a pair, which damage would make a marker of
    return data[:place] + damage + data[place + len(damage) :]


def sent(data: bytes) -> tuple[Pillow.Image, list[str]]:
    """What a strict decoder shows of what is sent, and what was warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        encoded = encode(data, ROOMY)
    assert any("damaged" in step for step in encoded.steps)
    return check(encoded, ROOMY), [str(each.message) for each in caught if each.category is PictureWarning]


@pytest.mark.parametrize("at", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_false_marker_in_a_scan_is_no_segment(kind: str, marker: str, at: float) -> None:
    data = hurt(KINDS[kind], at, MARKERS[marker])
    shown, told = sent(data)
    assert any("is damaged: a part of the picture may be missing or wrong" in each for each in told)
    try:
        expected = Pillow.open(BytesIO(data)).convert("RGB")
    except OSError:  # where Pillow gives up at the false marker, what stands above it must still be right
        rows = (0, 0, SIZE[0], int(SIZE[1] * (0.5 * at)))
        assert kind == "progressive" or difference(shown.crop(rows), scene(SIZE).crop(rows)) < 4
    else:
        assert difference(shown, expected) < 3


def test_codes_that_run_out_before_the_picture_are_told() -> None:
    """Bytes that are no markers make the decoder lose its place: it is short of pixels at the end, or has some over."""
    short = 0
    for seed in range(10):
        data = hurt(KINDS["baseline"], 0.4, Random(seed).randbytes(60).replace(b"\xff", b"\xfe"))
        expected = Pillow.open(BytesIO(data)).convert("RGB")
        if expected.getpixel((SIZE[0] - 1, SIZE[1] - 1)) == (128, 128, 128):
            shown, told = sent(data)
            assert any("is damaged" in each for each in told)
            assert difference(shown, expected) < 3
            short += 1
    assert short > 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tail", [b"", b"PK\3\4" + bytes(200), saved(scene(), "JPEG"), b"\xff\x00\xff\xda" * 9])
def test_a_sound_jpeg_is_not_called_damaged_whatever_follows_it(kind: str, tail: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", ".*damaged")
        assert not any("damaged" in step for step in encode(KINDS[kind] + tail, ROOMY).steps)


def test_a_grey_picture_is_not_called_damaged() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", ".*damaged")
        encode(saved(Pillow.new("RGB", SIZE, (128, 128, 128)), "JPEG"), ROOMY)
