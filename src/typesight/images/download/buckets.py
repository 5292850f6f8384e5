"""Reads a picture from a cloud storage bucket through fsspec."""

from __future__ import annotations

from importlib import import_module

from typesight.errors import DownloadRefused
from typesight.images.download.destination.parsed_urls import BUCKET_PACKAGES, ParsedUrl
from typesight.images.download.downloads import Downloads
from typesight.images.download.picture_body import PictureBody
from typesight.images.download.steps import CHUNK_BYTES

__all__ = ["read_bucket"]


def read_bucket(place: ParsedUrl, downloads: Downloads) -> bytes:
    """Read an object with this process's cloud credentials. It blocks, so run it in a thread of its own."""
    try:
        # Not fsspec.open(url): that follows chained URLs ("s3://x::file:///etc/passwd").
        system = import_module("fsspec").filesystem(place.scheme)
    except ImportError as error:
        packages = f"fsspec {BUCKET_PACKAGES[place.scheme]}"
        raise DownloadRefused(f"{place} needs packages that are not installed: pip install {packages}") from error
    body = PictureBody(place, {}, downloads.max_bytes)
    with system.open(place.host + place.target, "rb") as file:
        while data := file.read(16 * CHUNK_BYTES):
            body.add(data)
    return body.finish()
