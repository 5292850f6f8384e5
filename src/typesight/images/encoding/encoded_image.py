"""EncodedImage: a picture as the bytes that are sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

import pybase64

from typesight.models.image_tokens import Size

__all__ = ["EncodedImage", "make_encoded_image"]


@dataclass(frozen=True)
class EncodedImage:
    """A picture as the bytes that are sent.

    `size` is (width, height) in pixels, `sha256` the digest of `data` in hexadecimal, `steps` the changes made to
    the picture, in words, in order.
    """

    media_type: str
    data: bytes = field(repr=False)
    size: Size
    sha256: str
    steps: tuple[str, ...] = ()

    @property
    def base64(self) -> str:
        """`data` in standard base64, on one line."""
        return pybase64.b64encode(self.data).decode("ascii")

    @property
    def data_uri(self) -> str:
        """`data` as a data URI."""
        return f"data:{self.media_type};base64,{self.base64}"

    def __str__(self) -> str:
        width, height = self.size
        return f"<image sha256:{self.sha256[:12]} {width}x{height} {len(self.data) / 1000:.0f} kB>"


def make_encoded_image(data: bytes, media_type: str, size: Size, *steps: str) -> EncodedImage:
    """Make an EncodedImage with the digest of its data."""
    return EncodedImage(media_type, data, size, sha256(data).hexdigest(), steps)
