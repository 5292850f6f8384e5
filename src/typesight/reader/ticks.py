"""Ticks: check boxes, radio buttons and switches, found in the pixels, as lines of one character: ☑ on, ☐ off.

Check boxes are looked for by their straight sides, so that a tick that runs out of its box does no harm; radio buttons
and switches by the shape of their outline. Each must stand beside text of about its own size, and no letter does for
one: a letter has neighbours, and a round mark needs a second one at its side or below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typesight.errors import MissingExtra
from typesight.reader.lines import Box, Line, overlap

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["OFF", "ON", "is_tick", "ticks"]

ON, OFF = "☑", "☐"

_HEIGHT = 40
"""Pixels of a line of text at which ticks are looked for: smaller is faster, but thin sides get lost."""

_PIXELS = 1_000_000
"""Size up to which a picture of smaller print is enlarged for it."""

_FAINT = 24
"""Difference from the paper, in grey levels of 255, from which a pixel is ink."""

_FADED = 0.25
"""The same as a share of the print's own difference from the paper."""

_PALE = 8
"""The same for switches, whose "off" is often a very light grey."""

_SMALL, _LARGE = 0.4, 1.7
"""Height of a tick in heights of a line of text beside it (a line's box is about 1.4 times its capitals)."""

_SIDE = 0.85
"""Share of each side of a check box that must be ink."""

_MARKED = 0.1
"""Share of the inside of a box or a circle that must be ink for it to be on."""

_KNOB = 1.8
"""How many times further from the colour of the middle the knob of a switch is than its other end."""

_BLUR = 2
"""Pixels beyond its straight part to which an edge is blurred."""

_MOST = 4000
"""Shapes of a picture that are looked at; what has more is a photo of something else, or noise."""


def is_tick(line: Line) -> bool:
    """Whether a line is a tick and not text."""
    return line.text in {ON, OFF}


