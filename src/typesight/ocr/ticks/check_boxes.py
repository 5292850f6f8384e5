"""Find check boxes: on paper by their straight sides, on screens by the shape of their outline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from typesight.ocr.lines import Box, Line
from typesight.ocr.ticks.outlines import fits, is_alike, is_marked, is_plain, outline, shapes, stands_alone

__all__ = ["framed", "rounded"]

_SIDE = 0.85
"""Least share of ink along each side of a check box."""

_DEEP, _SHARP = 0.2, 0.12
"""How deep in a box its sides may be, as a share of it; the second if a tick sticks out: the rest may be a letter."""

_STRAIGHT = 0.7
"""Share of the box, including the tick, over which a side must be straight; no part of a tick is."""

_OVER = 1.5
"""Greatest width of a box including a tick that sticks out, in its own heights."""

_FULL = 0.93
"""Least share of its box that a square with round corners fills; a D fills less."""

_BLUR = 2
"""Pixels by which the blur of an edge extends beyond its straight part."""

_GAP = 0.17
"""Least gap between a check box and its text, in its own widths."""


def framed(ink: Any, grey: Any, lines: Sequence[Line], height: int) -> Iterator[Box]:
    """Find boxes with four straight sides of about the same length, even if a tick sticks out of them."""
    import cv2
    import numpy

    side = max(5, int(0.35 * height))
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, numpy.ones((1, side), numpy.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, numpy.ones((side, 1), numpy.uint8))
    rough = shapes(numpy.bitwise_or(across, down), height, _OVER)
    yield from _apart(ink, grey, (box for each in rough if (box := _framed(ink, across, down, each))), lines)


def rounded(ink: Any, grey: Any, alone: Sequence[Box], lines: Sequence[Line]) -> Iterator[Box]:
    """Select the squares with round corners, as on screens, where little of a side is straight."""
    yield from _apart(ink, grey, (box for box in alone if _is_rounded(ink, box)), lines)


def _apart(ink: Any, grey: Any, found: Iterable[Box], lines: Sequence[Line]) -> Iterator[Box]:
    """Select boxes with text beside them and nothing too close; a filled one needs a hollow one of its size."""
    apart = [box for box in found if fits(box, lines) and _is_apart(ink, box)]
    hollow = [box for box in apart if not is_plain(grey, ink, box)]
    for box in apart:
        if box in hollow or any(is_alike(box, other) for other in hollow):
            yield box


def _is_rounded(ink: Any, box: Box) -> bool:
    import cv2

    wide, high = box[2] - box[0] - 1, box[3] - box[1] - 1
    return 0.85 * high <= wide <= 1.17 * high and cv2.contourArea(outline(ink, box)) >= _FULL * wide * high


def _framed(ink: Any, across: Any, down: Any, box: Box) -> Box | None:
    """Cut off a tick that sticks out of a box at the top and the right; None if the box has not got four sides."""
    left, top, right, bottom = box
    least = _STRAIGHT * min(right - left, bottom - top)
    rows = (across[top:bottom, left:right].sum(1) >= least).nonzero()[0]
    columns = (down[top:bottom, left:right].sum(0) >= least).nonzero()[0]
    if rows.size and columns.size and columns[0] < _BLUR and rows[-1] >= bottom - top - _BLUR:
        inner = left, top + int(rows[0]), left + int(columns[-1]) + 1, bottom
        if inner != box and _has_sides(across, down, inner, _SHARP) and is_marked(ink, inner):
            return inner
    return box if _has_sides(across, down, box, _DEEP) else None


def _has_sides(across: Any, down: Any, box: Box, share: float) -> bool:
    """Whether straight lines run along all four edges of a box, at most `share` of its size inside it."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    if high < 5 or not 0.85 * high <= wide <= 1.17 * high:
        return False
    deep = max(2, round(share * min(wide, high)))
    level, plumb = across[top:bottom, left:right], down[top:bottom, left:right].T
    edges = (level[:deep], level[-deep:], plumb[:deep], plumb[-deep:])
    return all(float((edge[1:] | edge[:-1]).mean(1).max()) >= _SIDE for edge in edges)


def _is_apart(ink: Any, box: Box) -> bool:
    """Whether nothing is close at the sides of a box; a tick may stick out at the top."""
    left, top, right, bottom = box
    return stands_alone(ink, (left - _BLUR, (top + bottom) // 2, right + _BLUR, bottom), _GAP)
