"""Shapes: what stands alone in a mask of a picture's pixels, and how it stands to the text beside it.

A mask is an array of 0 and 1, shape (height, width); a box is in its pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from typesight.ocr.lines import Box, Line

__all__ = ["TALLEST_SWITCH", "alone", "fits", "is_alike", "is_marked", "is_plain", "outline", "shapes", "stands_alone"]

_SMALL = 0.48
"""Height of a tick in heights of a line of text beside it, at least (a line's box is about 1.4 times its capitals)."""

_TALLEST, TALLEST_SWITCH = 1.7, 2.2
"""The same at most."""

_WIDEST = 2.8
"""Width of a switch in its own heights, at most."""

_GAP = 0.12
"""Heights of a line that letters are never apart, but a tick and what is next to it are."""

_MARKED = 0.1
"""Share of the inside of a box or a circle that must be ink for it to be on."""

_PLAIN = 8
"""Grey levels of 255 that the inside of something filled with one colour differs by, as a standard deviation."""

_MOST = 4000
"""Shapes of a picture that are looked at; what has more is a photo of something else, or noise."""


def alone(mask: Any, height: int) -> list[Box]:
    """The boxes of what stands alone as letters do not, as large as any kind of tick."""
    return list(shapes(mask, height, _WIDEST, gap=max(3, round(_GAP * height)) | 1, tallest=TALLEST_SWITCH))


def shapes(mask: Any, height: int, widest: float, *, gap: int = 3, tallest: float = _TALLEST) -> Iterator[Box]:
    """The boxes of what stands alone, as high as a tick may be beside such a line and at most so many times as wide.

    What is nearer than `gap` pixels to its neighbour at the left or right is one shape with it.
    """
    import cv2
    import numpy

    merged = cv2.dilate(mask, numpy.ones((3, gap), numpy.uint8))
    merged = merged[::2, ::2]  # half the size is enough to tell shapes apart
    _, _, stats, _ = cv2.connectedComponentsWithStats(merged, connectivity=8)
    stats = stats[1:] * 2
    wides, highs = stats[:, 2], stats[:, 3]
    low, tall = _SMALL * height, tallest * height
    fit = (highs >= low - 2) & (highs <= tall + 4) & (wides >= 0.7 * highs) & (wides <= widest * highs + gap + 4)
    for x, y, w, h, _ in stats[fit][:_MOST].tolist():
        box = _tight(mask, (x, y, x + w, y + h))
        wide, high = box[2] - box[0], box[3] - box[1]
        if low <= high <= tall and 0.85 * high <= wide <= widest * high:
            yield box


def _tight(mask: Any, box: Box) -> Box:
    """The box round the ink in a box."""
    left, top, right, bottom = box
    left, top = max(0, left), max(0, top)
    inside = mask[top:bottom, left:right]
    across, down = inside.any(0).nonzero()[0], inside.any(1).nonzero()[0]
    if not across.size:
        return left, top, left, top
    return left + int(across[0]), top + int(down[0]), left + int(across[-1]) + 1, top + int(down[-1]) + 1


def fits(box: Box, lines: Sequence[Line], *, most: float = _TALLEST, off: float = 0.5) -> bool:
    """Whether text stands level with a box that is not much lower nor higher; `off` is in heights of the line."""
    middle, high = (box[1] + box[3]) / 2, box[3] - box[1]
    return any(
        abs(line.middle - middle) < off * line.height and _SMALL * line.height <= high <= most * line.height
        for line in lines
    )


def outline(mask: Any, box: Box) -> Any:
    """The outer contour of the largest shape in a box, in pixels of the box."""
    import cv2

    left, top, right, bottom = box
    contours, _ = cv2.findContours(mask[top:bottom, left:right].copy(), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return max(contours, key=cv2.contourArea)


def is_marked(ink: Any, box: Box) -> bool:
    """Whether something stands inside a box."""
    inside = _inside(ink, box)
    return bool(inside.size) and float(inside.mean()) >= _MARKED


def is_plain(grey: Any, ink: Any, box: Box) -> bool:
    """Whether a box is filled with one colour: a bullet, a lamp or the key of a chart, unless it has a hollow twin."""
    return float(_inside(ink, box).mean()) > 0.97 and float(_inside(grey, box).std()) < _PLAIN


def _inside(pixels: Any, box: Box) -> Any:
    left, top, right, bottom = box
    inset = round(0.26 * (bottom - top))
    return pixels[top + inset : bottom - inset, left + inset : right - inset]


def is_alike(one: Box, other: Box) -> bool:
    """Whether two boxes are about as high as each other."""
    size = one[3] - one[1]
    return abs(size - (other[3] - other[1])) <= max(2, 0.15 * size)


def stands_alone(ink: Any, box: Box, gap: float) -> bool:
    """Whether no ink is close at either side, as it is beside a letter; a ruled line may be. `gap` is in its widths."""
    left, top, right, bottom = box
    wide, beyond = max(2, round(gap * (right - left))), (bottom - top) // 2
    for sides in (slice(max(0, left - wide), max(0, left)), slice(right, right + wide)):
        ruled = ink[max(0, top - beyond) : bottom + beyond, sides].all(0)
        if (ink[top:bottom, sides].any(0) & ~ruled).any():
            return False
    return True
