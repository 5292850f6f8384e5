"""Detects a JPEG whose pixel data ends too early, although the file ends as it should.

Where damage made the decoder lose its place, or a false end marker stands among the codes, libjpeg fills the rest with
middle grey and reports nothing that Pillow passes on. So if the last corner is grey, the picture is decoded again with
more codes at its end: they change a picture that lacks some, and no other. Damaged codes whose number still comes out
right are not detected.
"""

from __future__ import annotations

from io import BytesIO

from typesight.images.opening.open_picture import Opened

__all__ = ["breaks_off"]

_GREY = frozenset({128, (128, 128, 128)})
_MORE = bytes(range(1, 255)) * 8
_END = 2  # bytes of the end marker


def breaks_off(opened: Opened) -> bool:
    """Whether a decoded picture is a non-progressive JPEG that has codes for only a part of it."""
    picture, file = opened.picture, opened.bare
    if file is None or opened.format is None or opened.format.name != "JPEG" or "progressive" in picture.info:
        return False
    if picture.getpixel((picture.width - 1, picture.height - 1)) not in _GREY:
        return False
    try:
        return _glance(file.data) != _glance(file.data[:-_END] + _MORE + file.data[-_END:])
    except Exception:  # Pillow's decoders raise all kinds of errors on damaged bytes; keep what was decoded
        return False


def _glance(data: bytes) -> bytes:
    """Decode a JPEG at an eighth of its size."""
    from PIL.JpegImagePlugin import JpegImageFile

    picture = JpegImageFile(BytesIO(data))
    picture.draft(None, (max(1, picture.width // 8), max(1, picture.height // 8)))
    return picture.tobytes()
