"""The pictures of one call: each is prepared once, and the work that was done survives a pickle."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from images import pictures
from typesight import Image
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.request import Request
from typesight.exchange.turns import Turn
from typesight.images.encoding.encode import EncodedImage, encode
from typesight.images.encoding.prepare import Preparation
from typesight.images.lazy_picture import LazyPicture
from typesight.models.profiles import VisionProfile

pytestmark = pytest.mark.filterwarnings("ignore::typesight.PictureWarning")

PROFILE = VisionProfile("no-urls", max_side=1200, urls=False)
REMOTE = Image("https://nowhere.invalid/receipt.png")
LOCAL = Image(pictures.saved(pictures.scene(), "JPEG"))


def request(*images: Image) -> Request:
    return Request(model="m", vendor="v", turns=(Turn("user", images),), profile=PROFILE)


def turn_once(image: Image, picture: LazyPicture) -> int:
    del picture
    return 1 if image == LOCAL else 0


def prepared() -> CallPictures:
    """A call whose pictures, one of them downloaded, are ready."""
    call = CallPictures(Preparation(turn="auto"), turn_once)
    for image, _ in call.list_downloads(request(REMOTE, LOCAL)):
        call.fetched[image] = pictures.saved(pictures.scene(drawn=True), "PNG")
    call.prepare_request(request(REMOTE, LOCAL))
    return call


def test_downloads_are_listed_until_they_are_there() -> None:
    call = CallPictures(Preparation())
    assert call.list_downloads(request(LOCAL, REMOTE, REMOTE)) == [(REMOTE, "https://nowhere.invalid/receipt.png")]
    call.fetched[REMOTE] = b""
    assert call.list_downloads(request(LOCAL, REMOTE)) == []


def test_a_pickled_call_prepares_the_same_request_without_its_pictures_again() -> None:
    call = prepared()
    again = pickle.loads(pickle.dumps(call))
    assert again == call
    again.fetched.clear()  # what is ready is not prepared again
    assert again.prepare_request(request(REMOTE, LOCAL)) == call.prepare_request(request(REMOTE, LOCAL))


def test_a_pickled_call_goes_on_with_what_a_reask_shows() -> None:
    again = pickle.loads(pickle.dumps(prepared()))
    crop = LOCAL.crop((0, 0, 160, 120))
    again.quarter_turns[crop] = 1
    sent = again.prepare_request(request(REMOTE, LOCAL, crop))
    assert [each.payload for each in sent.pictures[1:]] == [
        encode(LOCAL, PROFILE, turns=1),
        encode(crop, PROFILE, turns=1),
    ]
    shown = pickle.loads(pickle.dumps(again.describe_sent(request(REMOTE, LOCAL, crop))))
    assert shown.encode_again() == [each.payload for each in sent.pictures]


def test_pictures_that_were_sent_stay_as_they_are_when_more_are_sent() -> None:
    """The prefix with the pictures must stay the same bytes, or the prompt cache is lost."""
    narrow = replace(PROFILE, max_request_bytes=80_000)
    call = CallPictures(Preparation())
    first = call.prepare_request(replace(request(LOCAL), profile=narrow)).pictures
    others = [Image(pictures.saved(pictures.scene((size, 700)), "JPEG", quality=95)) for size in (800, 900)]
    sent = call.prepare_request(replace(request(LOCAL, *others), profile=narrow)).pictures
    assert sent[0] == first[0]
    payloads = [each.payload for each in sent if isinstance(each.payload, EncodedImage)]
    assert sum(len(each.base64) for each in payloads) <= 80_000
