"""Containers: a picture's file less what only travels with it.

EXIF with its GPS, XMP, comments, colour profiles, thumbnails, further frames and whatever follows the picture's
end are taken off without touching the coded pixels; what says how to show the pixels (orientation, colour
profile) is handed on. Formats: ITU T.81, the PNG specification (third edition), the WebP container
specification. A format without a row here is written anew whenever it is sent.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from typesight.errors import UnreadableImage
from typesight.images.formats import Format

__all__ = ["Bare", "bare"]


@dataclass(frozen=True, slots=True)
class Bare:
    """A file's bytes without metadata, and what of it matters.

    `exif` is a TIFF structure, `icc` a colour profile, both empty when there is none; `moving` says that the
    file held more frames, `cut_short` that a JPEG has no end, `removed` that something was taken off.
    """

    data: bytes
    exif: bytes = b""
    icc: bytes = b""
    moving: bool = False
    cut_short: bool = False
    removed: bool = False


def bare(data: bytes, kind: Format) -> Bare:
    """Take off everything but the picture. Raises UnreadableImage for a container that is damaged."""
    strip = _STRIPPERS.get(kind.name)
    try:
        file = strip(data) if strip else Bare(data)
    except (struct.error, IndexError) as error:
        raise UnreadableImage(f"the {kind.name} file is damaged: it ends inside its header") from error
    return replace(file, removed=file.data != data)


# --- JPEG: a chain of marker segments round entropy-coded scans (T.81, annex B) ---

# Without the fill bytes before it, which `_scan_end` adds: so the search is for one byte, and 20 times as fast.
_SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]", re.DOTALL)
_ALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
_SOS, _EOI, _COMMENT, _APP0, _APP14 = 0xDA, 0xD9, 0xFE, 0xE0, 0xEE
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


def _bare_jpeg(data: bytes) -> Bare:
    kept, told = [data[:2]], {"exif": b"", "icc": b""}
    position, ended = 2, False
    while position < len(data) and not ended:
        position = _next_marker(data, position)
        if position < 0:
            break
        marker = data[position + 1]
        if marker == _EOI:
            ended = True
        elif marker in _ALONE:
            position += 2
        else:
            end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
            if max(end, position + 4) > len(data):
                break  # the file ends inside a segment; the scans before it may be a picture
            kept.append(_kept_segment(data[position:end], marker, told))
            if marker == _SOS:
                start, end = end, _scan_end(data, end)
                kept.append(data[start:end])
            position = end
    return Bare(b"".join([*kept, b"\xff\xd9"]), told["exif"], told["icc"], cut_short=not ended)


def _scan_end(data: bytes, start: int) -> int:
    """Where the coded pixels that begin at `start` end."""
    found = _SCAN_END.search(data, start)
    end = found.start() if found else len(data)
    while found and end > start and data[end - 1] == 0xFF:
        end -= 1
    if end == start:
        raise UnreadableImage("the JPEG ends before its first pixels: get the whole file")
    return end


def _next_marker(data: bytes, position: int) -> int:
    """Where the next marker begins, fill bytes and garbage passed over; -1 at the end."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 3 >= len(data) + 2:
            return -1
        if position + 1 < len(data) and data[position + 1] not in {0x00, 0xFF}:
            return position
        position += 1


def _kept_segment(segment: bytes, marker: int, told: dict[str, bytes]) -> bytes:
    """The segment, or what is kept of it; EXIF and colour profile are noted in `told`."""
    body = segment[4:]
    if marker == _APP0 and body.startswith(b"JFIF\x00"):
        return _JFIF  # without its thumbnail and its density
    if marker == _APP14 and body.startswith(b"Adobe"):
        return segment  # says which colour transform the scan is coded with
    if marker == 0xE1 and body.startswith(b"Exif\x00") and not told["exif"]:
        told["exif"] = body[6:]
    if marker == 0xE2 and body.startswith(b"ICC_PROFILE\x00"):
        told["icc"] += body[14:]
    return b"" if _APP0 <= marker <= 0xEF or marker == _COMMENT else segment


# --- PNG: a signature and chunks with checksums ---

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_IEND = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_PIXEL_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_MOST_PROFILE = 4 * 1024 * 1024


def _bare_png(data: bytes) -> Bare:
    kept, exif, icc, moving, ended = [_SIGNATURE], b"", b"", False, False
    for kind, body, whole in _png_chunks(data):
        if kind in _PIXEL_CHUNKS:
            kept.append(whole)
        elif kind == b"eXIf":
            exif = body.removeprefix(b"Exif\x00\x00")
        elif kind == b"iCCP":
            icc = _inflated(body.partition(b"\x00")[2][1:])
        elif kind == b"acTL":
            moving = moving or struct.unpack_from(">I", body)[0] > 1
        ended = ended or kind == b"IEND"
    if not ended:  # whether its pixels are all there is seen when they are decoded
        kept.append(_IEND)
    return Bare(b"".join(kept), exif, icc, moving)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Type, body and whole of each chunk up to IEND; a damaged chunk that carries pixels is an error."""
    position = len(_SIGNATURE)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            break
        whole = data[position:end]
        sound = zlib.crc32(whole[4:-4]) == struct.unpack(">I", whole[-4:])[0]
        if not sound and kind in _PIXEL_CHUNKS:
            raise UnreadableImage(f"the PNG is damaged: the checksum of its {kind.decode()} chunk is wrong")
        if sound:
            yield kind, whole[8:-4], whole
        if kind == b"IEND":
            return
        position = end


def _inflated(packed: bytes) -> bytes:
    """A compressed profile, empty where it is damaged or grows beyond any profile's size."""
    inflate = zlib.decompressobj()
    try:
        data = inflate.decompress(packed, _MOST_PROFILE)
    except zlib.error:
        return b""
    return b"" if inflate.unconsumed_tail else data


# --- WebP: RIFF chunks ---

_TOLD = frozenset({b"EXIF", b"ICCP"})
_SHOWN = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
_CLEAR, _MOVING = 0x10, 0x02  # flags of VP8X that are about pixels


def _bare_webp(data: bytes) -> Bare:
    told: dict[bytes, bytes] = {}
    kept: list[bytes] = []
    moving = False
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    position = 12
    while position + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, position)
        after = position + 8 + length + length % 2
        body = data[position + 8 : position + 8 + length]
        if position + 8 + length > end:
            raise UnreadableImage("the WEBP file is damaged: it ends inside a chunk")
        if kind in _TOLD:
            told[kind] = body
        elif kind == b"VP8X":
            moving = bool(body[0] & _MOVING)
            kept.append(data[position : position + 8] + bytes([body[0] & (_CLEAR | _MOVING)]) + body[1:])
        elif kind in _SHOWN:
            kept.append(data[position : position + 8] + body + b"\x00" * (length % 2))
        position = after
    packed = b"WEBP" + b"".join(kept)
    whole = b"RIFF" + struct.pack("<I", len(packed)) + packed
    exif = told.get(b"EXIF", b"").removeprefix(b"Exif\x00\x00")
    return Bare(whole, exif, told.get(b"ICCP", b""), moving)


_STRIPPERS: dict[str, Callable[[bytes], Bare]] = {"JPEG": _bare_jpeg, "PNG": _bare_png, "WEBP": _bare_webp}
