"""Warnings about a picture's size: too small, or shrunk too much."""

from __future__ import annotations

from collections.abc import Iterator

from typesight.models.image_tokens import Size

__all__ = ["MIN_SCALE", "find_size_warnings", "holds_text"]

# Below these a picture may be hard to read: pixels of its shorter side, and the scale at which it is sent.
# Source: both providers' vision guides, 2026-09.
_MIN_SAFE_SIDE = 200
MIN_SCALE = 0.6
# Pixels of the shorter side below which nothing can be read: the smallest letters in use are five pixels high. An OCR
# reader would enlarge such a strip until it is high enough: 2 x 50,000 pixels, a file of 229 bytes, took six GB.
_MIN_SIDE = 5


def holds_text(size: Size) -> bool:
    """Whether a picture of this size, in pixels, has room for a letter."""
    return min(size) >= _MIN_SIDE


def find_size_warnings(size: Size, whole: Size) -> Iterator[str]:
    """Warnings about a picture, or a part of one, of size `whole` that is sent in `size`.

    Each is a predicate that follows the picture's name: "is only 90 x 90 pixels: ...".
    """
    if not holds_text(size):
        yield (
            f"is only {size[0]} x {size[1]} pixels as it is sent: in fewer than {_MIN_SIDE} pixels no letter can be "
            "read; give a larger picture, or crop it"
        )
        return
    scale = max(size) / max(whole)
    if min(size) < _MIN_SAFE_SIDE:
        yield f"is only {size[0]} x {size[1]} pixels: models may misread sides below {_MIN_SAFE_SIDE}"
    if scale < MIN_SCALE:
        yield f"is sent at {scale:.2f} of its size: small text may be lost; crop it or give it in parts"
