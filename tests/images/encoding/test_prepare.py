"""A request's pictures together: its bytes shared out, its options judged, what was sent made again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from images import pictures
from typesight import Downloads, Image, ImageError
from typesight.errors import ImageTooLarge
from typesight.images.encoding.byte_budget import compute_picture_budget, find_fair_share
from typesight.images.encoding.encode import EncodedImage, encode
from typesight.images.encoding.plan import plan_pictures
from typesight.images.encoding.prepare import Preparation, PreparedPictures, RequestPictures, prepare_pictures
from typesight.models.model_rows import find_known_profile
from typesight.models.profiles import VisionProfile

HOW = Preparation()


@pytest.fixture
def claude() -> VisionProfile:
    profile = find_known_profile("claude-opus-5")
    assert profile is not None
    return profile


def noise(seed: int, side: int = 400) -> Image:
    """The hardest of pictures: about 100 kB as the best JPEG at 400 pixels."""
    return Image(pictures.saved(Pillow.frombytes("L", (side, side), Random(seed).randbytes(side * side)), "BMP"))


def icon(number: int) -> Image:
    return Image(pictures.saved(Pillow.new("RGB", (200, 200), (number, 0, 0)), "PNG"))


def sent(ready: PreparedPictures, images: list[Image]) -> Iterator[EncodedImage]:
    for image in images:
        for picture in ready[image]:
            assert isinstance(picture.payload, EncodedImage)
            yield picture.payload


def weight(ready: PreparedPictures, images: list[Image]) -> int:
    return sum(len(each.base64) for each in sent(ready, images))


# --- the request's bytes ---


@given(st.lists(st.integers(0, 1000)), st.integers(0, 20_000))
def test_a_level_keeps_all_within_the_budget_and_is_none_where_they_are(weights: list[int], budget: int) -> None:
    found = find_fair_share(weights, budget)
    if found is None:
        assert sum(weights) <= budget
    else:
        assert sum(weights) > budget
        assert budget - len(weights) < sum(min(each, found) for each in weights) <= budget


@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")
def test_a_heavy_photo_among_many_icons_is_sent_as_it_would_be_alone(claude: VisionProfile) -> None:
    photo = Image(pictures.phone_photo())
    images = [*map(icon, range(60)), photo]
    ready = prepare_pictures(images, claude, HOW)
    (alone,) = sent(ready, [photo])
    assert alone == encode(photo, claude, images=61)
    assert len(alone.base64) > compute_picture_budget(claude) // 61
    told = plan_pictures(images, claude, HOW)
    assert [doubt for plan in told for doubt in plan.warnings if "quality" in doubt] == []
    assert sum(plan.bytes for plan in told) >= weight(ready, images)


def test_where_there_is_no_room_for_all_the_heaviest_alone_lose_quality(claude: VisionProfile) -> None:
    images = [icon(1), noise(1), noise(2), icon(2)]
    whole = weight(prepare_pictures(images, claude, HOW), images)
    narrow = replace(claude, max_request_bytes=int(whole * 0.9))
    ready = prepare_pictures(images, narrow, HOW)
    assert weight(ready, images) <= compute_picture_budget(narrow)
    light, *heavy, other = sent(ready, images)
    assert [light, other] == [encode(each, claude) for each in (icon(1), icon(2))]
    assert all("quality 80" not in each.steps[-1] for each in heavy)


def test_a_picture_that_is_sent_twice_takes_its_bytes_twice(claude: VisionProfile) -> None:
    once = weight(prepare_pictures([noise(1)], claude, HOW), [noise(1)])
    narrow = replace(claude, max_request_bytes=int(once * 1.9))
    images = [noise(1), noise(1)]
    assert weight(prepare_pictures(images[:1], narrow, HOW), images[:1]) == once
    assert weight(prepare_pictures(images, narrow, HOW), images) <= compute_picture_budget(narrow)


def test_pictures_that_no_quality_brings_within_the_request_are_refused_with_their_sum(claude: VisionProfile) -> None:
    narrow = replace(claude, max_request_bytes=100_000)
    with pytest.raises(ImageTooLarge, match=r"the request's 3 pictures take 0\.\d MB .* cannot be brought within"):
        prepare_pictures([noise(seed) for seed in range(3)], narrow, HOW)


@pytest.mark.parametrize("room", [0.85, 1.0, 1.2])
def test_an_estimate_holds_where_pictures_have_to_share(claude: VisionProfile, room: float) -> None:
    images = [icon(1), *(noise(seed) for seed in range(4))]
    narrow = replace(claude, max_request_bytes=int(weight(prepare_pictures(images, claude, HOW), images) * room))
    told = sum(plan.bytes for plan in plan_pictures(images, narrow, HOW))
    assert weight(prepare_pictures(images, narrow, HOW), images) - len(images) <= told <= compute_picture_budget(narrow)


# --- what was sent ---


def shown(images: tuple[Image, ...], profile: VisionProfile) -> RequestPictures:
    held = list(images)
    digests = tuple(each.sha256 for each in sent(prepare_pictures(held, profile, HOW), held))
    return RequestPictures(images, profile, HOW, digests=digests)


def test_what_was_sent_is_made_again_to_the_same_bytes(claude: VisionProfile) -> None:
    images = (icon(1), noise(1), icon(1))
    assert [each.sha256 for each in shown(images, claude).encode_again()] == list(shown(images, claude).digests)


@pytest.mark.parametrize("length", [300, 9000], ids=["as many parts", "other parts"])
def test_a_file_that_has_changed_since_it_was_sent_is_refused_by_its_name(
    length: int, claude: VisionProfile, tmp_path: Path
) -> None:
    path = tmp_path / "receipt.png"
    Pillow.new("L", (300, 300), 255).save(path)
    kept = shown((icon(1), Image(path)), claude)
    Pillow.new("L", (300, length), 128).save(path)
    with pytest.raises(ImageError, match=r"receipt\.png has changed since it was sent"):
        kept.encode_again()


def test_a_file_in_fewer_parts_than_were_sent_has_changed(claude: VisionProfile) -> None:
    kept = shown((icon(1),), claude)
    with pytest.raises(ImageError, match="a picture has changed since it was sent"):
        replace(kept, digests=(*kept.digests, kept.digests[0])).encode_again()


def test_without_digests_nothing_is_compared(claude: VisionProfile) -> None:
    assert len(RequestPictures((icon(1),), claude, HOW).encode_again()) == 1


# --- options ---


@pytest.mark.parametrize(("given", "held"), [(True, "auto"), ("auto", "auto"), (False, False)])
def test_true_is_another_word_for_auto(given: Any, held: object) -> None:
    how = Preparation(tile=given, turn=given)
    assert (how.tile, how.turn) == (held, held)


@pytest.mark.parametrize(
    ("option", "error", "message"),
    [
        ({"max_side": 0}, ValueError, "max_side=0 is below 1: give the longest side"),
        ({"max_side": 1.5}, TypeError, "max_side must be a whole number of pixels, not float"),
        ({"max_side": True}, TypeError, "max_side must be a whole number"),
        ({"max_pixels": -1}, ValueError, "max_pixels=-1 is below 1: give the number of pixels"),
        ({"max_pixels": None}, TypeError, "max_pixels must be a whole number"),
        ({"tile": "never"}, ValueError, "tile='never': give \"auto\""),
        ({"tile": 1}, TypeError, 'tile must be "auto"'),
        ({"turn": None}, TypeError, 'turn must be "auto"'),
        ({"downloads": True}, TypeError, "downloads must be a typesight.Downloads, not bool"),
    ],
)
def test_an_option_that_cannot_be_meant_is_refused_by_its_name(
    option: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Preparation(**option)


def test_options_that_can_be_meant_are_held() -> None:
    downloads = Downloads(allow_hosts=["127.0.0.1"])
    how = Preparation(max_side=100, max_pixels=1, downloads=downloads)
    assert (how.max_side, how.max_pixels, how.downloads) == (100, 1, downloads)