def ticks(picture: Image, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The ticks of an upright picture beside these lines of it, boxes in its own pixels. Raises MissingExtra."""
    if not lines:
        return ()
    try:
        import cv2
        import numpy
    except ImportError as missing:
        raise MissingExtra("local", "finding check boxes") from missing
    height = sorted(line.height for line in lines)[len(lines) // 2]
    room = max(1.0, _PIXELS / (picture.width * picture.height)) ** 0.5
    scale = min(2.0, room, _HEIGHT / height)
    pixels = numpy.asarray(picture.convert("RGB"))
    pixels = cv2.resize(
        pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    found = _found(pixels, [_scaled(line, scale) for line in lines], round(height * scale))
    return tuple(_scaled(tick, 1 / scale) for tick in _once(found))


def _found(pixels: Any, lines: Sequence[Line], height: int) -> Iterator[Line]:
    """What looks like a tick, the same one more than once perhaps; `pixels` in RGB."""
    import cv2
    import numpy

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    reach = int(2.5 * height) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    paper = int(_counts(grey).argmax())
    darker, lighter = numpy.minimum(grey, paper), numpy.maximum(grey, paper)
    for shape, seen in ((cv2.MORPH_BLACKHAT, darker), (cv2.MORPH_TOPHAT, lighter)):
        apart = cv2.morphologyEx(seen, shape, kernel)
        strong = max(_FAINT, _FADED * _percentile(apart, 99))
        ink, pale = ((apart > least).astype(numpy.uint8) for least in (strong, _PALE))
        yield from _squares(ink, lines, height)
        yield from _circles(ink, lines, height)
        yield from _switches(ink, pixels, lines, height)
        yield from _switches(pale, pixels, lines, height)


def _counts(grey: Any) -> Any:
    """How often each of the 256 levels of grey is there."""
    import cv2

    return cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()


def _percentile(grey: Any, share: float) -> int:
    """The level of grey that so many per cent of the pixels are no lighter than."""
    sums = _counts(grey).cumsum()
    return int((sums >= share / 100 * sums[-1]).argmax())


def _scaled(line: Line, scale: float) -> Line:
    left, top, right, bottom = (round(edge * scale) for edge in line.box)
    return replace(line, box=(left, top, right, bottom))


def _once(found: Iterable[Line]) -> Iterator[Line]:
    kept: list[Line] = []
    for tick in found:
        if not any(_meet(tick.box, other.box) for other in kept):
            kept.append(tick)
            yield tick


def _meet(one: Box, other: Box) -> bool:
    return (
        overlap((one[0], one[2]), (other[0], other[2])) > 0.3 and overlap((one[1], one[3]), (other[1], other[3])) > 0.3
    )


def _shapes(mask: Any, height: int, widest: float, gap: int = 3) -> Iterator[Box]:
    """The boxes of what stands alone in a mask, as high as a tick may be and at most so many times as wide.

    What is nearer than `gap` pixels to its neighbour at the left or right is one shape with it.
    """
    import cv2
    import numpy

    merged = cv2.dilate(mask, numpy.ones((3, gap), numpy.uint8))
    merged = merged[::2, ::2]  # half the size is enough to tell shapes apart
    _, _, stats, _ = cv2.connectedComponentsWithStats(merged, connectivity=8)
    stats = stats[1:] * 2
    wides, highs = stats[:, 2], stats[:, 3]
    low, tall = _SMALL * height, _LARGE * height
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


def _gap(height: int) -> int:
    """How far apart letters never are, in pixels, but a tick and what is next to it are."""
    return max(3, round(0.12 * height)) | 1


def _fits(box: Box, lines: Sequence[Line]) -> bool:
    """Whether text of about its size stands level with a box."""
    middle, high = (box[1] + box[3]) / 2, box[3] - box[1]
    return any(
        abs(line.middle - middle) < 0.5 * line.height and _SMALL * line.height <= high <= _LARGE * line.height
        for line in lines
    )


def _squares(ink: Any, lines: Sequence[Line], height: int) -> Iterator[Line]:
    """Check boxes: four straight sides about as long as each other."""
    import cv2
    import numpy

    side = max(5, int(0.35 * height))
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, numpy.ones((1, side), numpy.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, numpy.ones((side, 1), numpy.uint8))
    frame = numpy.bitwise_or(across, down)
    for box in _shapes(frame, height, 1.17):
        left, top, right, bottom = box
        within = slice(top, bottom), slice(left, right)
        lower = left - _BLUR, (top + bottom) // 2, right + _BLUR, bottom  # a tick may run out of its box at the top
        if _has_sides(across[within], down[within]) and _fits(box, lines) and _stands_alone(ink, lower):
            yield Line(ON if _is_marked(ink, box) else OFF, 1.0, box)


def _has_sides(across: Any, down: Any) -> bool:
    """Whether straight lines run along all four edges of a box."""
    deep = max(3, round(0.2 * min(across.shape)))
    edges = (across[:deep], across[-deep:], down[:, :deep].T, down[:, -deep:].T)
    return all(float((edge[1:] | edge[:-1]).mean(1).max()) >= _SIDE for edge in edges)


def _is_marked(ink: Any, box: Box) -> bool:
    left, top, right, bottom = box
    inset = round(0.26 * (bottom - top))
    inside = ink[top + inset : bottom - inset, left + inset : right - inset]
    return bool(inside.size) and float(inside.mean()) >= _MARKED


def _circles(ink: Any, lines: Sequence[Line], height: int) -> Iterator[Line]:
    """Radio buttons: circles that stand alone, two or more of one size in a row or a column."""
    round_ones = [
        box
        for box in _shapes(ink, height, 1.25, _gap(height))
        if _is_round(ink, box) and _stands_alone(ink, box) and _fits(box, lines)
    ]
    for box in round_ones:
        if any(_are_companions(box, other) for other in round_ones if other is not box):
            yield Line(ON if _is_marked(ink, box) else OFF, 1.0, box)


def _outline(mask: Any, box: Box) -> Any:
    """The outer contour of the largest shape in a box."""
    import cv2

    left, top, right, bottom = box
    contours, _ = cv2.findContours(mask[top:bottom, left:right].copy(), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return max(contours, key=cv2.contourArea)


def _is_round(ink: Any, box: Box) -> bool:
    import cv2

    outline = _outline(ink, box)
    area, around = cv2.contourArea(outline), cv2.arcLength(outline, closed=True)
    wide, high = box[2] - box[0] - 1, box[3] - box[1] - 1
    return around > 0 and abs(area / (wide * high) - 0.785) < 0.06 and 12.566 * area / around**2 > 0.8


def _stands_alone(ink: Any, box: Box) -> bool:
    """Whether no ink is close at either side, as it is beside a letter; a ruled line may be."""
    left, top, right, bottom = box
    gap, beyond = max(2, round(0.22 * (right - left))), (bottom - top) // 2
    for sides in (slice(max(0, left - gap), max(0, left)), slice(right, right + gap)):
        ruled = ink[max(0, top - beyond) : bottom + beyond, sides].all(0)
        if (ink[top:bottom, sides].any(0) & ~ruled).any():
            return False
    return True


def _are_companions(one: Box, other: Box) -> bool:
    size, its = one[3] - one[1], other[3] - other[1]
    level, plumb = abs(one[1] - other[1]), abs(one[0] - other[0])
    same = abs(size - its) <= max(2, 0.15 * size)
    return same and (level <= 0.3 * size or (plumb <= 0.3 * size and level <= 5 * size))


def _switches(mask: Any, colours: Any, lines: Sequence[Line], height: int) -> Iterator[Line]:
    """Switches: pills of one colour with a round knob of another at one end; on, if that is the right one."""
    for box in _shapes(mask, height, 2.8, _gap(height)):
        if box[2] - box[0] >= 1.4 * (box[3] - box[1]) and _is_pill(mask, box) and _fits(box, lines):
            end = _knob(colours, box)
            if end:
                yield Line(ON if end > 0 else OFF, 1.0, box)


def _is_pill(mask: Any, box: Box) -> bool:
    import cv2

    wide, high = box[2] - box[0] - 1, box[3] - box[1] - 1
    filled = cv2.contourArea(_outline(mask, box)) / (wide * high)
    return bool(abs(filled - (1 - 0.215 * high / wide)) < 0.06)


def _knob(colours: Any, box: Box) -> int:
    """1 if a switch has its knob at the right, -1 at the left, 0 if it has none."""
    import numpy

    left, top, right, bottom = box
    high, middle = bottom - top, (left + right) // 2
    inset = round(0.14 * high)
    track = colours[[top + inset, bottom - 1 - inset], middle - 1 : middle + 2].reshape(-1, 3).mean(0)
    reach, level = max(1, round(0.15 * high)), (top + bottom) // 2
    apart = []
    for x in (left + high // 2, right - high // 2):
        spot = colours[level - reach : level + reach + 1, x - reach : x + reach + 1].reshape(-1, 3)
        if float(spot.std(0).max()) > 25:
            return 0
        apart.append(float(numpy.abs(spot.mean(0) - track).max()))
    low, far = sorted(apart)
    if far < _PALE or far < _KNOB * low:
        return 0
    return 1 if apart[1] > apart[0] else -1
