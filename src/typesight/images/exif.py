"""Orientation: how a picture is to be turned, from its EXIF block (EXIF 2.32, tag 0x0112).

Read by hand: the one number matters, and the block is often damaged.
"""

from __future__ import annotations

import struct

__all__ = ["orientation"]

_TAG = 0x0112
_TYPES = {1: "B", 3: "H", 4: "I"}  # SHORT says the standard; some programs write others
_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}


def orientation(exif: bytes) -> int:
    """The EXIF orientation, 1 to 8, of a TIFF structure; 1 where it is absent, damaged or makes no sense."""
    exif = exif.removeprefix(b"Exif\x00\x00")
    order = _ORDERS.get(exif[:4])
    if order is None:
        return 1
    try:
        start = struct.unpack_from(f"{order}I", exif, 4)[0]
        count = struct.unpack_from(f"{order}H", exif, start)[0]
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(f"{order}HH", exif, entry)
            if tag == _TAG:
                value = struct.unpack_from(order + _TYPES.get(kind, "H"), exif, entry + 8)[0]
                return int(value) if value in range(1, 9) else 1
    except struct.error:
        return 1
    return 1
