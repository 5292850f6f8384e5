"""Opens a picture from its source: reads and checks its header, and decodes no pixel yet.

Only the Pillow plugin for the format that the bytes show opens them, so that a wrong suffix or a rare format's parser
plays no part, and Pillow's global limits stay as the application set them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from typesight.errors import (
    DownloadRefused,
    ImageError,
    ImageTooLarge,
    MissingExtra,
    UnreadableImage,
    UnsupportedImage,
)
from typesight.images.opening.check_file import read_whole_file
from typesight.images.opening.foreign_formats import explain_unreadable
from typesight.images.opening.formats import PictureFormat, sniff
from typesight.images.opening.metadata import strip_metadata
from typesight.images.opening.opened_picture import OpenedPicture
from typesight.images.opening.orientation import read_orientation
from typesight.images.opening.pillow_plugins import open_with_plugin
from typesight.images.opening.sources import LOADING_LOCK, BytesSource, FileSource, PixelSource, Source, UrlSource
from typesight.images.opening.stripped_file import StrippedFile
from typesight.models.image_tokens import Size

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["MAX_PIXELS", "check_size", "load_shared", "open_picture", "read_bytes", "suppress_warnings"]

MAX_PIXELS = 100_000_000
# Pixels per side, whatever the area: Pillow keeps a pointer for each row, so that 1 x 100 million took 0.9 GB. A JPEG's
# side is at most 65,535; no photo, scan or print is longer than this.
_MAX_SIDE = 1_000_000
# Formats whose Pillow plugin applies the orientation while it decodes, and reports the turned size before.
_TURNED_BY_PILLOW = frozenset({"TIFF", "HEIF"})
# Formats that have an orientation of their own, so that XMP's is ignored.
_OWN_ORIENTATION = frozenset({"HEIF", "AVIF"})
# Formats whose Pillow readers warn about damage while they read.
_WARNING_FORMATS = frozenset({"TIFF", "GIF", "ICO"})
# PPM written as text (P1 to P3): Pillow reads it number by number, in half a second per MB.
_MAX_TEXT_BYTES = 16 * 1024 * 1024
_TIFF_ORIENTATION = 0x0112
_FILTERS_LOCK = RLock()


@contextmanager
def suppress_warnings(kind: str | None) -> Iterator[None]:
    """Suppress Pillow's own warnings about a file of this format: our errors say what is wrong with it.

    All threads share Python's warning filters, hence the lock, and hence only for the formats that warn.
    """
    if kind not in _WARNING_FORMATS:
        yield
        return
    with _FILTERS_LOCK, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def load_shared(picture: PilImage) -> None:
    """Decode a picture that the caller opened and that other threads may use too."""
    with LOADING_LOCK, suppress_warnings(picture.format):
        picture.load()


def read_bytes(source: FileSource | BytesSource | UrlSource) -> bytes:
    """The bytes of a source's file. Raises ImageError."""
    if isinstance(source, BytesSource):
        return source.data
    if isinstance(source, FileSource):
        return read_whole_file(source.path)
    raise DownloadRefused(
        f"{source} is a URL, which is not fetched here: give the picture to a client, or download it and give its bytes"
    )


def open_picture(source: Source, *, max_pixels: int = MAX_PIXELS) -> OpenedPicture:
    """Open a source's picture and check its header.

    No pixel is decoded, except those of a TIFF with XMP that the caller opened. Raises ImageNotFound,
    UnsupportedImage (not a picture), ImageTooLarge (more than `max_pixels` claimed) or UnreadableImage (the file is
    damaged).
    """
    name = str(source)
    if isinstance(source, PixelSource):
        picture = source.picture
        with LOADING_LOCK:  # another thread may be decoding it, which swaps width and height in some formats
            _decode_xmp_tiff(name, picture, max_pixels)
            return _read_header(name, picture, None, None, max_pixels)
    data = read_bytes(source)
    kind = sniff(data)
    if kind is None:
        raise UnsupportedImage(f"{name} {explain_unreadable(data)}")
    if len(data) > _MAX_TEXT_BYTES and kind.name == "PPM" and data[1:2] in b"123":
        raise ImageTooLarge(
            f"{name} is a PPM written as text, of more than {_MAX_TEXT_BYTES // 1024**2} MB: save it as PNG"
        )
    try:
        stripped = strip_metadata(data, kind)
    except UnreadableImage as error:
        raise UnreadableImage(f"{name}: {error}") from error
    return _read_header(name, _open_file(name, stripped, kind), stripped, kind, max_pixels)


