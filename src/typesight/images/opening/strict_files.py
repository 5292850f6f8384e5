"""Checks that every strict decoder accepts a stripped file as it is.

Pillow tolerates wrong checksums of pixels, rows beyond the last, markers out of order and rare JPEG processes. A file
with any of these is encoded again instead of being sent as it is. Formats: ITU T.81, the PNG specification (third
edition), the WebP container specification. Damage inside a JPEG's Huffman codes is not detected here: it shows only in
the pixels.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from math import ceil

from typesight.images.opening.formats import Format

__all__ = ["is_sound"]


def is_sound(data: bytes, kind: Format) -> bool:
    """Whether a JPEG, PNG or WebP file is complete and valid, and coded in a way that all decoders support."""
    judge = _JUDGES.get(kind.name)
    try:
        return judge is not None and judge(data)
    except (struct.error, IndexError, zlib.error):
        return False


# --- JPEG ---

_PIECE = rb"(?:[^\xff]++|\xff\x00)++"
_SCAN = re.compile(_PIECE + rb"(?:\xff++[\xd0-\xd7]" + _PIECE + rb")*+", re.DOTALL)
_RESTART = re.compile(rb"\xff([\xd0-\xd7])", re.DOTALL)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Huffman-coded baseline, extended and progressive frames; tables, scans, restart intervals, JFIF and Adobe's marker.
_KNOWN = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE})
_SOS, _EOI, _DRI = 0xDA, 0xD9, 0xDD


def _sound_jpeg(data: bytes) -> bool:
    position, frames, scans, interval = 2, 0, 0, b""
    while data[position] == 0xFF and (marker := data[position + 1]) != _EOI:
        length = struct.unpack_from(">H", data, position + 2)[0]
        end = position + 2 + length
        if marker not in _KNOWN or length < 2 or end + 2 > len(data):
            return False
        frames += marker in _FRAMES
        if marker == _DRI:
            interval = data[position + 4 : end].strip(b"\x00")
        if marker == _SOS:
            scan = _SCAN.match(data, end)
            if scan is None or not _in_order(data[end : scan.end()], bool(interval)):
                return False
            scans, end = scans + 1, scan.end()
        position = end
    whole = data[position:] == b"\xff\xd9"
    return whole and scans > 0 and frames == 1


def _in_order(scan: bytes, announced: bool) -> bool:
    """Whether a scan's restart markers count from 0 to 7, over and over; none may be there unless announced."""
    found = b"".join(_RESTART.findall(scan))
    return (announced or not found) and found == (bytes(range(0xD0, 0xD8)) * (len(found) // 8 + 1))[: len(found)]


# --- PNG ---

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: (first column, first row, columns apart, rows apart) of each pass.
_WHOLE = ((0, 0, 1, 1),)
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_ORDER = re.compile(rb"IHDR(PLTE)?(IDAT)+IEND")
_DEEP = 8


def _sound_png(data: bytes) -> bool:
    kinds, pixels, palette, position = [], [], 0, 8
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        kinds.append(kind)
        if kind == b"IDAT":
            pixels.append(data[position + 8 : position + 8 + length])
        palette += length if kind == b"PLTE" else 0
        position += 12 + length
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    if not _ORDER.fullmatch(b"".join(kinds)) or depth > _DEEP or colour not in _CHANNELS:
        return False
    if palette % 3 or palette > 3 * 2**8 or (bool(palette) != (colour == 3) and colour != 2):
        return False
    if colour == 3 and palette > 3 * 2**depth:
        return False
    return _is_whole(pixels, _row_bytes(width, height, depth * _CHANNELS[colour], _ADAM7 if interlaced else _WHOLE))


def _row_bytes(width: int, height: int, bits: int, passes: tuple[tuple[int, int, int, int], ...]) -> int:
    """How many bytes the rows of a PNG take, each with its filter byte."""
    sizes = ((ceil((width - left) / across), ceil((height - top) / down)) for left, top, across, down in passes)
    return sum((1 + ceil(wide * bits / 8)) * high for wide, high in sizes if wide > 0 and high > 0)


def _is_whole(packed: list[bytes], count: int) -> bool:
    """Whether a compressed stream gives exactly `count` bytes, with the right checksum, and ends there."""
    unpacker = zlib.decompressobj()
    for piece in packed:
        while piece:
            count -= len(unpacker.decompress(piece, 1024 * 1024))
            piece = unpacker.unconsumed_tail  # noqa: PLW2901
            if count < 0:
                return False
    count -= len(unpacker.flush())
    return count == 0 and unpacker.eof and not unpacker.unused_data


# --- WebP ---

_STILL = re.compile(rb"(VP8X)?(ALPH)?(VP8 |VP8L)")


def _sound_webp(data: bytes) -> bool:
    kinds, position = [], 12
    while position < len(data):
        kind, length = struct.unpack_from("<4sI", data, position)
        kinds.append(kind)
        position += 8 + length + length % 2
    return position == len(data) and _STILL.fullmatch(b"".join(kinds)) is not None


_JUDGES: dict[str, Callable[[bytes], bool]] = {"JPEG": _sound_jpeg, "PNG": _sound_png, "WEBP": _sound_webp}
