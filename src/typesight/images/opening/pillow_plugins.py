"""Opens a file with Pillow's class for its format, called directly: no other plugin sees the bytes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from typesight.errors import MissingExtra, UnsupportedImage
from typesight.images.opening.formats import PictureFormat

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["open_with_plugin"]


def open_with_plugin(data: bytes, kind: PictureFormat) -> PilImage:
    """Read the header of a file of this format.

    Its pixels will be decoded from all its bytes in one go. By default Pillow takes 64 kB at a time, and comes back for
    Python's lock after each, which other threads hold. Raises UnsupportedImage, MissingExtra, and what Pillow raises.
    """
    picture = _find_plugin(kind)(BytesIO(data))
    if hasattr(picture, "decodermaxblock"):
        picture.decodermaxblock = max(picture.decodermaxblock, len(data))
    return picture


def _find_plugin(kind: PictureFormat) -> Callable[[BytesIO], PilImage]:
    if kind.name == "HEIF":
        return _import_heif_plugin()
    from PIL import Image

    if kind.name == "JPEG":  # the registered factory turns multi-picture JPEGs into another class
        from PIL.JpegImagePlugin import JpegImageFile

        return JpegImageFile
    if kind.name == "ICO":
        return _open_icon
    Image.init()
    if kind.name not in Image.OPEN:
        raise UnsupportedImage(f"this Pillow cannot open {kind.name}: convert the picture to PNG or JPEG")
    factory: Callable[..., Any] = Image.OPEN[kind.name][0]
    return lambda file: factory(file, "")


def _open_icon(file: BytesIO) -> PilImage:
    """An icon's largest picture, not decoded yet; the icon file's own list may state a wrong size."""
    from PIL.IcoImagePlugin import IcoFile

    return IcoFile(file).frame(0)


def _import_heif_plugin() -> Callable[[BytesIO], PilImage]:
    try:
        from pillow_heif import HeifImageFile
    except ImportError as error:
        raise MissingExtra("heif", "reading HEIC pictures") from error
    return HeifImageFile
