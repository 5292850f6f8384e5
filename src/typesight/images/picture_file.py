"""Reads the whole file of a picture: from disk, from its URL, or encoded from pixels in memory."""

from __future__ import annotations

import pybase64

from typesight.images.download import Downloads, fetch
from typesight.images.opening.check_file import check_bytes
from typesight.images.opening.open_picture import read_bytes
from typesight.images.opening.sources import PixelSource, Source, UrlSource

__all__ = ["read_file", "write_data_uri"]


def read_file(source: Source) -> bytes:
    """Read the bytes of a picture's file; pixels in memory become a lossless file. Raises ImageError."""
    if isinstance(source, PixelSource):
        return source.encode_lossless()
    if isinstance(source, UrlSource):
        return fetch(source.url, Downloads())
    return read_bytes(source)


def write_data_uri(data: bytes, name: str) -> str:
    """Write a picture's file as a data URI. Raises ImageError, with `name`, if it is not a picture."""
    return f"data:{check_bytes(data, name).media_type};base64,{pybase64.b64encode(data).decode('ascii')}"
