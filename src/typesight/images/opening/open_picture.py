"""Opening: from a source to an open picture whose header was read and judged, no pixel decoded yet.

Only the plugin that fits the bytes' own format is ever asked to open them, so that neither a wrong suffix nor
a rare format's parser is in play, and Pillow's global limits stay as the application set them.
"""

from __future__ import annotations

import os
import stat
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import RLock
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
from typesight.images.opening.foreign_formats import refusal
from typesight.images.opening.formats import Format, sniff
from typesight.images.opening.metadata import bare
from typesight.images.opening.orientation import orientation
from typesight.images.opening.sources import LOADING, BytesSource, FileSource, PixelSource, Source, UrlSource
from typesight.images.opening.stripped_file import Bare
from typesight.models.image_tokens import Size

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["MAX_PIXELS", "Opened", "check_size", "load_shared", "open_picture", "quietly", "read_bytes"]

MAX_PIXELS = 100_000_000
# Pixels of a side, whatever the area: Pillow keeps a pointer for each row, so that 1 x 100 million took 0.9 GB. JPEG
# ends at 65,535; nothing that was photographed, scanned or printed is longer than this.
_MAX_SIDE = 1_000_000
_MAX_FILE_BYTES = 512 * 1024 * 1024
# Formats whose Pillow plugin applies the orientation while it decodes, its size already turned.
_TURNED_BY_PILLOW = frozenset({"TIFF", "HEIF"})
# Formats with an orientation of their own, beside which XMP counts for nothing.
_TURNED_BY_THEMSELVES = frozenset({"HEIF", "AVIF"})
# Pillow's readers of these warn of damage as they go.
_WARNING = frozenset({"TIFF", "GIF", "ICO"})
# PPM written as text (P1 to P3): Pillow reads it number by number, and takes half a second for a MB.
_MAX_TEXT_BYTES = 16 * 1024 * 1024
_TIFF_ORIENTATION = 0x0112
_FILTERS = RLock()


@dataclass(frozen=True)
class Opened:
    """A picture whose header was read.

    `name` is for messages; `picture` is Pillow's, not decoded yet; `bare` is its file without metadata (None for
    a picture that came as pixels), `format` what the file is. `size` is (width, height) in pixels *after*
    turning upright, `stored` before; `orientation` is the EXIF value 1 to 8. `moving`: the file holds more
    frames than the one that is taken. `icc` is its colour profile, empty when there is none.
    """

    name: str
    picture: PilImage
    bare: Bare | None
    format: Format | None
    size: Size
    stored: Size
    orientation: int
    moving: bool
    icc: bytes


@contextmanager
def quietly(kind: str | None) -> Iterator[None]:
    """Hold back Pillow's own warnings about a file of this format: what is wrong with it is said by an error.

    Python's warning filters are one for all threads, hence the lock, and hence for these formats only.
    """
    if kind not in _WARNING:
        yield
        return
    with _FILTERS, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def load_shared(picture: PilImage) -> None:
    """Decode a picture that the caller opened, which other threads may hold too."""
    with LOADING, quietly(picture.format):
        picture.load()


def read_bytes(source: Source) -> bytes | None:
    """The file's bytes of a source; None for a picture in memory. Raises ImageError."""
    match source:
        case BytesSource(data=data):
            return data
        case FileSource(path=path):
            return _read_file(path)
        case UrlSource():
            raise DownloadRefused(
                f"{source} is elsewhere and nothing here may fetch it: give it to a client, which does, or download "
                "the picture and give its bytes"
            )
        case PixelSource():
            return None


def open_picture(source: Source, *, max_pixels: int = MAX_PIXELS) -> Opened:
    """Open a source's picture and judge its header; no pixel is decoded.

    Raises ImageNotFound, UnsupportedImage (not a picture), ImageTooLarge (more than `max_pixels` claimed) or
    UnreadableImage (the file is damaged).
    """
    name = str(source)
    if isinstance(source, PixelSource):
        picture = source.picture
        with LOADING:  # another thread may be decoding it, which turns some formats' size
            _settle(name, picture, max_pixels)
            return _judged(name, picture, None, None, max_pixels)
    data = read_bytes(source)
    assert data is not None  # only pixels have no bytes
    kind = sniff(data)
    if kind is None:
        raise UnsupportedImage(f"{name} {refusal(data)}")
    if len(data) > _MAX_TEXT_BYTES and kind.name == "PPM" and data[1:2] in b"123":
        raise ImageTooLarge(
            f"{name} is a PPM written as text, of more than {_MAX_TEXT_BYTES // 1024**2} MB: save it as PNG"
        )
    try:
        stripped = bare(data, kind)
    except UnreadableImage as error:
        raise UnreadableImage(f"{name}: {error}") from error
    return _judged(name, _begun(name, stripped, kind), stripped, kind, max_pixels)


