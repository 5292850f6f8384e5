"""A picture's file without its metadata."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bare"]


@dataclass(frozen=True, slots=True)
class Bare:
    """A file's bytes without metadata, and the metadata that still matters.

    `exif` is a TIFF structure, `icc` a colour profile, `xmp` an XML packet, each empty if there is none. `moving`: the
    file held more frames. `cut_short`: a JPEG has no end marker. `damaged`: bytes that do not belong there stand among
    the coded pixels of a JPEG. `removed`: something was stripped.
    """

    data: bytes
    exif: bytes = b""
    icc: bytes = b""
    xmp: bytes = b""
    moving: bool = False
    cut_short: bool = False
    damaged: bool = False
    removed: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known to be missing."""
        return not self.cut_short and not self.damaged
