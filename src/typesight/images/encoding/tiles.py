"""Cut a till roll along its length into parts that an endpoint can read.

Nothing else is cut. Parts overlap, and their edges lie where there is little ink, so that every line of text is whole
in at least one part.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from typesight.images.encoding.picture_warnings import MIN_SCALE, holds_text
from typesight.images.image import Image, drop_cache_mark
from typesight.images.lazy_picture import LazyPicture
from typesight.images.opening.open_picture import MAX_PIXELS
from typesight.images.opening.opened_picture import OpenedPicture
from typesight.images.opening.pixels import render
from typesight.images.picture_cache import LruCache
from typesight.models.endpoint_profiles import read_profile
from typesight.models.image_tokens import Size
from typesight.models.profiles import VisionProfile

__all__ = ["cut_roll", "tiles"]

Bounds = tuple[tuple[int, int], ...]

_MIN_RATIO = 3.0
_MAX_PARTS = 32
# Parts are short enough when they keep this share of the scale that a square part would have.
_GOOD_SCALE_SHARE = 0.95
# The picture is shrunk to this width, in pixels, to look for ink.
_GLANCE_WIDTH = 64
# A longer picture, in pixels, is cut without looking for ink: a till roll of 500 pixels would be 300 m long.
_MAX_MEASURED_LENGTH = 1_000_000

_BOUNDS = LruCache[Bounds](1024)
"""Where the till rolls seen last were cut."""


def tiles(image: Any, profile: str | VisionProfile, *, max_pixels: int = MAX_PIXELS) -> list[Image]:
    """The parts of a picture longer than 3:1 that would be shrunk below 0.6, in order; else the picture alone.

    `image` is an Image or anything that `Image` takes, `profile` a VisionProfile or the name of a known model or
    endpoint. Reads the picture. The parts are crops of it. Raises ImageError, and ValueError for an unknown name.
    """
    image = image if isinstance(image, Image) else Image(image)
    return cut_roll(LazyPicture(image.source, max_pixels), image, read_profile(profile))


def cut_roll(picture: LazyPicture, image: Image, profile: VisionProfile, *, by_ink: bool = True) -> list[Image]:
    """`tiles` for an Image whose picture may be open; where it was cut is remembered from call to call.

    `by_ink=False`: about the same parts, without looking at pixels.
    """
    size = picture.size
    if not _is_roll(size, profile, image):
        return [image]
    if not by_ink:
        return _cut(image, size, _find_bounds(size, bytes(max(size)), profile, image))
    key = picture.fingerprint and (picture.fingerprint, repr(profile), image.detail)
    return _cut(
        image,
        size,
        _BOUNDS.get(key, lambda: _find_bounds(size, _measure_ink(picture.open()), profile, image)),
    )


def _cut(image: Image, size: Size, bounds: Bounds) -> list[Image]:
    width, height = size
    tall = height >= width
    parts = [image.crop((0, start, width, end) if tall else (start, 0, end, height)) for start, end in bounds]
    *before, last = parts  # a cache mark covers all that comes before it
    return [*map(drop_cache_mark, before), last]


def _is_roll(size: Size, profile: VisionProfile, image: Image) -> bool:
    if image.box is not None or max(size) <= _MIN_RATIO * min(size) or _find_scale(size, profile, image) >= MIN_SCALE:
        return False
    part = (min(size), ceil(max(size) / _MAX_PARTS))
    return holds_text(profile.fit(part, detail=image.detail))  # else the parts are as illegible as the whole


def _find_scale(size: Size, profile: VisionProfile, image: Image) -> float:
    return max(profile.fit(size, detail=image.detail)) / max(size)


def _find_bounds(size: Size, ink: bytes, profile: VisionProfile, image: Image) -> Bounds:
    """Where each part starts and ends along the length, in pixels of the upright original."""
    short, long = sorted(size)
    overlap = min(400, max(32, short // 6))
    count = _count_parts(short, long, overlap, profile, image)
    middles = [long * number // count for number in range(1, count)]
    ends = [_find_least_ink(ink, middle + overlap // 2, overlap // 3, long) for middle in middles]
    starts = [_find_least_ink(ink, middle - overlap // 2, overlap // 3, long) for middle in middles]
    return tuple(zip([0, *starts], [*ends, long], strict=True))


def _count_parts(short: int, long: int, overlap: int, profile: VisionProfile, image: Image) -> int:
    """The smallest number of parts that each keep nearly the scale of a square one."""
    wanted = _GOOD_SCALE_SHARE * _find_scale((short, short), profile, image)
    for count in range(2, _MAX_PARTS):
        part = (short, min(long, long // count + overlap + overlap // 3))
        if _find_scale(part, profile, image) >= wanted:
            return count
    return _MAX_PARTS


def _measure_ink(opened: OpenedPicture) -> bytes:
    """For each row across the length, the difference between its lightest and darkest pixel: 0 (even) to 255."""
    width, height = opened.size
    tall, wide = height >= width, min(_GLANCE_WIDTH, *opened.size)
    if max(opened.size) > _MAX_MEASURED_LENGTH:
        return bytes(max(opened.size))
    glance = render(opened, (wide, height) if tall else (width, wide)).convert("L")
    if not tall:
        from PIL.Image import Transpose

        glance = glance.transpose(Transpose.TRANSPOSE)
    data = glance.tobytes()
    rows = (data[at : at + wide] for at in range(0, len(data), wide))
    return bytes(max(row) - min(row) for row in rows)


def _find_least_ink(ink: bytes, near: int, within: int, long: int) -> int:
    """The row within `within` of `near` that has the least ink around it; of equals the nearest."""
    low, high = max(1, near - within), min(long - 1, near + within)
    rows = range(low, max(low + 1, high))
    return min(rows, key=lambda row: (sum(ink[max(0, row - 1) : row + 2]), abs(row - near)))
