"""The shared encoder: a picture and a profile become the bytes that are sent.

Every picture arrives upright, at the size the endpoint would keep of it anyway, in a format it takes, within
its limits. The same picture and profile give the same bytes, since prompt caches depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

import pybase64

from typesight.errors import ImageTooLarge, UnreadableImage
from typesight.images.image import Image
from typesight.images.load import MAX_PIXELS, Opened, open_picture, undecodable
from typesight.images.profiles import JPEG, PNG, VisionProfile
from typesight.images.tokens import Size

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["EncodedImage", "encode"]

# JPEG qualities tried in turn until the bytes fit; 4:4:4 keeps coloured small text legible.
_QUALITIES = (88, 75, 60, 45)
# A picture with no more colours than this is drawn, not photographed: it is kept without loss.
_DRAWN_COLOURS = 1024
_LOSSLESS = frozenset({"PNG", "GIF", "BMP", "TIFF", "WEBP", "ICO", "PPM"})


@dataclass(frozen=True)
class EncodedImage:
    """The bytes of a picture as they are sent.

    `size` is (width, height) in pixels, `sha256` the digest of `data` in hexadecimal, `steps` what was done to
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


def encode(image: Image, profile: VisionProfile, *, images: int = 1, max_pixels: int = MAX_PIXELS) -> EncodedImage:
    """Bring one picture, one of `images` in its request, to what the profile's endpoint takes.

    Raises ImageError: not found, unsupported, unreadable or too large, each saying what to do.
    """
    opened = open_picture(image.source, max_pixels=max_pixels)
    size = profile.fit(opened.size, detail=image.detail, images=images)
    name = str(image.source)
    try:
        if encoded := _kept(opened, size, profile):
            return encoded
        return _written(opened, size, profile, name)
    except undecodable as error:
        raise UnreadableImage(f"{name} begins as a picture but does not decode: {error}") from error


def _kept(opened: Opened, size: Size, profile: VisionProfile) -> EncodedImage | None:
    """The file as it is, if nothing about it needs a change."""
    data, kind, picture = opened.data, opened.format, opened.picture
    if data is None or kind is None or kind.media_type not in profile.formats:
        return None
    plain = opened.orientation == 1 and opened.frames == 1 and picture.mode in {"RGB", "L", "1"}
    told = {"exif", "xmp", "photoshop", "comment", "icc_profile", "Description"} & picture.info.keys()
    if not plain or told or size != opened.size or _base64_length(data) > profile.max_bytes:
        return None
    picture.load()  # a strict decoder must be able to open what is sent
    return _encoded(data, kind.media_type, size, ())


def _written(opened: Opened, size: Size, profile: VisionProfile, name: str) -> EncodedImage:
    steps: list[str] = []
    picture = _upright(opened, size, steps)
    drawn = (opened.format is None or opened.format.name in _LOSSLESS) and _is_drawn(picture)
    if picture.size != size:
        from PIL.Image import Resampling

        steps.append(f"scaled from {picture.width}x{picture.height} to {size[0]}x{size[1]}")
        picture = picture.resize(size, Resampling.LANCZOS, reducing_gap=3.0)
    if drawn and PNG in profile.formats:
        data = _saved(picture, "PNG", optimize=True)
        if _base64_length(data) <= profile.max_bytes:
            return _encoded(data, PNG, size, (*steps, "written as PNG"))
    for quality in _QUALITIES:
        data = _saved(picture, "JPEG", quality=quality, subsampling=0)
        if _base64_length(data) <= profile.max_bytes:
            return _encoded(data, JPEG, size, (*steps, f"written as JPEG, quality {quality}"))
    raise ImageTooLarge(
        f"{name} still takes more than {profile.max_bytes // 1024**2} MB of base64 at {size[0]} x {size[1]}: crop it"
    )


def _upright(opened: Opened, size: Size, steps: list[str]) -> PilImage:
    """Decode the first frame, turn it as EXIF says, and lay it on white as RGB or grey."""
    from PIL import ImageOps

    picture = opened.picture
    stored = size[::-1] if opened.orientation >= 5 else size
    if opened.data is not None:
        picture.draft(None, (stored[0], stored[1]))  # JPEG decodes at 1/2, 1/4, 1/8 for little
    if opened.frames > 1:
        steps.append(f"first of {opened.frames} frames")
    if opened.orientation != 1:
        picture = ImageOps.exif_transpose(picture)
        steps.append(f"turned upright (EXIF orientation {opened.orientation})")
    return _on_white(picture, steps)


def _on_white(picture: PilImage, steps: list[str]) -> PilImage:
    if picture.mode in {"RGB", "L"} and "transparency" not in picture.info:
        return picture.copy() if picture.readonly else picture
    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        from PIL import Image as Pillow

        steps.append("laid on white")
        clear = picture.convert("RGBA")
        return Pillow.alpha_composite(Pillow.new("RGBA", clear.size, "white"), clear).convert("RGB")
    if picture.mode.startswith("I") or picture.mode == "F":
        steps.append("16 bits scaled to 8")
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    steps.append(f"converted from {picture.mode}")
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _is_drawn(picture: PilImage) -> bool:
    return picture.getcolors(_DRAWN_COLOURS) is not None


def _saved(picture: PilImage, kind: str, **options: object) -> bytes:
    picture.info.clear()  # nothing that came with the picture travels on: no EXIF, no GPS, no comment
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _base64_length(data: bytes) -> int:
    return (len(data) + 2) // 3 * 4


def _encoded(data: bytes, media_type: str, size: Size, steps: tuple[str, ...]) -> EncodedImage:
    return EncodedImage(media_type, data, size, sha256(data).hexdigest(), steps)
