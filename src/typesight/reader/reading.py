"""Reading: the lines of a document's pictures, in pixels of the upright originals, each picture read once.

What was read is kept by what the picture is, for the process, so that evidence, hints and a second question about the
same picture do not read it again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from typesight.images.encode import region
from typesight.images.image import Image
from typesight.images.load import open_picture
from typesight.images.pixels import render
from typesight.images.sources import UrlSource
from typesight.reader.lines import Line
from typesight.reader.ocr import OcrEngine, RapidOcr, read_size

__all__ = ["Pages"]

_KEPT = 256
_READ: OrderedDict[Hashable, tuple[Line, ...]] = OrderedDict()
_LOCK = Lock()


@dataclass(frozen=True)
class Pages:
    """The pictures of a document as they are read.

    `fetched` are the bytes of those that came from elsewhere, `turned` by how many quarter turns, clockwise, each is
    turned for its text.
    """

    images: tuple[Image, ...]
    fetched: Mapping[Image, bytes] = field(default_factory=dict, repr=False)
    turned: Mapping[Image, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether all pictures are at hand; one that an endpoint fetches itself is not."""
        return not any(self._is_elsewhere(image) for image in self.images)

    def lines(self, engine: OcrEngine | None = None) -> tuple[Line, ...]:
        """All lines of the pictures that are at hand, with their pictures' numbers. Raises MissingExtra, ImageError."""
        return tuple(
            replace(line, image=number)
            for number, image in enumerate(self.images)
            if not self._is_elsewhere(image)
            for line in _read(self._source(image), self.turned.get(image, 0), engine)
        )

    def _is_elsewhere(self, image: Image) -> bool:
        return isinstance(image.source, UrlSource) and image not in self.fetched

    def _source(self, image: Image) -> Image:
        """The picture, from the bytes that were fetched where it came from elsewhere."""
        return _cut(self.fetched[image], image) if image in self.fetched else image


def _cut(data: bytes, image: Image) -> Image:
    """A picture that was fetched, cut as the Image says."""
    whole = Image.from_bytes(data)
    return whole.crop(image.box) if image.box else whole


def _read(image: Image, turns: int, engine: OcrEngine | None) -> tuple[Line, ...]:
    """The lines of one picture; those that RapidOCR read are kept."""
    key = (image.sha256, image.box, turns)
    with _LOCK:
        if engine is None and key in _READ:
            _READ.move_to_end(key)
            return _READ[key]
    lines = _fresh(image, turns, engine or RapidOcr())
    with _LOCK:
        if engine is None:
            _READ[key] = lines
        while len(_READ) > _KEPT:
            _READ.popitem(last=False)
    return lines


def _fresh(image: Image, turns: int, engine: OcrEngine) -> tuple[Line, ...]:
    """The lines of one picture, read at the size that RapidOCR reads at and no larger."""
    opened = open_picture(image.source)
    left, top, right, bottom = region(image.box, opened) or (0, 0, *opened.size)
    size = (bottom - top, right - left) if turns % 2 else (right - left, bottom - top)
    seen = read_size(size)
    lines = engine.read(render(opened, seen, box=(left, top, right, bottom), turns=turns))
    at = (0, 0) if turns else (left, top)
    return tuple(_moved(line, size[0] / seen[0], size[1] / seen[1], at) for line in lines)


def _moved(line: Line, across: float, down: float, at: tuple[int, int]) -> Line:
    """A line in pixels of the original: scaled, and moved by where the part that was read begins."""
    left, top, right, bottom = line.box
    x, y = at
    box = round(left * across) + x, round(top * down) + y, round(right * across) + x, round(bottom * down) + y
    return replace(line, box=box)
