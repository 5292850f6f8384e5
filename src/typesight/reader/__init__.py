"""The local reader: a picture -> lines of text -> the fields of a schema, on this machine, without a network.

Needs the extra `[local]`, when something is read; importing it loads neither numpy, Pillow nor rapidocr.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from typesight.reader.candidate import Candidate
from typesight.reader.candidates import candidates
from typesight.reader.filler import fill
from typesight.reader.lines import Line
from typesight.reader.ocr import OcrEngine, RapidOcr

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Candidate", "Line", "OcrEngine", "RapidOcr", "candidates", "fill", "read"]


def read(picture: Image | bytes, *, engine: OcrEngine | None = None) -> tuple[Line, ...]:
    """The lines of text in a picture: a PIL image, or the bytes of an encoded one; upright in both cases.

    Boxes are in pixels of the picture. `engine` is RapidOCR unless another is given.

    Raises:
        MissingExtra: the packages of the extra `[local]` are not installed.
        UnreadableImage: the bytes are no picture that Pillow opens.

    """
    return (engine or RapidOcr()).read(_opened(picture) if isinstance(picture, bytes) else picture)


def _opened(data: bytes) -> Image:
    from io import BytesIO

    from PIL import Image

    from typesight.errors import UnreadableImage

    try:
        picture = Image.open(BytesIO(data))
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise UnreadableImage("the bytes do not open as a picture; pass PNG or JPEG data") from broken
    return picture
