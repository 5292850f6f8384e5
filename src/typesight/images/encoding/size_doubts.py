"""Doubts: what about a picture's size may hurt reading it, in words."""

from __future__ import annotations

from collections.abc import Iterator

from typesight.models.image_tokens import Size

__all__ = ["SHRUNK", "doubts", "holds_text"]

# Below these a picture may not be read well: pixels of its shorter side, the share that is left of its size.
# Source: both providers' vision guides, 2026-09.
_SMALL_SIDE = 200
SHRUNK = 0.6
# Pixels of the shorter side under which nothing can be read: the smallest letters in use are five pixels high. A reader
# would enlarge such a strip until it is high enough: 2 x 50,000 pixels, a file of 229 bytes, took it six GB.
_LEAST_SIDE = 5


def holds_text(size: Size) -> bool:
    """Whether a picture of this size, in pixels, has room for a letter."""
    return min(size) >= _LEAST_SIDE


def doubts(size: Size, whole: Size) -> Iterator[str]:
    """What may hurt reading a picture, or a part of one, of `whole` pixels that is sent in `size`.

    Each stands after the picture's name.
    """
    if not holds_text(size):
        yield (
            f"is only {size[0]} x {size[1]} pixels as it is sent: in fewer than {_LEAST_SIDE} pixels no letter can be "
            "read; give a larger picture, or crop it"
        )
        return
    scale = max(size) / max(whole)
    if min(size) < _SMALL_SIDE:
        yield f"is only {size[0]} x {size[1]} pixels: models may misread what is under {_SMALL_SIDE}"
    if scale < SHRUNK:
        yield f"is sent at {scale:.2f} of its size: small text may be lost; crop it or give it in parts"
