"""Detects a picture's format from its first bytes.

The file's extension and the caller's media type are ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Format", "is_pdf", "sniff"]


@dataclass(frozen=True, slots=True)
class Format:
    """A picture format: Pillow's name for it and its media type."""

    name: str
    media_type: str


_GAP = rb"(?:\s|#[^\r\n]*[\r\n])+"
# TGA has no magic bytes, so its whole header must make sense: no colour map and 16, 24 or 32 bits or grey, or a
# map of at most 256 colours; a size; four bits of alpha at most 8. Source: Truevision TGA specification 2.0.
_TGA = (
    rb".(?:\x00(?:[\x02\x0a]\x00{5}%(size)s[\x10\x18\x20]|[\x03\x0b]\x00{5}%(size)s[\x01\x08\x10])"
    rb"|\x01[\x01\x09]\x00\x00(?:[\x01-\xff]\x00|\x00\x01)[\x10\x18\x20]%(size)s\x08)[\x00-\x08\x10-\x18\x20-\x28\x30-\x38]"
) % {b"size": rb".{4}(?!\x00\x00)..(?!\x00\x00).."}

_JPEG2000 = Format("JPEG2000", "image/jp2")
_AVIF = Format("AVIF", "image/avif")
_HEIF = Format("HEIF", "image/heic")

# Rows: (what the first bytes look like, format). Sources: each format's own specification.
_MAGIC: tuple[tuple[re.Pattern[bytes], Format], ...] = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"\xff\xd8\xff", Format("JPEG", "image/jpeg")),
        (rb"\x89PNG\r\n\x1a\n", Format("PNG", "image/png")),
        (rb"GIF8[79]a", Format("GIF", "image/gif")),
        (rb"RIFF....WEBP", Format("WEBP", "image/webp")),
        # Two letters, then zero reserved bytes or a known header size: some writers fill the reserved bytes.
        (rb"BM(?:.{4}\x00{4}|.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\x00{3})", Format("BMP", "image/bmp")),
        (rb"II[*+]\x00|MM\x00[*+]", Format("TIFF", "image/tiff")),
        (rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", _JPEG2000),
        (rb"\x00\x00\x00.ftypavi[fs]", _AVIF),
        (rb"\x00\x00\x00.ftyp(?:mif1|msf1).{4}(?:.{4})*?avi[fs]", _AVIF),
        (rb"\x00\x00\x00.ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", _HEIF),
        (rb"\x00\x00\x01\x00[^\x00]\x00", Format("ICO", "image/x-icon")),
        # P and a digit, then width and height: ordinary text may start with the first two.
        (rb"P[1-6]%(gap)s[1-9]\d*%(gap)s[1-9]\d*\s" % {b"gap": _GAP}, Format("PPM", "image/x-portable-anymap")),
        # Version, RLE flag, bits per pixel, then at byte 64 a zero and the number of planes. Source: ZSoft's manual.
        (rb"\n[\x00\x02-\x05]\x01[\x01\x02\x04\x08].{60}\x00[\x01-\x04]", Format("PCX", "image/x-pcx")),
        (_TGA, Format("TGA", "image/x-tga")),
    )
)


def sniff(data: bytes) -> Format | None:
    """The picture format that the first bytes of `data` show; None for any other."""
    head = bytes(data[:256])
    return next((kind for pattern, kind in _MAGIC if pattern.match(head)), None)


def is_pdf(data: bytes) -> bool:
    """Whether bytes are a PDF: `%PDF-` may stand anywhere in the first KB (ISO 32000-1, annex H, note 13)."""
    head = bytes(data[:1024])
    return b"%PDF-" in head and sniff(head) is None
