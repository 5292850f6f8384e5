"""OpenedPicture: a picture whose header was read, to be decoded; and what the header says about sending it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typesight.images.opening.formats import PictureFormat
from typesight.images.opening.pillow_plugins import open_with_plugin
from typesight.images.opening.stripped_file import StrippedFile
from typesight.models.image_tokens import Size

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["OpenedPicture", "PictureHeader", "is_srgb"]

# The formats and Pillow modes in which a file may be sent as it is.
_SENT_FORMATS = frozenset({"JPEG", "PNG", "WEBP"})
_SENT_MODES = frozenset({"RGB", "L", "P", "1"})


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What the header of a picture says about sending it.

    `size` is (width, height) in pixels after turning upright. `media_type` is that of the file, and `file_bytes` its
    length without metadata, if the file shows the picture as it is: upright, still, opaque, in sRGB or grey, in a
    format that endpoints take; else None and 0.
    """

    size: Size
    media_type: str | None = None
    file_bytes: int = 0


@dataclass
class OpenedPicture:
    """A picture whose header was read; has state so that what is cut from it is decoded once.

    `name` is for messages; `picture` is Pillow's, not decoded before `decode`; `file` is its file without metadata and
    `format` the file's format (both None for a picture given as pixels). `size` is (width, height) in pixels *after*
    turning upright, `stored_size` before; `orientation` is the EXIF value 1 to 8. `has_more_frames`: the file holds
    more frames than the one that is used. `icc` is its colour profile, empty if there is none.
    """

    name: str
    picture: PilImage
    file: StrippedFile | None
    format: PictureFormat | None
    size: Size
    stored_size: Size
    orientation: int
    has_more_frames: bool
    icc: bytes
    is_decoded: bool = False

    @property
    def is_jpeg(self) -> bool:
        """Whether the picture is a JPEG file."""
        return self.format is not None and self.format.name == "JPEG"

    @property
    def held_bytes(self) -> int:
        """About how many bytes of memory the picture takes, without what the caller holds."""
        width, height = self.picture.size
        pixels = width * height * len(self.picture.getbands()) if self.is_decoded else 0
        return pixels + (len(self.file.data) if self.file else 0)

    def decode(self, size: Size) -> PilImage:
        """Decode the stored picture; a JPEG at the smallest of its reduced scales that is not below `size`.

        Raises whatever Pillow raises on damaged bytes.
        """
        if self.file and self.format and self.is_jpeg:
            fresh = open_with_plugin(self.file.data, self.format) if self.is_decoded else self.picture
            fresh.draft(None, size)
            if fresh.size != self.picture.size:
                self.picture = fresh
        self.picture.load()
        self.is_decoded = True
        return self.picture

    def decode_grey(self) -> PilImage:
        """The whole stored picture for what needs no colours, which a JPEG gives in two thirds of the time.

        It may be in colour all the same, and only then is it kept. Raises whatever Pillow raises on damaged bytes.
        """
        if self.is_decoded or not (self.file and self.format and self.is_jpeg):
            return self.decode(self.stored_size)
        fresh = open_with_plugin(self.file.data, self.format)
        fresh.draft("L", self.stored_size)
        fresh.load()
        return fresh

    def read_header(self) -> PictureHeader:
        """What is to be known of the picture without its pixels."""
        picture, kind = self.picture, self.format
        moved = self.orientation != 1 or self.has_more_frames
        coloured = bool(self.icc) and picture.mode != "L" and not is_srgb(self.icc)
        clear = "transparency" in picture.info or picture.mode not in _SENT_MODES
        if moved or coloured or clear or not (self.file and kind and self.file.is_whole and kind.name in _SENT_FORMATS):
            return PictureHeader(self.size)
        return PictureHeader(self.size, kind.media_type, len(self.file.data))


def is_srgb(icc: bytes) -> bool:
    """Whether a colour profile names itself sRGB, as most do."""
    return b"sRGB" in icc[:4096] or b"s\x00R\x00G\x00B" in icc[:4096]
