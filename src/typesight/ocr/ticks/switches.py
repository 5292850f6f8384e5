"""Find switches by their outline: a knob at one end of a track; on if the knob is at the right.

The knob is inside a pill (iOS, Material 3, Windows, GNOME, Bootstrap), or is higher than its track and overhangs it
(Material 2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from typesight.ocr.lines import Box, Line
from typesight.ocr.ticks.outlines import TALLEST_SWITCH, fits, outline

__all__ = ["switches"]

_OFF = 1.0
"""Most distance of a switch from the middle of a line, in line heights: it may be between a name and its note."""

_SHORT = 1.4
"""Least width of a switch, in its own heights."""

_THIN, _THICK = 0.35, 0.88
"""Least and greatest height of a track, in heights of the knob that overhangs it."""

_LIKE = 0.06
"""Largest mean difference from the outline of a switch, in its own heights."""

_DIFFERENCE = 8
"""Least difference between a knob and its track in one colour channel, in levels of 255."""

_KNOB = 1.8
"""How many times more than the other end the knob of a pill must differ from the colour of the middle."""

_EVEN, _PLAIN = 25, 12
"""Largest difference in levels of 255 within the colour of a knob, and of a track that a knob overhangs."""


def switches(mask: Any, colours: Any, alone: Sequence[Box], lines: Sequence[Line]) -> Iterator[tuple[Box, bool]]:
    """Select the boxes that are switches, and whether each is on; `colours` is an array of shape (height, width, 3)."""
    for box in alone:
        if box[2] - box[0] >= _SHORT * (box[3] - box[1]) and fits(box, lines, most=TALLEST_SWITCH, off=_OFF):
            filled = _filled(mask, box)
            end = _knob_within(colours, box) if _is_pill(filled) else _knob_over(colours, box, filled)
            if end:
                yield box, end > 0


def _filled(mask: Any, box: Box) -> Any:
    """The largest shape in a box, with holes and gaps filled; the edge of a pale knob may be broken."""
    import cv2
    import numpy

    filled = numpy.zeros((box[3] - box[1], box[2] - box[0]), numpy.uint8)
    cv2.drawContours(filled, [outline(mask, box)], -1, 1, cv2.FILLED)
    above, below = numpy.maximum.accumulate(filled), numpy.maximum.accumulate(filled[::-1])[::-1]
    return above & below


def _is_pill(filled: Any) -> bool:
    high, wide = filled.shape
    return _is_like(filled, _heights(wide, high, high))


def _knob_within(colours: Any, box: Box) -> int:
    """1 if a pill has its knob at the right, -1 at the left, 0 if it has none."""
    import numpy

    left, top, right, bottom = box
    high, middle = bottom - top, (left + right) // 2
    inset = round(0.14 * high)
    track = colours[[top + inset, bottom - 1 - inset], middle - 1 : middle + 2].reshape(-1, 3).mean(0)
    spots = [_spot(colours, x, (top + bottom) // 2, high) for x in (left + high // 2, right - high // 2)]
    if any(spot is None for spot in spots):
        return 0
    apart = [float(numpy.abs(spot - track).max()) for spot in spots]
    if max(apart) < max(_DIFFERENCE, _KNOB * min(apart)):
        return 0
    return 1 if apart[1] > apart[0] else -1


def _knob_over(colours: Any, box: Box, filled: Any) -> int:
    """1 if a round knob overhangs the right end of a thinner track, -1 the left one, 0 if there is none."""
    import numpy

    left, top, right, _ = box
    high, wide = filled.shape
    for end in (1, -1):
        seen = filled[:, ::end]  # the knob at the right
        track = seen[:, int(0.15 * wide) : int(0.4 * wide)]
        thick = float(numpy.median(track.sum(0)))
        if not _THIN * high <= thick <= _THICK * high:
            continue
        if abs(float(track.any(1).nonzero()[0].mean()) - high / 2) > 0.12 * high:
            continue
        if not _is_like(seen, _heights(wide, high, thick)):
            continue
        level, reach = top + high // 2, round(thick / 4)
        plain = colours[level - reach : level + reach + 1, left:right][:, ::end][:, round(thick / 2) : wide - high]
        ends = _colour(plain, _PLAIN, 0.8), _spot(colours, (right if end > 0 else left) - end * high // 2, level, high)
        if _differ(*ends):
            return end
    return 0


def _is_like(filled: Any, heights: Any) -> bool:
    """Whether the columns of a shape have about these heights."""
    import numpy

    return float(numpy.abs(filled.sum(0) - heights).mean()) <= _LIKE * int(filled.shape[0])


def _heights(wide: int, high: int, thick: float) -> Any:
    """The height of each column of a switch whose knob, at the right, is higher than its track."""
    import numpy

    at = numpy.arange(wide) + 0.5
    knob = _chord(at - (wide - high / 2), high)
    track = _chord(numpy.minimum(0, at - thick / 2), thick)
    return numpy.maximum(knob, numpy.where(at < wide - high / 2, track, 0))


def _chord(apart: Any, across: float) -> Any:
    """The height of a circle of diameter `across` at a distance from its centre."""
    import numpy

    return 2 * numpy.sqrt(numpy.maximum(0, (across / 2) ** 2 - apart**2))


def _spot(colours: Any, x: int, y: int, high: int) -> Any:
    """The colour at the middle of a knob, which may have an icon on it; None if there is no such colour."""
    far = max(1, round(0.15 * high))
    return _colour(colours[y - far : y + far + 1, x - far : x + far + 1], _EVEN, 0.55)


def _colour(pixels: Any, even: int, share: float) -> Any:
    """The colour that at least `share` of the pixels have, within `even` levels; None if there is none."""
    import numpy

    if not pixels.size:
        return None
    pixels = pixels.reshape(-1, 3)
    colour = numpy.median(pixels, 0)
    return colour if float((numpy.abs(pixels - colour).max(1) <= even).mean()) >= share else None


def _differ(one: Any, other: Any) -> bool:
    import numpy

    return one is not None and other is not None and float(numpy.abs(one - other).max()) >= _DIFFERENCE
