"""What bytes are, told from the bytes themselves: a picture format by name, or what else they are.

A file's extension and a caller's media type are never asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Format", "sniff", "what_else"]


@dataclass(frozen=True, slots=True)
class Format:
    """A picture format: Pillow's name for it and its media type."""

    name: str
    media_type: str


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
        (rb"BM.{4}\x00{4}", Format("BMP", "image/bmp")),
        (rb"II[*+]\x00|MM\x00[*+]", Format("TIFF", "image/tiff")),
        (rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", _JPEG2000),
        (rb"\x00\x00\x00.ftypavi[fs]", _AVIF),
        (rb"\x00\x00\x00.ftyp(?:mif1|msf1).{4}(?:.{4})*?avi[fs]", _AVIF),
        (rb"\x00\x00\x00.ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", _HEIF),
        (rb"\x00\x00\x01\x00[^\x00]\x00", Format("ICO", "image/x-icon")),
        (rb"P[456]\s", Format("PPM", "image/x-portable-anymap")),
    )
)

_OTHERS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), name)
    for pattern, name in (
        (rb"\s*%PDF-", "a PDF"),
        (
            rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml.{0,500}?)?(?:<!--.{0,500}?-->\s*)?(?:<!doctype svg.{0,300}?)?<svg",
            "an SVG drawing",
        ),
        (rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)", "an HTML page"),
        (rb"(?:\xef\xbb\xbf)?\s*<\?xml", "an XML document"),
        (rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript file"),
        (rb"PK\x03\x04|PK\x05\x06", "a zip archive"),
        (rb"\x1f\x8b", "a gzip archive"),
        (rb"\s*[{\[]", "JSON or other text"),
    )
)


def sniff(data: bytes) -> Format | None:
    """The picture format that `data` begins as, or None."""
    head = bytes(data[:256])
    return next((kind for pattern, kind in _MAGIC if pattern.match(head)), None)


def what_else(data: bytes) -> str:
    """In a few words, what bytes that are no picture are; for messages."""
    head = bytes(data[:2048])
    if not head:
        return "empty (0 bytes)"
    for pattern, name in _OTHERS:
        if pattern.match(head):
            return name
    try:
        head.decode("utf-8", errors="strict" if len(data) <= len(head) else "ignore")
    except UnicodeDecodeError:
        return "not in any picture format known here"
    return "text" if b"\x00" not in head else "not in any picture format known here"
