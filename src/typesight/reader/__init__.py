"""The local reader: a picture -> lines of text -> the fields of a schema, on this machine, without a network.

Needs the extra `[local]`, when something is read; importing it loads neither numpy nor rapidocr.
"""

from __future__ import annotations

from typing import Any, Literal

from typesight.evidence.evidence import Evidence
from typesight.evidence.ground import ground
from typesight.images.documents import split_document
from typesight.ocr.engine import OcrEngine
from typesight.ocr.lines import Line
from typesight.ocr.rapidocr_engine import RapidOcr
from typesight.ocr.reading import Pages, find_rotation
from typesight.ocr.tesseract_engine import Tesseract
from typesight.reader.candidate import Candidate
from typesight.reader.candidates import candidates
from typesight.reader.filler import fill

__all__ = [
    "Candidate",
    "Evidence",
    "Line",
    "OcrEngine",
    "RapidOcr",
    "Tesseract",
    "candidates",
    "fill",
    "ground",
    "read",
]


def read(document: Any, *, engine: OcrEngine | None = None, turn: Literal["auto"] | bool = "auto") -> tuple[Line, ...]:
    """The lines of text in a document: a picture (whatever `Image` takes), a PDF, or a list of them as pages.

    Boxes are in pixels of the upright original, `Line.image` counts the pages from 0. `turn="auto"` first turns a
    picture whose text lies sideways or upside down; boxes are those of the turned one then. `engine` is RapidOCR unless
    another is given. Ticks (check boxes, radio buttons, switches) are lines too, of one character: ☑ or ☐. What was
    read is kept, so that the same picture is not read twice.

    Raises:
        MissingExtra: the packages of the extra `[local]` are not installed.
        ImageError: a page is no picture that can be read; a URL, which is not fetched here.

    """
    images = tuple(split_document(document))
    turned = {image: find_rotation(image, engine) for image in images} if turn else {}
    return Pages(images, turned=turned).read(engine)
