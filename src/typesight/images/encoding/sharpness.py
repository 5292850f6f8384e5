"""Blur detection: whether the edges in a picture are as steep as legible text needs, in a few milliseconds.

At an edge that is in focus, most of the change lies between two neighbouring pixels; out of focus, it is spread
over many. So the steepest changes over one pixel are compared with those over eight. Measured on 50 receipts
(`benchmarks/README.md`, November 2026): unchanged they have 0.32 to 1.0; blurred until a local reader finds less
than half of their words, at most 0.24.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["is_blurred", "sharpness"]

_BLURRED = 0.25
# Pictures are judged at about this longest side: a full-size photograph is soft at its pixels, and legible.
_SIDE = 1_600
_FAR = 8
# The share of pixels that are edges of text; a change below this (of 255) over eight pixels is no edge.
_EDGES = 0.003
_FAINT = 40


def is_blurred(picture: PilImage) -> bool:
    """Whether a decoded picture has edges and none of them is sharp."""
    measured = sharpness(picture)
    return measured is not None and measured < _BLURRED


def sharpness(picture: PilImage) -> float | None:
    """From 0.125 (no sharp edge) to 1 (edges within a pixel); None for a picture too small or too even to measure."""
    grey = _grey(picture)
    if min(grey.size) <= 4 * _FAR:
        return None
    both = [_steepness(grey, step) for step in ((1, 0), (0, 1))]
    return max((each for each in both if each is not None), default=None)


def _grey(picture: PilImage) -> PilImage:
    factor = max(1, round(max(picture.size) / _SIDE))
    if factor > 1:
        plain = picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
        return plain.reduce(factor).convert("L")
    return picture.convert("L")


def _steepness(grey: PilImage, step: tuple[int, int]) -> float | None:
    across, down = step
    far = _edge(grey, (across * _FAR, down * _FAR))
    return _edge(grey, step) / far if far >= _FAINT else None


def _edge(grey: PilImage, step: tuple[int, int]) -> int:
    """The change over a step, of 255, that only the steepest pixels exceed."""
    from PIL import ImageChops
    from PIL.Image import Resampling

    (width, height), (across, down) = grey.size, step
    size = width - across, height - down
    # Not by `crop`, which warns above the application's own MAX_IMAGE_PIXELS.
    first, second = (
        grey.resize(size, Resampling.NEAREST, box=(left, top, left + size[0], top + size[1]))
        for left, top in ((0, 0), step)
    )
    counts = ImageChops.difference(first, second).histogram()
    places = sum(counts) * _EDGES
    for value in range(255, 0, -1):
        places -= counts[value]
        if places <= 0:
            return value
    return 0
