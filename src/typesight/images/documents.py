"""Documents: one picture, a PDF, or a list of them that together make one record, as pages in order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from typesight.images.image import Image

__all__ = ["pages_of"]


def pages_of(document: Any) -> list[Image]:
    """The pages of a document: each picture one, each PDF (a path or its bytes) as many as it has.

    Counting a PDF's pages reads it. Raises TypeError for an empty list, ImageError for what is no picture,
    MissingExtra for a PDF without the extra `pdf`.
    """
    given = document if isinstance(document, list | tuple) else [document]
    if not given:
        raise TypeError("the document holds no picture: give a path, a URL, bytes, an Image or a list of them")
    return [page for each in given for page in _pages(each)]


def _pages(given: Any) -> Iterator[Image]:
    if isinstance(given, Image):
        yield given
    elif _is_pdf(given):
        yield from Image.from_pdf(given)
    else:
        yield Image(given)


def _is_pdf(given: Any) -> bool:
    if isinstance(given, bytes | bytearray):
        return bytes(given[:1024]).lstrip().startswith(b"%PDF-")
    is_path = isinstance(given, os.PathLike) or (isinstance(given, str) and "://" not in given)
    return is_path and os.fspath(given).lower().endswith(".pdf")
