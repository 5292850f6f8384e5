"""Read the lines of pictures, in pixels of the upright originals, each picture once.

The lines are cached in the process by the picture's hash, so that the filler, evidence, hints, zoom and another call
with the same picture do not read it again.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace

from typesight.images.encoding.picture_warnings import holds_text
from typesight.images.image import Image
from typesight.images.lazy_picture import LazyPicture
from typesight.images.opening.pixels import render
from typesight.images.opening.sources import UrlSource
from typesight.images.picture_cache import LruCache
from typesight.ocr.combs import join_combs
from typesight.ocr.engine import OcrEngine, choose_read_size, read_line
from typesight.ocr.lines import Line
from typesight.ocr.rapidocr_engine import RapidOcr
from typesight.ocr.ticks.line_cutting import cut_lines
from typesight.ocr.ticks.ticks import find_ticks
from typesight.ocr.turning import choose_rotation, detect_image_rotation, may_be_rotated

__all__ = ["Pages", "find_rotation", "measure_shown_size", "read_lines", "scale_lines", "shift_lines"]

_LINES = LruCache[tuple[Line, ...]](256)


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
    def is_complete(self) -> bool:
        """Whether all pictures are available here; one that the endpoint fetches itself is not."""
        return not any(self._is_remote(image) for image in self.images)

    def read(self, engine: OcrEngine | None = None) -> tuple[Line, ...]:
        """All lines of the available pictures, with their pictures' numbers. Raises MissingExtra, ImageError."""
        return tuple(
            replace(line, image=number)
            for number, image in enumerate(self.images)
            if not self._is_remote(image)
            for line in self._read_image(image, self.turned.get(image, 0), engine)
        )

    def _read_image(self, image: Image, turns: int, engine: OcrEngine | None) -> tuple[Line, ...]:
        return shift_lines(read_lines(self._find_source(image), turns=turns, engine=engine), image, turns)

    def _is_remote(self, image: Image) -> bool:
        return isinstance(image.source, UrlSource) and image not in self.fetched

    def _find_source(self, image: Image) -> Image:
        """The picture, from the downloaded bytes if it was behind a URL."""
        return _crop_download(self.fetched[image], image) if image in self.fetched else image


def _crop_download(data: bytes, image: Image) -> Image:
    """A downloaded picture, cropped to the box of the Image."""
    whole = Image.from_bytes(data)
    return whole.crop(image.box) if image.box else whole


def measure_shown_size(image: Image) -> tuple[int, int]:
    """The size (width, height) of the part of a picture that is shown, in upright pixels. Raises ImageError."""
    return LazyPicture(image.source).measure_part(image.box)


def scale_lines(
    lines: tuple[Line, ...], size: tuple[int, int], whole: tuple[int, int], turns: int = 0
) -> tuple[Line, ...]:
    """Map lines of a shrunk picture back to the pixels of the whole; both sizes are those before turning."""
    across, down = whole[0] / size[0], whole[1] / size[1]
    if turns % 2:
        across, down = down, across
    return lines if across == down == 1 else tuple(_move_line(line, across, down, (0, 0)) for line in lines)


def shift_lines(lines: tuple[Line, ...], image: Image, turns: int) -> tuple[Line, ...]:
    """Map lines of a cropped part to the pixels of the whole picture; those of a turned part are left unchanged."""
    if image.box is None or turns:
        return lines
    return tuple(_move_line(line, 1, 1, (max(0, image.box[0]), max(0, image.box[1]))) for line in lines)


def read_lines(image: Image, *, turns: int = 0, engine: OcrEngine | None = None) -> tuple[Line, ...]:
    """The lines and ticks of one picture after `turns` quarter turns, clockwise.

    Boxes are in pixels of the part that is shown. The engine is RapidOCR unless another is given. Raises MissingExtra,
    ImageError.
    """
    turns %= 4
    return _LINES.get(_make_key(image, engine, turns), lambda: _read_uncached(image, turns, engine or RapidOcr()))


def _is_default(engine: OcrEngine | None) -> bool:
    return engine is None or isinstance(engine, RapidOcr)


def _make_key(image: Image, engine: OcrEngine | None, turns: int = 0) -> Hashable | None:
    """The cache key of a reading; None, not cached, if the engine is not hashable."""
    if not isinstance(engine, Hashable):
        return None
    return None if _is_default(engine) else engine, image.sha256, image.box, turns


def _read_uncached(image: Image, turns: int, engine: OcrEngine) -> tuple[Line, ...]:
    """Read the lines of one picture, decoded no larger than an engine needs."""
    source = LazyPicture(image.source)
    opened, upright = source.open(), source.measure_part(image.box)
    size = upright[::-1] if turns % 2 else upright
    seen = choose_read_size(size)
    if not holds_text(seen):
        return ()
    picture = render(opened, seen, box=source.clip(image.box), turns=turns)
    lines = join_combs(engine.read(picture))
    marks = find_ticks(picture, lines)
    if marks:
        lines = (*cut_lines(picture, lines, marks, lambda strip: read_line(engine, strip)), *marks)
    return scale_lines(tuple(lines), seen, size)


def _move_line(line: Line, across: float, down: float, at: tuple[int, int]) -> Line:
    """Scale a line's box, then move it by `at`, the (x, y) where the part that was read begins."""
    left, top, right, bottom = line.box
    x, y = at
    box = round(left * across) + x, round(top * down) + y, round(right * across) + x, round(bottom * down) + y
    return replace(line, box=box)


def find_rotation(image: Image, engine: OcrEngine | None = None) -> int:
    """The quarter turns, clockwise, that make a picture's text upright; tried only if it reads badly as it is.

    Raises MissingExtra, ImageError.
    """
    if not may_be_rotated(read_lines(image, engine=engine)):
        return 0
    if _is_default(engine):
        return detect_image_rotation(image)
    return choose_rotation(read_lines(image, turns=turns, engine=engine) for turns in range(4))
