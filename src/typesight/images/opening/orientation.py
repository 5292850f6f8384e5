"""Reads a picture's orientation from its EXIF block (EXIF 2.32, tag 0x0112), or from XMP if EXIF has none.

Parsed by hand: only one number matters, and the blocks are often damaged. XMP's `tiff:Orientation` (Adobe's XMP
specification, part 2) counts where EXIF has none, as in Pillow's `exif_transpose` (13.0, 2026): a program that removes
EXIF and keeps XMP leaves a picture whose pixels lie sideways and that viewers still show upright.
"""

from __future__ import annotations

import re
import struct

__all__ = ["orientation"]

_TAG = 0x0112
_TYPES = {1: "B", 3: "H", 4: "I"}  # the standard says SHORT; some programs write other types
_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}
_IN_XMP = re.compile(rb"tiff:Orientation\s*(?:=\s*[\"']|>)\s*([1-8])\s*[\"'<]")


def orientation(exif: bytes, xmp: bytes = b"") -> int:
    """The orientation, 1 to 8, from an EXIF block, else from an XMP packet; 1 if neither has one."""
    told = _in_exif(exif.removeprefix(b"Exif\x00\x00"))
    if told is not None:
        return told
    found = _IN_XMP.search(xmp)
    return int(found[1]) if found else 1


def _in_exif(exif: bytes) -> int | None:
    order = _ORDERS.get(exif[:4])
    if order is None:
        return None
    try:
        start = struct.unpack_from(f"{order}I", exif, 4)[0]
        count = struct.unpack_from(f"{order}H", exif, start)[0]
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(f"{order}HH", exif, entry)
            if tag == _TAG:
                value = struct.unpack_from(order + _TYPES.get(kind, "H"), exif, entry + 8)[0]
                return int(value) if value in range(1, 9) else 1
    except struct.error:
        return None
    return None
