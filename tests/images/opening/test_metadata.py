"""Stripping a file of what only travels with it: the coded pixels stay, byte for byte."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image as Pillow

from images import pictures, strict
from images.pictures import chunk, saved, scene, segment, webp_chunk
from typesight.errors import UnreadableImage
from typesight.images.opening.formats import sniff
from typesight.images.opening.metadata import StrippedFile, strip_metadata
from typesight.images.opening.strict_files import is_strictly_valid


def stripped(data: bytes) -> StrippedFile:
    kind = sniff(data)
    assert kind is not None
    return strip_metadata(data, kind)


def is_whole(data: bytes) -> bool:
    kind = sniff(data)
    assert kind is not None
    return is_strictly_valid(data, kind)


PLAIN = {kind: saved(scene(), kind) for kind in ("JPEG", "PNG", "WEBP")}
JPEGS: dict[str, Callable[[], bytes]] = {
    "baseline": lambda: PLAIN["JPEG"],
    "progressive": lambda: saved(scene(), "JPEG", progressive=True),
    "with restarts": lambda: saved(scene(), "JPEG", restart_marker_rows=1),
    "as RGB": lambda: saved(scene(), "JPEG", keep_rgb=True),
    "cmyk": lambda: saved(scene().convert("CMYK"), "JPEG"),
    "ycck": pictures.ycck,
    "grey": lambda: saved(scene().convert("L"), "JPEG"),
}


def pixels(data: bytes) -> bytes:
    return Pillow.open(BytesIO(data)).tobytes()


@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_of_any_process_keeps_its_pixels_and_loses_the_rest(name: str) -> None:
    data = JPEGS[name]()
    noise = [segment(0xE1, b"Exif\0\0" + pictures.exif(6)[6:]), segment(0xFE, b"SECRET"), segment(0xEC, b"SECRET")]
    file = stripped(pictures.jpeg_with(data, *noise) + b"SECRET")
    assert pixels(file.data) == pixels(data)
    assert b"SECRET" not in file.data
    assert (file.is_changed, file.cut_short, file.exif) == (True, False, pictures.exif(6)[6:])
    assert stripped(file.data) == StrippedFile(file.data)
    assert is_whole(file.data)


def test_the_adobe_marker_stays_since_it_says_how_the_colours_are_coded() -> None:
    for name in ("as RGB", "cmyk", "ycck"):
        data = JPEGS[name]()
        assert data.count(b"Adobe") == stripped(data).data.count(b"Adobe") == 1


def test_restart_markers_and_every_scan_stay() -> None:
    restarts, progressive = JPEGS["with restarts"](), JPEGS["progressive"]()
    assert stripped(restarts).data.count(b"\xff\xd0") == restarts.count(b"\xff\xd0") > 0
    assert stripped(progressive).data.count(b"\xff\xda") == progressive.count(b"\xff\xda") > 3


def test_fill_bytes_and_what_lies_between_segments_are_left_out() -> None:
    data = PLAIN["JPEG"]
    filled = data[:2] + b"\xff\xff\xff" + data[2:-2] + b"\xff\xff" + data[-2:]
    assert stripped(filled).data == stripped(data).data


def test_a_height_told_after_the_scan_stays_told() -> None:
    data = pictures.jpeg_without_height(PLAIN["JPEG"])
    file = stripped(data)
    assert file.data[-8:] == segment(0xDC, struct.pack(">H", pictures.SIZE[1])) + b"\xff\xd9"


def test_a_thumbnail_goes_and_so_does_the_density() -> None:
    data = PLAIN["JPEG"]
    at = data.index(b"JFIF")
    thumb = segment(0xE0, b"JFIF\0\1\2\1\0\x48\0\x48\2\2" + b"SECRETSECRET")
    assert stripped(data[:2] + thumb + data[at + 14 :]).data == stripped(data).data


def test_a_jpeg_without_an_end_is_given_one_and_says_so() -> None:
    for lost in (1, 2, 300):
        file = stripped(PLAIN["JPEG"][:-lost])
        assert file.cut_short
        assert file.data.endswith(b"\xff\xd9")


def test_a_colour_profile_in_pieces_is_put_together() -> None:
    pieces = [segment(0xE2, b"ICC_PROFILE\0" + bytes([number, 3]) + text) for number, text in
              enumerate((b"one ", b"two ", b"three"), 1)]  # fmt: skip
    assert stripped(pictures.jpeg_with(PLAIN["JPEG"], *pieces)).icc == b"one two three"


def test_a_png_keeps_the_chunks_of_its_pixels_alone() -> None:
    data = saved(scene(drawn=True).quantize(8), "PNG", transparency=3)
    extra = [chunk(kind, body) for kind, body in (
        (b"tEXt", b"a\0SECRET"), (b"gAMA", struct.pack(">I", 45455)), (b"pHYs", bytes(9)), (b"tIME", bytes(7)),
        (b"eXIf", pictures.exif(8)[6:]), (b"iCCP", b"name\0\0" + zlib.compress(b"a profile")), (b"prVt", b"SECRET"),
    )]  # fmt: skip
    file = stripped(pictures.png_with(data, *extra) + b"SECRET")
    assert file.data == stripped(data).data
    assert (file.exif, file.icc, file.is_changed) == (pictures.exif(8)[6:], b"a profile", True)
    assert stripped(file.data) == StrippedFile(file.data)
    assert b"tRNS" in file.data


def test_a_png_whose_profile_swells_has_none() -> None:
    data = pictures.png_with(PLAIN["PNG"], chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000))))
    assert stripped(data).icc == b""


def test_an_animated_png_keeps_its_first_frame() -> None:
    frames = [scene(drawn=True), scene(drawn=True).rotate(180)]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    file = stripped(data)
    assert file.has_more_frames
    assert Pillow.open(BytesIO(file.data)).convert("RGB").tobytes() == frames[0].tobytes()
    assert {b"acTL", b"fcTL", b"fdAT"} & {file.data[at : at + 4] for at in range(len(file.data))} == set()


@pytest.mark.parametrize("kind", [b"IHDR", b"IDAT"])
def test_a_png_whose_pixels_have_a_wrong_checksum_is_refused(kind: bytes) -> None:
    data = bytearray(PLAIN["PNG"])
    data[data.index(kind) + 6] ^= 1
    with pytest.raises(UnreadableImage, match="checksum"):
        stripped(bytes(data))


@pytest.mark.parametrize("options", [{}, {"lossless": True}], ids=["lossy", "lossless"])
def test_a_webp_loses_every_chunk_that_is_no_pixels_and_the_flags_that_told_of_them(options: dict[str, bool]) -> None:
    data = saved(scene(), "WEBP", **options)
    block = b"Exif\0\0" + pictures.exif(5)[6:]
    bodies = {b"ICCP": b"a profile", b"EXIF": block, b"XMP ": b"SECRET", b"prVt": b"SECRET!"}
    extra = [webp_chunk(kind, body) for kind, body in bodies.items()]
    file = stripped(pictures.webp_with(data, *extra, flags=0x2C) + b"SECRET")
    assert strict.webp(file.data) == pictures.SIZE
    assert pixels(file.data) == pixels(data)
    assert (file.exif, file.icc, file.is_changed) == (pictures.exif(5)[6:], b"a profile", True)
    assert stripped(file.data) == StrippedFile(file.data)
    assert is_whole(file.data)


def test_a_webp_keeps_the_flag_of_its_transparency() -> None:
    see = scene().copy()
    see.putalpha(128)
    data = saved(see, "WEBP", exif=pictures.exif(3))
    assert pixels(stripped(data).data) == pixels(data)


def test_a_webp_that_ends_inside_a_chunk_is_refused() -> None:
    with pytest.raises(UnreadableImage, match="ends inside"):
        stripped(PLAIN["WEBP"][:-20])


@pytest.mark.parametrize("kind", PLAIN)
def test_a_file_without_extras_is_the_same_bytes(kind: str) -> None:
    file = stripped(PLAIN[kind])
    assert (file.data, file.is_changed) == (PLAIN[kind], False)
    assert is_whole(file.data)


UNSOUND = {
    "a jpeg of the lossless process": pictures.lossless_jpeg(),
    "a jpeg without an end": PLAIN["JPEG"][:-2],
    "a jpeg with restarts out of order": JPEGS["with restarts"]().replace(b"\xff\xd1", b"\xff\xd5", 1),
    "a jpeg with restarts not announced": JPEGS["with restarts"]().replace(b"\xff\xdd\0\4", b"\xff\xfe\0\4", 1),
    "a jpeg with a marker nobody knows": pictures.jpeg_with(PLAIN["JPEG"], segment(0x71, b"?")),
    "a jpeg whose height comes late": pictures.jpeg_without_height(PLAIN["JPEG"]),
    "a png of too many rows": pictures.png((8, 8), 8, 0, bytes(73)),
    "a png of too few rows": pictures.png((8, 8), 8, 0, bytes(71)),
    "a png of 16 bits": pictures.png((8, 8), 16, 0, bytes(8 * 17)),
    "a png that lacks its palette": pictures.png((8, 8), 8, 3, bytes(72)),
    "a grey png with a palette": pictures.png((8, 8), 8, 0, bytes(72), chunk(b"PLTE", bytes(3))),
    "a png with a tail": PLAIN["PNG"] + b"\0",
    "a webp with a chunk nobody knows": pictures.webp_of(webp_chunk(b"prVt", b""), PLAIN["WEBP"][12:]),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_a_strict_decoder_may_refuse_is_not_sound(name: str) -> None:
    assert not is_whole(UNSOUND[name])
