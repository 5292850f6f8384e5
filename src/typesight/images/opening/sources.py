"""Where a picture's pixels come from: a file, bytes, a URL, a picture in memory, or one rendered on demand.

A source is a value: comparing, hashing and printing one reads nothing from disk or network.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pybase64

from typesight.errors import ImageError, UnreadableImage, UnsupportedImage
from typesight.images.opening.formats import sniff

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = [
    "LOADING_LOCK",
    "BytesSource",
    "FileSource",
    "PixelSource",
    "Source",
    "UrlSource",
    "decode_base64",
    "find_base64_picture",
    "is_pillow",
    "is_url",
    "make_bytes_source",
    "make_printable",
    "make_source",
    "parse_reference",
]

# A picture that the caller opened decodes itself in place when it is first used, which two threads must not do at once.
# One lock for all, since two sources may hold one picture, and no picture can carry a lock through pickle.
LOADING_LOCK = RLock()


@dataclass(frozen=True)
class FileSource:
    """A file on this machine, by path; read when the picture is needed."""

    path: str

    def __str__(self) -> str:
        return make_printable(PurePath(self.path).name)


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
    """A picture behind a URL; `download`: fetch it here even if the endpoint could do so."""

    url: str = field(repr=False)
    download: bool = False

    def __str__(self) -> str:
        # A signed URL's query is a secret, and so is the part before an @: neither belongs in a log.
        return make_printable(_SECRETS.sub("", self.url))[:200]


@dataclass(frozen=True, eq=False)
class PixelSource:
    """A Pillow picture in memory, held by reference; equal to another if their pixels are."""

    picture: PilImage = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over mode, size, palette, orientation and pixels, as hexadecimal. Raises UnreadableImage."""
        picture = self.picture
        try:
            with LOADING_LOCK:
                picture.load()
                told = (picture.mode, picture.size, picture.info.get("transparency"), picture.getexif().get(0x0112, 1))
                palette = picture.getpalette("RGBA") if picture.mode in {"P", "PA"} else None
            return sha256(repr((told, palette)).encode() + picture.tobytes()).hexdigest()
        except Exception as error:  # the caller's Pillow picture may be of a damaged file
            raise UnreadableImage(f"{self} cannot be decoded: {error}") from error

    def encode_lossless(self) -> bytes:
        """The pixels as a lossless file, upright: PNG, or TIFF for modes that PNG lacks."""
        from PIL import ImageOps

        try:
            with LOADING_LOCK:
                picture = ImageOps.exif_transpose(self.picture)
            if picture.mode in _NEAREST_MODES:
                picture = picture.convert(_NEAREST_MODES[picture.mode])
            held = BytesIO()
            picture.save(held, "PNG" if picture.mode in _PNG_MODES else "TIFF", exif=b"")
        except Exception as error:  # the caller's Pillow picture may be of a damaged file
            raise UnreadableImage(f"{self} cannot be decoded: {error}") from error
        return held.getvalue()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PixelSource) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __str__(self) -> str:
        return f"picture {self.picture.mode} {self.picture.width}x{self.picture.height}"


Source = FileSource | BytesSource | UrlSource | PixelSource

_PNG_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})
# Modes that neither format can store, and the nearest that one can. Tried with Pillow 11.3 and 13.0.
_NEAREST_MODES = {"La": "LA", "RGBa": "RGBA", "HSV": "RGB", "RGBX": "RGB", "PA": "RGBA"}
_URL = re.compile(r"(?:https?|gs|s3)://[^\s/?#\x00-\x1f][^\s\x00-\x1f\x7f]*", re.IGNORECASE)
_ANY_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_SECRETS = re.compile(r"(?<=://)[^/?#]*@|[?#].*", re.DOTALL)
_DATA_URI = re.compile(r"data:([^,]*),", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_\s-]+(?:=[=\s]*)?")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")  # RFC 4648, section 5
_LONGEST_PATH = 4096


def make_source(given: Any, *, download: bool = False) -> Source:
    """Make a source of what a caller gave: str, PathLike, bytes, mapping, file object, Pillow picture or array.

    A binary file object is read to its end. A `{"url": ...}` may be untrusted, so it cannot name a file.
    Raises ImageError for anything that is not a source of a picture.
    """
    if isinstance(given, Mapping):
        return _make_from_mapping(given, download)
    if isinstance(given, str):
        return parse_reference(given, download=download) or _make_from_path(given)
    for fits, make in _SOURCE_MAKERS:
        if fits(given):
            source = make(given)
            return replace(source, download=True) if download and isinstance(source, UrlSource) else source
    raise UnsupportedImage(
        f"cannot make an Image of {type(given).__name__}: give a path, a URL, a data URI, base64, bytes, "
        "an open binary file, a Pillow image or a uint8 array"
    )


def parse_reference(text: str, *, download: bool = False) -> Source | None:
    """The source in a text that is a data URI, an http(s), gs or s3 URL, or base64 of a picture.

    None for any other text: it never names a file. Raises UnsupportedImage for damaged base64.
    """
    if is_url(text):
        return UrlSource(text, download)
    data = _read_data_uri(text)
    data = find_base64_picture(text) if data is None else data
    return None if data is None else make_bytes_source(data)


def is_url(text: str) -> bool:
    """Whether a text as a whole is an http(s), gs or s3 URL."""
    return _URL.fullmatch(text) is not None


