"""The image encoder: turn a picture into the bytes to send, within the limits of a VisionProfile.

Every picture is sent upright, at the size the endpoint would shrink it to anyway, in a format it accepts, within
its limits, without metadata. The same picture and profile give the same bytes, because prompt caches depend on
it. A file that needs no change is not compressed again.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pybase64

from typesight.errors import ImageError, ImageTooLarge, UnreadableImage
from typesight.images.encoding.byte_budget import compute_base64_length
from typesight.images.encoding.compression import compress_picture
from typesight.images.encoding.picture_warnings import (
    BLURRED,
    DAMAGED,
    PictureWarning,
    find_file_warnings,
    find_size_warnings,
)
from typesight.images.encoding.sharpness import is_blurred
from typesight.images.image import Image
from typesight.images.opening.missing_pixels import has_missing_pixels
from typesight.images.opening.open_picture import MAX_PIXELS, OpenedPicture, open_picture
from typesight.images.opening.pixels import PixelBox, is_srgb, render
from typesight.images.opening.strict_files import is_strictly_valid
from typesight.logger import LOGGER
from typesight.models.endpoint_profiles import read_profile
from typesight.models.image_tokens import Size, shrink_to_side
from typesight.models.profiles import VisionProfile

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["EncodedImage", "clip_box", "encode", "plan_size"]

_KEPT_FORMATS = frozenset({"JPEG", "PNG", "WEBP"})
_KEPT_MODES = frozenset({"RGB", "L", "P", "1"})
# Pixels of a side; libjpeg writes no more (JPEG_MAX_DIMENSION of jmorecfg.h), though the format has room for 65,535.
_MAX_SIDE = 65_500


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


def encode(
    image: Any,
    profile: str | VisionProfile,
    *,
    images: int = 1,
    max_side: int | None = None,
    max_bytes: int | None = None,
    max_pixels: int = MAX_PIXELS,
    turns: int = 0,
) -> EncodedImage:
    """Encode one picture, one of `images` in its request, for the endpoint of a profile.

    `image` is an Image or anything that `Image` takes; `profile` a VisionProfile or the name of a known model
    ("gpt-4o"), of an endpoint ("vllm"), or of both ("openrouter/openai/gpt-4o").
    `max_side` (pixels) and `max_bytes` (of base64) tighten the profile's own limits; `max_pixels` is the most that a
    header may claim; `turns` rotates the upright picture by that many quarter turns, clockwise. Warns with
    PictureWarning of what may make the picture hard to read. Raises ImageError (not found, unsupported, unreadable or
    too large, each saying what to do), and ValueError for an unknown name.
    """
    image = image if isinstance(image, Image) else Image(image)
    profile = read_profile(profile)
    opened = open_picture(image.source, max_pixels=max_pixels)
    wanted = _EncodeSettings(
        size=plan_size(image, opened, profile, images=images, max_side=max_side, turns=turns),
        box=clip_box(image.box, opened),
        turns=turns % 4,
        formats=profile.formats,
        limit=profile.max_bytes if max_bytes is None else min(profile.max_bytes, max_bytes),
    )
    whole = _measure_unscaled(opened, wanted)
    for warning in (*find_size_warnings(wanted.size, whole), *find_file_warnings(opened)):
        warnings.warn(f"{opened.name} {warning}", PictureWarning, stacklevel=2)
    if max(wanted.size) < max(whole):
        LOGGER.info("picture shrunk: from=%dx%d to=%dx%d", *whole, *wanted.size)
    return _keep_file(opened, wanted) or _rewrite(opened, wanted)


@dataclass(frozen=True, slots=True)
class _EncodeSettings:
    """How to encode one picture: its size, crop and quarter turns, and what the endpoint takes.

    `limit` is in bytes of base64.
    """

    size: Size
    box: PixelBox | None
    turns: int
    formats: frozenset[str]
    limit: int


def clip_box(box: PixelBox | None, opened: OpenedPicture) -> PixelBox | None:
    """A crop box clipped to the edges of an opened picture; None for the whole picture. Raises ImageError."""
    if box is None:
        return None
    width, height = opened.size
    inside = (max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3]))
    if inside[0] >= inside[2] or inside[1] >= inside[3]:
        raise ImageError(f"the crop {box} lies outside {opened.name}, which is {width} x {height} pixels upright")
    return None if inside == (0, 0, width, height) else inside


def plan_size(
    image: Image,
    opened: OpenedPicture,
    profile: VisionProfile,
    *,
    images: int = 1,
    max_side: int | None = None,
    turns: int = 0,
) -> Size:
    """The size (width, height) in which a picture will be sent, computed from its header."""
    left, top, right, bottom = clip_box(image.box, opened) or (0, 0, *opened.size)
    whole = (right - left, bottom - top)
    size = profile.fit(whole[::-1] if turns % 2 else whole, detail=image.detail, images=images)
    return shrink_to_side(size, min(side for side in (image.max_side, max_side, _MAX_SIDE) if side))


def _measure_unscaled(opened: OpenedPicture, wanted: _EncodeSettings) -> Size:
    """The size of what is wanted of a picture before it is scaled, upright."""
    left, top, right, bottom = wanted.box or (0, 0, *opened.size)
    return right - left, bottom - top


def _keep_file(opened: OpenedPicture, wanted: _EncodeSettings) -> EncodedImage | None:
    """The file itself without its metadata, if nothing else needs a change; else None."""
    kind, file, picture = opened.format, opened.file, opened.picture
    if kind is None or file is None or kind.name not in _KEPT_FORMATS or kind.media_type not in wanted.formats:
        return None
    moved = opened.orientation != 1 or wanted.turns or wanted.box or wanted.size != opened.size
    coloured = bool(opened.icc) and picture.mode != "L" and not is_srgb(opened.icc)
    clear = "transparency" in picture.info or picture.mode not in _KEPT_MODES
    if (
        moved
        or coloured
        or clear
        or opened.has_more_frames
        or not file.is_whole
        or not is_strictly_valid(file.data, kind)
    ):
        return None
    if compute_base64_length(len(file.data)) > wanted.limit:
        return None
    try:
        picture.load()  # a strict decoder must be able to open what is sent
    except Exception:  # whatever Pillow raises on damaged bytes; rewriting the picture says what is wrong
        return None
    if has_missing_pixels(opened):
        return None
    _warn_if_blurred(opened, picture)
    return _make_encoded(file.data, kind.media_type, wanted.size, ("metadata removed",) if file.is_changed else ())


def _rewrite(opened: OpenedPicture, wanted: _EncodeSettings) -> EncodedImage:
    """Decode the picture and compress it again, as PNG if it has few colours, else as JPEG."""
    steps: list[str] = []
    picture = render(opened, wanted.size, box=wanted.box, turns=wanted.turns, steps=steps)
    if _is_missing_pixels(opened):
        _refuse_blank(opened, picture)
        steps.append("the file ends early" if opened.file and opened.file.cut_short else "the file is damaged")
    _warn_if_blurred(opened, picture)
    file = compress_picture(picture, opened, formats=wanted.formats, max_bytes=wanted.limit // 4 * 3)
    if file:
        return _make_encoded(file.data, file.media_type, wanted.size, (*steps, file.step))
    width, height = wanted.size
    raise ImageTooLarge(
        f"{opened.name} takes more than {wanted.limit // 1000} kB of base64 even at {width} x {height} pixels: "
        "lower max_side, or crop it"
    )


def _is_missing_pixels(opened: OpenedPicture) -> bool:
    """Whether a decoded picture lacks some of its pixels; warns if that shows only now, after decoding."""
    if opened.file and not opened.file.is_whole:
        return True
    if not has_missing_pixels(opened):
        return False
    warnings.warn(f"{opened.name} {DAMAGED}", PictureWarning, stacklevel=4)  # at who called encode
    return True


def _refuse_blank(opened: OpenedPicture, picture: PilImage) -> None:
    """Raise UnreadableImage for a file cut off before its first pixels, which decodes to one even colour."""
    if picture.getcolors(1) is not None:
        raise UnreadableImage(f"{opened.name} ends before its first pixels: get the whole file")


def _warn_if_blurred(opened: OpenedPicture, picture: PilImage) -> None:
    if is_blurred(picture):
        warnings.warn(f"{opened.name} {BLURRED}", PictureWarning, stacklevel=4)  # at who called encode


def _make_encoded(data: bytes, media_type: str, size: Size, steps: tuple[str, ...]) -> EncodedImage:
    return EncodedImage(media_type, data, size, sha256(data).hexdigest(), steps)
