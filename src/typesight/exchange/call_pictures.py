"""The pictures of one call: each is fetched, examined and encoded once, however often its requests are sent."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from typesight.exchange.request import Request
from typesight.images.encoding.encode import EncodedImage
from typesight.images.encoding.prepare import (
    FindTurns,
    Preparation,
    PreparedPictures,
    RequestPictures,
    find_unfetched,
    prepare_pictures,
)
from typesight.images.image import Image
from typesight.images.lazy_picture import LazyPicture
from typesight.images.opening.sources import UrlSource

__all__ = ["CallPictures"]


@dataclass
class CallPictures:
    """The work done so far on a call's pictures; has state so that none of it is done twice.

    `find_turns` returns how many quarter turns put a picture's text upright; `fetched` is filled from `list_downloads`
    by the code that does the I/O.
    """

    preparation: Preparation
    find_turns: FindTurns | None = None
    quarter_turns: dict[Image, int] = field(default_factory=dict)
    ready: PreparedPictures = field(default_factory=dict)
    fetched: dict[Image, bytes] = field(default_factory=dict)

    def list_downloads(self, request: Request) -> list[tuple[Image, str]]:
        """The pictures of a request that must be downloaded here and were not yet, each with its URL."""
        missing = [image for image in request.images if image not in self.fetched and image not in self.ready]
        return [
            (image, image.source.url)
            for image in (find_unfetched(missing, request.profile) if missing else ())
            if isinstance(image.source, UrlSource)
        ]

    def prepare_request(self, request: Request) -> Request:
        """The request with its pictures encoded, ready to send."""
        images = request.images
        if any(image not in self.ready for image in images):
            self.ready = prepare_pictures(
                images,
                request.profile,
                self.preparation,
                fetched=self.fetched,
                turns=self._find_turns,
                ready=self.ready,
            )
        return request.insert_pictures(self.ready)

    def encode(self, request: Request) -> CallPictures:
        """The same with the pictures of a request encoded; this one stays as it is, whoever still waits for it."""
        more = replace(self, ready=dict(self.ready), quarter_turns=dict(self.quarter_turns))
        more.prepare_request(request)
        return more

    def describe_sent(self, request: Request) -> RequestPictures:
        """What was sent with a request, so that its pictures can be encoded again."""
        pictures = (picture.payload for image in request.images for picture in self.ready[image])
        sent = tuple(each.sha256 for each in pictures if isinstance(each, EncodedImage))
        return RequestPictures(
            request.images, request.profile, self.preparation, self.fetched, self.quarter_turns, digests=sent
        )

    def _find_turns(self, image: Image, picture: LazyPicture) -> int:
        """How many quarter turns put a picture's text upright; 0 if nobody has looked."""
        if self.find_turns is not None and image not in self.quarter_turns:
            self.quarter_turns[image] = self.find_turns(image, picture)
        return self.quarter_turns.get(image, 0)
