"""Find radio buttons by the circle of their outline; letters are ruled out, since they have close neighbours.

A circle counts only with a second one beside or below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from typesight.ocr.lines import Box, Line
from typesight.ocr.ticks.outlines import fits, is_alike, is_plain, outline, stands_alone

__all__ = ["circles"]

_GAP = 0.22
"""Least gap between a radio button and its text, in its own widths."""


def circles(ink: Any, grey: Any, alone: Sequence[Box], lines: Sequence[Line]) -> Iterator[Box]:
    """Select the boxes that are circles, two or more of one size in a row or a column.

    A filled one needs a hollow one there: others are lamps and bullets.
    """
    found = [box for box in alone if _is_round(ink, box) and stands_alone(ink, box, _GAP) and fits(box, lines)]
    hollow = [box for box in found if not is_plain(grey, ink, box)]
    for box in found:
        others = found if box in hollow else hollow
        if any(_are_companions(box, other) for other in others if other is not box):
            yield box


def _is_round(ink: Any, box: Box) -> bool:
    import cv2

    wide, high = box[2] - box[0] - 1, box[3] - box[1] - 1
    if not 0.85 * high <= wide <= 1.25 * high:
        return False
    edge = outline(ink, box)
    area, around = cv2.contourArea(edge), cv2.arcLength(edge, closed=True)
    return around > 0 and abs(area / (wide * high) - 0.785) < 0.06 and 12.566 * area / around**2 > 0.8


def _are_companions(one: Box, other: Box) -> bool:
    size = one[3] - one[1]
    level, plumb = abs(one[1] - other[1]), abs(one[0] - other[0])
    return is_alike(one, other) and (level <= 0.3 * size or (plumb <= 0.3 * size and level <= 5 * size))
