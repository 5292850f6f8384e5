"""Decode a picture from base64 and check it against a provider's limits."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import GifImagePlugin, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from typesight.testing.json_shapes.object_shapes import JsonPath
from typesight.testing.received import ReceivedPicture

__all__ = [
    "ANTHROPIC_LIMITS",
    "OPENAI_LIMITS",
    "BadPictureError",
    "PictureLimits",
    "SentPicture",
    "decode_base64_picture",
]


class BadPictureError(Exception):
    """A picture that a provider would reject: the message says why, the attribute names the problem in one word."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(why)
        self.problem = what


@dataclass(frozen=True)
class PictureLimits:
    """One provider's limits for a single picture."""

    max_base64: int | None
    """Bytes of the base64 text."""
    max_side: int
    """Pixels, width or height."""
    still_only: frozenset[str]
    """Media types that must not be animated."""


# OpenAI docs, images-vision (2026-09); Anthropic docs, vision (2026-09-20): it uses the first frame of an animation.
OPENAI_LIMITS = PictureLimits(max_base64=None, max_side=65_535, still_only=frozenset({"image/gif"}))
ANTHROPIC_LIMITS = PictureLimits(max_base64=10 * 1024 * 1024, max_side=8_000, still_only=frozenset())


@dataclass(frozen=True)
class SentPicture:
    """A picture of a request body: its JSON path, and the decoded picture or the error."""

    path: JsonPath
    outcome: ReceivedPicture | BadPictureError
    detail: str | None = None


# The first bytes choose the decoder, which is called directly: `Image.open` would also try forty other formats, and
# would check the size against a global of Pillow instead of the provider's limit.
DECODERS: Mapping[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "image/jpeg": JpegImagePlugin.JpegImageFile,
    "image/png": PngImagePlugin.PngImageFile,
    "image/gif": GifImagePlugin.GifImageFile,
    "image/webp": WebPImagePlugin.WebPImageFile,
}


def decode_base64_picture(media_type: str, text: str, limits: PictureLimits) -> ReceivedPicture:
    """Decode and check a picture that was sent as base64 text with a media type.

    Raises:
        BadPictureError: the problem is one of media_type, base64, bytes, format, mismatch, side, animated, broken.

    """
    if media_type not in DECODERS:
        raise BadPictureError("media_type", f"{media_type} is none of {', '.join(DECODERS)}")
    if limits.max_base64 is not None and len(text) > limits.max_base64:
        over = f"{len(text)} bytes > {limits.max_base64} bytes"
        raise BadPictureError("bytes", f"image exceeds {limits.max_base64 // 1024**2} MB maximum: {over}")
    data = _decode_base64(text)
    actual = _sniff_media_type(data)
    if actual is None:
        raise BadPictureError("format", f"the bytes are none of {', '.join(DECODERS)}")
    if actual != media_type:
        raise BadPictureError("mismatch", f"specified as {media_type}, but the bytes are {actual}")
    size = _decode_pixels(actual, data, limits)
    return ReceivedPicture(actual, size, hashlib.sha256(data).hexdigest(), data)


def _decode_base64(text: str) -> bytes:
    """Decode strictly: no newline, no URL-safe alphabet, full padding."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadPictureError("base64", "the data is not base64 (standard alphabet, padded, one line)") from error
    if not data:
        raise BadPictureError("base64", "the data is empty")
    return data


def _sniff_media_type(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    marks = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}
    return next((media_type for mark, media_type in marks.items() if data.startswith(mark)), None)


def _decode_pixels(media_type: str, data: bytes, limits: PictureLimits) -> tuple[int, int]:
    """Decode every pixel; returns (width, height) in pixels."""
    try:
        with DECODERS[media_type](io.BytesIO(data)) as header:
            _check_header(header, media_type, limits)
            header.verify()
        with DECODERS[media_type](io.BytesIO(data)) as picture:
            picture.load()
            return picture.size
    except BadPictureError:
        raise
    except Exception as error:  # untrusted bytes: struct.error, zlib.error, IndexError, SyntaxError, OSError ...
        raise BadPictureError("broken", f"the {media_type} does not decode") from error


def _check_header(header: ImageFile.ImageFile, media_type: str, limits: PictureLimits) -> None:
    """Check size and animation from the header alone, so that an enormous picture is never decoded."""
    if max(header.size) > limits.max_side:
        words = f"At least one of the image dimensions exceed max allowed size: {limits.max_side} pixels"
        raise BadPictureError("side", words)
    if media_type in limits.still_only and getattr(header, "is_animated", False):
        raise BadPictureError("animated", f"the {media_type} is animated")
