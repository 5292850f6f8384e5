"""Cut out the part of a picture where a failing field is printed, to show it again from the original pixels.

If the local reader is installed, it searches the upright picture for the value given and for the name of the field. If
it is not installed, or finds neither, the picture is shown as two overlapping halves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from typesight.errors import ImageError
from typesight.images.image import Image, drop_cache_mark
from typesight.images.opening.sources import UrlSource
from typesight.models.image_tokens import Size
from typesight.ocr.engine import is_ocr_installed
from typesight.ocr.lines import Box, Line, enclose_lines
from typesight.ocr.reading import measure_shown_size, read_lines

__all__ = ["Closeup", "find_closeups"]

_MOST_PARTS = 4
_MIN_SIMILARITY = 0.6
"""Least similarity (0 to 1) at which a printed text may be the value that was misread."""
_OVERLAP = 0.1
"""How far each half reaches over the middle, as a share of the picture's longer side."""
_MARGIN = 2.5
"""Margin around a field, in line heights."""
_MIN_SIDE = 320
"""Least pixels of a part along each side, if the picture has them: models see smaller ones badly."""


@dataclass(frozen=True, slots=True)
class Closeup:
    """A part of a picture, and the paths of the fields that it is shown for; `image` counts from 1."""

    paths: tuple[str, ...]
    image: int
    crop: Image


def find_closeups(
    images: Sequence[Image], wanted: Mapping[str, str], turned: Mapping[Image, int] | None = None
) -> list[Closeup]:
    """The parts of pictures where some fields are printed; `wanted`: path -> the value given for it as text, or "".

    `turned` are the quarter turns, clockwise, that make each picture's text upright. At most four parts; pictures
    behind a URL, or that cannot be read, have none.
    """
    here = [(number, image) for number, image in enumerate(images, start=1) if not isinstance(image.source, UrlSource)]
    found: list[Closeup] = []
    lost = dict(wanted)
    for number, image in here if is_ocr_installed() else []:
        boxes = _find_boxes(image, lost, (turned or {}).get(image, 0))
        found += _crop_boxes(image, number, boxes)
        lost = {path: text for path, text in lost.items() if path not in boxes}
    if lost and len(here) == 1:
        number, image = here[0]
        found += [Closeup(tuple(lost), number, half) for half in _cut_halves(image)]
    return found[:_MOST_PARTS]


def _find_boxes(image: Image, wanted: Mapping[str, str], turns: int) -> dict[str, Box]:
    """Where in a picture each field may be printed, with a margin; in pixels of the picture before it was turned."""
    try:
        size = measure_shown_size(image)
        lines = read_lines(image, turns=turns)
    except ImageError:
        return {}
    stands = size[::-1] if turns % 2 else size
    places = {path: _find_row(lines, path, text) for path, text in wanted.items()}
    return {path: _turn_back(_add_margin(row, stands), turns, size) for path, row in places.items() if row}


def _turn_back(box: Box, turns: int, size: Size) -> Box:
    """Map a box from a picture turned by quarter turns, clockwise, to the picture before, which has this size."""
    left, top, right, bottom = box
    wide, high = size
    return (
        box,
        (top, high - right, bottom, high - left),
        (wide - right, high - bottom, wide - left, high - top),
        (wide - bottom, left, wide - top, right),
    )[turns % 4]


def _find_row(lines: Sequence[Line], path: str, text: str) -> list[Line]:
    """The lines in the row of a field: of the line most similar to the value given, else of one with its name."""
    rated = [(_measure_similarity(text, line.text), line) for line in lines] if _strip_to_letters(text) else []
    best = max(rated, key=lambda each: each[0], default=None)
    if best is None or best[0] < _MIN_SIMILARITY:
        names = [word for word in re.split(r"[\W_]+", _read_field_name(path)) if len(word) > 2]
        named = [line for line in lines if names and all(word in line.text.lower() for word in names)]
        best = (1.0, named[-1]) if named else None
    if best is None:
        return []
    line = best[1]
    return [each for each in lines if abs(each.middle - line.middle) <= 0.6 * line.height]


def _measure_similarity(text: str, line: str) -> float:
    """The similarity (0 to 1) of a text to a line, or to as many words in a row of it as the text has."""
    words, count = line.split(), max(1, len(text.split()))
    runs = [" ".join(words[start : start + count]) for start in range(max(1, len(words) - count + 1))]
    return max(SequenceMatcher(None, _strip_to_letters(text), _strip_to_letters(run)).ratio() for run in (line, *runs))


def _read_field_name(path: str) -> str:
    """The last name in a path as lower-case words: `items.0.unitPrice` is "unit price"."""
    names = [step for step in path.split(".") if not step.isdecimal()]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names[-1] if names else "").lower()


def _strip_to_letters(text: str) -> str:
    return "".join(each for each in text.lower() if each.isalnum())


def _add_margin(row: Sequence[Line], size: Size) -> Box:
    left, top, right, bottom = enclose_lines(row)
    room = _MARGIN * max(line.height for line in row)
    across = _fit_span(left - room, right + room, size[0])
    down = _fit_span(top - room, bottom + room, size[1])
    return across[0], down[0], across[1], down[1]


def _fit_span(start: float, end: float, length: int) -> tuple[int, int]:
    """Limit a span to a side of the picture, and lengthen it to the least length of a part."""
    short = max(0.0, _MIN_SIDE - (end - start)) / 2
    first, last = max(0, round(start - short)), min(length, round(end + short))
    return max(0, min(first, last - _MIN_SIDE)), min(length, max(last, first + _MIN_SIDE))


def _crop_boxes(image: Image, number: int, boxes: Mapping[str, Box]) -> list[Closeup]:
    """A part for each box; overlapping boxes are joined."""
    joined: list[tuple[Box, tuple[str, ...]]] = []
    for path, box in sorted(boxes.items(), key=lambda each: each[1][1]):
        last = joined[-1] if joined else None
        if last and box[1] < last[0][3] and box[0] < last[0][2] and last[0][0] < box[2]:
            joined[-1] = (_join_boxes(last[0], box), (*last[1], path))
        else:
            joined.append((box, (path,)))
    return [Closeup(paths, number, drop_cache_mark(image.crop(box))) for box, paths in joined]


def _join_boxes(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _cut_halves(image: Image) -> list[Image]:
    """Two overlapping halves along the longer side; none if the picture cannot be opened."""
    try:
        width, height = measure_shown_size(image)
    except ImageError:
        return []
    along = max(width, height)
    first, second = round(along * (0.5 + _OVERLAP)), round(along * (0.5 - _OVERLAP))
    boxes = [(0, 0, width, first), (0, second, width, height)]
    if width > height:
        boxes = [(0, 0, first, height), (second, 0, width, height)]
    return [drop_cache_mark(image.crop(box)) for box in boxes]
