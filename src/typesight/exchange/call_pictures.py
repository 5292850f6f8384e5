"""The pictures of one call: each is fetched, examined and encoded once, however often its requests are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from typesight.exchange.request import Request
from typesight.images.encoding.encode import EncodedImage
from typesight.images.encoding.prepare import Preparation, Ready, Shown, prepare, to_fetch
from typesight.images.image import Image
from typesight.images.opening.sources import UrlSource

__all__ = ["Pictures"]


@dataclass
class Pictures:
    """The work done so far on a call's pictures; has state so that none of it is done twice.

    `find_turns` returns how many quarter turns put a picture's text upright; `fetched` is filled from `to_fetch` by
    the code that does the I/O.
    """

    how: Preparation
    find_turns: Callable[[Image], int] | None = None
    turned: dict[Image, int] = field(default_factory=dict)
    ready: Ready = field(default_factory=dict)
    fetched: dict[Image, bytes] = field(default_factory=dict)

    def to_fetch(self, request: Request) -> list[tuple[Image, str]]:
        """The pictures of a request that must be downloaded here and were not yet, each with its URL."""
        missing = (image for image in to_fetch(request.images, request.profile) if image not in self.fetched)
        return [(image, image.source.url) for image in missing if isinstance(image.source, UrlSource)]

    def settled(self, request: Request) -> Request:
        """The request with its pictures encoded, ready to send."""
        if any(image not in self.ready for image in request.images):
            made = prepare(request.images, request.profile, self.how, fetched=self.fetched, turns=self._turns)
            self.ready = {**made, **self.ready}
        return request.settled(self.ready)

    def shown(self, request: Request) -> Shown:
        """What was sent with a request, so that its pictures can be encoded again."""
        pictures = (picture.sent for image in request.images for picture in self.ready[image])
        sent = tuple(each.sha256 for each in pictures if isinstance(each, EncodedImage))
        return Shown(request.images, request.profile, self.how, self.fetched, self.turned, sent=sent)

    def _turns(self, image: Image) -> int:
        """How many quarter turns put a picture's text upright; 0 if nobody has looked."""
        if self.find_turns is not None and image not in self.turned:
            self.turned[image] = self.find_turns(image)
        return self.turned.get(image, 0)
