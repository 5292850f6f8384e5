"""Converts an Image to JSON and back, for Pydantic; safe with JSON from untrusted sources.

An Image is dumped as a URL or a data URI, with hints as `{"url": ..., "detail": ...}`. Validation reads no file and
fetches no URL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from typesight.errors import ImageError, UnsupportedImage
from typesight.images.opening.check_file import check_bytes
from typesight.images.opening.sources import BytesSource, Source, UrlSource, is_pillow, parse_reference

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

__all__ = ["JSON_SCHEMA", "build_core_schema", "dump"]


class Dumpable(Protocol):
    """The parts of Image that this module needs; it cannot import the class, which imports this module."""

    def __init__(self, source: Any) -> None: ...

    @property
    def source(self) -> Source: ...

    @property
    def url(self) -> str: ...


ImageT = TypeVar("ImageT", bound=Dumpable)

JSON_SCHEMA: dict[str, Any] = {
    "type": "string",
    "description": "A picture, as an http(s) URL or a data URI with base64",
}
_HINTS = ("detail", "cache_control", "max_side", "box")


def dump(image: Dumpable) -> str | dict[str, Any]:
    """Convert a picture to JSON data; one that is a file is read. Raises ImageError."""
    hints: dict[str, Any] = {name: value for name in _HINTS if (value := getattr(image, name)) is not None}
    if isinstance(image.source, UrlSource) and image.source.download:
        hints["download"] = True
    return {"url": image.url, **hints} if hints else image.url


def build_core_schema(kind: type[ImageT]) -> CoreSchema:
    """Build Pydantic's schema: from JSON only URLs and data URIs, from Python also Images, Pillow pictures, bytes."""
    from pydantic_core import core_schema

    def from_json(given: Any) -> ImageT:
        return _validate(kind, given)

    def from_python(given: Any) -> ImageT:
        if isinstance(given, kind):
            return given
        if is_pillow(given):
            return kind(given)
        return _validate(kind, given)

    return core_schema.json_or_python_schema(
        json_schema=core_schema.no_info_plain_validator_function(from_json),
        python_schema=core_schema.no_info_plain_validator_function(from_python),
        serialization=core_schema.plain_serializer_function_ser_schema(dump),
    )


def _validate(kind: type[ImageT], given: Any) -> ImageT:
    """Make an Image from dumped JSON data or from bytes. Raises ValueError, which Pydantic reports."""
    try:
        image = kind(_read_reference(given))
        if isinstance(image.source, BytesSource):
            check_bytes(image.source.data, "what was given")
    except (ImageError, TypeError) as error:
        raise ValueError(str(error)) from error
    return image


def _read_reference(given: Any) -> bytes | Source | Mapping[str, Any]:
    """Return what an Image can be made of without reading a file. Raises UnsupportedImage for anything else."""
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given)
    if isinstance(given, Mapping):
        if unknown := sorted({str(key) for key in given} - {"url", "download", *_HINTS}):
            raise UnsupportedImage(f"a picture has no {', '.join(unknown)[:100]}: give 'url' and hints")
        return given
    if isinstance(given, str) and (source := parse_reference(given)):
        return source
    raise UnsupportedImage(
        "a picture here is an Image, an http(s), gs or s3 URL, or a data URI; a path is not read: "
        "for a file give Image.from_path(path)"
    )
