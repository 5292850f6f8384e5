"""Bare: a picture's file less what only travels with it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bare"]


@dataclass(frozen=True, slots=True)
class Bare:
    """A file's bytes without metadata, and what of it matters.

    `exif` is a TIFF structure, `icc` a colour profile, `xmp` an XML packet, each empty when there is none. `moving`
    says that the file held more frames, `cut_short` that a JPEG has no end, `damaged` that what does not belong there
    stands among its coded pixels, `removed` that something was taken off.
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
