"""Find check boxes, radio buttons and switches ("ticks") in the pixels, as lines of one character: ☑ on, ☐ off.

Each must have text of about its own size beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typesight.errors import MissingExtra
from typesight.ocr.lines import OFF, ON, Box, Line, overlap
from typesight.ocr.ticks.check_boxes import framed, rounded
from typesight.ocr.ticks.outlines import alone, is_marked
from typesight.ocr.ticks.radio_buttons import circles
from typesight.ocr.ticks.switches import switches

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ticks"]

_HEIGHT = 40
"""Height in pixels of a line of text when searching for ticks: smaller is faster, but thin sides get lost."""

_PIXELS = 1_000_000
"""Pixels up to which a picture with smaller print is enlarged to that height."""

_INK = 24
"""Difference from the paper, in grey levels of 255, from which a pixel is ink."""

_FAINT = 16
"""Difference from the paper of ink for boxes and circles on screens, whose outline may be thin and light grey."""

_FADED = 0.25
"""Difference from the paper of ink, as a share of the difference of the print."""

_PALE = 8
"""Difference from the paper of ink for switches, whose "off" is often a very light grey."""


def ticks(picture: Image, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Find the ticks beside these lines of an upright picture; boxes are in its pixels. Raises MissingExtra."""
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
    """All tick candidates, the most certain first, some of them repeatedly; `pixels` are in RGB."""
    import cv2
    import numpy

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    both = _apart(grey, height)
    strong = [(apart > max(_INK, _FADED * _percentile(apart, 99))).astype(numpy.uint8) for apart in both]
    faint, pale = ([(apart > least).astype(numpy.uint8) for apart in both] for least in (_FAINT, _PALE))
    masks = [*strong, *faint, *pale, cv2.bitwise_or(*pale)]  # a knob may be lighter than the paper, its track darker
    shapes = [alone(mask, height) for mask in masks]
    for mask, boxes in zip(masks, shapes, strict=True):
        for box, on in switches(mask, pixels, boxes, lines):
            yield _tick(box, on)
    for ink in strong:
        for box in framed(ink, grey, lines, height):
            yield _tick(box, is_marked(ink, box))
    for ink, boxes in zip(masks[:-1], shapes[:-1], strict=True):
        for box in (*rounded(ink, grey, boxes, lines), *circles(ink, grey, boxes, lines)):
            yield _tick(box, is_marked(ink, box))


def _tick(box: Box, on: bool) -> Line:
    return Line(ON if on else OFF, 1.0, box)


def _apart(grey: Any, height: int) -> tuple[Any, Any]:
    """How much darker and how much lighter each pixel is than the paper around it."""
    import cv2
    import numpy

    reach = int(2.5 * height) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    paper = int(_counts(grey).argmax())
    darker = cv2.morphologyEx(numpy.minimum(grey, paper), cv2.MORPH_BLACKHAT, kernel)
    return darker, cv2.morphologyEx(numpy.maximum(grey, paper), cv2.MORPH_TOPHAT, kernel)


def _counts(grey: Any) -> Any:
    """The histogram of the 256 levels of grey."""
    import cv2

    return cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()


def _percentile(grey: Any, share: float) -> int:
    """The level of grey at this percentile (0 to 100) of the pixels."""
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
