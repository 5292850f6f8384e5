"""An Image as JSON carries it, and back: inert both ways that a stranger's text may come.

What is dumped is a URL or a data URI; with hints it is `{"url": ..., "detail": ...}`. What is validated reads no
file and fetches no URL, whoever wrote it.
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
    """What of an Image is dumped and how one is made: this file lies below the class."""

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
    """The picture as JSON carries it; one that is a file is read. Raises ImageError."""
    hints: dict[str, Any] = {name: value for name in _HINTS if (value := getattr(image, name)) is not None}
    if isinstance(image.source, UrlSource) and image.source.download:
        hints["download"] = True
    return {"url": image.url, **hints} if hints else image.url


def build_core_schema(kind: type[ImageT]) -> CoreSchema:
    """Pydantic's schema of the class: JSON gives references alone, Python also Images, Pillow pictures and bytes."""
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
    """An Image of what was dumped, or of bytes. Raises ValueError, which Pydantic reports."""
    try:
        image = kind(_read_reference(given))
        if isinstance(image.source, BytesSource):
            check_bytes(image.source.data, "what was given")
    except (ImageError, TypeError) as error:
        raise ValueError(str(error)) from error
    return image


def _read_reference(given: Any) -> bytes | Source | Mapping[str, Any]:
    """What an Image can be made of without reading a file. Raises UnsupportedImage."""
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