def _decode_xmp_tiff(name: str, picture: PilImage, max_pixels: int) -> None:
    """Decode a TIFF with XMP, as Pillow turns it only then and reports another size before. Raises ImageError."""
    if picture.format != "TIFF" or "xmp" not in picture.info:
        return
    check_size(name, picture.size, max_pixels)
    try:
        load_shared(picture)
    except Exception as error:  # Pillow's decoders raise all kinds of errors on damaged bytes
        raise UnreadableImage(f"{name} looks like a picture but cannot be decoded: {error}") from error


def _open_file(name: str, file: StrippedFile, kind: PictureFormat) -> PilImage:
    """Open a file with Pillow, which reads the header."""
    from PIL.Image import DecompressionBombError

    try:
        with suppress_warnings(kind.name):
            return open_with_plugin(file.data, kind)
    except (ImageError, MissingExtra):
        raise
    except DecompressionBombError as error:  # Pillow's own limit, in plugins that check it before we can
        raise ImageTooLarge(f"{name} claims too many pixels: {error}") from error
    except Exception as error:  # Pillow's plugins raise all kinds of errors on damaged bytes
        raise UnreadableImage(f"{name} looks like {kind.name} but its header is damaged: {error}") from error


def _read_header(
    name: str, picture: PilImage, file: StrippedFile | None, kind: PictureFormat | None, max_pixels: int
) -> OpenedPicture:
    width, height = picture.size
    check_size(name, picture.size, max_pixels)
    turned = _find_orientation(picture, file, kind.name if kind else "")
    return OpenedPicture(
        name=name,
        picture=picture,
        file=file,
        format=kind,
        size=(height, width) if turned >= 5 else (width, height),
        stored_size=(width, height),
        orientation=turned,
        has_more_frames=bool(file and file.has_more_frames) or _has_more_frames(picture),
        icc=(file.icc if file else b"") or picture.info.get("icc_profile") or b"",
    )


def check_size(name: str, size: Size, max_pixels: int = MAX_PIXELS) -> None:
    """Check the size that a header claims. Raises ImageError if it is empty or larger than the limits."""
    width, height = size
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"{name} claims {width} x {height} pixels, more than the {max_pixels // 1_000_000} million allowed: "
            "scale it down first, or raise max_pixels if you trust it"
        )
    if max(size) > _MAX_SIDE:
        raise ImageTooLarge(
            f"{name} claims {width} x {height} pixels, but a side may have {_MAX_SIDE // 1_000_000} million: "
            "cut it into parts first"
        )
    if width < 1 or height < 1:
        raise UnreadableImage(f"{name} has no pixels ({width} x {height})")


def _find_orientation(picture: PilImage, file: StrippedFile | None, kind: str) -> int:
    """The orientation, 1 to 8, that is left to apply after Pillow has decoded the picture."""
    exif = b"" if kind in _TURNED_BY_PILLOW else _find_exif(picture, file)
    if kind in _OWN_ORIENTATION:
        return read_orientation(exif)
    xmp = (file.xmp if file else b"") or picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    if kind == "TIFF":
        picture.info.pop("xmp", None)  # or Pillow would apply it while decoding, after reporting the unturned size
        xmp = b"" if _TIFF_ORIENTATION in getattr(picture, "tag_v2", ()) else xmp
    return read_orientation(exif, xmp.encode() if isinstance(xmp, str) else bytes(xmp))


def _find_exif(picture: PilImage, file: StrippedFile | None) -> bytes:
    if file and file.exif:
        return file.exif
    held = picture.info.get("exif")
    return held if isinstance(held, bytes) else b""


def _has_more_frames(picture: PilImage) -> bool:
    try:
        with suppress_warnings(picture.format):
            return bool(getattr(picture, "is_animated", False))
    except Exception:  # Pillow's plugins raise all kinds of errors on damaged bytes
        return False  # the first frame may still be sound
