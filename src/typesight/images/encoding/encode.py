"""The image encoder: turn a picture into the bytes to send, within the limits of a VisionProfile.

Every picture is sent upright, at the size the endpoint would shrink it to anyway, in a format it accepts, within
its limits, without metadata. The same picture and profile give the same bytes, because prompt caches depend on
it. A file that needs no change is not compressed again.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typesight.errors import ImageTooLarge, UnreadableImage
from typesight.images.encoding.byte_budget import compute_base64_length
from typesight.images.encoding.compression import compress_picture
from typesight.images.encoding.encoded_image import EncodedImage, make_encoded_image
from typesight.images.encoding.picture_warnings import (
    BLURRED,
    DAMAGED,
    PictureWarning,
    find_file_warnings,
    find_size_warnings,
)
from typesight.images.encoding.sharpness import is_blurred
from typesight.images.image import Image
from typesight.images.image_hints import CropBox
from typesight.images.lazy_picture import LazyPicture
from typesight.images.opening.missing_pixels import has_missing_pixels
from typesight.images.opening.open_picture import MAX_PIXELS
from typesight.images.opening.opened_picture import OpenedPicture, PictureHeader
from typesight.images.opening.pixels import render
from typesight.images.opening.strict_files import is_strictly_valid
from typesight.logger import LOGGER
from typesight.models.endpoint_profiles import read_profile
from typesight.models.image_tokens import Size, shrink_to_side
from typesight.models.profiles import VisionProfile

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["EncodedImage", "RequestLimits", "encode", "encode_part"]

# Pixels of a side; libjpeg writes no more (JPEG_MAX_DIMENSION of jmorecfg.h), though the format has room for 65,535.
_MAX_SIDE = 65_500


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
    limits = RequestLimits(read_profile(profile), images, max_side, max_bytes)
    return encode_part(LazyPicture(image.source, max_pixels), image, limits, turns)


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """What limits the pictures of one request: the profile, their number, and what the caller gave to `encode`."""

    profile: VisionProfile
    images: int = 1
    max_side: int | None = None
    max_bytes: int | None = None

    @property
    def picture_bytes(self) -> int:
        """The bytes of base64 that one picture may take."""
        return self.profile.max_bytes if self.max_bytes is None else min(self.profile.max_bytes, self.max_bytes)

    def plan_size(self, image: Image, whole: Size, turns: int = 0) -> Size:
        """The size (width, height) in which an Image will be sent that is `whole` pixels large, upright."""
        size = self.profile.fit(whole[::-1] if turns % 2 else whole, detail=image.detail, images=self.images)
        return shrink_to_side(size, min(side for side in (image.max_side, self.max_side, _MAX_SIDE) if side))

    def can_keep_file(self, header: PictureHeader, size: Size, box: CropBox | None, turns: int = 0) -> bool:
        """Whether a picture that is sent in `size` can stay the file it is, as far as its header tells."""
        unmoved = box is None and not turns % 4 and size == header.size
        fits = compute_base64_length(header.file_bytes) <= self.picture_bytes
        return unmoved and fits and header.media_type in self.profile.formats


def encode_part(picture: LazyPicture, image: Image, limits: RequestLimits, turns: int = 0) -> EncodedImage:
    """`encode` for an Image whose picture may be open: the same one, or one that the Image is a part of."""
    opened = picture.open()
    box, whole = picture.clip(image.box), picture.measure_part(image.box)
    size = limits.plan_size(image, whole, turns)
    for warning in (*find_size_warnings(size, whole), *find_file_warnings(opened)):
        warnings.warn(f"{opened.name} {warning}", PictureWarning, stacklevel=3)  # at who called encode
    if max(size) < max(whole):
        LOGGER.info("picture shrunk: from=%dx%d to=%dx%d", *whole, *size)
    if limits.can_keep_file(picture.header, size, box, turns) and (kept := _keep_file(opened)):
        return kept
    steps: list[str] = []
    return _rewrite(opened, render(opened, size, box=box, turns=turns % 4, steps=steps), steps, limits)


def _keep_file(opened: OpenedPicture) -> EncodedImage | None:
    """The file itself without its metadata; None if a strict decoder may refuse it."""
    kind, file = opened.format, opened.file
    if kind is None or file is None or not is_strictly_valid(file.data, kind):
        return None
    try:
        picture = opened.decode_grey()  # a strict decoder must be able to open what is sent
    except Exception:  # whatever Pillow raises on damaged bytes; rewriting the picture says what is wrong
        return None
    if has_missing_pixels(opened, picture):
        return None
    _warn_if_blurred(opened, picture)
    steps = ("metadata removed",) if file.is_changed else ()
    return make_encoded_image(file.data, kind.media_type, opened.size, *steps)


def _rewrite(opened: OpenedPicture, picture: PilImage, steps: list[str], limits: RequestLimits) -> EncodedImage:
    """Compress decoded pixels again, as PNG if they have few colours, else as JPEG."""
    if _is_missing_pixels(opened):
        _refuse_blank(opened, picture)
        steps.append("the file ends early" if opened.file and opened.file.cut_short else "the file is damaged")
    _warn_if_blurred(opened, picture)
    limit, formats = limits.picture_bytes, limits.profile.formats
    encoded = compress_picture(picture, opened, formats=formats, max_bytes=limit // 4 * 3, steps=steps)
    if encoded is None:
        width, height = picture.size
        raise ImageTooLarge(
            f"{opened.name} takes more than {limit // 1000} kB of base64 even at {width} x {height} pixels: "
            "lower max_side, or crop it"
        )
    return encoded


def _is_missing_pixels(opened: OpenedPicture) -> bool:
    """Whether a decoded picture lacks some of its pixels; warns if that shows only now, after decoding."""
    if opened.file and not opened.file.is_whole:
        return True
    if not has_missing_pixels(opened, opened.picture):
        return False
    warnings.warn(f"{opened.name} {DAMAGED}", PictureWarning, stacklevel=5)  # at who called encode
    return True


def _refuse_blank(opened: OpenedPicture, picture: PilImage) -> None:
    """Raise UnreadableImage for a file cut off before its first pixels, which decodes to one even colour."""
    if picture.getcolors(1) is not None:
        raise UnreadableImage(f"{opened.name} ends before its first pixels: get the whole file")


def _warn_if_blurred(opened: OpenedPicture, picture: PilImage) -> None:
    if is_blurred(picture):
        warnings.warn(f"{opened.name} {BLURRED}", PictureWarning, stacklevel=5)  # at who called encode
