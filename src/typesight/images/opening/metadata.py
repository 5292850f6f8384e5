"""Strips metadata from a picture file without touching its coded pixels.

EXIF with its GPS data, XMP, comments, colour profiles, thumbnails, further frames and whatever follows the picture's
end are removed; what is needed to show the pixels (orientation, colour profile) is returned separately. Formats: the
PNG specification (third edition), the WebP container specification; JPEG has a module of its own. A file in any other
format is always encoded again before it is sent.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from typesight.errors import UnreadableImage
from typesight.images.opening.formats import Format
from typesight.images.opening.jpeg_segments import bare_jpeg
from typesight.images.opening.stripped_file import Bare

__all__ = ["Bare", "bare"]


def bare(data: bytes, kind: Format) -> Bare:
    """Remove everything but the picture from a file. Raises UnreadableImage for a damaged container."""
    strip = _STRIPPERS.get(kind.name)
    try:
        file = strip(data) if strip else Bare(data)
    except (struct.error, IndexError) as error:
        raise UnreadableImage(f"the {kind.name} file is damaged: it ends inside its header") from error
    return replace(file, removed=file.data != data)


# --- PNG: a signature and chunks with checksums ---

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_IEND = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_PIXEL_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_XMP = b"XML:com.adobe.xmp\x00"
_MOST_PROFILE = 4 * 1024 * 1024


def _bare_png(data: bytes) -> Bare:
    kept, exif, icc, xmp, moving, ended = [_SIGNATURE], b"", b"", b"", False, False
    for kind, body, whole in _png_chunks(data):
        if kind in _PIXEL_CHUNKS:
            kept.append(whole)
        elif kind == b"eXIf":
            exif = body.removeprefix(b"Exif\x00\x00")
        elif kind == b"iCCP":
            icc = _inflated(body.partition(b"\x00")[2][1:])
        elif kind == b"iTXt" and body.startswith(_XMP):
            xmp = _text(body)
        elif kind == b"acTL":
            moving = moving or struct.unpack_from(">I", body)[0] > 1
        ended = ended or kind == b"IEND"
    if not ended:  # decoding will show whether all its pixels are there
        kept.append(_IEND)
    return Bare(b"".join(kept), exif, icc, xmp, moving)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Type, body and all bytes of each chunk up to IEND. Raises UnreadableImage for a damaged one that has pixels."""
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


def _text(body: bytes) -> bytes:
    """The text of an iTXt chunk, after keyword, compression, language and translated keyword (11.3.3.4)."""
    keyword, _, rest = body.partition(b"\x00")
    del keyword
    said = rest[2:].split(b"\x00", 2)[-1]
    return _inflated(said) if rest[:1] == b"\x01" else said


def _inflated(packed: bytes) -> bytes:
    """Decompressed data, such as a colour profile; empty if it is damaged or larger than any real profile."""
    inflate = zlib.decompressobj()
    try:
        data = inflate.decompress(packed, _MOST_PROFILE)
    except zlib.error:
        return b""
    return b"" if inflate.unconsumed_tail else data


# --- WebP: RIFF chunks ---

_TOLD = frozenset({b"EXIF", b"ICCP", b"XMP "})
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
    return Bare(whole, exif, told.get(b"ICCP", b""), told.get(b"XMP ", b""), moving)


_STRIPPERS: dict[str, Callable[[bytes], Bare]] = {"JPEG": bare_jpeg, "PNG": _bare_png, "WEBP": _bare_webp}
