"""The protocol of an OCR engine, and the size of the pictures that it is given."""

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
"""Longest edge in pixels that is read at once. RapidOCR shrinks longer pictures itself (`max_side_len`)."""

TALL = 3.0
"""Ratio of height to width from which a picture is a till roll: at `MAX_SIDE` its small print would be lost."""

BAND_WIDTH = 900
"""Width in pixels to which a till roll is shrunk; receipt print stays higher than 20 pixels."""

_MOST_PIXELS = 3_100_000
"""Most pixels that are read at once: a letter page at `MAX_SIDE` has fewer; a square would take 1 GB of memory."""

_LONGEST = 32_000
"""Greatest length in pixels of a till roll; longer ones are shrunk: eighteen bands of `MAX_SIDE`. Tesseract's library
takes no side over 32,767 (Leptonica, `pixCreateHeader`, 2026)."""

_MARGIN = 8
"""Pixels of paper added on all sides of a picture of one line for an engine that has no `line` method."""


class OcrEngine(Protocol):
    """Anything that reads pictures; an engine must be safe to call from several threads.

    If it also has a method `line(picture) -> (text, score)`, this is called for pictures of one line.
    """

    def read(self, picture: Image) -> tuple[Line, ...]:
        """The lines of an upright picture, boxes in its own pixels; an empty tuple if nothing is legible."""
        ...


def is_installed() -> bool:
    """Whether rapidocr and onnxruntime, of the extra `[local]`, are installed; imports neither."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def line_of(engine: OcrEngine, strip: Image) -> tuple[str, float]:
    """The text of a picture of one line, and the engine's confidence (0 to 1)."""
    from PIL import ImageOps

    own = getattr(engine, "line", None)
    if own is not None:
        text, score = own(strip)
        return str(text), float(score)
    paper: Any = strip.getpixel((0, 0))
    found = sorted(engine.read(ImageOps.expand(strip, _MARGIN, paper)), key=lambda line: line.box[0])
    return " ".join(line.text for line in found), min((line.score for line in found), default=0.0)


def flat(picture: Image) -> Image:
    """The picture in RGB, transparent parts on white."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = layer.copy()
    paper.paste((255, 255, 255, 255), (0, 0, *layer.size))
    paper.alpha_composite(layer)
    return paper.convert("RGB")


def read_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size in pixels at which a picture of this size is read; never enlarged."""
    width, height = (max(1, side) for side in size)
    if height > TALL * width:
        scale = min(1.0, BAND_WIDTH / width, _LONGEST / height)
    else:
        scale = min(1.0, MAX_SIDE / max(width, height), (_MOST_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))
