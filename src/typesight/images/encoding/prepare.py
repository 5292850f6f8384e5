"""Prepare the pictures of one request: cut, turn and encode them for its endpoint.

A picture is opened once, and closed when it is encoded. A URL that the endpoint fetches itself is passed on; the caller
has to fetch any other before, because nothing here uses the network.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from typesight.errors import ImageError, ImageTooLarge
from typesight.images.download import Downloads
from typesight.images.encoding.byte_budget import compute_base64_length, compute_picture_budget, find_fair_share
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage, RequestLimits, encode_part
from typesight.images.encoding.originals import note_original
from typesight.images.encoding.tiles import cut_roll
from typesight.images.image import Image
from typesight.images.image_hints import check_positive, check_side
from typesight.images.lazy_picture import LazyPicture
from typesight.images.opening.open_picture import MAX_PIXELS
from typesight.images.opening.sources import Source, UrlSource
from typesight.images.picture_cache import LruCache
from typesight.models.profiles import VisionProfile

__all__ = ["FindTurns", "Preparation", "PreparedPictures", "RequestPictures", "find_unfetched", "prepare_pictures"]

PreparedPictures = dict[Image, tuple[PreparedPicture, ...]]

CutPictures = dict[Image, tuple[LazyPicture, list[Image]]]
"""Each Image's picture, and the parts of it to send."""

FindTurns = Callable[[Image, LazyPicture], int]
"""Finds how many quarter turns, clockwise, put the text of an Image upright; the second is the picture it is from."""

_ENCODED_CACHE = LruCache[EncodedImage](64 * 1024 * 1024, lambda sent: len(sent.data))
"""A cache of the pictures encoded last, 64 MiB at most."""

# Pictures stay open from when they are cut until they are encoded, while together they take this many bytes: how large
# each is sent may depend on how many parts there are of all. The others are opened again.
_MAX_OPEN_BYTES = 32 * 1024 * 1024


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
            turns=lambda image, _: self.quarter_turns.get(image, 0),
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
    remote = [image for image in images if isinstance(image.source, UrlSource)]
    return [image for image in dict.fromkeys(remote) if not _is_fetched_by_endpoint(image, profile)]


def prepare_pictures(
    images: Iterable[Image],
    profile: VisionProfile,
    how: Preparation,
    *,
    fetched: Mapping[Image, bytes] | None = None,
    turns: FindTurns | None = None,
    ready: PreparedPictures | None = None,
) -> PreparedPictures:
    """Encode the pictures of one request, each in one or more parts.

    `fetched` are the bytes of the pictures that `find_unfetched` lists. `turns` gives the number of quarter turns
    (clockwise) that bring a picture's text upright. Pictures in `ready` stay as they are. Raises ImageError.
    """
    wanted, done = list(images), dict(ready or {})
    cut = _cut_pictures([image for image in dict.fromkeys(wanted) if image not in done], profile, how, fetched or {})
    count = sum(len(done[image] if image in done else cut[image][1]) for image in wanted)
    if count > profile.max_images:
        raise ImageTooLarge(
            f"the request holds {count} pictures, but {profile.name} takes {profile.max_images}: send fewer at a time"
        )
    together = _RequestEncoder(RequestLimits(profile, count, how.max_side), turns)
    last: LazyPicture | None = None
    for image, (picture, parts) in cut.items():
        if last and last is not picture:
            last.close()
        done[image] = tuple(together.encode_picture(picture, part) for part in parts)
        last = picture
    done |= together.fit_budget(done, wanted, cut)
    for image, (picture, _) in cut.items():
        _note_originals(done[image], picture.source, image)
    return done


def _note_originals(pictures: tuple[PreparedPicture, ...], source: Source, image: Image) -> None:
    for each in pictures:
        if isinstance(each.payload, EncodedImage):
            note_original(each.payload.sha256, source, image.box)


