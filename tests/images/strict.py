"""A strict reader of what is sent: one still picture, whole, legal, within limits, with nothing else in the file.

Written from ITU T.81, the PNG specification (third edition) and the WebP container specification, apart from the
code it judges. `check` says what is wrong, or nothing.
"""

from __future__ import annotations

import re
import struct
import zlib
from hashlib import sha256
from io import BytesIO

from PIL import Image, PngImagePlugin

from typesight.images.encoding.encode import EncodedImage
from typesight.models.profiles import VisionProfile

MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/gif": b"GIF8", "image/webp": b"RIFF"}
_ENTROPY = re.compile(rb"(?:[^\xff]|\xff\x00)*", re.DOTALL)
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


class Flaw(AssertionError):
    """What a strict reader refuses."""


def need(holds: object, flaw: str) -> None:
    if not holds:
        raise Flaw(flaw)


def check(sent: EncodedImage, profile: VisionProfile) -> Image.Image:
    """The decoded picture. Raises Flaw for whatever should not be sent."""
    need(sent.media_type in profile.formats, f"{sent.media_type} is not taken")
    need(sent.data.startswith(MAGIC[sent.media_type]), f"the bytes are not {sent.media_type}")
    need(len(sent.base64) <= profile.max_bytes, "too many bytes")
    need(max(sent.size) <= profile.max_side, "too long a side")
    need(sent.sha256 == sha256(sent.data).hexdigest(), "the digest is of other bytes")
    size = {"image/jpeg": jpeg, "image/png": png, "image/webp": webp}[sent.media_type](sent.data)
    need(size == sent.size, f"the file says {size}, the encoder {sent.size}")
    Image.open(BytesIO(sent.data)).verify()
    picture = Image.open(BytesIO(sent.data))
    picture.load()
    need(picture.size == size, "Pillow sees another size")
    need(Image.MIME[picture.format or ""] == sent.media_type, "Pillow sees another format")
    need(getattr(picture, "n_frames", 1) == 1, "more than one frame")
    need(picture.mode in {"1", "L", "P", "RGB"}, f"mode {picture.mode}")
    held = {"exif", "xmp", "icc_profile", "comment", "photoshop", "transparency", "mpoffset", "XML:com.adobe.xmp"}
    need(not held & picture.info.keys(), f"metadata {held & picture.info.keys()}")
    need(not isinstance(picture, PngImagePlugin.PngImageFile) or not picture.text, "text")
    shown = picture.convert("RGB")
    shown.info["lossless"] = sent.media_type == "image/png"
    return shown


def jpeg(data: bytes) -> tuple[int, int]:
    """Walk a JPEG; its size."""
    at, size, restart, scans = 2, (0, 0), 0, 0
    while True:
        need(at + 2 <= len(data), "no end")
        need(data[at] == 0xFF, f"no marker at {at}")
        marker = data[at + 1]
        if marker == 0xD9:
            break
        need(at + 4 <= len(data), "cut in a marker")
        length = struct.unpack_from(">H", data, at + 2)[0]
        end = at + 2 + length
        need(length >= 2 and end <= len(data), f"segment {marker:02x} is cut")
        body = data[at + 4 : end]
        if marker in {0xC0, 0xC1, 0xC2}:
            need(size == (0, 0), "two frames")
            need(body[0] == 8 and body[5] in {1, 3} and len(body) == 6 + 3 * body[5], "an odd frame")
            height, width = struct.unpack_from(">HH", body, 1)
            size = (width, height)
            need(width and height, "no size in the frame")
        elif marker == 0xDD:
            restart = struct.unpack(">H", body)[0]
        elif marker == 0xDA:
            need(size != (0, 0), "a scan before its frame")
            scans += 1
            end = _scan(data, end, bool(restart))
        else:
            need(marker in {0xDB, 0xC4} or _is_shown(marker, body), f"segment {marker:02x}")
        at = end
    need(scans, "no scan")
    need(at + 2 == len(data), f"{len(data) - at - 2} bytes after the end")
    return size


def _is_shown(marker: int, body: bytes) -> bool:
    """Whether an application segment says how to show the pixels, and nothing else."""
    jfif = marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) == 14 and body[12:] == b"\0\0"
    return jfif or (marker == 0xEE and body.startswith(b"Adobe") and len(body) == 12)


