"""Warnings about a picture: too small, shrunk too much, damaged, cut off, blurred, of several pages."""

from __future__ import annotations

from collections.abc import Iterator

from typesight.images.opening.opened_picture import OpenedPicture
from typesight.models.image_tokens import Size

__all__ = [
    "BLURRED",
    "DAMAGED",
    "MIN_SCALE",
    "PictureWarning",
    "find_file_warnings",
    "find_size_warnings",
    "holds_text",
]

BLURRED = "is very blurred: small text may be misread; take it again, in focus"
DAMAGED = "is damaged: a part of the picture may be missing or wrong; get the file again from its source"

# Below these a picture may be hard to read: pixels of its shorter side, and the scale at which it is sent.
# Source: both providers' vision guides, 2026-09.
_MIN_SAFE_SIDE = 200
MIN_SCALE = 0.6
# Pixels of the shorter side below which nothing can be read: the smallest letters in use are five pixels high. An OCR
# reader would enlarge such a strip until it is high enough: 2 x 50,000 pixels, a file of 229 bytes, took six GB.
_MIN_SIDE = 5


class PictureWarning(UserWarning):
    """Something about a picture may make it hard to read."""


def holds_text(size: Size) -> bool:
    """Whether a picture of this size, in pixels, has room for a letter."""
    return min(size) >= _MIN_SIDE


def find_size_warnings(size: Size, whole: Size) -> Iterator[str]:
    """Warnings about a picture, or a part of one, of size `whole` that is sent in `size`.

    Each is a predicate that follows the picture's name: "is only 90 x 90 pixels: ...".
    """
    if not holds_text(size):
        yield (
            f"is only {size[0]} x {size[1]} pixels as it is sent: text needs at least {_MIN_SIDE} pixels to be read; "
            "give a larger picture, or crop it"
        )
        return
    scale = max(size) / max(whole)
    if min(size) < _MIN_SAFE_SIDE:
        yield f"is only {size[0]} x {size[1]} pixels: models may misread pictures with a side below {_MIN_SAFE_SIDE}"
    if scale < MIN_SCALE:
        yield f"is sent at {scale:.2f} of its size: small text may be lost; crop it or give it in parts"


def find_file_warnings(opened: OpenedPicture) -> Iterator[str]:
    """Warnings about a picture's file, before its pixels are decoded; each follows the picture's name."""
    if opened.file and opened.file.cut_short:
        yield "is cut off: its lower part may be missing"
    if opened.file and opened.file.damaged:
        yield DAMAGED
    if opened.has_more_frames:
        yield "holds several frames or pages, and only the first is read"
