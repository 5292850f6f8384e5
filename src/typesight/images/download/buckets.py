"""Reads a picture from a cloud storage bucket through fsspec."""

from __future__ import annotations

from importlib import import_module

from typesight.errors import DownloadRefused
from typesight.images.download.destination.locations import BUCKETS, Place
from typesight.images.download.downloads import Downloads
from typesight.images.download.picture_body import Body
from typesight.images.download.steps import CHUNK

__all__ = ["read_bucket"]


def read_bucket(place: Place, downloads: Downloads) -> bytes:
    """Read an object with this process's cloud credentials. It blocks, so run it in a thread of its own."""
    try:
        # Not fsspec.open(url): that follows chained URLs ("s3://x::file:///etc/passwd").
        system = import_module("fsspec").filesystem(place.scheme)
    except ImportError as error:
        raise DownloadRefused(
            f"{place} is read through fsspec, which is not complete here: pip install fsspec {BUCKETS[place.scheme]}"
        ) from error
    body = Body(place, {}, downloads.max_bytes)
    with system.open(place.host + place.target, "rb") as file:
        while data := file.read(16 * CHUNK):
            body.take(data)
    return body.finish()
