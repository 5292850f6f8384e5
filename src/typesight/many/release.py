"""Drops from a result what would keep its pictures in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typesight.conversation.extraction import Extraction
from typesight.errors import TypesightError
from typesight.failures import ExtractionFailed
from typesight.images.image import Image
from typesight.images.opening.pdf_pages import PdfPageSource
from typesight.images.opening.sources import BytesSource, FileSource, UrlSource

__all__ = ["release_frames", "release_pixels"]


def release_frames(*errors: BaseException | None) -> None:
    """Drop the tracebacks of errors and of those behind them: their frames hold pictures and requests.

    Of the errors behind one of ours only our own stay: an SDK's error holds its request.
    """
    waiting, seen = [*errors], set[int]()
    while waiting:
        error = waiting.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        error.__traceback__ = error.__context__ = None
        if not isinstance(error.__cause__, TypesightError):
            error.__cause__ = None
        waiting.append(error.__cause__)
        if isinstance(error, ExtractionFailed):
            waiting += [error.last, *(attempt.error for attempt in error.attempts)]


def release_pixels(extraction: Extraction[Any]) -> Extraction[Any]:
    """An extraction that holds no pixels: pictures that are files can still be read again, others are gone."""
    release_frames(*(attempt.error for attempt in extraction.attempts))
    pages = extraction._pages
    if pages is None or (not pages.fetched and not any(map(_holds_pixels, pages.images))):
        return extraction
    return replace(extraction, _shown=None, _pages=None)


def _holds_pixels(image: Image) -> bool:
    source = image.source
    if isinstance(source, PdfPageSource):
        return isinstance(source.pdf, BytesSource)
    return not isinstance(source, FileSource | UrlSource)
