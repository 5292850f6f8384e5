"""Read the lines of pictures, in pixels of the upright originals, each picture once.

The lines are cached in the process by the picture's hash, so that the filler, evidence, hints, zoom and another call
with the same picture do not read it again.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace

from typesight.images.encoding.encode import region
from typesight.images.encoding.recent import Recent
from typesight.images.encoding.size_doubts import holds_text
from typesight.images.image import Image
from typesight.images.opening.open_picture import open_picture
from typesight.images.opening.pixels import render
from typesight.images.opening.sources import UrlSource
from typesight.ocr.combs import combed
from typesight.ocr.engine import OcrEngine, line_of, read_size
from typesight.ocr.lines import Line
from typesight.ocr.rapidocr_engine import RapidOcr
from typesight.ocr.ticks.line_cutting import cut
from typesight.ocr.ticks.ticks import ticks
from typesight.ocr.turning import is_doubtful, likeliest, turns_of

__all__ = ["Pages", "lines_of", "needed_turns", "placed", "scaled", "shown_size"]

_LINES = Recent[tuple[Line, ...]](256)
_TURNS = Recent[int](1024)


@dataclass(frozen=True)
class Pages:
    """The pictures of a document, ready for reading.

    `fetched` are the bytes of downloaded pictures; `turned` are the quarter turns, clockwise, that make each picture's
    text upright.
    """

    images: tuple[Image, ...]
    fetched: Mapping[Image, bytes] = field(default_factory=dict, repr=False)
    turned: Mapping[Image, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether all pictures are available here; one that the endpoint fetches itself is not."""
        return not any(self._is_elsewhere(image) for image in self.images)

    def lines(self, engine: OcrEngine | None = None) -> tuple[Line, ...]:
        """All lines of the available pictures, with their pictures' numbers. Raises MissingExtra, ImageError."""
        return tuple(
            replace(line, image=number)
            for number, image in enumerate(self.images)
            if not self._is_elsewhere(image)
            for line in self._lines(image, self.turned.get(image, 0), engine)
        )

    def _lines(self, image: Image, turns: int, engine: OcrEngine | None) -> tuple[Line, ...]:
        return placed(lines_of(self._source(image), turns=turns, engine=engine), image, turns)

    def _is_elsewhere(self, image: Image) -> bool:
        return isinstance(image.source, UrlSource) and image not in self.fetched

    def _source(self, image: Image) -> Image:
        """The picture, from the downloaded bytes if it was behind a URL."""
        return _cut(self.fetched[image], image) if image in self.fetched else image


def _cut(data: bytes, image: Image) -> Image:
    """A downloaded picture, cropped to the box of the Image."""
    whole = Image.from_bytes(data)
    return whole.crop(image.box) if image.box else whole


def shown_size(image: Image) -> tuple[int, int]:
    """The size (width, height) of the part of a picture that is shown, in upright pixels. Raises ImageError."""
    opened = open_picture(image.source)
    left, top, right, bottom = region(image.box, opened) or (0, 0, *opened.size)
    return right - left, bottom - top


def scaled(lines: tuple[Line, ...], size: tuple[int, int], whole: tuple[int, int], turns: int = 0) -> tuple[Line, ...]:
    """Map lines of a shrunk picture back to the pixels of the whole; both sizes are those before turning."""
    across, down = whole[0] / size[0], whole[1] / size[1]
    if turns % 2:
        across, down = down, across
    return lines if across == down == 1 else tuple(_moved(line, across, down, (0, 0)) for line in lines)


def placed(lines: tuple[Line, ...], image: Image, turns: int) -> tuple[Line, ...]:
    """Map lines of a cropped part to the pixels of the whole picture; those of a turned part are left unchanged."""
    if image.box is None or turns:
        return lines
    return tuple(_moved(line, 1, 1, (max(0, image.box[0]), max(0, image.box[1]))) for line in lines)


def lines_of(image: Image, *, turns: int = 0, engine: OcrEngine | None = None) -> tuple[Line, ...]:
    """The lines and ticks of one picture after `turns` quarter turns, clockwise.

    Boxes are in pixels of the part that is shown. The engine is RapidOCR unless another is given. Raises MissingExtra,
    ImageError.
    """
    turns %= 4
    return _LINES.get(_key(image, engine, turns), lambda: _fresh(image, turns, engine or RapidOcr()))


def _is_usual(engine: OcrEngine | None) -> bool:
    return engine is None or isinstance(engine, RapidOcr)


def _key(image: Image, engine: OcrEngine | None, turns: int = 0) -> Hashable | None:
    """The cache key of a reading; None, not cached, if the engine is not hashable."""
    if not isinstance(engine, Hashable):
        return None
    return None if _is_usual(engine) else engine, image.sha256, image.box, turns


def _fresh(image: Image, turns: int, engine: OcrEngine) -> tuple[Line, ...]:
    """Read the lines of one picture, decoded no larger than an engine needs."""
    opened = open_picture(image.source)
    left, top, right, bottom = region(image.box, opened) or (0, 0, *opened.size)
    size = (bottom - top, right - left) if turns % 2 else (right - left, bottom - top)
    seen = read_size(size)
    if not holds_text(seen):
        return ()
    picture = render(opened, seen, box=(left, top, right, bottom), turns=turns)
    lines = combed(engine.read(picture))
    marks = ticks(picture, lines)
    if marks:
        lines = (*cut(picture, lines, marks, lambda strip: line_of(engine, strip)), *marks)
    return scaled(tuple(lines), seen, size)


def _moved(line: Line, across: float, down: float, at: tuple[int, int]) -> Line:
    """Scale a line's box, then move it by `at`, the (x, y) where the part that was read begins."""
    left, top, right, bottom = line.box
    x, y = at
    box = round(left * across) + x, round(top * down) + y, round(right * across) + x, round(bottom * down) + y
    return replace(line, box=box)


def needed_turns(image: Image, engine: OcrEngine | None = None) -> int:
    """The quarter turns, clockwise, that make a picture's text upright; tried only if it reads badly as it is.

    Raises MissingExtra, ImageError.
    """
    if not is_doubtful(lines_of(image, engine=engine)):
        return 0
    if _is_usual(engine):
        return _TURNS.get(_key(image, engine), lambda: turns_of(image))
    return likeliest(lines_of(image, turns=turns, engine=engine) for turns in range(4))