def _cut_pictures(
    images: Iterable[Image], profile: VisionProfile, how: Preparation, fetched: Mapping[Image, bytes]
) -> CutPictures:
    """Each picture and the parts to send of it; the first that were opened, and the last, are still open."""
    cut: CutPictures = {}
    pictures: dict[Source, LazyPicture] = {}
    held, last = 0, None
    for image in images:
        here = _replace_source(image, fetched[image]) if image in fetched else image
        if here.source not in pictures:
            if last and (held := held + last.held_bytes) > _MAX_OPEN_BYTES:
                last.close()
            last = pictures[here.source] = LazyPicture(here.source, how.max_pixels)
        picture = pictures[here.source]
        whole = not how.tile or _is_fetched_by_endpoint(image, profile)
        cut[image] = picture, [here] if whole else cut_roll(picture, here, profile)
    return cut


@dataclass(frozen=True)
class _RequestEncoder:
    """Encodes the pictures of one request."""

    limits: RequestLimits
    find_turns: FindTurns | None

    def encode_picture(self, picture: LazyPicture, part: Image) -> PreparedPicture:
        """A part of a picture ready to be sent."""
        if isinstance(part.source, UrlSource):
            return PreparedPicture(part, part.source.url)
        turns = self.find_turns(part, picture) if self.find_turns else 0
        key = self._make_key(picture, part, turns)
        return PreparedPicture(part, _ENCODED_CACHE.get(key, lambda: encode_part(picture, part, self.limits, turns)))

    def fit_budget(self, ready: PreparedPictures, wanted: list[Image], cut: CutPictures) -> PreparedPictures:
        """Nothing, or if the request has no room for all pictures, those of `cut`, the heaviest in fewer bytes."""
        weights = [_count_bytes(each) for image in wanted for each in ready[image]]
        room = compute_picture_budget(self.limits.profile)
        limit = find_fair_share(weights, room)
        if limit is None:
            return {}
        tight = replace(self, limits=replace(self.limits, max_bytes=limit))
        try:
            return {
                image: tuple(
                    tight.encode_picture(picture, each.image) if _count_bytes(each) > limit else each
                    for each in ready[image]
                )
                for image, (picture, _) in cut.items()
            }
        except ImageTooLarge as error:
            raise ImageTooLarge(
                f"the request's {self.limits.images} pictures take {sum(weights) / 1e6:.1f} MB of base64, and cannot "
                f"be brought within the {room / 1e6:.1f} MB that {self.limits.profile.name} takes in one request: "
                f"send fewer at a time, or lower max_side ({error})"
            ) from error

    def _make_key(self, picture: LazyPicture, part: Image, turns: int) -> Hashable | None:
        """The cache key: all that the bytes depend on; None for a source without a fingerprint."""
        profile, max_side = self.limits.profile, self.limits.max_side
        crowded = bool(profile.crowd and self.limits.images > profile.crowd[0])
        asked = (part.box, part.detail, part.max_side, max_side, picture.max_pixels, turns)
        return picture.fingerprint and (picture.fingerprint, asked, repr(profile), crowded, self.limits.max_bytes)


def _count_bytes(picture: PreparedPicture) -> int:
    """How many bytes of base64 a picture takes in the request; a URL counts as text, so 0."""
    return compute_base64_length(len(picture.payload.data)) if isinstance(picture.payload, EncodedImage) else 0


def _replace_source(image: Image, data: bytes) -> Image:
    """Replace a picture's URL by its downloaded bytes, and keep its hints."""
    here = Image(data, detail=image.detail, cache_control=image.cache_control, max_side=image.max_side)
    return here if image.box is None else here.crop(image.box)


def _is_fetched_by_endpoint(image: Image, profile: VisionProfile) -> bool:
    """Whether the endpoint fetches the picture itself."""
    source = image.source
    if not isinstance(source, UrlSource) or source.download or image.box is not None:
        return False
    return profile.urls and source.url.lower().startswith(("http://", "https://"))
