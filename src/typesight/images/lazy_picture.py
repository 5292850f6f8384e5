"""LazyPicture: a picture that is opened when its pixels are needed, once, for all that a call does with it."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from pathlib import Path

from typesight.errors import ImageError
from typesight.images.image_hints import CropBox
from typesight.images.opening.open_picture import MAX_PIXELS, open_picture
from typesight.images.opening.opened_picture import OpenedPicture, PictureHeader
from typesight.images.opening.pdf_pages import PdfPageSource
from typesight.images.opening.sources import FileSource, PixelSource, Source, UrlSource
from typesight.images.picture_cache import LruCache
from typesight.models.image_tokens import Size

__all__ = ["LazyPicture"]

_HEADERS = LruCache[PictureHeader](4096)
"""The headers read last, so that the next call about the same picture need not open it."""


class LazyPicture:
    """The picture of a source; has state so that its file is read and stripped once, until it is closed.

    `max_pixels` is the most that the header may claim. All that reads something raises ImageError.
    """

    def __init__(self, source: Source, max_pixels: int = MAX_PIXELS) -> None:
        self.source, self.max_pixels = source, max_pixels
        self._opened: OpenedPicture | None = None
        self._header: PictureHeader | None = None

    @cached_property
    def fingerprint(self) -> Hashable | None:
        """A key that changes when the picture does, and does not hold it; None if it has none.

        Bytes and pixels are known by their digest, a file by its inode, modification time and size.
        """
        if isinstance(self.source, UrlSource):
            return None
        if not isinstance(self.source, FileSource):
            return type(self.source), self.source.digest
        try:
            seen = Path(self.source.path).stat()
        except (OSError, ValueError):
            return None
        return self.source, seen.st_ino, seen.st_mtime_ns, seen.st_size

    @cached_property
    def _key(self) -> Hashable | None:
        """The key of the header; None for pixels, whose fingerprint would take longer than their header."""
        return (
            None if isinstance(self.source, PixelSource) else self.fingerprint and (self.fingerprint, self.max_pixels)
        )

    @property
    def header(self) -> PictureHeader:
        """What the header says; a picture that was seen before, and a page of a PDF, is not opened for it."""
        if self._header is None and isinstance(self.source, PdfPageSource):
            self._header = self.source.read_header(self.max_pixels)
        elif self._header is None:
            self._header = _HEADERS.get(self._key, lambda: self.open().read_header())
        return self._header

    @property
    def size(self) -> Size:
        """(width, height) in pixels, upright."""
        return self.header.size

    @property
    def held_bytes(self) -> int:
        """About how many bytes of memory the open picture takes; 0 if it is closed."""
        return self._opened.held_bytes if self._opened else 0

    def open(self) -> OpenedPicture:
        """The picture, opened if it is not open yet."""
        if self._opened is None:
            key = self._key  # from before the file is read, which may be changing
            self._opened = open_picture(self.source, max_pixels=self.max_pixels)
            self._header = header = self._opened.read_header()
            _HEADERS.get(key, lambda: header)
        return self._opened

    def close(self) -> None:
        """Let go of the file and of the pixels; the picture is opened again if they are needed again."""
        self._opened = None

    def clip(self, box: CropBox | None) -> CropBox | None:
        """A crop box clipped to the edges of the picture; None for the whole picture."""
        if box is None:
            return None
        width, height = self.size
        inside = (max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3]))
        if inside[0] >= inside[2] or inside[1] >= inside[3]:
            raise ImageError(f"the crop {box} lies outside {self.source}, which is {width} x {height} pixels upright")
        return None if inside == (0, 0, width, height) else inside

    def measure_part(self, box: CropBox | None) -> Size:
        """(width, height) in pixels of what is inside a crop box."""
        left, top, right, bottom = self.clip(box) or (0, 0, *self.size)
        return right - left, bottom - top
