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

__all__ = ["is_blurred", "measure_sharpness"]

_MIN_SHARPNESS = 0.25
# Pictures are judged at about this longest side: a full-size photograph is soft at its pixels, and legible.
_MEASURED_SIDE = 1_600
_FAR_STEP = 8
# Of the lines along which changes are measured, each so-manieth is.
_LINE_STEP = 8
# The share of pixels that are edges of text; a change below this (of 255) over eight pixels is no edge.
_EDGE_SHARE = 0.003
_MIN_CONTRAST = 40


def is_blurred(picture: PilImage) -> bool:
    """Whether a decoded picture has edges and none of them is sharp."""
    measured = measure_sharpness(picture)
    return measured is not None and measured < _MIN_SHARPNESS


def measure_sharpness(picture: PilImage) -> float | None:
    """From 0.125 (no sharp edge) to 1 (edges within a pixel); None for a picture too small or too even to measure."""
    grey = _convert_to_grey(picture)
    if min(grey.size) <= 4 * _FAR_STEP:
        return None
    both = [_measure_steepness(grey, step) for step in ((1, 0), (0, 1))]
    return max((each for each in both if each is not None), default=None)


def _convert_to_grey(picture: PilImage) -> PilImage:
    factor = max(1, round(max(picture.size) / _MEASURED_SIDE))
    if factor > 1:
        plain = picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
        return plain.reduce(factor).convert("L")
    return picture if picture.mode == "L" else picture.convert("L")


def _measure_steepness(grey: PilImage, step: tuple[int, int]) -> float | None:
    across, down = step
    far = _measure_edges(grey, (across * _FAR_STEP, down * _FAR_STEP))
    return _measure_edges(grey, step) / far if far >= _MIN_CONTRAST else None


def _measure_edges(grey: PilImage, step: tuple[int, int]) -> int:
    """The change over a step, of 255, that only the steepest pixels exceed."""
    from PIL import ImageChops
    from PIL.Image import Resampling

    (width, height), (across, down) = grey.size, step
    inner = width - across, height - down
    sample = (inner[0], inner[1] // _LINE_STEP) if across else (inner[0] // _LINE_STEP, inner[1])
    # Not by `crop`, which warns above the application's own MAX_IMAGE_PIXELS.
    first, second = (
        grey.resize(sample, Resampling.NEAREST, box=(left, top, left + inner[0], top + inner[1]))
        for left, top in ((0, 0), step)
    )
    counts = ImageChops.difference(first, second).histogram()
    places = sum(counts) * _EDGE_SHARE
    for value in range(255, 0, -1):
        places -= counts[value]
        if places <= 0:
            return value
    return 0
