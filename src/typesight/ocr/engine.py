"""An `OcrEngine` turns an upright picture into `Line`s of text; how large a picture is that is given to one."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from typesight.ocr.lines import Line

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "BAND_WIDTH",
    "MAX_SIDE",
    "TALL",
    "OcrEngine",
    "flat",
    "is_installed",
    "line_of",
    "read_size",
]

MAX_SIDE = 2000
"""Long edge in pixels that is read in one go. RapidOCR shrinks whatever is longer by itself (`max_side_len`)."""

TALL = 3.0
"""Height by width from which a picture is a till roll: shrunk to `MAX_SIDE` it would lose its small print."""

BAND_WIDTH = 900
"""Width in pixels to which a till roll is shrunk; receipt print stays above 20 pixels there."""

_MOST_PIXELS = 3_100_000
"""Pixels that are read in one go: a letter page of `MAX_SIDE` has fewer; a square one would take a GB of memory."""

_LONGEST = 32_000
"""Length in pixels to which a longer till roll is shrunk: eighteen bands of `MAX_SIDE`. Tesseract's library takes no
side over 32,767 (Leptonica, `pixCreateHeader`, 2026)."""

_MARGIN = 8
"""Pixels of paper that a picture of one line is given on all sides where an engine must find the line in it."""


class OcrEngine(Protocol):
    """Anything that reads pictures; an engine must be safe to call from several threads.

    One that has a method `line(picture) -> (text, score)` besides is asked by it what a picture of one line says.
    """

    def read(self, picture: Image) -> tuple[Line, ...]:
        """The lines of an upright picture, boxes in its own pixels; nothing legible is an empty tuple."""
        ...


def is_installed() -> bool:
    """Whether the packages of the extra `[local]` that read pictures are there; imports neither."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def line_of(engine: OcrEngine, strip: Image) -> tuple[str, float]:
    """What a picture of one line says, and how sure the engine is of it (0 to 1)."""
    from PIL import ImageOps

    own = getattr(engine, "line", None)
    if own is not None:
        text, score = own(strip)
        return str(text), float(score)
    paper: Any = strip.getpixel((0, 0))
    found = sorted(engine.read(ImageOps.expand(strip, _MARGIN, paper)), key=lambda line: line.box[0])
    return " ".join(line.text for line in found), min((line.score for line in found), default=0.0)


def flat(picture: Image) -> Image:
    """The picture in RGB; what is transparent shows white paper."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = layer.copy()
    paper.paste((255, 255, 255, 255), (0, 0, *layer.size))
    paper.alpha_composite(layer)
    return paper.convert("RGB")


def read_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size, in pixels, at which a picture of this size is read; never larger."""
    width, height = (max(1, side) for side in size)
    if height > TALL * width:
        scale = min(1.0, BAND_WIDTH / width, _LONGEST / height)
    else:
        scale = min(1.0, MAX_SIDE / max(width, height), (_MOST_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))
