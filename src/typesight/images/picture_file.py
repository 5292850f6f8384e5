"""The whole file of a picture, wherever it is: read, fetched, or written of pixels in memory."""

from __future__ import annotations

import pybase64

from typesight.images.download import Downloads, fetch
from typesight.images.opening.check_file import check_bytes
from typesight.images.opening.open_picture import read_bytes
from typesight.images.opening.sources import PixelSource, Source, UrlSource

__all__ = ["read_file", "write_data_uri"]


def read_file(source: Source) -> bytes:
    """The bytes of a picture's file; of pixels, those of a file that keeps them all. Raises ImageError."""
    if isinstance(source, PixelSource):
        return source.encode_lossless()
    if isinstance(source, UrlSource):
        return fetch(source.url, Downloads())
    data = read_bytes(source)
    assert data is not None  # only pixels have no bytes
    return data


def write_data_uri(data: bytes, name: str) -> str:
    """A picture's file as a data URI; `name` is what an error calls it. Raises ImageError for what is no picture."""
    return f"data:{check_bytes(data, name).media_type};base64,{pybase64.b64encode(data).decode('ascii')}"
