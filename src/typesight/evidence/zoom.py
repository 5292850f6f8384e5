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
from typesight.images.encoding.encode import region
from typesight.images.image import Image
from typesight.images.opening.open_picture import open_picture
from typesight.images.opening.sources import UrlSource
from typesight.models.image_tokens import Size
from typesight.ocr.engine import is_installed
from typesight.ocr.lines import Box, Line, around
from typesight.ocr.reading import lines_of

__all__ = ["Part", "closer"]

_MOST_PARTS = 4
_ALIKE = 0.6
"""Least similarity (0 to 1) at which a printed text may be the value that was misread."""
_OVERLAP = 0.1
"""How far each half reaches over the middle, as a share of the picture's longer side."""
_AROUND = 2.5
"""Margin around a field, in line heights."""
_LEAST = 320
"""Least pixels of a part along each side, if the picture has them: models see smaller ones badly."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a picture, and the paths of the fields that it is shown for; `image` counts from 1."""

    paths: tuple[str, ...]
    image: int
    crop: Image


def closer(images: Sequence[Image], wanted: Mapping[str, str], turned: Mapping[Image, int] | None = None) -> list[Part]:
    """The parts of pictures where some fields are printed; `wanted`: path -> the value given for it as text, or "".

    `turned` are the quarter turns, clockwise, that make each picture's text upright. At most four parts; pictures
    behind a URL, or that cannot be read, have none.
    """
    here = [(number, image) for number, image in enumerate(images, start=1) if not isinstance(image.source, UrlSource)]
    found: list[Part] = []
    lost = dict(wanted)
    for number, image in here if is_installed() else []:
        boxes = _boxes(image, lost, (turned or {}).get(image, 0))
        found += _parts(image, number, boxes)
        lost = {path: text for path, text in lost.items() if path not in boxes}
    if lost and len(here) == 1:
        number, image = here[0]
        found += [Part(tuple(lost), number, half) for half in _halves(image)]
    return found[:_MOST_PARTS]


def _boxes(image: Image, wanted: Mapping[str, str], turns: int) -> dict[str, Box]:
    """Where in a picture each field may be printed, with a margin; in pixels of the picture before it was turned."""
    try:
        size = _size(image)
        lines = lines_of(image, turns=turns)
    except ImageError:
        return {}
    stands = size[::-1] if turns % 2 else size
    places = {path: _place(lines, path, text) for path, text in wanted.items()}
    return {path: _turned_back(_grown(row, stands), turns, size) for path, row in places.items() if row}


def _size(image: Image) -> Size:
    """The size of a picture, or of the part of it that is shown. Raises ImageError."""
    opened = open_picture(image.source)
    left, top, right, bottom = region(image.box, opened) or (0, 0, *opened.size)
    return right - left, bottom - top


def _turned_back(box: Box, turns: int, size: Size) -> Box:
    """Map a box from a picture turned by quarter turns, clockwise, to the picture before, which has this size."""
    left, top, right, bottom = box
    wide, high = size
    return (
        box,
        (top, high - right, bottom, high - left),
        (wide - right, high - bottom, wide - left, high - top),
        (wide - bottom, left, wide - top, right),
    )[turns % 4]


def _place(lines: Sequence[Line], path: str, text: str) -> list[Line]:
    """The lines in the row of a field: of the line most similar to the value given, else of one with its name."""
    rated = [(_likeness(text, line.text), line) for line in lines] if _plain(text) else []
    best = max(rated, key=lambda each: each[0], default=None)
    if best is None or best[0] < _ALIKE:
        names = [word for word in re.split(r"[\W_]+", _words(path)) if len(word) > 2]
        named = [line for line in lines if names and all(word in line.text.lower() for word in names)]
        best = (1.0, named[-1]) if named else None
    if best is None:
        return []
    line = best[1]
    return [each for each in lines if abs(each.middle - line.middle) <= 0.6 * line.height]


def _likeness(text: str, line: str) -> float:
    """The similarity (0 to 1) of a text to a line, or to as many words in a row of it as the text has."""
    words, count = line.split(), max(1, len(text.split()))
    runs = [" ".join(words[start : start + count]) for start in range(max(1, len(words) - count + 1))]
    return max(SequenceMatcher(None, _plain(text), _plain(run)).ratio() for run in (line, *runs))


def _words(path: str) -> str:
    """The last name in a path as lower-case words: `items.0.unitPrice` is "unit price"."""
    names = [step for step in path.split(".") if not step.isdecimal()]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names[-1] if names else "").lower()


def _plain(text: str) -> str:
    return "".join(each for each in text.lower() if each.isalnum())


def _grown(row: Sequence[Line], size: Size) -> Box:
    left, top, right, bottom = around(row)
    room = _AROUND * max(line.height for line in row)
    across = _span(left - room, right + room, size[0])
    down = _span(top - room, bottom + room, size[1])
    return across[0], down[0], across[1], down[1]


def _span(start: float, end: float, length: int) -> tuple[int, int]:
    """Limit a span to a side of the picture, and lengthen it to the least length of a part."""
    short = max(0.0, _LEAST - (end - start)) / 2
    first, last = max(0, round(start - short)), min(length, round(end + short))
    return max(0, min(first, last - _LEAST)), min(length, max(last, first + _LEAST))


def _parts(image: Image, number: int, boxes: Mapping[str, Box]) -> list[Part]:
    """A part for each box; overlapping boxes are joined."""
    joined: list[tuple[Box, tuple[str, ...]]] = []
    for path, box in sorted(boxes.items(), key=lambda each: each[1][1]):
        last = joined[-1] if joined else None
        if last and box[1] < last[0][3] and box[0] < last[0][2] and last[0][0] < box[2]:
            joined[-1] = (_union(last[0], box), (*last[1], path))
        else:
            joined.append((box, (path,)))
    return [Part(paths, number, image.crop(box).unmarked()) for box, paths in joined]


def _union(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _halves(image: Image) -> list[Image]:
    """Two overlapping halves along the longer side; none if the picture cannot be opened."""
    try:
        width, height = _size(image)
    except ImageError:
        return []
    along = max(width, height)
    first, second = round(along * (0.5 + _OVERLAP)), round(along * (0.5 - _OVERLAP))
    boxes = [(0, 0, width, first), (0, second, width, height)]
    if width > height:
        boxes = [(0, 0, first, height), (second, 0, width, height)]
    return [image.crop(box).unmarked() for box in boxes]
