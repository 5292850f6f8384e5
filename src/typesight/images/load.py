"""Opening: from a source to an open picture whose header was read and judged, no pixel decoded yet.

Only the plugin that fits the bytes' own format is ever asked to open them, so that neither a wrong suffix nor
a rare format's parser is in play, and Pillow's global limits stay as the application set them.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typesight.errors import (
    DownloadRefused,
    ImageError,
    ImageNotFound,
    ImageTooLarge,
    MissingExtra,
    UnreadableImage,
    UnsupportedImage,
)
from typesight.images.formats import Format, sniff, what_else
from typesight.images.sources import BytesSource, FileSource, PixelSource, Source, UrlSource
from typesight.images.tokens import Size

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["MAX_PIXELS", "Opened", "open_picture", "read_bytes", "undecodable"]

MAX_PIXELS = 100_000_000
_MAX_FILE_BYTES = 512 * 1024 * 1024
_ORIENTATION = 0x0112
# What Pillow's decoders raise on damaged bytes, as met on PngSuite's corrupt files and on mutated ones.
undecodable = (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, AttributeError, OverflowError,
               EOFError, MemoryError, struct.error, RuntimeError, ArithmeticError, AssertionError)  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """A picture whose header was read.

    `data` are its file's bytes (None for a picture that came as pixels), `format` what they are, `size` is
    (width, height) in pixels *after* turning upright, `orientation` the EXIF value 1 to 8, `frames` how many
    pictures the file holds.
    """

    picture: PilImage
    data: bytes | None
    format: Format | None
    size: Size
    orientation: int
    frames: int

    @property
    def stored_size(self) -> Size:
        """(width, height) as stored, before turning."""
        return self.picture.size


def read_bytes(source: Source) -> bytes | None:
    """The file's bytes of a source; None for a picture in memory. Raises ImageError."""
    match source:
        case BytesSource(data=data):
            return data
        case FileSource(path=path):
            return _read_file(path)
        case UrlSource():
            raise DownloadRefused(
                f"{source} cannot be fetched by this endpoint, and typesight does not download yet: "
                "download the picture and give its bytes"
            )
        case PixelSource():
            return None


def open_picture(source: Source, *, max_pixels: int = MAX_PIXELS) -> Opened:
    """Open a source's picture and judge its header; no pixel is decoded.

    Raises ImageNotFound, UnsupportedImage (not a picture), ImageTooLarge (more than `max_pixels` claimed) or
    UnreadableImage (the header is damaged).
    """
    if isinstance(source, PixelSource):
        return _judged(source.picture, None, None, str(source), max_pixels)
    data = read_bytes(source)
    assert data is not None  # only pixels have no bytes
    kind = sniff(data)
    if kind is None:
        raise UnsupportedImage(f"{source} is {what_else(data)}, not a picture: give a JPEG, PNG, WebP or GIF file")
    try:
        picture = _plugin(kind)(BytesIO(data))
    except undecodable as error:
        raise UnreadableImage(f"{source} begins as {kind.name} but its header is damaged: {error}") from error
    return _judged(picture, data, kind, str(source), max_pixels)


def _read_file(path: str) -> bytes:
    name = Path(path).name or path
    try:
        # A pipe or a device would block for ever: look before opening, open without waiting.
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - the path's own spelling is wanted
            what = "a folder" if Path(path).is_dir() else "not a regular file"
            raise UnsupportedImage(f"{name} is {what}: give the path of one picture file")
        if os.stat(path).st_size > _MAX_FILE_BYTES:  # noqa: PTH116
            raise ImageTooLarge(f"{name} is larger than {_MAX_FILE_BYTES // 1024**2} MB: give a smaller picture")
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise ImageNotFound(f"there is no file {path}: check the path (now in {Path.cwd()})") from error
    except (OSError, ValueError) as error:
        raise ImageError(f"cannot read {name}: {error}") from error


def _judged(picture: PilImage, data: bytes | None, kind: Format | None, name: str, max_pixels: int) -> Opened:
    width, height = picture.size
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"{name} claims {width} x {height} pixels, more than the {max_pixels // 1_000_000} million allowed: "
            "scale it down first, or raise max_pixels if you trust it"
        )
    if width < 1 or height < 1:
        raise UnreadableImage(f"{name} has no pixels ({width} x {height})")
    try:
        orientation = picture.getexif().get(_ORIENTATION, 1)
        frames = int(getattr(picture, "n_frames", 1))
    except undecodable:
        orientation, frames = 1, 1  # broken EXIF is no reason to refuse a picture that decodes
    orientation = orientation if orientation in range(1, 9) else 1
    size = (height, width) if orientation >= 5 else (width, height)
    return Opened(picture, data, kind, size, orientation, frames)


def _plugin(kind: Format) -> Callable[[BytesIO], Any]:
    """Pillow's class for one format, called directly: no other plugin sees the bytes."""
    if kind.name == "HEIF":
        return _heif
    from PIL import Image

    if kind.name == "JPEG":  # the registered factory turns multi-picture JPEGs into another class
        from PIL.JpegImagePlugin import JpegImageFile

        return JpegImageFile
    Image.init()
    if kind.name not in Image.OPEN:
        raise UnsupportedImage(f"this Pillow cannot open {kind.name}: convert the picture to PNG or JPEG")
    factory = Image.OPEN[kind.name][0]
    return lambda file: factory(file, "")


def _heif(file: BytesIO) -> Any:
    try:
        from pillow_heif import HeifImageFile
    except ImportError as error:
        raise MissingExtra("heif", "reading HEIC pictures") from error
    return HeifImageFile(file)
