"""Pictures of every kind that a camera, a scanner, a phone or an attacker hands over, each with how it should look.

One drawing, `scene`, is asymmetric in every direction, so that a wrong turn shows. A `Sample` is a file, its truth
as RGB pixels, and the tolerance: the mean difference of a channel, 0 to 255, that its coding may leave.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFilter, ImageFont, ImageOps, ImageStat

SIZE = (320, 240)
LOSSLESS, LOSSY, LOSSIER = 0.6, 3.0, 6.0
ORIENTATIONS = range(1, 9)
# The turn that stores an upright picture so that an orientation makes it upright again.
_STORE = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_90", 7: "TRANSVERSE",
          8: "ROTATE_270"}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A file and how it should look; `truth` None for a file that is no readable picture and must be refused."""

    name: str
    data: bytes
    truth: Image.Image | None
    tolerance: float = LOSSLESS

    def __str__(self) -> str:
        return self.name


# For a process of its own: its peak memory in kB. On Linux getrusage's begins with the peak of the parent process.
PEAK = """
def peak():
    import re, resource, sys
    try:
        with open("/proc/self/status") as status:
            return int(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
"""


@cache
def scene(size: tuple[int, int] = SIZE, *, drawn: bool = False) -> Image.Image:
    """A drawing no turn or flip of which is itself: a smooth one, or one of few colours."""
    width, height = size
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    page = (
        Image.merge("RGB", (across, down, ImageChops.invert(across))) if not drawn else Image.new("RGB", size, "white")
    )
    pen = ImageDraw.Draw(page)
    pen.rectangle((width // 16, height // 12, width // 5, height - height // 4), fill="black")
    pen.rectangle((width // 16, height // 12, width // 2, height // 5), fill="black")
    pen.rectangle((width // 2, height // 2, width - width // 8, height - height // 12), fill="red")
    pen.ellipse((width // 3, height // 3, width // 3 + height // 5, height // 3 + height // 5), fill="blue")
    return page if drawn else page.filter(ImageFilter.GaussianBlur(1.5))


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of a channel between two pictures of one size."""
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


def stored(picture: Image.Image, orientation: int) -> Image.Image:
    """The upright picture as a file with this EXIF orientation stores it."""
    return picture.transpose(Image.Transpose[_STORE[orientation]]) if orientation > 1 else picture


def exif(orientation: int = 1, *, gps: bool = False) -> bytes:
    """An EXIF block with a TIFF head, as JPEG carries it."""
    held = Image.Exif()
    held[0x0112] = orientation
    if gps:
        held[0x010E] = "SECRET-PLACE"
        held.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 13.0), 3: "E", 4: (4.0, 18.0, 1.0)})
    return held.tobytes()


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


# --- files built by hand ---


def segment(marker: int, body: bytes) -> bytes:
    """A JPEG marker segment."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(size: tuple[int, int], depth: int, colour: int, rows: bytes, *before: bytes) -> bytes:
    """A PNG of raw rows (filter bytes included), with chunks before its pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0))
    return b"".join((b"\x89PNG\r\n\x1a\n", head, *before, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")))


def png_with(data: bytes, *chunks: bytes) -> bytes:
    """A PNG with more chunks after its header."""
    return data[:33] + b"".join(chunks) + data[33:]


def jpeg_with(data: bytes, *segments: bytes) -> bytes:
    """A JPEG with more segments after its start."""
    return data[:2] + b"".join(segments) + data[2:]


def webp_chunk(kind: bytes, body: bytes) -> bytes:
    """A RIFF chunk, padded."""
    return kind + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def webp_of(*chunks: bytes) -> bytes:
    """A WebP file of chunks."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_with(data: bytes, *chunks: bytes, flags: int = 0) -> bytes:
    """A simple WebP made an extended one, with more chunks after its picture."""
    width, height = Image.open(io.BytesIO(data)).size
    sides = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return webp_of(webp_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides), data[12:], *chunks)


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment up to the first scan."""
    at = 2
    while data[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        yield data[at + 1], at, end
        at = end
    yield 0xDA, at, len(data)


def jpeg_without_height(data: bytes) -> bytes:
    """A baseline JPEG whose height stands in a DNL segment after its scan, as T.81 allows."""
    at = next(start for marker, start, _ in jpeg_segments(data) if 0xC0 <= marker <= 0xC2)
    height = data[at + 5 : at + 7]
    return data[: at + 5] + b"\x00\x00" + data[at + 7 : -2] + segment(0xDC, height) + b"\xff\xd9"


def jpeg_claiming(size: tuple[int, int]) -> bytes:
    """A JPEG whose header claims a size and whose scan is that of a small one."""
    data = saved(scene(), "JPEG")
    at = next(start for marker, start, _ in jpeg_segments(data) if 0xC0 <= marker <= 0xC2)
    return data[: at + 5] + struct.pack(">HH", size[1], size[0]) + data[at + 9 :]


def lossless_jpeg(size: tuple[int, int] = (64, 48)) -> bytes:
    """A JPEG of the lossless process (SOF3), all grey: legal, and read by next to nobody."""
    width, height = size
    frame = segment(0xC3, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    table = segment(0xC4, b"\x00" + bytes([1] + [0] * 15) + b"\x00")  # one code, "0": no difference
    scan = segment(0xDA, b"\x01\x01\x00\x01\x00\x00")
    bits = width * height
    body = b"\x00" * (bits // 8) + (bytes([0xFF >> bits % 8]) if bits % 8 else b"")
    return b"\xff\xd8" + frame + table + scan + body + b"\xff\xd9"


def tiff(entries: dict[int, tuple[int, int, bytes]], pixels: bytes = b"", *, following: int = 0) -> bytes:
    """A little-endian TIFF of one directory: tag -> (type, count, value or offset in 4 bytes)."""
    head = struct.pack("<2sHI", b"II", 42, 8 + len(pixels)) + pixels
    rows = b"".join(
        struct.pack("<HHI", tag, kind, count) + value for tag, (kind, count, value) in sorted(entries.items())
    )
    return head + struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)


def tiff_of(width: int, height: int, pixels: bytes = b"", **more: tuple[int, int, bytes]) -> bytes:
    """A grey TIFF of one strip; `more` tags are named t<number>."""

    def long(value: int) -> tuple[int, int, bytes]:
        return 4, 1, struct.pack("<I", value)

    rows = {256: long(width), 257: long(height), 258: long(8), 259: long(1), 262: long(1), 273: long(8),
            277: long(1), 278: long(height), 279: long(len(pixels))}  # fmt: skip
    return tiff({**rows, **{int(tag[1:]): value for tag, value in more.items()}}, pixels)


def swapped_profile() -> bytes:
    """An ICC profile whose red and green are each other's: who ignores it shows the wrong colours."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", data, 128)[0]
    places = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    one, two = places[b"rXYZ"], places[b"gXYZ"]
    data[one + 4 : one + 12], data[two + 4 : two + 12] = data[two + 4 : two + 12], data[one + 4 : one + 12]
    return bytes(data).replace(b"s\x00R\x00G\x00B", b"o\x00d\x00d\x00!").replace(b"sRGB", b"odd!")


def deep(picture: Image.Image) -> bytes:
    """The rows of a picture as 16 bits a channel, high byte first, each with its filter byte."""
    width, height = picture.size
    row = width * len(picture.getbands())
    data = picture.tobytes()
    return b"".join(
        b"\x00" + bytes(byte for value in data[at : at + row] for byte in (value, 255 - value))
        for at in range(0, row * height, row)
    )


def sparse_png(size: tuple[int, int], colour: int = 6) -> bytes:
    """A PNG of one even colour: few bytes, as many pixels as it says."""
    row = b"\x00" + b"\xff" * (size[0] * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour])
    rows, rest = divmod(size[1], max(1, 2**20 // len(row)))  # many rows at a time: a thin picture has millions
    packer, many = zlib.compressobj(9), row * max(1, 2**20 // len(row))
    packed = b"".join((*(packer.compress(many) for _ in range(rows)), packer.compress(row * rest), packer.flush()))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


# --- text and photographs ---


def roll(width: int = 500, length: int = 9000, *, across: bool = False) -> tuple[Image.Image, list[tuple[int, int]]]:
    """A till roll of drawn lines, and where each begins and ends along its length; `across` lays it on its side."""
    page = Image.new("L", (width, length), 245)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=22)
    lines = []
    for number, top in enumerate(range(20, length - 40, 37)):
        text = f"{number:03d} ITEM {number * 7919 % 1000:03d}   {number * 13 % 90}.{number % 10}9"
        left, upper, right, lower = pen.textbbox((20, top), text, font=font)
        pen.text((20, top), text, 20, font=font)
        assert 0 <= left < right < width
        lines.append((int(upper), int(lower) + 1))
    assert all(one[1] < two[0] for one, two in pairwise(lines))
    return (page.transpose(Image.Transpose.TRANSPOSE) if across else page), lines


def _noise(size: tuple[int, int]) -> Image.Image:
    """Grey noise, the same every time."""
    return Image.frombytes("L", size, Random(size[0]).randbytes(size[0] * size[1]))


@cache
def phone_photo(orientation: int = 6) -> bytes:
    """A 12 megapixel JPEG of 4032 x 3024 stored pixels as a phone takes it: shapes, text, light, sensor noise, GPS."""
    upright = (3024, 4032)
    page = scene((756, 1008)).resize(upright, Image.Resampling.BICUBIC)
    clouds = _noise((189, 252)).resize(upright, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=64)
    for row in range(18):
        pen.text((300, 900 + 120 * row), f"{row + 1:2d}  Coffee, ground, 250 g   {row * 3}.49", "white", font=font)
    page = Image.blend(page, Image.merge("RGB", [clouds] * 3), 0.25)
    page = Image.blend(page, Image.merge("RGB", [_noise(upright)] * 3), 0.06)
    return saved(stored(page, orientation), "JPEG", quality=97, subsampling=2, exif=exif(orientation, gps=True))


# --- the corpus ---


def _on_white(picture: Image.Image) -> Image.Image:
    clear = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), clear).convert("RGB")


def _see_through(mode: str = "RGBA") -> Image.Image:
    picture = scene().convert(mode)
    picture.putalpha(Image.linear_gradient("L").resize(SIZE))
    return picture


_BEST: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95},
    "WEBP": {"lossless": True},
    "HEIF": {"quality": 95},
    "AVIF": {"quality": 95},
}


def oriented(kind: str, orientation: int) -> Sample:
    """The scene in a format, stored turned, with the orientation that makes it upright."""
    options = _BEST.get(kind, {})
    data = saved(stored(scene(), orientation), kind, exif=exif(orientation), **options)
    return Sample(f"{kind.lower()} turned {orientation}", data, scene(), LOSSY)


def _cut(kind: str, share: float, **options: Any) -> Sample:
    data = saved(scene(), "JPEG", quality=90, **options)
    return Sample(f"{kind} jpeg cut at {share:.0%}", data[: int(len(data) * share)], scene(), 255)


def _animated(kind: str) -> bytes:
    frames = [scene(drawn=True), ImageOps.mirror(scene(drawn=True)), ImageOps.flip(scene(drawn=True))]
    options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, **options)


def _mpo() -> bytes:
    return saved(scene(), "MPO", save_all=True, append_images=[ImageOps.mirror(scene())], quality=95)


def _jpegs() -> Iterator[Sample]:
    plain = saved(scene(), "JPEG", quality=95)
    grey = scene().convert("L")
    yield Sample("jpeg", plain, scene(), LOSSY)
    yield Sample("jpeg progressive", saved(scene(), "JPEG", quality=95, progressive=True), scene(), LOSSY)
    yield Sample("jpeg with restarts", saved(scene(), "JPEG", quality=95, restart_marker_rows=1), scene(), LOSSY)
    yield Sample("jpeg coded as RGB", saved(scene(), "JPEG", quality=95, keep_rgb=True), scene(), LOSSY)
    yield Sample("jpeg grey", saved(grey, "JPEG", quality=95), grey.convert("RGB"), LOSSY)
    cmyk = scene().convert("CMYK")
    yield Sample("jpeg cmyk", saved(cmyk, "JPEG", quality=95), cmyk.convert("RGB"), LOSSY)
    yield Sample("jpeg ycck", ycck(), scene(), LOSSIER)
    yield Sample("jpeg mpo", _mpo(), scene(), LOSSY)
    yield Sample("jpeg with gps", saved(scene(), "JPEG", quality=95, exif=exif(gps=True)), scene(), LOSSY)
    yield Sample("jpeg with a comment", saved(scene(), "JPEG", quality=95, comment=b"SECRET"), scene(), LOSSY)
    yield Sample("jpeg with fill bytes", plain[:2] + b"\xff\xff" + plain[2:], scene(), LOSSY)
    yield Sample("jpeg with a tail", plain + b"PK\x03\x04SECRET", scene(), LOSSY)
    yield Sample("jpeg without an end", plain[:-2], scene(), LOSSY)
    yield Sample(
        "jpeg with broken exif", jpeg_with(plain, segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f")), scene(), LOSSY
    )
    odd = ImageChops.difference(scene(), Image.new("RGB", SIZE))
    swapped = Image.merge("RGB", [odd.getchannel(band) for band in "GRB"])
    yield Sample(
        "jpeg in a wide gamut", saved(swapped, "JPEG", quality=97, icc_profile=swapped_profile()), scene(), LOSSY
    )
    for share in (0.5, 0.8, 0.95):
        yield _cut("baseline", share)
        yield _cut("progressive", share, progressive=True)


def ycck() -> bytes:
    """A JPEG of four channels coded as YCCK, values inverted, as Adobe's programs write it."""
    luma = ImageChops.invert(scene()).convert("YCbCr").split()
    black = Image.new("L", SIZE, 255)  # inverted: none
    data = saved(ImageChops.invert(Image.merge("CMYK", (*luma, black))), "JPEG", quality=95)  # Pillow inverts CMYK
    at = data.index(b"Adobe")
    return data[: at + 11] + b"\x02" + data[at + 12 :]  # transform 2: YCCK


def _pngs() -> Iterator[Sample]:
    few = scene(drawn=True)
    grey = scene().convert("L")
    plain = saved(scene(), "PNG")
    yield Sample("png", plain, scene())
    yield Sample("png of few colours", saved(few, "PNG"), few)
    yield Sample("png grey", saved(grey, "PNG"), grey.convert("RGB"))
    yield Sample("png palette", saved(few.quantize(16), "PNG"), few.quantize(16).convert("RGB"))
    see = few.quantize(8)
    clear = saved(see, "PNG", transparency=0)
    yield Sample("png palette, see-through", clear, _on_white(Image.open(io.BytesIO(clear))))
    yield Sample("png of one bit", saved(few.convert("1"), "PNG"), few.convert("1").convert("RGB"))
    yield Sample("png grey and alpha", saved(_see_through("L"), "PNG"), _on_white(_see_through("L")))
    yield Sample("png with alpha", saved(_see_through(), "PNG"), _on_white(_see_through()), LOSSY)
    yield Sample("png of 16 bits, grey", png(SIZE, 16, 0, deep(grey)), grey.convert("RGB"), 1.0)
    yield Sample("png of 16 bits, colour", png(SIZE, 16, 2, deep(scene())), scene(), LOSSY)
    yield Sample("png of 16 bits, alpha", png(SIZE, 16, 6, deep(_see_through())), _on_white(_see_through()), LOSSY)
    keyed = chunk(b"tRNS", struct.pack(">HHH", 255, 0, 0))
    yield Sample("png keyed", png_with(saved(few, "PNG"), keyed), _unkeyed(few), 1.0)
    yield Sample("png animated", _animated("PNG"), few)
    yield Sample("png with text", png_with(plain, chunk(b"tEXt", b"Comment\0SECRET")), scene())
    yield Sample("png with a tail", plain + b"SECRET" * 99, scene())
    yield Sample("png without an end", plain[:-12], scene())
    swapped = Image.merge("RGB", [scene().getchannel(band) for band in "GRB"])
    yield Sample("png in a wide gamut", saved(swapped, "PNG", icc_profile=swapped_profile()), scene(), LOSSY)
    yield Sample("png cut at half", plain[: len(plain) // 2], None)
    yield Sample("png with a wrong checksum", plain[:60] + bytes([plain[60] ^ 1]) + plain[61:], None)


def _unkeyed(picture: Image.Image) -> Image.Image:
    """Pure red become white."""
    red, green, blue = picture.split()
    mask = ImageChops.multiply(red.point(lambda v: 255 * (v == 255)), green.point(lambda v: 255 * (v == 0)))
    mask = ImageChops.multiply(mask, blue.point(lambda v: 255 * (v == 0)))
    page = picture.copy()
    page.paste("white", mask=mask)
    return page


def _others() -> Iterator[Sample]:
    few = scene(drawn=True)
    grey = scene().convert("L")
    yield Sample("webp", saved(scene(), "WEBP", quality=95), scene(), LOSSY)
    yield Sample("webp without loss", saved(scene(), "WEBP", lossless=True), scene())
    yield Sample("webp with alpha", saved(_see_through(), "WEBP", lossless=True), _on_white(_see_through()), LOSSY)
    yield Sample("webp animated", _animated("WEBP"), few)
    yield Sample("webp with gps", saved(scene(), "WEBP", lossless=True, exif=exif(gps=True)), scene())
    yield Sample("gif", saved(few.quantize(16), "GIF"), few.quantize(16).convert("RGB"))
    yield Sample("gif animated", _animated("GIF"), few)
    yield Sample("gif, see-through", saved(few.quantize(8), "GIF", transparency=0), _on_white(
        Image.open(io.BytesIO(saved(few.quantize(8), "GIF", transparency=0)))))  # fmt: skip
    yield Sample("bmp", saved(scene(), "BMP"), scene(), LOSSY)
    yield Sample("bmp of one bit", saved(few.convert("1"), "BMP"), few.convert("1").convert("RGB"))
    reserved = saved(scene(), "BMP")
    yield Sample("bmp with reserved bytes", reserved[:6] + b"made" + reserved[10:], scene(), LOSSY)
    yield Sample("ppm", saved(scene(), "PPM"), scene(), LOSSY)
    yield Sample("pgm", saved(grey, "PPM"), grey.convert("RGB"))
    yield Sample("pgm of 16 bits", saved(grey.convert("I").point(lambda v: v * 257), "PPM"), grey.convert("RGB"), 1.0)
    yield Sample("pbm", saved(few.convert("1"), "PPM"), few.convert("1").convert("RGB"))
    for number, picture in enumerate((few.convert("1"), grey, scene()), 1):
        yield Sample(f"p{number} written as text", pnm_as_text(number, picture), picture.convert("RGB"), LOSSY)
    yield from _pcx_and_tga(few, grey)
    yield Sample("jpeg 2000", saved(scene(), "JPEG2000"), scene(), LOSSY)
    yield Sample("jpeg 2000 codestream", saved(scene(), "JPEG2000", no_jp2=True), scene(), LOSSY)
    yield Sample("ico", saved(few.resize((128, 96)), "ICO", sizes=[(128, 96)]), few.resize((128, 96)), 1.0)
    cmyk = scene().convert("CMYK")
    yield Sample("tiff", saved(scene(), "TIFF"), scene(), LOSSY)
    yield Sample("tiff cmyk", saved(cmyk, "TIFF"), cmyk.convert("RGB"), LOSSY)
    yield Sample(
        "tiff of 16 bits", saved(grey.convert("I;16").point(lambda v: v * 257), "TIFF"), grey.convert("RGB"), 1.0
    )
    yield Sample("tiff fax", saved(few.convert("1"), "TIFF", compression="group4"), few.convert("1").convert("RGB"))
    yield Sample("tiff with alpha", saved(_see_through(), "TIFF"), _on_white(_see_through()), LOSSY)
    pages = saved(few, "TIFF", save_all=True, append_images=[ImageOps.mirror(few)], compression="tiff_lzw")
    yield Sample("tiff of two pages", pages, few)
    yield Sample("avif", saved(scene(), "AVIF", quality=95), scene(), LOSSIER)


def pnm_as_text(number: int, picture: Image.Image) -> bytes:
    """A PBM, PGM or PPM (1 to 3) whose values are written as digits, with a comment in its header."""
    values = picture.convert("L").point(lambda v: v == 0) if number == 1 else picture
    depth = "" if number == 1 else "255\n"
    head = f"P{number}\n# made by hand\n{picture.width} {picture.height}\n{depth}"
    return head.encode() + b" ".join(b"%d" % value for value in values.tobytes())


def _pcx_and_tga(few: Image.Image, grey: Image.Image) -> Iterator[Sample]:
    packed: dict[str, dict[str, Any]] = {"PCX": {}, "TGA": {}, "TGA, packed": {"compression": "tga_rle"}}
    for name, options in packed.items():
        kind = name[:3]
        yield Sample(name.lower(), saved(scene(), kind, **options), scene(), LOSSY)
        yield Sample(f"{name.lower()}, grey", saved(grey, kind, **options), grey.convert("RGB"))
        palette = few.quantize(16)
        yield Sample(f"{name.lower()}, palette", saved(palette, kind, **options), palette.convert("RGB"))
    yield Sample("pcx of one bit", saved(few.convert("1"), "PCX"), few.convert("1").convert("RGB"))
    yield Sample("tga with alpha", saved(_see_through(), "TGA"), _on_white(_see_through()), LOSSY)
    yield Sample("tga from the top", saved(scene(), "TGA", orientation=1), scene(), LOSSY)


def _refused() -> Iterator[Sample]:
    texts = {
        "nothing": b"", "a pdf": b"%PDF-1.7\n", "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "html": b"<!DOCTYPE html><html>", "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n", "zip": b"PK\x03\x04" + bytes(40),
        "words": b"hello", "a jpeg's first bytes": b"\xff\xd8\xff", "a png's first bytes": b"\x89PNG\r\n\x1a\n",
        "a webp's first bytes": b"RIFF\x04\0\0\0WEBP", "a gif's first bytes": b"GIF89a",
    }  # fmt: skip
    yield from (Sample(name, data, None) for name, data in texts.items())
    head = next(start for marker, start, _ in jpeg_segments(saved(scene(), "JPEG")) if marker == 0xDA)
    yield Sample("jpeg before its pixels", saved(scene(), "JPEG")[: head + 14], None)
    yield Sample("jpeg claiming 65535 x 65535", jpeg_claiming((65535, 65535)), None)
    yield Sample(
        "png claiming 2 thousand million pixels a side", sparse_png((2, 2))[:16] + b"\x7f" * 8 + bytes(40), None
    )


@cache
def corpus() -> tuple[Sample, ...]:
    """Every kind of file, in a fixed order."""
    kinds: tuple[Callable[[], Iterator[Sample]], ...] = (_jpegs, _pngs, _others, _refused)
    turned = (oriented(kind, number) for kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF") for number in ORIENTATIONS)
    return (*(sample for kind in kinds for sample in kind()), *turned)
