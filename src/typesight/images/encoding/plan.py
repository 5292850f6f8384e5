"""Predict from its header how a picture would be sent: sizes, tokens, bytes. No network, no pixel decoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil

from typesight.errors import TypesightError
from typesight.images.encoding.byte_budget import compute_base64_length, compute_picture_budget, find_fair_share
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage, can_keep_file, plan_size
from typesight.images.encoding.picture_warnings import find_size_warnings
from typesight.images.encoding.prepare import Preparation, find_unfetched
from typesight.images.encoding.tiles import estimate_tiles
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
    request = _RequestPlanner(profile, how, sum(max(1, len(each.parts)) for each in seen))
    most = find_fair_share(
        (part for each in seen for part in request.estimate_usual_bytes(each)), compute_picture_budget(profile)
    )
    return _cap_bytes([request.plan(each, most) for each in seen], profile)


def _cap_bytes(planned: list[PicturePlan], profile: VisionProfile) -> tuple[PicturePlan, ...]:
    """The plans; if the request has no room for all, the heaviest have their bytes capped."""
    most = find_fair_share([plan.bytes for plan in planned], compute_picture_budget(profile))
    return tuple(planned if most is None else (replace(plan, bytes=min(plan.bytes, most)) for plan in planned))


@dataclass(frozen=True, slots=True)
class _InspectedImage:
    """An image, its parts with the size of each before it is scaled, and its header, or its error."""

    image: Image
    parts: tuple[tuple[Image, Size], ...] = ()
    header: PictureHeader | None = None
    error: str = ""


def _inspect(image: Image, profile: VisionProfile, how: Preparation) -> _InspectedImage:
    if isinstance(image.source, UrlSource):
        return _InspectedImage(image)
    picture = LazyPicture(image.source, how.max_pixels)
    try:
        parts = estimate_tiles(image, picture.size, profile) if how.tile else [image]
        return _InspectedImage(image, tuple((part, picture.measure_part(part.box)) for part in parts), picture.header)
    except TypesightError as error:
        return _InspectedImage(image, error=str(error))


@dataclass(frozen=True, slots=True)
class _RequestPlanner:
    """Plans the pictures of one request; `count` is the number of all their parts."""

    profile: VisionProfile
    preparation: Preparation
    count: int

    def plan(self, seen: _InspectedImage, most: int | None) -> PicturePlan:
        """How one picture would be sent; `most` is the bytes each may take if the request has no room for all."""
        if seen.error:
            return PicturePlan(warnings=(f": {seen.error}",))
        if seen.header is None:
            return self._plan_url(seen.image)
        header = seen.header
        sizes = [self._plan_size(part, whole, self.count) for part, whole in seen.parts]
        tokens = [self.profile.tokens(size, detail=seen.image.detail) for size in sizes]
        found = (each for part, whole in seen.parts for each in self._find_warnings(part, whole, header, most))
        return PicturePlan(
            sizes=tuple(sizes),
            tokens=None if None in tokens else sum(each or 0 for each in tokens),
            bytes=sum(self._estimate_max_bytes(part, whole, header) for part, whole in seen.parts),
            warnings=tuple(dict.fromkeys(f" {each}" for each in found)),
        )

    def estimate_usual_bytes(self, seen: _InspectedImage) -> list[int]:
        """The bytes of base64 that 99 of 100 such parts stay within; a URL is not downloaded and has none."""
        header = seen.header
        return [self._estimate_usual(part, whole, header) for part, whole in seen.parts] if header else []

    def _estimate_usual(self, part: Image, whole: Size, header: PictureHeader) -> int:
        size = self._plan_size(part, whole, self.count)
        return min(self._estimate_max_bytes(part, whole, header), _estimate_rewritten(size, _USUAL_BYTES_PER_PIXEL))

    def _plan_url(self, image: Image) -> PicturePlan:
        """The plan of a URL: its address if the endpoint fetches it, else the largest picture it could give."""
        if isinstance(image.source, UrlSource) and not find_unfetched([image], self.profile):
            return PicturePlan(url=image.source.url)
        largest = self.profile.fit((self.profile.max_side, self.profile.max_side), detail=image.detail)
        return PicturePlan(bytes=min(_estimate_rewritten(largest), self.profile.max_bytes))

    def _plan_size(self, part: Image, whole: Size, count: int) -> Size:
        return plan_size(part, whole, self.profile, images=count, max_side=self.preparation.max_side)

    def _estimate_max_bytes(self, part: Image, whole: Size, header: PictureHeader) -> int:
        """Bytes of base64: the file's own if it is sent unchanged, else an upper bound for the rewritten picture."""
        size, limit = self._plan_size(part, whole, self.count), self.profile.max_bytes
        if can_keep_file(header, self.profile, size, limit, box=part.box):
            return compute_base64_length(header.file_bytes)
        return min(_estimate_rewritten(size), limit)

    def _find_warnings(self, part: Image, whole: Size, header: PictureHeader, most: int | None) -> Iterator[str]:
        size = self._plan_size(part, whole, self.count)
        yield from find_size_warnings(size, whole)
        limit = self.profile.max_bytes if most is None else min(most, self.profile.max_bytes)
        if self._estimate_usual(part, whole, header) >= limit:
            yield f"may lose quality, or be refused, because it may take only {limit // 1000} kB of the request"
        if self.profile.crowd and self._plan_size(part, whole, 1) != size:
            count, side = self.profile.crowd
            yield f"is shrunk to fit within {side} pixels, the limit in a request with more than {count} pictures"


def _estimate_rewritten(size: Size, bytes_a_pixel: float = _MAX_BYTES_PER_PIXEL) -> int:
    return compute_base64_length(ceil(size[0] * size[1] * bytes_a_pixel) + _HEADER_BYTES)
