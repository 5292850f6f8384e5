"""Splits a document (a picture, a PDF, or a list of them that makes one record) into pages, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from typesight.errors import ImageError
from typesight.images.image import Image
from typesight.images.opening.check_file import read_first_bytes
from typesight.images.opening.formats import is_pdf
from typesight.images.opening.sources import BytesSource, FileSource, Source

__all__ = ["name_sources", "split_document"]


def split_document(document: Any) -> list[Image]:
    """The pages of a document: each picture is one, each PDF (a path, bytes or an open file) as many as it has.

    The bytes decide which it is, not the file's name; counting a PDF's pages reads it. Raises TypeError for an empty
    list, ImageError for anything that is not a picture, MissingExtra for a PDF without the extra `pdf`.
    """
    given = document if isinstance(document, list | tuple) else [document]
    if not given:
        raise TypeError("the document holds no picture: give a path, a URL, bytes, an Image or a list of them")
    return [page for each in given for page in _list_pages(each)]


def name_sources(images: Iterable[Image]) -> str:
    """Name the sources of a document's pictures; a file by the path that the caller passed."""
    return ", ".join(
        image.source.path if isinstance(image.source, FileSource) else str(image.source) for image in images
    )


def _list_pages(given: Any) -> Iterator[Image]:
    image = given if isinstance(given, Image) else Image(given)
    if image is given or not _is_pdf(image.source):
        yield image
    elif isinstance(image.source, BytesSource):
        yield from Image.from_pdf(image.source.data)
    elif isinstance(image.source, FileSource):
        yield from Image.from_pdf(image.source.path)


def _is_pdf(source: Source) -> bool:
    """Whether a source is a PDF by its first bytes, or by its name if it cannot be read, which is reported later."""
    if isinstance(source, BytesSource):
        return is_pdf(source.data)
    if not isinstance(source, FileSource):
        return False
    try:
        return is_pdf(read_first_bytes(source.path, 1024))
    except ImageError:
        return source.path.lower().endswith(".pdf")
