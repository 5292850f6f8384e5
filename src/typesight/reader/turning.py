"""Turning: by how many quarter turns a picture must be turned for its text to stand upright.

The shape of the lines tells whether text lies sideways, reading a few of them both ways tells which way. A picture
whose text stands, or that has too little of it to tell, is left as it is; text upside down is not looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typesight.images.encode import region
from typesight.images.image import Image
from typesight.images.load import open_picture
from typesight.images.pixels import render
from typesight.images.tokens import shrink
from typesight.reader.ocr import RapidOcr

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["text_turns", "turns_of"]

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


def text_turns(picture: PilImage, *, engine: RapidOcr | None = None) -> int:
    """Quarter turns, clockwise, after which the text of an upright-by-EXIF picture can be read: 0, 1 or 3.

    Raises MissingExtra.
    """
    reader = engine or RapidOcr()
    small = picture.convert("RGB")
    small.thumbnail((_LOOK, _LOOK))
    boxes = reader.boxes(small)
    lying = [box for box in boxes if _ratio(box) >= _SIDEWAYS]
    standing = [box for box in boxes if _ratio(box) <= 1 / _SIDEWAYS]
    if len(lying) < _ENOUGH or _length(lying) < 2 * _length(standing):
        return 0
    grown = picture.width / small.width
    longest = sorted(lying, key=lambda box: box[3] - box[1], reverse=True)[:_READ]
    strips = [picture.crop(_grown(box, grown)).convert("RGB") for box in longest]
    return max((1, 3), key=lambda turns: sum(reader.score(strip.rotate(-90 * turns, expand=True)) for strip in strips))


def turns_of(image: Image) -> int:
    """`text_turns` of an Image, decoded no larger than telling needs."""
    opened = open_picture(image.source)
    box = region(image.box, opened) or (0, 0, *opened.size)
    size = shrink((box[2] - box[0], box[3] - box[1]), _SEEN)
    return text_turns(render(opened, size, box=box))


def _grown(box: tuple[int, int, int, int], factor: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * factor) for edge in box)
    return left, top, right, bottom


def _ratio(box: tuple[int, int, int, int]) -> float:
    left, top, right, bottom = box
    return (bottom - top) / max(1, right - left)


def _length(boxes: list[tuple[int, int, int, int]]) -> int:
    """How long the lines are together, in pixels along their longer side."""
    return sum(max(right - left, bottom - top) for left, top, right, bottom in boxes)
