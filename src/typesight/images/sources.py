"""Where a picture's pixels are: a file, bytes, a URL or a picture already in memory.

A source is a value: comparing, hashing and printing one reads nothing from disk or network.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pybase64

from typesight.errors import ImageError, UnsupportedImage
from typesight.images.formats import sniff

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = [
    "BytesSource",
    "FileSource",
    "PixelSource",
    "Source",
    "UrlSource",
    "decode_base64",
    "from_bytes",
    "image_in_base64",
    "source_of",
]


@dataclass(frozen=True)
class FileSource:
    """A file on this machine, by path; read when the picture is needed."""

    path: str

    def __str__(self) -> str:
        return PurePath(self.path).name


@dataclass(frozen=True)
class BytesSource:
    """The bytes of a picture file."""

    data: bytes = field(repr=False, compare=False)
    digest: str

    def __str__(self) -> str:
        kind = sniff(self.data)
        return f"{kind.name if kind else 'bytes'} {len(self.data) / 1000:.0f} kB sha256:{self.digest[:12]}"


@dataclass(frozen=True)
class UrlSource:
    """A picture somewhere else; `download` says that it is fetched here, whatever the endpoint can do."""

    url: str
    download: bool = False

    def __str__(self) -> str:
        # A signed URL's query is a key: it does not belong in a log.
        return self.url.partition("?")[0][:200]


@dataclass(frozen=True, eq=False)
class PixelSource:
    """A Pillow picture in memory, by reference; equal to another by its pixels."""

    picture: PilImage = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over mode, size, orientation and pixels, as hexadecimal."""
        about = f"{self.picture.mode} {self.picture.size} {self.picture.getexif().get(0x0112, 1)}".encode()
        return sha256(about + self.picture.tobytes()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PixelSource) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __str__(self) -> str:
        return f"picture {self.picture.mode} {self.picture.width}x{self.picture.height}"


Source = FileSource | BytesSource | UrlSource | PixelSource

_URL = re.compile(r"(?:https?|gs|s3)://", re.IGNORECASE)
_DATA_URI = re.compile(r"data:([^,]*),", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")
_LONGEST_PATH = 4096


def source_of(given: Any, *, download: bool = False) -> Source:
    """Recognise what a caller handed over: str, PathLike, bytes, file object, Pillow picture or array.

    A binary file object is read to its end. Raises ImageError for what is no source of a picture.
    """
    if isinstance(given, dict):
        given = given.get("url")
    if isinstance(given, str):
        return _from_text(given, download)
    for fits, make in _KINDS:
        if fits(given):
            return make(given)
    raise UnsupportedImage(
        f"cannot make an Image of {type(given).__name__}: give a path, a URL, a data URI, base64, bytes, "
        "an open binary file, a Pillow image or a uint8 array"
    )


def from_bytes(data: bytes) -> BytesSource:
    """Bytes of a picture file, named by their SHA-256."""
    return BytesSource(data, sha256(data).hexdigest())


def _from_text(text: str, download: bool) -> Source:
    if match := _DATA_URI.match(text):
        return from_bytes(_data_uri(match.group(1), text[match.end() :]))
    if _URL.match(text):
        return UrlSource(text, download)
    if data := image_in_base64(text):
        return from_bytes(data)
    if not text or "\x00" in text or "\n" in text or len(text) > _LONGEST_PATH:
        raise UnsupportedImage(
            f"a text of {len(text)} characters is no path, URL, data URI or base64 of a picture: "
            "give one of those, or the picture's bytes"
        )
    return FileSource(text)


def _data_uri(head: str, body: str) -> bytes:
    if not head.lower().endswith(";base64"):
        return unquote_to_bytes(body)
    return decode_base64(unquote_to_bytes(body) if "%" in body else body.encode("ascii", "replace"))


def decode_base64(text: bytes) -> bytes:
    """Bytes from standard base64, line breaks allowed. Raises UnsupportedImage."""
    try:
        return pybase64.b64decode(b"".join(text.split()), validate=True)
    except ValueError as error:
        raise UnsupportedImage(f"the base64 is damaged ({error}): encode the picture's bytes again") from None


def image_in_base64(text: str) -> bytes | None:
    """The bytes of a picture, if the text as a whole is base64 of one."""
    head = "".join(text[:400].split())[:344]
    if len(head) < 16 or not _BASE64.fullmatch(head):
        return None
    whole = len(head) // 4 * 4
    if sniff(pybase64.b64decode(head[:whole], validate=False)) is None or not _BASE64.fullmatch(text):
        return None
    return decode_base64(text.encode("ascii"))


def _from_array(array: Any) -> PixelSource:
    from PIL import Image

    if str(array.dtype) not in {"uint8", "bool"}:
        raise UnsupportedImage(f"an array of {array.dtype} is no picture: scale it to uint8, shape (height, width, 3)")
    try:
        return PixelSource(Image.fromarray(array))
    except (TypeError, ValueError) as error:
        raise UnsupportedImage(
            f"an array of shape {array.shape} is no picture: give uint8 of shape (height, width[, 3 or 4])"
        ) from error


def _from_file(file: Any) -> BytesSource:
    data = file.read()
    if not isinstance(data, bytes):
        raise ImageError(f"{type(file).__name__} gives text: open the picture in binary mode, open(path, 'rb')")
    return from_bytes(data)


def _is_pillow(given: object) -> bool:
    return any(kind.__module__ == "PIL.Image" and kind.__name__ == "Image" for kind in type(given).__mro__)


# Rows: what it is told by, and the source it makes. First match wins.
_KINDS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Source]], ...] = (
    (lambda given: isinstance(given, Source), lambda given: given),
    (lambda given: isinstance(given, os.PathLike), lambda given: FileSource(os.fsdecode(given))),
    (lambda given: isinstance(given, bytes | bytearray | memoryview), lambda given: from_bytes(bytes(given))),
    (_is_pillow, PixelSource),
    (lambda given: hasattr(given, "__array_interface__"), _from_array),
    (lambda given: hasattr(given, "read"), _from_file),
)
