"""PDF pages as pictures: counted at once, each rendered only when its pixels are needed.

Until then a page takes a few dozen bytes, so that a list can hold thousands of documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from math import ceil, isfinite
from os import PathLike, fsdecode
from threading import Lock
from typing import TYPE_CHECKING, Any

from typesight.errors import ImageError, ImageTooLarge, MissingExtra, UnreadableImage, UnsupportedImage
from typesight.images.opening.foreign_formats import describe_bytes
from typesight.images.opening.formats import is_pdf, sniff
from typesight.images.opening.open_picture import MAX_PIXELS, check_size, read_bytes
from typesight.images.opening.opened_picture import PictureHeader
from typesight.images.opening.sources import BytesSource, FileSource, PixelSource, make_bytes_source
from typesight.models.image_tokens import Size

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["PdfPageSource", "list_pdf_pages"]

_POINTS_PER_INCH = 72  # per inch; ISO 32000-1, 8.3.2.3
_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD of fpdfview.h
# PDFium is not made for threads: one call at a time in a process. Source: pypdfium2's readme, 2026-09.
_PDFIUM_LOCK = Lock()


class PdfPageSource(PixelSource):
    """One page of a PDF, rendered each time `picture` is read; equal to another if PDF, page and resolution are.

    `number` counts from 1, `size` is (width, height) in pixels at `dpi`, `sha256` the digest of the PDF.
    """

    def __init__(self, pdf: FileSource | BytesSource, sha256: str, number: int, dpi: float, size: Size) -> None:
        self.__dict__.update(pdf=pdf, sha256=sha256, number=number, dpi=dpi, size=size)

    pdf: FileSource | BytesSource
    sha256: str
    number: int
    dpi: float
    size: Size

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the PDF's digest, the page and the resolution, as hexadecimal."""
        return sha256(f"pdf {self.sha256} {self.number} {self.dpi}".encode()).hexdigest()

    @property
    def picture(self) -> PilImage:
        """The page, rendered now. Raises ImageError, also if the file has changed since its pages were counted."""
        data = _read_pdf(self.pdf)
        if sha256(data).hexdigest() != self.sha256:
            raise ImageError(f"{self.pdf} has changed since its pages were counted: call Image.from_pdf again")
        with _open_document(data, str(self.pdf)) as pdf:
            return _render_page(pdf, self.number, self.dpi)

    def read_header(self, max_pixels: int = MAX_PIXELS) -> PictureHeader:
        """What is known of the page before it is rendered. Raises ImageTooLarge."""
        check_size(str(self), self.size, max_pixels)
        return PictureHeader(self.size)

    def __repr__(self) -> str:
        return f"PdfPageSource({self})"

    def __str__(self) -> str:
        return f"{self.pdf} page {self.number} {self.size[0]}x{self.size[1]}"


def list_pdf_pages(
    given: str | PathLike[str] | bytes, pages: int | Iterable[int] | None, dpi: float
) -> list[PdfPageSource]:
    """The requested pages of a PDF, in the order requested; reads the file. Page numbers count from 1.

    Raises ImageError for a PDF that is missing, encrypted, damaged, without such a page, or whose page would take
    more than 100 million pixels; MissingExtra without pypdfium2.
    """
    if isinstance(dpi, bool) or not isinstance(dpi, int | float) or not isfinite(dpi) or dpi <= 0:
        raise ValueError(f"dpi={dpi!r}: give dots per inch, 200 for print, 300 for small print")
    source = make_bytes_source(given) if isinstance(given, bytes) else FileSource(fsdecode(given))
    data = _read_pdf(source)
    digest, name = sha256(data).hexdigest(), str(source)
    with _open_document(data, name) as pdf:
        count = len(pdf)
        if count == 0:
            raise UnreadableImage(f"{name} has no pages")
        numbers = range(1, count + 1) if pages is None else _check_numbers(pages, count, name)
        sizes = {number: _measure_page(pdf, number, dpi, name) for number in set(numbers)}
    return [PdfPageSource(source, digest, number, dpi, sizes[number]) for number in numbers]


def _check_numbers(pages: int | Iterable[int], count: int, name: str) -> list[int]:
    if isinstance(pages, slice):
        raise TypeError("pages takes no slice: give page numbers, from 1, or slice the list that from_pdf returns")
    numbers = [pages] if isinstance(pages, int) else list(pages)
    for number in numbers:
        if not isinstance(number, int) or isinstance(number, bool):
            raise TypeError(f"a page must be a whole number from 1, not {type(number).__name__}")
        if not 1 <= number <= count:
            raise ImageError(f"{name} has no page {number}: its pages are 1 to {count}")
    return numbers


def _read_pdf(source: FileSource | BytesSource) -> bytes:
    data = read_bytes(source)
    if not is_pdf(data):
        kind = sniff(data)
        found = f"a {kind.name} picture: give it as an Image" if kind else f"{describe_bytes(data)}, not a PDF"
        raise UnsupportedImage(f"{source} is {found}")
    return data


@contextmanager
def _open_document(data: bytes, name: str) -> Iterator[Any]:
    """PDFium's document, closed at the end; no other thread uses PDFium meanwhile."""
    try:
        pdfium = import_module("pypdfium2")
    except ImportError as error:
        raise MissingExtra("pdf", "reading PDFs") from error
    with _PDFIUM_LOCK:
        try:
            document = pdfium.PdfDocument(data)
            try:
                document.init_forms()  # or text typed into form fields is not rendered
                yield document
            finally:
                document.close()
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) == _WRONG_PASSWORD:
                raise ImageError(f"{name} is encrypted: save it without its password first") from error
            raise UnreadableImage(f"{name} looks like a PDF but is damaged: {error}") from error


def _measure_page(pdf: Any, number: int, dpi: float, name: str) -> Size:
    """(width, height) of a page in pixels. Raises ImageError if that is too large to render."""
    across, down = pdf.get_page_size(number - 1)
    scale = dpi / _POINTS_PER_INCH  # a number of its own, so that sides are rounded as when the page is rendered
    width, height = (max(1, ceil(side * scale)) for side in (across, down))
    if width * height > MAX_PIXELS:
        raise ImageTooLarge(
            f"page {number} of {name} would be {width} x {height} pixels at {dpi} dpi, more than the "
            f"{MAX_PIXELS // 1_000_000} million allowed: lower dpi"
        )
    check_size(f"page {number} of {name} at {dpi} dpi", (width, height))
    return width, height


def _render_page(pdf: Any, number: int, dpi: float) -> PilImage:
    page = pdf[number - 1]
    try:
        bitmap = page.render(scale=dpi / _POINTS_PER_INCH)
        try:
            picture: PilImage = bitmap.to_pil()  # a copy: Pillow cannot share three bytes a pixel
            return picture
        finally:
            bitmap.close()
    finally:
        page.close()
