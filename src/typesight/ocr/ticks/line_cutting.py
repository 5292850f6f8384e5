"""Cut lines that were read across ticks into the pieces between them.

An OCR engine reads a row of options as one line, and each tick as the letter most like it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from typesight.ocr.lines import Box, Line, overlap

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["cut"]

Reader = Callable[["Image"], tuple[str, float]]
"""A picture of one line -> its text and the confidence in it (0 to 1)."""

_CLEAR = 0.15
"""Gap beside a tick that is left out when reading the text next to it, as a share of the tick's height."""

_NARROW = 0.2
"""Least width of a piece of text, in line heights."""

_INK, _EDGE = 24, 2
"""Least difference of print from the paper, in grey levels of 255; pixels of blur at the edge of print."""


def cut(picture: Image, lines: Sequence[Line], ticks: Sequence[Line], text: Reader) -> tuple[Line, ...]:
    """Cut lines that hold ticks into the pieces between these, and read each piece again; other lines stay."""
    kept: list[Line] = []
    for line in lines:
        within = sorted((tick for tick in ticks if _is_within(tick, line)), key=lambda tick: tick.box[0])
        kept += _pieces(picture, line, within, text) if within else [line]
    return tuple(kept)


def _is_within(tick: Line, line: Line) -> bool:
    level = overlap((tick.box[1], tick.box[3]), (line.box[1], line.box[3])) > 0.5
    return level and overlap((tick.box[0], tick.box[2]), (line.box[0], line.box[2])) > 0.3


def _pieces(picture: Image, line: Line, within: Sequence[Line], text: Reader) -> Iterator[Line]:
    """The text pieces of a line between its ticks."""
    left, top, right, bottom = line.box
    starts = [left, *(tick.box[2] + round(_CLEAR * tick.height) for tick in within)]
    ends = [*(tick.box[0] - round(_CLEAR * tick.height) for tick in within), right]
    spans = (_trimmed(picture, (start, top, end, bottom)) for start, end in zip(starts, ends, strict=True))
    for start, end in spans:
        if end - start < _NARROW * line.height:
            continue
        said, score = text(picture.crop((start, top, end, bottom)))
        if said.strip():
            yield Line(said.strip(), score, (start, top, end, bottom), line.image)


def _trimmed(picture: Image, box: Box) -> tuple[int, int]:
    """The left and right end of the print in a box, in pixels of the picture."""
    import numpy

    left, _, right, _ = box
    if right <= left:
        return left, left
    grey = numpy.asarray(picture.crop(box).convert("L")).astype(numpy.int16)
    apart = abs(grey - numpy.median(grey)).max(0)
    printed = (apart > max(_INK, 0.25 * float(apart.max()))).nonzero()[0]
    if not printed.size:
        return left, left
    return max(left, left + int(printed[0]) - _EDGE), min(right, left + int(printed[-1]) + 1 + _EDGE)
