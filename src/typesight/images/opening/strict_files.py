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

from typesight.images.opening.formats import PictureFormat
from typesight.images.opening.jpeg_segments import is_valid_jpeg

__all__ = ["is_strictly_valid"]


def is_strictly_valid(data: bytes, kind: PictureFormat) -> bool:
    """Whether a JPEG, PNG or WebP file is complete and valid, and coded in a way that all decoders support."""
    judge = _VALIDATORS.get(kind.name)
    try:
        return judge is not None and judge(data)
    except (struct.error, IndexError, zlib.error):
        return False


# --- PNG ---

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: (first column, first row, columns apart, rows apart) of each pass.
_ONE_PASS = ((0, 0, 1, 1),)
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_CHUNK_ORDER = re.compile(rb"IHDR(PLTE)?(IDAT)+IEND")
_MAX_DEPTH = 8


def _is_valid_png(data: bytes) -> bool:
    kinds, pixels, palette, position = [], [], 0, 8
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        kinds.append(kind)
        if kind == b"IDAT":
            pixels.append(data[position + 8 : position + 8 + length])
        palette += length if kind == b"PLTE" else 0
        position += 12 + length
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    if not _CHUNK_ORDER.fullmatch(b"".join(kinds)) or depth > _MAX_DEPTH or colour not in _CHANNELS:
        return False
    if palette % 3 or palette > 3 * 2**8 or (bool(palette) != (colour == 3) and colour != 2):
        return False
    if colour == 3 and palette > 3 * 2**depth:
        return False
    return _is_complete_stream(
        pixels, _count_row_bytes(width, height, depth * _CHANNELS[colour], _ADAM7 if interlaced else _ONE_PASS)
    )


def _count_row_bytes(width: int, height: int, bits: int, passes: tuple[tuple[int, int, int, int], ...]) -> int:
    """How many bytes the rows of a PNG take, each with its filter byte."""
    sizes = ((ceil((width - left) / across), ceil((height - top) / down)) for left, top, across, down in passes)
    return sum((1 + ceil(wide * bits / 8)) * high for wide, high in sizes if wide > 0 and high > 0)


def _is_complete_stream(packed: list[bytes], count: int) -> bool:
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

_STILL_CHUNKS = re.compile(rb"(VP8X)?(ALPH)?(VP8 |VP8L)")


def _is_valid_webp(data: bytes) -> bool:
    kinds, position = [], 12
    while position < len(data):
        kind, length = struct.unpack_from("<4sI", data, position)
        kinds.append(kind)
        position += 8 + length + length % 2
    return position == len(data) and _STILL_CHUNKS.fullmatch(b"".join(kinds)) is not None


_VALIDATORS: dict[str, Callable[[bytes], bool]] = {"JPEG": is_valid_jpeg, "PNG": _is_valid_png, "WEBP": _is_valid_webp}
