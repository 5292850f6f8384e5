"""Preparing: the pictures of one request made ready for its endpoint.

One picture at a time is in memory. A URL that the endpoint fetches itself is handed on; any other has to be
fetched before, by whoever may do I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from typesight.errors import ImageTooLarge
from typesight.images.download import Downloads
from typesight.images.encode import EncodedImage, encode
from typesight.images.image import Image
from typesight.images.load import MAX_PIXELS
from typesight.images.parts import Picture
from typesight.images.profiles import VisionProfile
from typesight.images.recent import Recent, fingerprint
from typesight.images.sources import UrlSource
from typesight.images.tiles import tiles

__all__ = ["Preparation", "Ready", "Shown", "prepare", "to_fetch"]

Ready = dict[Image, tuple[Picture, ...]]
# Of a request's bytes, what its text, its schema and its envelope may take.
_FOR_TEXT = 0.05

_RECENT = Recent()


@dataclass(frozen=True)
class Preparation:
    """How pictures are made ready, for a client or for one call.

    `max_side`: longest side in pixels, below the endpoint's own. `max_pixels`: how many a header may claim.
    `tile`: "auto" cuts till rolls into parts, False never. `turn`: "auto" turns pictures whose text lies
    sideways (needs the extra `local`), False never. `downloads`: what may be fetched.
    """

    max_side: int | None = None
    max_pixels: int = MAX_PIXELS
    tile: Literal["auto", False] = "auto"
    turn: Literal["auto", False] = False
    downloads: Downloads = field(default_factory=Downloads)


@dataclass(frozen=True)
class Shown:
    """What one request's pictures were made of, so that they can be made again, to the same bytes.

    Pixels are not held, but for the fetched bytes of pictures that came from elsewhere.
    """

    images: tuple[Image, ...]
    profile: VisionProfile
    how: Preparation
    fetched: Mapping[Image, bytes] = field(default_factory=dict, repr=False)
    turned: Mapping[Image, int] = field(default_factory=dict)
    sent: tuple[str, ...] = ()

    def again(self) -> list[EncodedImage]:
        """The pictures as they were sent, in order; URLs that the endpoint fetched itself are left out."""
        ready = prepare(
            self.images, self.profile, self.how, fetched=self.fetched, turns=lambda image: self.turned.get(image, 0)
        )
        pictures = (picture for image in self.images for picture in ready[image])
        return [picture.sent for picture in pictures if isinstance(picture.sent, EncodedImage)]


def to_fetch(images: Iterable[Image], profile: VisionProfile) -> list[Image]:
    """Those of the pictures that are elsewhere and that the endpoint does not fetch itself."""
    return [image for image in dict.fromkeys(images) if _is_elsewhere(image) and not _is_passed(image, profile)]


def prepare(
    images: Iterable[Image],
    profile: VisionProfile,
    how: Preparation,
    *,
    fetched: Mapping[Image, bytes] | None = None,
    turns: Callable[[Image], int] | None = None,
) -> Ready:
    """Make the pictures of one request ready, each in one or more parts. `fetched` are the bytes of `to_fetch`.

    `turns` tells by how many quarter turns (clockwise) a picture must be turned for its text to stand upright.
    Raises ImageError.
    """
    wanted = list(images)
    parts = {image: _parts(image, profile, how, (fetched or {}).get(image)) for image in dict.fromkeys(wanted)}
    count = sum(len(parts[image]) for image in wanted)
    if count > profile.max_images:
        raise ImageTooLarge(
            f"the request holds {count} pictures and {profile.name} takes {profile.max_images}: send fewer at a time"
        )
    share = int(profile.max_request_bytes * (1 - _FOR_TEXT)) // max(1, count)
    together = _Together(profile, how, count, share, turns)
    return {image: tuple(map(together.picture, pieces)) for image, pieces in parts.items()}


def _parts(image: Image, profile: VisionProfile, how: Preparation, data: bytes | None) -> list[Image]:
    if _is_passed(image, profile):
        return [image]
    here = image if data is None else _here(image, data)
    return tiles(here, profile, max_pixels=how.max_pixels) if how.tile else [here]


@dataclass(frozen=True)
class _Together:
    """What holds for all pictures of one request: how many they are, how many bytes each may take."""

    profile: VisionProfile
    how: Preparation
    count: int
    share: int
    turns: Callable[[Image], int] | None

    def picture(self, image: Image) -> Picture:
        """One picture ready to be sent."""
        if isinstance(image.source, UrlSource):
            return Picture(image, image.source.url)
        turns = self.turns(image) if self.turns else 0
        return Picture(image, _RECENT.get(self._key(image, turns), lambda: self._encoded(image, turns)))

    def _encoded(self, image: Image, turns: int) -> EncodedImage:
        return encode(
            image,
            self.profile,
            images=self.count,
            max_side=self.how.max_side,
            max_bytes=self.share,
            max_pixels=self.how.max_pixels,
            turns=turns,
        )

    def _key(self, image: Image, turns: int) -> Hashable | None:
        """All that the bytes depend on; None where a source cannot be told from another."""
        seen = fingerprint(image.source)
        crowded = bool(self.profile.crowd and self.count > self.profile.crowd[0])
        limit = min(self.share, self.profile.max_bytes)
        asked = (image.box, image.detail, image.max_side, self.how.max_side, self.how.max_pixels, turns)
        return seen and (seen, asked, repr(self.profile), crowded, limit)


def _here(image: Image, data: bytes) -> Image:
    """The same picture, its bytes fetched."""
    here = Image(data, detail=image.detail, cache_control=image.cache_control, max_side=image.max_side)
    return here if image.box is None else here.crop(image.box)


def _is_elsewhere(image: Image) -> bool:
    return isinstance(image.source, UrlSource)


def _is_passed(image: Image, profile: VisionProfile) -> bool:
    """Whether the endpoint fetches the picture itself."""
    source = image.source
    if not isinstance(source, UrlSource) or source.download or image.box is not None:
        return False
    return profile.urls and source.url.lower().startswith(("http://", "https://"))