def make_bytes_source(data: bytes) -> BytesSource:
    """Make a source of a picture file's bytes, identified by their SHA-256."""
    return BytesSource(data, sha256(data).hexdigest())


def _make_from_mapping(given: Mapping[str, Any], download: bool) -> Source:
    url = given.get("url")
    source = parse_reference(url, download=download) if isinstance(url, str) else None
    if source is None:
        raise UnsupportedImage(
            "the dict's 'url' is no http(s), gs or s3 URL, data URI or base64 of a picture: to read a file, use "
            "Image.from_path"
        )
    return source


def _make_from_path(text: str) -> FileSource:
    if match := _ANY_URL.match(text):
        raise UnsupportedImage(
            f"{match.group()[-20:]} is not fetched: give an http(s), gs or s3 URL, or just the path of a file"
        )
    if not text or "\x00" in text or "\n" in text or len(text) > _LONGEST_PATH:
        raise UnsupportedImage(
            f"a string of {len(text)} characters is not a path, URL, data URI or base64 of a picture: "
            "give one of those, or the picture's bytes"
        )
    return FileSource(text)


def _read_data_uri(text: str) -> bytes | None:
    """The data of a data URI; None for any other text. Raises UnsupportedImage for damaged base64."""
    if not (uri := _DATA_URI.match(text)):
        return None
    data, in_base64 = text[uri.end() :].encode("utf-8", "replace"), uri[1].lower().endswith(";base64")
    if b"%" in data or not in_base64:
        data = unquote_to_bytes(data)
    return _decode_base64_bytes(data) if in_base64 else data


def decode_base64(text: str) -> bytes:
    """Decode base64, standard or URL-safe, plain or in a data URI. Raises UnsupportedImage."""
    data = _read_data_uri(text)
    return _decode_base64_bytes(text.encode("ascii", "replace")) if data is None else data


def _decode_base64_bytes(text: bytes) -> bytes:
    whole = b"".join(text.split())
    if re.search(rb"[-_]", whole):
        if re.search(rb"[+/]", whole):
            raise UnsupportedImage("the base64 mixes two alphabets (+/ and -_): encode the picture's bytes again")
        whole = whole.translate(_URL_SAFE)
    if not whole.endswith(b"="):
        whole += b"=" * (-len(whole) % 4)  # some senders omit the padding; one = too many is still an error
    try:
        return pybase64.b64decode(whole, validate=True)
    except ValueError as error:
        raise UnsupportedImage(f"the base64 is damaged ({error}): encode the picture's bytes again") from None


def find_base64_picture(text: str) -> bytes | None:
    """The bytes of a picture if the whole text is base64 of one, else None. Raises UnsupportedImage if damaged."""
    head = "".join(text[:400].split())[:344]
    if len(head) < 16 or not _BASE64.fullmatch(head):
        return None
    begun = pybase64.b64decode(head[: len(head) // 4 * 4].encode().translate(_URL_SAFE), validate=False)
    if sniff(begun) is None or not _BASE64.fullmatch(text):
        return None
    return _decode_base64_bytes(text.encode("ascii"))


def make_printable(text: str) -> str:
    """Make a name safe for a log: one line, without control characters that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _make_from_array(array: Any) -> PixelSource:
    from PIL import Image

    if str(array.dtype) not in {"uint8", "bool"}:
        raise UnsupportedImage(
            f"an array of {array.dtype} is not a picture: scale it to uint8, shape (height, width, 3)"
        )
    wrong = f"an array of shape {array.shape} is not a picture: give uint8 of shape (height, width[, 3 or 4])"
    if len(array.shape) not in {2, 3}:  # Pillow would make a column of one dimension
        raise UnsupportedImage(wrong)
    try:
        picture = Image.fromarray(array[:, :, 0] if array.shape[2:] == (1,) else array)
    except (TypeError, ValueError) as error:
        raise UnsupportedImage(wrong) from error
    # Pillow may share the array's memory, which a camera's loop overwrites with the next frame.
    return PixelSource(picture.copy() if picture.readonly else picture)


def _make_from_file(file: Any) -> BytesSource:
    kind = type(file).__name__
    try:
        data = file.read()
    except UnicodeDecodeError:
        data = None
    except (OSError, ValueError) as error:  # a closed file is a ValueError
        raise ImageError(f"cannot read the {kind}: {error}; give a file that is open in binary mode") from error
    if not isinstance(data, bytes):
        raise ImageError(f"reading the {kind} gives text, not bytes: open the picture in binary mode, open(path, 'rb')")
    return make_bytes_source(data)


def is_pillow(given: object) -> bool:
    """Whether an object is a Pillow picture; does not import Pillow."""
    return any(kind.__module__ == "PIL.Image" and kind.__name__ == "Image" for kind in type(given).__mro__)


# Rows: a test of what was given, and the function that makes the source. The first match wins.
_SOURCE_MAKERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Source]], ...] = (
    (lambda given: isinstance(given, Source), lambda given: given),
    (lambda given: isinstance(given, os.PathLike), lambda given: FileSource(os.fsdecode(given))),
    (lambda given: isinstance(given, bytes | bytearray | memoryview), lambda given: make_bytes_source(bytes(given))),
    (is_pillow, PixelSource),
    (lambda given: hasattr(given, "__array_interface__"), _make_from_array),
    (lambda given: hasattr(given, "read"), _make_from_file),
)
