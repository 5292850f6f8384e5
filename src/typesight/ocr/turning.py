"""Turning: by how many quarter turns a picture must be turned for its text to stand upright.

The shape of the lines tells whether text lies sideways, reading a few of them both ways tells which way, and whether
text that stands is upside down: only where it cannot be read as it stands is it read the other way. A picture with too
little text to tell is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from typesight.images.encoding.encode import region
from typesight.images.encoding.size_doubts import holds_text
from typesight.images.image import Image
from typesight.images.opening.open_picture import open_picture
from typesight.images.opening.pixels import render
from typesight.models.image_tokens import shrink
from typesight.ocr.lines import Line
from typesight.ocr.rapidocr_engine import RapidOcr

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["is_doubtful", "likeliest", "text_turns", "turns_of"]

_SEEN = 1600
"""Long edge in pixels at which a picture is taken for this: what is read of it can be read there."""

_LOOK = 736
"""Long edge in pixels at which lines are looked for: their shape shows long before they can be read."""

_ENOUGH = 3
"""Lines that must be seen before anything is turned."""

_SIDEWAYS = 2.0
"""Height by width from which a line counts as lying sideways; its inverse as standing."""

_READ = 5
"""Lines that are read both ways."""

_STANDS = 3
"""Lines that are read of a picture whose text stands."""

_LIES = 0.4
"""Share of the letters, in lines that lie sideways, from which a reading is doubted."""

_LEGIBLE = 0.85
"""Mean confidence from which lines are taken to be read the right way up; upside down they score 0.5 to 0.8."""

_BETTER = 0.1
"""By how much the mean confidence must be higher the other way up."""

_CLEARLY = 1.3
"""How many times more, letters weighted by confidence, must be read another way up."""


def text_turns(picture: PilImage, *, engine: RapidOcr | None = None) -> int:
    """Quarter turns, clockwise, after which the text of an upright-by-EXIF picture can be read: 0 to 3.

    Raises MissingExtra.
    """
    reader = engine or RapidOcr()
    small = picture.convert("RGB")
    small.thumbnail((_LOOK, _LOOK))
    boxes = reader.boxes(small)
    lying = [box for box in boxes if _ratio(box) >= _SIDEWAYS]
    standing = [box for box in boxes if _ratio(box) <= 1 / _SIDEWAYS]
    grown = picture.width / small.width
    if len(lying) >= _ENOUGH and _length(lying) >= 2 * _length(standing):
        strips = _strips(picture, lying, grown, _READ)
        return max((1, 3), key=lambda turns: _mean(reader, strips, turns))
    if len(standing) < _ENOUGH:
        return 0
    strips = _strips(picture, standing, grown, _STANDS)
    as_it_is = _mean(reader, strips, 0)
    return 2 if as_it_is < _LEGIBLE and _mean(reader, strips, 2) > as_it_is + _BETTER else 0


def _strips(picture: PilImage, boxes: list[tuple[int, int, int, int]], grown: float, most: int) -> list[PilImage]:
    """The longest lines, cut out of the picture."""
    longest = sorted(boxes, key=lambda box: max(box[2] - box[0], box[3] - box[1]), reverse=True)[:most]
    return [picture.crop(_grown(box, grown)).convert("RGB") for box in longest]


def _mean(reader: RapidOcr, strips: list[PilImage], turns: int) -> float:
    """How surely lines are read after so many quarter turns, clockwise."""
    return sum(reader.score(strip.rotate(-90 * turns, expand=True)) for strip in strips) / len(strips)


def is_doubtful(lines: Sequence[Line]) -> bool:
    """Whether lines as they were read may be of a picture whose text does not stand: few, unsure, or lying."""
    letters = max(1, sum(len(line.text) for line in lines))
    sure = sum(line.score * len(line.text) for line in lines) / letters
    lying = sum(len(line.text) for line in lines if _ratio(line.box) >= _SIDEWAYS) / letters
    return len(lines) < _ENOUGH or sure < _LEGIBLE or lying > _LIES


def likeliest(readings: Iterable[Sequence[Line]]) -> int:
    """Which of the readings of one picture, as it is and after one to three quarter turns, reads most as text does.

    What stands must be beaten clearly, and by more than a line or two.
    """
    standing = [[line for line in lines if _ratio(line.box) < 1] for lines in readings]
    weights = [sum(line.score * len(line.text) for line in lines) for lines in standing]
    best = max(range(len(weights)), key=weights.__getitem__)
    return best if len(standing[best]) >= _ENOUGH and weights[best] > _CLEARLY * weights[0] else 0


def turns_of(image: Image) -> int:
    """`text_turns` of an Image, decoded no larger than telling needs."""
    opened = open_picture(image.source)
    box = region(image.box, opened) or (0, 0, *opened.size)
    size = shrink((box[2] - box[0], box[3] - box[1]), _SEEN)
    return text_turns(render(opened, size, box=box)) if holds_text(size) else 0


def _grown(box: tuple[int, int, int, int], factor: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * factor) for edge in box)
    return left, top, right, bottom


def _ratio(box: tuple[int, int, int, int]) -> float:
    left, top, right, bottom = box
    return (bottom - top) / max(1, right - left)


def _length(boxes: list[tuple[int, int, int, int]]) -> int:
    """How long the lines are together, in pixels along their longer side."""
    return sum(max(right - left, bottom - top) for left, top, right, bottom in boxes)
