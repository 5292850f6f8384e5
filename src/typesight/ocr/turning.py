"""Find how many quarter turns make the text of a picture upright.

The shape of the lines shows whether text is sideways; reading a few lines both ways shows which way. Horizontal text is
tried upside down only if it reads badly as it is. A picture with too little text is not turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from typesight.images.encoding.picture_warnings import holds_text
from typesight.images.image import Image
from typesight.images.lazy_picture import LazyPicture
from typesight.images.opening.pixels import render
from typesight.images.picture_cache import LruCache
from typesight.models.image_tokens import shrink_to_side
from typesight.ocr.lines import Line
from typesight.ocr.rapidocr_engine import RapidOcr

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["choose_rotation", "detect_image_rotation", "detect_rotation", "may_be_rotated"]

_TURNS = LruCache[int](1024)
"""The turns of the pictures seen last."""

_EXAMINED_SIDE = 1600
"""Longest edge in pixels of the picture that is examined: large enough to read its lines."""

_DETECTION_SIDE = 736
"""Longest edge in pixels for detecting lines: their shape shows at sizes too small for reading."""

_MIN_LINES = 3
"""Least lines for turning a picture."""

_SIDEWAYS_RATIO = 2.0
"""Ratio of height to width from which a line counts as sideways; up to its inverse, as horizontal."""

_SIDEWAYS_SAMPLE = 5
"""Most sideways lines to read both ways."""

_HORIZONTAL_SAMPLE = 3
"""Most lines to read of a picture whose text is horizontal."""

_MAX_SIDEWAYS_SHARE = 0.4
"""Share of the letters in sideways lines above which a reading is doubtful."""

_MIN_CONFIDENCE = 0.85
"""Mean confidence from which lines count as upright; upside down they score 0.5 to 0.8."""

_CONFIDENCE_MARGIN = 0.1
"""How much higher the mean confidence must be upside down before the picture is turned."""

_TEXT_FACTOR = 1.3
"""How many times more letters, weighted by confidence, another turn must read than the picture as it is."""


def detect_rotation(picture: PilImage, *, engine: RapidOcr | None = None) -> int:
    """The quarter turns (0 to 3), clockwise, that make the text of a picture readable; EXIF is already applied.

    Raises MissingExtra.
    """
    reader = engine or RapidOcr()
    small = picture.convert("RGB")
    small.thumbnail((_DETECTION_SIDE, _DETECTION_SIDE))
    boxes = reader.find_boxes(small)
    lying = [box for box in boxes if _measure_ratio(box) >= _SIDEWAYS_RATIO]
    standing = [box for box in boxes if _measure_ratio(box) <= 1 / _SIDEWAYS_RATIO]
    grown = picture.width / small.width
    if len(lying) >= _MIN_LINES and _sum_lengths(lying) >= 2 * _sum_lengths(standing):
        strips = _cut_strips(picture, lying, grown, _SIDEWAYS_SAMPLE)
        return max((1, 3), key=lambda turns: _measure_confidence(reader, strips, turns))
    if len(standing) < _MIN_LINES:
        return 0
    strips = _cut_strips(picture, standing, grown, _HORIZONTAL_SAMPLE)
    as_it_is = _measure_confidence(reader, strips, 0)
    return (
        2
        if as_it_is < _MIN_CONFIDENCE and _measure_confidence(reader, strips, 2) > as_it_is + _CONFIDENCE_MARGIN
        else 0
    )


def _cut_strips(picture: PilImage, boxes: list[tuple[int, int, int, int]], grown: float, most: int) -> list[PilImage]:
    """The longest lines as pictures, at most `most`."""
    longest = sorted(boxes, key=lambda box: max(box[2] - box[0], box[3] - box[1]), reverse=True)[:most]
    return [picture.crop(_scale_box(box, grown)).convert("RGB") for box in longest]


def _measure_confidence(reader: RapidOcr, strips: list[PilImage], turns: int) -> float:
    """The mean confidence of reading lines after so many quarter turns, clockwise."""
    return sum(reader.score_line(strip.rotate(-90 * turns, expand=True)) for strip in strips) / len(strips)


def may_be_rotated(lines: Sequence[Line]) -> bool:
    """Whether the picture of these lines may need turning: they are few, uncertain or sideways."""
    letters = max(1, sum(len(line.text) for line in lines))
    sure = sum(line.score * len(line.text) for line in lines) / letters
    lying = sum(len(line.text) for line in lines if _measure_ratio(line.box) >= _SIDEWAYS_RATIO) / letters
    return len(lines) < _MIN_LINES or sure < _MIN_CONFIDENCE or lying > _MAX_SIDEWAYS_SHARE


def choose_rotation(readings: Iterable[Sequence[Line]]) -> int:
    """Choose among readings of a picture after 0 to 3 quarter turns: the turns with the most text, or 0.

    A turn must have clearly more text than the picture as it is, and at least three lines.
    """
    standing = [[line for line in lines if _measure_ratio(line.box) < 1] for lines in readings]
    weights = [sum(line.score * len(line.text) for line in lines) for lines in standing]
    best = max(range(len(weights)), key=weights.__getitem__)
    return best if len(standing[best]) >= _MIN_LINES and weights[best] > _TEXT_FACTOR * weights[0] else 0


def detect_image_rotation(image: Image, picture: LazyPicture | None = None) -> int:
    """`detect_rotation` for an Image, decoded no larger than this needs; 0 if it is too small for text.

    `picture` is the one that the Image is from, if that may be open. The answer is remembered from call to call.
    """
    picture = picture or LazyPicture(image.source)
    key = picture.fingerprint and (picture.fingerprint, image.box)
    return _TURNS.get(key, lambda: _detect_uncached(image, picture))


def _detect_uncached(image: Image, picture: LazyPicture) -> int:
    opened = picture.open()
    size = shrink_to_side(picture.measure_part(image.box), _EXAMINED_SIDE)
    return detect_rotation(render(opened, size, box=picture.clip(image.box))) if holds_text(size) else 0


def _scale_box(box: tuple[int, int, int, int], factor: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * factor) for edge in box)
    return left, top, right, bottom


def _measure_ratio(box: tuple[int, int, int, int]) -> float:
    left, top, right, bottom = box
    return (bottom - top) / max(1, right - left)


def _sum_lengths(boxes: list[tuple[int, int, int, int]]) -> int:
    """The total length of the lines along their longer sides, in pixels."""
    return sum(max(right - left, bottom - top) for left, top, right, bottom in boxes)
