"""Breaks: whether the pixels of a JPEG end before its picture does, though the file ends as it should.

Where damage made a decoder lose its place, or a false end stands among the codes, libjpeg fills the rest with middle
grey and says nothing that Pillow hands on. Grey in the last corner is therefore put to the test: more codes at the end
change a picture that lacks some, and no other. Codes that were damaged and still came out even are not found out.
"""

from __future__ import annotations

from io import BytesIO

from typesight.images.opening.open_picture import Opened

__all__ = ["breaks_off"]

_GREY = frozenset({128, (128, 128, 128)})
_MORE = bytes(range(1, 255)) * 8
_END = 2  # bytes of the end marker


def breaks_off(opened: Opened) -> bool:
    """Whether a picture that was decoded is a JPEG of one scan that has codes for only a part of it."""
    picture, file = opened.picture, opened.bare
    if file is None or opened.format is None or opened.format.name != "JPEG" or "progressive" in picture.info:
        return False
    if picture.getpixel((picture.width - 1, picture.height - 1)) not in _GREY:
        return False
    try:
        return _glance(file.data) != _glance(file.data[:-_END] + _MORE + file.data[-_END:])
    except Exception:  # damaged bytes make Pillow's decoders raise whatever they like; what they showed is kept
        return False


def _glance(data: bytes) -> bytes:
    """The pixels of a JPEG at an eighth of its size."""
    from PIL.JpegImagePlugin import JpegImageFile

    picture = JpegImageFile(BytesIO(data))
    picture.draft(None, (max(1, picture.width // 8), max(1, picture.height // 8)))
    return picture.tobytes()
