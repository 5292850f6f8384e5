"""Prepare the pictures of one request: cut, turn and encode them for its endpoint.

One picture at a time is in memory. A URL that the endpoint fetches itself is passed on; the caller has to fetch any
other before, because nothing here uses the network.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from typesight.errors import ImageError, ImageTooLarge
from typesight.images.download import Downloads
from typesight.images.encoding.byte_budget import compute_base64_length, compute_picture_budget, find_fair_share
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage, encode
from typesight.images.encoding.picture_cache import LruCache, fingerprint_source
from typesight.images.encoding.tiles import tiles
from typesight.images.image import Image
from typesight.images.image_hints import check_positive, check_side
from typesight.images.opening.open_picture import MAX_PIXELS
from typesight.images.opening.sources import UrlSource
from typesight.models.profiles import VisionProfile

__all__ = ["Preparation", "PreparedPictures", "RequestPictures", "find_unfetched", "prepare_pictures"]

PreparedPictures = dict[Image, tuple[PreparedPicture, ...]]

_ENCODED_CACHE = LruCache[EncodedImage](64 * 1024 * 1024, lambda sent: len(sent.data))
"""A cache of the pictures encoded last, 64 MiB at most."""


@dataclass(frozen=True)
class Preparation:
    """How pictures are prepared, for a client or for one call.

    `max_side`: longest side in pixels, if that is below the endpoint's own limit. `max_pixels`: the most that a header
    may claim. `tile`: "auto" cuts till rolls into parts, False never. `turn`: "auto" turns pictures whose text lies
    sideways (needs the extra `local`), False never. For both, True means "auto". `downloads`: what may be fetched.
    Raises ValueError or TypeError for an invalid option.
    """

    max_side: int | None = None
    max_pixels: int = MAX_PIXELS
    tile: Literal["auto"] | bool = "auto"
    turn: Literal["auto"] | bool = False
    downloads: Downloads = field(default_factory=Downloads)

    def __post_init__(self) -> None:
        judged = {
            "max_side": check_side(self.max_side),
            "max_pixels": check_positive(self.max_pixels, "max_pixels", "the number of pixels that a picture may have"),
            "tile": _check_switch(self.tile, "tile"),
            "turn": _check_switch(self.turn, "turn"),
        }
        for name, value in judged.items():
            object.__setattr__(self, name, value)
        if not isinstance(self.downloads, Downloads):
            raise TypeError(f"downloads must be a typesight.Downloads, not {type(self.downloads).__name__}")


def _check_switch(given: Any, name: str) -> Literal["auto", False]:
    if given is True or (isinstance(given, str) and given == "auto"):
        return "auto"
    if given is False:
        return False
    if isinstance(given, str):
        raise ValueError(f'{name}={given[:20]!r}: give "auto", True or False')
    raise TypeError(f'{name} must be "auto", True or False, not {type(given).__name__}')


@dataclass(frozen=True)
class RequestPictures:
    """What one request's pictures were encoded from, so that they can be encoded again, to the same bytes.

    No pixels are kept, only the bytes of downloaded pictures. `digests` holds the SHA-256 of each encoded picture, in
    order; if it is empty, nothing is compared.
    """

    images: tuple[Image, ...]
    profile: VisionProfile
    preparation: Preparation
    fetched: Mapping[Image, bytes] = field(default_factory=dict, repr=False)
    quarter_turns: Mapping[Image, int] = field(default_factory=dict)
    digests: tuple[str, ...] = ()

    def encode_again(self) -> list[EncodedImage]:
        """Encode the pictures again as they were sent, in order, without URLs that the endpoint fetched itself.

        Raises ImageError for a picture that is gone or has changed since.
        """
        ready = prepare_pictures(
            self.images,
            self.profile,
            self.preparation,
            fetched=self.fetched,
            turns=lambda image: self.quarter_turns.get(image, 0),
        )
        pictures = (picture for image in self.images for picture in ready[image])
        encoded = [
            (picture.image, picture.payload) for picture in pictures if isinstance(picture.payload, EncodedImage)
        ]
        if self.digests:
            _check_digests(encoded, self.digests)
        return [sent for _, sent in encoded]


def _check_digests(encoded: list[tuple[Image, EncodedImage]], digests: tuple[str, ...]) -> None:
    """Raise ImageError if the pictures are not the ones that were sent."""
    pairs = zip(encoded, digests, strict=False)
    changed = [str(image.source) for (image, sent), digest in pairs if sent.sha256 != digest]
    if changed or len(encoded) != len(digests):
        name = changed[0] if changed else "a picture"
        raise ImageError(f"{name} has changed since it was sent: to keep what the model saw, give bytes, not a path")


def find_unfetched(images: Iterable[Image], profile: VisionProfile) -> list[Image]:
    """The pictures that are URLs and that the endpoint does not fetch itself, each once."""
    return [
        image for image in dict.fromkeys(images) if _is_remote(image) and not _is_fetched_by_endpoint(image, profile)
    ]


def prepare_pictures(
    images: Iterable[Image],
    profile: VisionProfile,
    how: Preparation,
    *,
    fetched: Mapping[Image, bytes] | None = None,
    turns: Callable[[Image], int] | None = None,
) -> PreparedPictures:
    """Encode the pictures of one request, each in one or more parts.

    `fetched` are the bytes of the pictures that `find_unfetched` lists. `turns` gives the number of quarter turns
    (clockwise) that bring a picture's text upright. Raises ImageError.
    """
    wanted = list(images)
    parts = {image: _split(image, profile, how, (fetched or {}).get(image)) for image in dict.fromkeys(wanted)}
    count = sum(len(parts[image]) for image in wanted)
    if count > profile.max_images:
        raise ImageTooLarge(
            f"the request holds {count} pictures, but {profile.name} takes {profile.max_images}: send fewer at a time"
        )
    together = _RequestEncoder(profile, how, count, turns)
    ready = {image: tuple(map(together.encode_picture, pieces)) for image, pieces in parts.items()}
    return together.fit_budget(ready, wanted)


def _split(image: Image, profile: VisionProfile, how: Preparation, data: bytes | None) -> list[Image]:
    if _is_fetched_by_endpoint(image, profile):
        return [image]
    here = image if data is None else _replace_source(image, data)
    return tiles(here, profile, max_pixels=how.max_pixels) if how.tile else [here]


@dataclass(frozen=True)
class _RequestEncoder:
    """Encodes the pictures of one request; `count` is the number of all their parts."""

    profile: VisionProfile
    preparation: Preparation
    count: int
    find_turns: Callable[[Image], int] | None

    def encode_picture(self, image: Image, limit: int | None = None) -> PreparedPicture:
        """One picture ready to be sent, in at most `limit` bytes of base64 if there is a limit."""
        if isinstance(image.source, UrlSource):
            return PreparedPicture(image, image.source.url)
        turns = self.find_turns(image) if self.find_turns else 0
        return PreparedPicture(
            image, _ENCODED_CACHE.get(self._make_key(image, turns, limit), lambda: self._encode(image, turns, limit))
        )

    def fit_budget(self, ready: PreparedPictures, wanted: list[Image]) -> PreparedPictures:
        """The pictures; if the request has no room for all, the heaviest are encoded again in fewer bytes."""
        weights = [_count_bytes(picture) for image in wanted for picture in ready[image]]
        limit = find_fair_share(weights, compute_picture_budget(self.profile))
        if limit is None:
            return ready
        try:
            return {image: tuple(self._lighten(each, limit) for each in ready[image]) for image in ready}
        except ImageTooLarge as error:
            room = compute_picture_budget(self.profile) / 1e6
            raise ImageTooLarge(
                f"the request's {self.count} pictures take {sum(weights) / 1e6:.1f} MB of base64, and cannot be "
                f"brought within the {room:.1f} MB that {self.profile.name} takes in one request: send fewer at a "
                f"time, or lower max_side ({error})"
            ) from error

    def _lighten(self, picture: PreparedPicture, limit: int) -> PreparedPicture:
        return self.encode_picture(picture.image, limit) if _count_bytes(picture) > limit else picture

    def _encode(self, image: Image, turns: int, limit: int | None) -> EncodedImage:
        return encode(
            image,
            self.profile,
            images=self.count,
            max_side=self.preparation.max_side,
            max_bytes=limit,
            max_pixels=self.preparation.max_pixels,
            turns=turns,
        )

    def _make_key(self, image: Image, turns: int, limit: int | None) -> Hashable | None:
        """The cache key: all that the bytes depend on; None for a source without a fingerprint."""
        seen = fingerprint_source(image.source)
        crowded = bool(self.profile.crowd and self.count > self.profile.crowd[0])
        asked = (image.box, image.detail, image.max_side, self.preparation.max_side, self.preparation.max_pixels, turns)
        return seen and (seen, asked, repr(self.profile), crowded, limit)


def _count_bytes(picture: PreparedPicture) -> int:
    """How many bytes of base64 a picture takes in the request; a URL counts as text, so 0."""
    return compute_base64_length(len(picture.payload.data)) if isinstance(picture.payload, EncodedImage) else 0


def _replace_source(image: Image, data: bytes) -> Image:
    """Replace a picture's URL by its downloaded bytes, and keep its hints."""
    here = Image(data, detail=image.detail, cache_control=image.cache_control, max_side=image.max_side)
    return here if image.box is None else here.crop(image.box)


def _is_remote(image: Image) -> bool:
    return isinstance(image.source, UrlSource)


def _is_fetched_by_endpoint(image: Image, profile: VisionProfile) -> bool:
    """Whether the endpoint fetches the picture itself."""
    source = image.source
    if not isinstance(source, UrlSource) or source.download or image.box is not None:
        return False
    return profile.urls and source.url.lower().startswith(("http://", "https://"))
