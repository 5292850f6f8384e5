"""Predict from its header how a picture would be sent: sizes, tokens, bytes. No network, no pixel decoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from typesight.errors import TypesightError
from typesight.images.encoding.byte_shares import base64_length, for_pictures, level
from typesight.images.encoding.content_parts import Picture
from typesight.images.encoding.encode import EncodedImage, planned_size
from typesight.images.encoding.prepare import Preparation, to_fetch
from typesight.images.encoding.size_doubts import doubts
from typesight.images.encoding.tiles import even_tiles
from typesight.images.image import Image
from typesight.images.opening.open_picture import Opened, open_picture
from typesight.images.opening.pdf_pages import PdfPageSource
from typesight.images.opening.sources import PixelSource, UrlSource
from typesight.models.image_tokens import Size
from typesight.models.profiles import GIF, JPEG, VisionProfile

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["Plan", "plans"]

# The most bytes a pixel that a rewritten picture takes, pure noise excepted: over 442 encodings of receipts,
# photographs and screenshots the median was 0.15, one in a hundred took more than 0.58, the most was 1.16.
_WRITTEN = 1.25
_OFTEN = 0.58
_HEADERS = 2_048


@dataclass(frozen=True, slots=True)
class Plan:
    """How one picture would be sent.

    `sizes` are those of its parts: one for most pictures, none for a URL that is not downloaded yet or a picture
    that cannot be sent. `tokens` are billed for them, None where no price is published. `bytes` is an upper estimate
    of their base64; the plans of one request never add up to more than it has room for. `doubts` say what is wrong
    with the picture or may make it hard to read. `url` is the address that the endpoint fetches.
    """

    sizes: tuple[Size, ...] = ()
    tokens: int | None = None
    bytes: int = 0
    doubts: tuple[str, ...] = ()
    url: str | None = None

    def pictures(self, image: Image) -> tuple[Picture, ...]:
        """Placeholders for its parts, with sizes but without data."""
        if self.url is not None:
            return (Picture(image, self.url),)
        return tuple(Picture(image, EncodedImage(JPEG, b"", size, "")) for size in self.sizes or ((1, 1),))


def plans(images: Iterable[Image], profile: VisionProfile, how: Preparation) -> tuple[Plan, ...]:
    """How each picture of one request would be sent; a picture's errors are among its doubts, never raised.

    Tokens are exact except for pictures that are cut into parts: a header does not show where the ink is, so the
    parts are assumed to be even.
    """
    seen = [_seen(image, profile, how) for image in images]
    request = _Request(profile, how, sum(len(each.parts) for each in seen))
    most = level((part for each in seen for part in request.often(each)), for_pictures(profile))
    return _capped([request.plan(each, most) for each in seen], profile)


def _capped(planned: list[Plan], profile: VisionProfile) -> tuple[Plan, ...]:
    """The plans; if the request has no room for all, the heaviest have their bytes capped."""
    most = level([plan.bytes for plan in planned], for_pictures(profile))
    return tuple(planned if most is None else (replace(plan, bytes=min(plan.bytes, most)) for plan in planned))


@dataclass(frozen=True, slots=True)
class _Seen:
    """An image, the parts that it would be sent in, and its opened header, or its error."""

    image: Image
    parts: tuple[Image, ...]
    opened: Opened | None = None
    wrong: str = ""


def _seen(image: Image, profile: VisionProfile, how: Preparation) -> _Seen:
    if isinstance(image.source, UrlSource):
        return _Seen(image, (image,))
    source = image.source
    if isinstance(source, PdfPageSource):
        source = PixelSource(_blank(source.size))
    try:
        opened = open_picture(source, max_pixels=how.max_pixels)
        planned_size(image, opened, profile)  # raises for a box outside the picture
    except TypesightError as error:
        return _Seen(image, (image,), wrong=str(error))
    parts = even_tiles(image, opened.size, profile) if how.tile else [image]
    return _Seen(image, tuple(parts), opened)


def _blank(size: Size) -> PilImage:
    """A white picture of a size, in place of a PDF page, which would have to be rendered."""
    from PIL import Image as Pillow

    return Pillow.new("1", size, 1)


@dataclass(frozen=True, slots=True)
class _Request:
    """Plans the pictures of one request; `count` is the number of all their parts."""

    profile: VisionProfile
    how: Preparation
    count: int

    def plan(self, seen: _Seen, most: int | None) -> Plan:
        """How one picture would be sent; `most` is the bytes each may take if the request has no room for all."""
        if seen.wrong:
            return Plan(doubts=(f": {seen.wrong}",))
        if seen.opened is None:
            return self._elsewhere(seen.image)
        opened = seen.opened
        sizes = self._sizes(seen, opened)
        tokens = [self.profile.tokens(size, detail=seen.image.detail) for _, size in sizes]
        doubted = (f" {doubt}" for part, size in sizes for doubt in self._doubts(part, size, opened, most))
        return Plan(
            sizes=tuple(size for _, size in sizes),
            tokens=None if None in tokens else sum(each or 0 for each in tokens),
            bytes=sum(self._bytes(part, size, opened) for part, size in sizes),
            doubts=tuple(dict.fromkeys(doubted)),
        )

    def often(self, seen: _Seen) -> list[int]:
        """The bytes of base64 that 99 of 100 such parts stay within; a URL is not downloaded and has none."""
        opened = seen.opened
        return [self._often(part, size, opened) for part, size in self._sizes(seen, opened)] if opened else []

    def _often(self, part: Image, size: Size, opened: Opened) -> int:
        return min(self._bytes(part, size, opened), _written_bytes(size, _OFTEN))

    def _elsewhere(self, image: Image) -> Plan:
        """The plan of a URL: its address if the endpoint fetches it, else the largest picture it could give."""
        if isinstance(image.source, UrlSource) and not to_fetch([image], self.profile):
            return Plan(url=image.source.url)
        largest = self.profile.fit((self.profile.max_side, self.profile.max_side), detail=image.detail)
        return Plan(bytes=min(_written_bytes(largest), self.profile.max_bytes))

    def _sizes(self, seen: _Seen, opened: Opened) -> list[tuple[Image, Size]]:
        return [(part, self._size(part, opened, self.count)) for part in seen.parts]

    def _size(self, part: Image, opened: Opened, count: int) -> Size:
        return planned_size(part, opened, self.profile, images=count, max_side=self.how.max_side)

    def _bytes(self, part: Image, size: Size, opened: Opened) -> int:
        """Bytes of base64: the file's own if it is sent unchanged, else an upper bound for the rewritten picture."""
        limit = self.profile.max_bytes
        file = base64_length(len(opened.bare.data)) if opened.bare else 0
        as_it_is = part.box is None and size == opened.size and file <= limit
        if not as_it_is or not _is_taken(opened, self.profile):
            return min(_written_bytes(size), limit)
        return file if _is_plain(opened) else max(file, min(_written_bytes(size), limit))

    def _doubts(self, part: Image, size: Size, opened: Opened, most: int | None) -> Iterator[str]:
        left, top, right, bottom = part.box or (0, 0, *opened.size)
        yield from doubts(size, (right - left, bottom - top))
        limit = self.profile.max_bytes if most is None else min(most, self.profile.max_bytes)
        if self._often(part, size, opened) >= limit:
            yield f"may lose quality, or be refused, because it may take only {limit // 1000} kB of the request"
        if self.profile.crowd and self._size(part, opened, 1) != size:
            count, side = self.profile.crowd
            yield f"is shrunk to {side} pixels, the limit in a request with more than {count} pictures"


def _is_taken(opened: Opened, profile: VisionProfile) -> bool:
    """Whether the file's own format may be sent; GIF never is, it is always rewritten."""
    return opened.format is not None and opened.format.media_type in profile.formats - {GIF}


def _is_plain(opened: Opened) -> bool:
    """Whether nothing in the header requires the file to be rewritten."""
    still = opened.orientation == 1 and not opened.moving and not opened.icc
    whole = opened.bare is not None and opened.bare.is_whole
    return still and whole and opened.picture.mode in {"RGB", "L", "P"} and "transparency" not in opened.picture.info


def _written_bytes(size: Size, bytes_a_pixel: float = _WRITTEN) -> int:
    return base64_length(ceil(size[0] * size[1] * bytes_a_pixel) + _HEADERS)