def _scan(data: bytes, at: int, restarts: bool) -> int:
    """Where a scan's entropy-coded data ends."""
    number = 0
    while True:
        found = _ENTROPY.match(data, at)
        assert found
        need(found.end() > at, "an empty piece of scan")
        at = found.end()
        need(at + 1 < len(data), "a scan without an end")
        if not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        need(restarts, "a restart nobody announced")
        need(data[at + 1] == 0xD0 + number % 8, "restarts out of order")
        number, at = number + 1, at + 2


def png(data: bytes) -> tuple[int, int]:
    """Walk a PNG; its size."""
    at, kinds, packed, head, palette = 8, [], [], b"", 0
    while at < len(data):
        need(at + 12 <= len(data), "cut in a chunk")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        need(end <= len(data), "a chunk is cut")
        body = data[at + 8 : end - 4]
        need(zlib.crc32(kind + body) == struct.unpack_from(">I", data, end - 4)[0], "a wrong checksum")
        kinds.append(kind)
        if kind == b"IHDR":
            head = body
        elif kind == b"PLTE":
            palette = length
        elif kind == b"IDAT":
            packed.append(body)
        at = end
    order = re.fullmatch(r"(IHDR) (PLTE )?(IDAT )+IEND", " ".join(kind.decode("latin-1") for kind in kinds))
    need(order, f"chunks {kinds[:9]}")
    need(len(head) == 13, "the header's length")
    width, height, depth, colour, packing, filtering, interlaced = struct.unpack(">IIBBBBB", head)
    need(0 < width < 2**31 and 0 < height < 2**31, "the size")
    need(depth in _DEPTHS.get(colour, ()) and depth <= 8, f"depth {depth} of colour {colour}")
    need(packing == filtering == 0 and interlaced in {0, 1}, "the methods")
    need(colour not in {0, 4} or not palette, "a palette in grey")
    need(palette % 3 == 0 and palette <= 768 and (colour != 3 or 0 < palette <= 3 * 2**depth), "the palette")
    _rows(b"".join(packed), (width, height), depth * _CHANNELS[colour], bool(interlaced))
    return width, height


def _rows(packed: bytes, size: tuple[int, int], bits: int, interlaced: bool) -> None:
    """Every row is there, each with a known filter, and the stream ends with them."""
    unpacker = zlib.decompressobj()
    try:
        rows = unpacker.decompress(packed)
    except zlib.error as error:
        raise Flaw(f"the pixels do not unpack: {error}") from error
    need(unpacker.eof and not unpacker.unused_data, "the pixels' stream has no end, or more after it")
    at = 0
    for left, top, across, down in _ADAM7 if interlaced else ((0, 0, 1, 1),):
        width, height = -(-(size[0] - left) // across), -(-(size[1] - top) // down)
        step = 1 + -(-width * bits // 8)
        if width > 0 and height > 0:
            need(set(rows[at : at + step * height : step]) <= {0, 1, 2, 3, 4}, "an unknown filter")
            at += step * height
    need(at == len(rows), f"{len(rows)} bytes of rows where {at} belong")


def webp(data: bytes) -> tuple[int, int]:
    """Walk a WebP; its size."""
    need(struct.unpack_from("<I", data, 4)[0] + 8 == len(data), "the file's length")
    at, kinds, size = 12, [], (0, 0)
    while at < len(data):
        need(at + 8 <= len(data), "cut in a chunk")
        kind, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length + length % 2
        need(end <= len(data), "a chunk is cut")
        body = data[at + 8 : at + 8 + length]
        kinds.append(kind)
        if kind == b"VP8X":
            need(length == 10 and not body[0] & ~0x10, f"flags {body[0]:02x}")
            size = 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        elif kind == b"VP8 ":
            need(body[3:6] == b"\x9d\x01\x2a", "the frame's start")
            inner = tuple(side & 0x3FFF for side in struct.unpack_from("<HH", body, 6))
        elif kind == b"VP8L":
            need(body[0] == 0x2F, "the frame's start")
            told = struct.unpack_from("<I", body, 1)[0]
            inner = 1 + (told & 0x3FFF), 1 + (told >> 14 & 0x3FFF)
        at = end
    need(re.fullmatch(rb"(VP8X)?(ALPH)?(VP8 |VP8L)", b"".join(kinds)), f"chunks {kinds[:9]}")
    need(size in {(0, 0), inner}, "the canvas is not the frame")
    return inner[0], inner[1]