def _settle(name: str, picture: PilImage, max_pixels: int) -> None:
    """Decode a TIFF that has XMP: Pillow turns it by that then, and not its size before. Raises ImageError."""
    if picture.format != "TIFF" or "xmp" not in picture.info:
        return
    check_size(name, picture.size, max_pixels)
    try:
        load_shared(picture)
    except Exception as error:  # damaged bytes make Pillow's decoders raise whatever they like
        raise UnreadableImage(f"{name} begins as a picture but does not decode: {error}") from error


def _begun(name: str, file: Bare, kind: Format) -> PilImage:
    """Pillow's picture of a file, its header read."""
    plugin = _plugin(kind)
    from PIL.Image import DecompressionBombError

    try:
        with quietly(kind.name):
            return plugin(BytesIO(file.data))
    except ImageError:
        raise
    except DecompressionBombError as error:  # Pillow's own limit, where its plugin asks before we can
        raise ImageTooLarge(f"{name} claims too many pixels: {error}") from error
    except Exception as error:  # damaged bytes make Pillow's plugins raise whatever they like
        raise UnreadableImage(f"{name} begins as {kind.name} but its header is damaged: {error}") from error


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


def _judged(name: str, picture: PilImage, file: Bare | None, kind: Format | None, max_pixels: int) -> Opened:
    width, height = picture.size
    check_size(name, picture.size, max_pixels)
    turned = _orientation(picture, file, kind.name if kind else "")
    return Opened(
        name=name,
        picture=picture,
        bare=file,
        format=kind,
        size=(height, width) if turned >= 5 else (width, height),
        stored=(width, height),
        orientation=turned,
        moving=bool(file and file.moving) or _is_moving(picture),
        icc=(file.icc if file else b"") or picture.info.get("icc_profile") or b"",
    )


def check_size(name: str, size: Size, max_pixels: int = MAX_PIXELS) -> None:
    """Refuse the size that a header claims where it is none, or more than is decoded. Raises ImageError."""
    width, height = size
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"{name} claims {width} x {height} pixels, more than the {max_pixels // 1_000_000} million allowed: "
            "scale it down first, or raise max_pixels if you trust it"
        )
    if max(size) > _MAX_SIDE:
        raise ImageTooLarge(
            f"{name} claims {width} x {height} pixels, and a side may have {_MAX_SIDE // 1_000_000} million: "
            "cut it into parts first"
        )
    if width < 1 or height < 1:
        raise UnreadableImage(f"{name} has no pixels ({width} x {height})")


def _orientation(picture: PilImage, file: Bare | None, kind: str) -> int:
    """The orientation, 1 to 8, that is still to be applied once Pillow has decoded the picture."""
    exif = b"" if kind in _TURNED_BY_PILLOW else _exif(picture, file)
    if kind in _TURNED_BY_THEMSELVES:
        return orientation(exif)
    xmp = (file.xmp if file else b"") or picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    if kind == "TIFF":
        picture.info.pop("xmp", None)  # Pillow would turn by it while it decodes, its size not turned before
        xmp = b"" if _TIFF_ORIENTATION in getattr(picture, "tag_v2", ()) else xmp
    return orientation(exif, xmp.encode() if isinstance(xmp, str) else bytes(xmp))


def _exif(picture: PilImage, file: Bare | None) -> bytes:
    if file and file.exif:
        return file.exif
    held = picture.info.get("exif")
    return held if isinstance(held, bytes) else b""


def _is_moving(picture: PilImage) -> bool:
    try:
        with quietly(picture.format):
            return bool(getattr(picture, "is_animated", False))
    except Exception:  # as above
        return False  # the first frame may still be sound


def _plugin(kind: Format) -> Callable[[BytesIO], PilImage]:
    """Pillow's class for one format, called directly: no other plugin sees the bytes."""
    if kind.name == "HEIF":
        return _heif_plugin()
    from PIL import Image

    if kind.name == "JPEG":  # the registered factory turns multi-picture JPEGs into another class
        from PIL.JpegImagePlugin import JpegImageFile

        return JpegImageFile
    if kind.name == "ICO":
        return _in_icon
    Image.init()
    if kind.name not in Image.OPEN:
        raise UnsupportedImage(f"this Pillow cannot open {kind.name}: convert the picture to PNG or JPEG")
    factory: Callable[..., Any] = Image.OPEN[kind.name][0]
    return lambda file: factory(file, "")


def _in_icon(file: BytesIO) -> PilImage:
    """An icon's largest picture, not decoded yet: the icon's own list may lie about its size."""
    from PIL.IcoImagePlugin import IcoFile

    return IcoFile(file).frame(0)


def _heif_plugin() -> Callable[[BytesIO], PilImage]:
    try:
        from pillow_heif import HeifImageFile
    except ImportError as error:
        raise MissingExtra("heif", "reading HEIC pictures") from error
    return HeifImageFile
