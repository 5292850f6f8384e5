"""Predict from its header how a picture would be sent: sizes, tokens, bytes. No network, no pixel decoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from typesight.errors import TypesightError
from typesight.images.encoding.byte_budget import compute_base64_length, compute_picture_budget, find_fair_share
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage, plan_size
from typesight.images.encoding.picture_warnings import find_size_warnings
from typesight.images.encoding.prepare import Preparation, find_unfetched
from typesight.images.encoding.tiles import estimate_tiles
from typesight.images.image import Image
from typesight.images.opening.open_picture import OpenedPicture, open_picture
from typesight.images.opening.pdf_pages import PdfPageSource
from typesight.images.opening.sources import PixelSource, UrlSource
from typesight.models.image_tokens import Size
from typesight.models.profiles import GIF, JPEG, VisionProfile

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

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
    request = _RequestPlanner(profile, how, sum(len(each.parts) for each in seen))
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
    """An image, the parts that it would be sent in, and its opened header, or its error."""

    image: Image
    parts: tuple[Image, ...]
    opened: OpenedPicture | None = None
    error: str = ""


def _inspect(image: Image, profile: VisionProfile, how: Preparation) -> _InspectedImage:
    if isinstance(image.source, UrlSource):
        return _InspectedImage(image, (image,))
    source = image.source
    if isinstance(source, PdfPageSource):
        source = PixelSource(_make_blank_page(source.size))
    try:
        opened = open_picture(source, max_pixels=how.max_pixels)
        plan_size(image, opened, profile)  # raises for a box outside the picture
    except TypesightError as error:
        return _InspectedImage(image, (image,), error=str(error))
    parts = estimate_tiles(image, opened.size, profile) if how.tile else [image]
    return _InspectedImage(image, tuple(parts), opened)


def _make_blank_page(size: Size) -> PilImage:
    """A white picture of a size, in place of a PDF page, which would have to be rendered."""
    from PIL import Image as Pillow

    return Pillow.new("1", size, 1)


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
        if seen.opened is None:
            return self._plan_url(seen.image)
        opened = seen.opened
        sizes = self._plan_sizes(seen, opened)
        tokens = [self.profile.tokens(size, detail=seen.image.detail) for _, size in sizes]
        doubted = (f" {doubt}" for part, size in sizes for doubt in self._find_warnings(part, size, opened, most))
        return PicturePlan(
            sizes=tuple(size for _, size in sizes),
            tokens=None if None in tokens else sum(each or 0 for each in tokens),
            bytes=sum(self._estimate_max_bytes(part, size, opened) for part, size in sizes),
            warnings=tuple(dict.fromkeys(doubted)),
        )

    def estimate_usual_bytes(self, seen: _InspectedImage) -> list[int]:
        """The bytes of base64 that 99 of 100 such parts stay within; a URL is not downloaded and has none."""
        opened = seen.opened
        return (
            [self._estimate_usual(part, size, opened) for part, size in self._plan_sizes(seen, opened)]
            if opened
            else []
        )

    def _estimate_usual(self, part: Image, size: Size, opened: OpenedPicture) -> int:
        return min(self._estimate_max_bytes(part, size, opened), _estimate_rewritten(size, _USUAL_BYTES_PER_PIXEL))

    def _plan_url(self, image: Image) -> PicturePlan:
        """The plan of a URL: its address if the endpoint fetches it, else the largest picture it could give."""
        if isinstance(image.source, UrlSource) and not find_unfetched([image], self.profile):
            return PicturePlan(url=image.source.url)
        largest = self.profile.fit((self.profile.max_side, self.profile.max_side), detail=image.detail)
        return PicturePlan(bytes=min(_estimate_rewritten(largest), self.profile.max_bytes))

    def _plan_sizes(self, seen: _InspectedImage, opened: OpenedPicture) -> list[tuple[Image, Size]]:
        return [(part, self._plan_size(part, opened, self.count)) for part in seen.parts]

    def _plan_size(self, part: Image, opened: OpenedPicture, count: int) -> Size:
        return plan_size(part, opened, self.profile, images=count, max_side=self.preparation.max_side)

    def _estimate_max_bytes(self, part: Image, size: Size, opened: OpenedPicture) -> int:
        """Bytes of base64: the file's own if it is sent unchanged, else an upper bound for the rewritten picture."""
        limit = self.profile.max_bytes
        file = compute_base64_length(len(opened.file.data)) if opened.file else 0
        as_it_is = part.box is None and size == opened.size and file <= limit
        if not as_it_is or not _is_accepted_format(opened, self.profile):
            return min(_estimate_rewritten(size), limit)
        return file if _can_keep_file(opened) else max(file, min(_estimate_rewritten(size), limit))

    def _find_warnings(self, part: Image, size: Size, opened: OpenedPicture, most: int | None) -> Iterator[str]:
        left, top, right, bottom = part.box or (0, 0, *opened.size)
        yield from find_size_warnings(size, (right - left, bottom - top))
        limit = self.profile.max_bytes if most is None else min(most, self.profile.max_bytes)
        if self._estimate_usual(part, size, opened) >= limit:
            yield f"may lose quality, or be refused, because it may take only {limit // 1000} kB of the request"
        if self.profile.crowd and self._plan_size(part, opened, 1) != size:
            count, side = self.profile.crowd
            yield f"is shrunk to fit within {side} pixels, the limit in a request with more than {count} pictures"


def _is_accepted_format(opened: OpenedPicture, profile: VisionProfile) -> bool:
    """Whether the file's own format may be sent; GIF never is, it is always rewritten."""
    return opened.format is not None and opened.format.media_type in profile.formats - {GIF}


def _can_keep_file(opened: OpenedPicture) -> bool:
    """Whether nothing in the header requires the file to be rewritten."""
    still = opened.orientation == 1 and not opened.has_more_frames and not opened.icc
    whole = opened.file is not None and opened.file.is_whole
    return still and whole and opened.picture.mode in {"RGB", "L", "P"} and "transparency" not in opened.picture.info


def _estimate_rewritten(size: Size, bytes_a_pixel: float = _MAX_BYTES_PER_PIXEL) -> int:
    return compute_base64_length(ceil(size[0] * size[1] * bytes_a_pixel) + _HEADER_BYTES)
