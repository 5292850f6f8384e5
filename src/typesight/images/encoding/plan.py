"""Predict from its header how a picture would be sent: sizes, tokens, bytes. No network, no pixel decoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from typesight.errors import TypesightError
from typesight.images.encoding.byte_budget import compute_base64_length, compute_picture_budget, find_fair_share
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage, RequestLimits
from typesight.images.encoding.picture_warnings import find_size_warnings
from typesight.images.encoding.prepare import Preparation, find_unfetched
from typesight.images.encoding.tiles import cut_roll
from typesight.images.image import Image
from typesight.images.lazy_picture import LazyPicture
from typesight.images.opening.opened_picture import PictureHeader
from typesight.images.opening.sources import UrlSource
from typesight.models.image_tokens import Size
from typesight.models.profiles import JPEG, VisionProfile

__all__ = ["PicturePlan", "plan_pictures"]

# The most bytes a pixel that a rewritten picture takes, pure noise excepted: over 442 encodings of receipts,
# photographs and screenshots the median was 0.15, one in a hundred took more than 0.58, the most was 1.16.
_MAX_BYTES_PER_PIXEL = 1.25
_USUAL_BYTES_PER_PIXEL = 0.58
_HEADER_BYTES = 2_048


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """How one picture would be sent.

    `sizes` are those of its parts: one for most pictures, none for a URL that is not downloaded yet or a picture
    that cannot be sent. `tokens` are billed for them, None where no price is published. `bytes` is an upper estimate
    of their base64; the plans of one request never add up to more than it has room for. `warnings` say what is wrong
    with the picture or may make it hard to read. `url` is the address that the endpoint fetches.
    """

    sizes: tuple[Size, ...] = ()
    tokens: int | None = None
    bytes: int = 0
    warnings: tuple[str, ...] = ()
    url: str | None = None

    def make_placeholders(self, image: Image) -> tuple[PreparedPicture, ...]:
        """Placeholders for its parts, with sizes but without data."""
        if self.url is not None:
            return (PreparedPicture(image, self.url),)
        return tuple(PreparedPicture(image, EncodedImage(JPEG, b"", size, "")) for size in self.sizes or ((1, 1),))


def plan_pictures(images: Iterable[Image], profile: VisionProfile, how: Preparation) -> tuple[PicturePlan, ...]:
    """How each picture of one request would be sent; a picture's errors are among its doubts, never raised.

    Tokens are exact except for pictures that are cut into parts: a header does not show where the ink is, so the
    parts are assumed to be even.
    """
    seen = [_inspect(image, profile, how) for image in images]
    count = sum(max(1, len(each.parts)) for each in seen)
    limits = RequestLimits(profile, count, how.max_side)
    parts = [[_plan_part(*part, each.header, limits) for part in each.parts] for each in seen]
    room = compute_picture_budget(profile)
    usual = find_fair_share((part.usual_bytes for each in parts for part in each), room)
    limit = profile.max_bytes if usual is None else min(usual, profile.max_bytes)
    planned = [_plan_picture(each, held, profile, limit) for each, held in zip(seen, parts, strict=True)]
    most = find_fair_share([plan.bytes for plan in planned], room)
    return tuple(planned if most is None else (replace(plan, bytes=min(plan.bytes, most)) for plan in planned))


@dataclass(frozen=True, slots=True)
class _InspectedImage:
    """An image, and if it is here: the parts it would be sent in, each with its box's size, and its header or error."""

    image: Image
    parts: tuple[tuple[Image, Size], ...] = ()
    header: PictureHeader | None = None
    error: str = ""


def _inspect(image: Image, profile: VisionProfile, how: Preparation) -> _InspectedImage:
    if isinstance(image.source, UrlSource):
        return _InspectedImage(image)
    picture = LazyPicture(image.source, how.max_pixels)
    try:
        parts = cut_roll(picture, image, profile, by_ink=False) if how.tile else [image]
        return _InspectedImage(image, tuple((part, picture.measure_part(part.box)) for part in parts), picture.header)
    except TypesightError as error:
        return _InspectedImage(image, error=str(error))


@dataclass(frozen=True, slots=True)
class _PartPlan:
    """How one part of a picture would be sent: in which size, and in how many bytes of base64 at most and usually."""

    size: Size
    max_bytes: int
    usual_bytes: int
    warnings: tuple[str, ...]


def _plan_part(part: Image, whole: Size, header: PictureHeader | None, limits: RequestLimits) -> _PartPlan:
    profile, size = limits.profile, limits.plan_size(part, whole)
    most = min(_estimate_rewritten(size), profile.max_bytes)
    if header and limits.can_keep_file(header, size, part.box):
        most = compute_base64_length(header.file_bytes)
    warnings = list(find_size_warnings(size, whole))
    if profile.crowd and replace(limits, images=1).plan_size(part, whole) != size:
        many, side = profile.crowd
        warnings.append(f"is shrunk to fit within {side} pixels, the limit in a request with more than {many} pictures")
    return _PartPlan(size, most, min(most, _estimate_rewritten(size, _USUAL_BYTES_PER_PIXEL)), tuple(warnings))


def _plan_picture(seen: _InspectedImage, parts: Sequence[_PartPlan], profile: VisionProfile, limit: int) -> PicturePlan:
    """How one picture would be sent; `limit` is the bytes of base64 that each part may take."""
    if seen.error:
        return PicturePlan(warnings=(f": {seen.error}",))
    if seen.header is None:
        return _plan_url(seen.image, profile)
    tokens = [profile.tokens(part.size, detail=seen.image.detail) for part in parts]
    tight = f"may lose quality, or be refused, because it may take only {limit // 1000} kB of the request"
    found = (each for part in parts for each in (*part.warnings, *([tight] if part.usual_bytes >= limit else [])))
    return PicturePlan(
        sizes=tuple(part.size for part in parts),
        tokens=None if None in tokens else sum(each or 0 for each in tokens),
        bytes=sum(part.max_bytes for part in parts),
        warnings=tuple(dict.fromkeys(f" {each}" for each in found)),
    )


def _plan_url(image: Image, profile: VisionProfile) -> PicturePlan:
    """The plan of a URL: its address if the endpoint fetches it, else the largest picture it could give."""
    if isinstance(image.source, UrlSource) and not find_unfetched([image], profile):
        return PicturePlan(url=image.source.url)
    largest = profile.fit((profile.max_side, profile.max_side), detail=image.detail)
    return PicturePlan(bytes=min(_estimate_rewritten(largest), profile.max_bytes))


def _estimate_rewritten(size: Size, bytes_a_pixel: float = _MAX_BYTES_PER_PIXEL) -> int:
    return compute_base64_length(ceil(size[0] * size[1] * bytes_a_pixel) + _HEADER_BYTES)
