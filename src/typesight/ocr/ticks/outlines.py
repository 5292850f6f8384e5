"""Find isolated shapes in a mask of a picture's pixels, and test their size, outline and distance to text.

A mask is an array of 0 and 1, shape (height, width); a box is in its pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from typesight.ocr.lines import Box, Line

__all__ = ["TALLEST_SWITCH", "alone", "fits", "is_alike", "is_marked", "is_plain", "outline", "shapes", "stands_alone"]

_SMALL = 0.48
"""Least height of a tick, in heights of the line of text beside it (a line's box is about 1.4 capitals high)."""

_TALLEST, TALLEST_SWITCH = 1.7, 2.2
"""Greatest height of a tick, and of a switch, in heights of the line of text beside it."""

_WIDEST = 2.8
"""Greatest width of a switch, in its own heights."""

_GAP = 0.12
"""Gap, in line heights, that is wider than between letters but narrower than beside a tick."""

_MARKED = 0.1
"""Least share of ink inside a box or a circle that is on."""

_PLAIN = 8
"""Standard deviation in grey levels of 255 below which the inside of a filled shape has one colour."""

_MOST = 4000
"""Most shapes to examine; a picture with more is noise, or a photo of something else."""


def alone(mask: Any, height: int) -> list[Box]:
    """The boxes of shapes that are farther apart than letters, and as large as any kind of tick."""
    return list(shapes(mask, height, _WIDEST, gap=max(3, round(_GAP * height)) | 1, tallest=TALLEST_SWITCH))


def shapes(mask: Any, height: int, widest: float, *, gap: int = 3, tallest: float = _TALLEST) -> Iterator[Box]:
    """The boxes of isolated shapes as high as a tick beside a line of this height; `widest` is in their own heights.

    Shapes less than `gap` pixels apart horizontally count as one.
    """
    import cv2
    import numpy

    merged = cv2.dilate(mask, numpy.ones((3, gap), numpy.uint8))
    merged = merged[::2, ::2]  # half the size is enough to separate shapes
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
    """Shrink a box to the ink in it."""
    left, top, right, bottom = box
    left, top = max(0, left), max(0, top)
    inside = mask[top:bottom, left:right]
    across, down = inside.any(0).nonzero()[0], inside.any(1).nonzero()[0]
    if not across.size:
        return left, top, left, top
    return left + int(across[0]), top + int(down[0]), left + int(across[-1]) + 1, top + int(down[-1]) + 1


def fits(box: Box, lines: Sequence[Line], *, most: float = _TALLEST, off: float = 0.5) -> bool:
    """Whether text of about its height is level with a box; `off` is how far off, in line heights, it may be."""
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
    """Whether there is a mark inside a box."""
    inside = _inside(ink, box)
    return bool(inside.size) and float(inside.mean()) >= _MARKED


def is_plain(grey: Any, ink: Any, box: Box) -> bool:
    """Whether a box has one colour, like a bullet, a lamp or a chart key, unless there is a hollow one like it."""
    return float(_inside(ink, box).mean()) > 0.97 and float(_inside(grey, box).std()) < _PLAIN


def _inside(pixels: Any, box: Box) -> Any:
    left, top, right, bottom = box
    inset = round(0.26 * (bottom - top))
    return pixels[top + inset : bottom - inset, left + inset : right - inset]


def is_alike(one: Box, other: Box) -> bool:
    """Whether two boxes have about the same height."""
    size = one[3] - one[1]
    return abs(size - (other[3] - other[1])) <= max(2, 0.15 * size)


def stands_alone(ink: Any, box: Box, gap: float) -> bool:
    """Whether no ink is close at either side, except a ruled line; `gap` is in widths of the box."""
    left, top, right, bottom = box
    wide, beyond = max(2, round(gap * (right - left))), (bottom - top) // 2
    for sides in (slice(max(0, left - wide), max(0, left)), slice(right, right + wide)):
        ruled = ink[max(0, top - beyond) : bottom + beyond, sides].all(0)
        if (ink[top:bottom, sides].any(0) & ~ruled).any():
            return False
    return True
