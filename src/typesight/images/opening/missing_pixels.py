"""Detects a JPEG whose pixel data ends too early, although the file ends as it should.

Where damage made the decoder lose its place, or a false end marker stands among the codes, libjpeg fills the rest with
middle grey and reports nothing that Pillow passes on. So if the last corner is grey, the picture is decoded again with
more codes at its end: they change a picture that lacks some, and no other. Damaged codes whose number still comes out
right are not detected.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from typesight.images.opening.opened_picture import OpenedPicture

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["has_missing_pixels"]

_GREY = frozenset({128, (128, 128, 128)})
_EXTRA_CODES = bytes(range(1, 255)) * 8
_END_MARKER_SIZE = 2  # bytes of the end marker


def has_missing_pixels(opened: OpenedPicture, picture: PilImage) -> bool:
    """Whether an opened picture, here decoded, is a non-progressive JPEG that has codes for only a part of it."""
    file = opened.file
    if file is None or not opened.is_jpeg or "progressive" in picture.info:
        return False
    if picture.getpixel((picture.width - 1, picture.height - 1)) not in _GREY:
        return False
    try:
        return _decode_small(file.data) != _decode_small(
            file.data[:-_END_MARKER_SIZE] + _EXTRA_CODES + file.data[-_END_MARKER_SIZE:]
        )
    except Exception:  # Pillow's decoders raise all kinds of errors on damaged bytes; keep what was decoded
        return False


def _decode_small(data: bytes) -> bytes:
    """Decode a JPEG at an eighth of its size."""
    from PIL.JpegImagePlugin import JpegImageFile

    picture = JpegImageFile(BytesIO(data))
    picture.draft(None, (max(1, picture.width // 8), max(1, picture.height // 8)))
    return picture.tobytes()
