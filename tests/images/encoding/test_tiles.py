"""Till rolls cut into parts: each readable, together the whole, in order on the wire; nothing else is cut."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image as Pillow

from images import pictures
from support import GOOD, RECORD, Clients, Receipt
from typesight import Image
from typesight.images.encoding.encode import encode
from typesight.images.encoding.tiles import tiles
from typesight.models.model_rows import find_known_profile
from typesight.models.profiles import VisionProfile
from typesight.testing import Sandbox

MODELS = ("claude-sonnet-4-5", "claude-opus-4-8", "gpt-4o")
VENDORS = {"openai": "gpt-4o", "anthropic": "claude-haiku-4-5"}


def profile_of(model: str) -> VisionProfile:
    profile = find_known_profile(model)
    assert profile is not None
    return profile


@cache
def roll(width: int = 500, length: int = 9000, *, across: bool = False) -> tuple[bytes, list[tuple[int, int]]]:
    page, lines = pictures.roll(width, length, across=across)
    return pictures.saved(page, "PNG"), lines


def spans(parts: list[Image], *, across: bool) -> list[tuple[int, int]]:
    """Where each part starts and ends along the length."""
    boxes = [part.box for part in parts]
    assert all(boxes)
    return [(box[0], box[2]) if across else (box[1], box[3]) for box in boxes if box]


@pytest.mark.parametrize("across", [False, True], ids=["tall", "wide"])
@pytest.mark.parametrize("size", [(500, 9000), (700, 5000), (1000, 16000)], ids=str)
@pytest.mark.parametrize("model", MODELS)
def test_the_parts_of_a_roll_cover_it_overlap_and_cut_no_line(model: str, size: tuple[int, int], across: bool) -> None:
    data, lines = roll(*size, across=across)
    profile = profile_of(model)
    parts = tiles(Image(data), profile)
    found = spans(parts, across=across)
    assert len(parts) > 1
    assert (found[0][0], found[-1][1]) == (0, size[1])
    assert all(one[0] < two[0] < one[1] < two[1] for one, two in pairwise(found))
    assert [edge for span in found for edge in span if any(start < edge < end for start, end in lines)] == []
    assert [line for line in lines if not any(start <= line[0] and line[1] <= end for start, end in found)] == []
    best = max(profile.fit((size[0], size[0]))) / size[0]
    assert all(
        max(profile.fit((end - start, size[0]))) / max(end - start, size[0]) >= 0.9 * best for start, end in found
    )
    assert sum(end - start for start, end in found) < 1.35 * size[1]


@pytest.mark.filterwarnings("ignore::typesight.images.encoding.encode.PictureWarning")
def test_a_roll_arrives_at_nearly_its_own_size_where_as_a_whole_it_would_be_a_thread() -> None:
    data, _ = roll()
    profile = profile_of("claude-sonnet-4-5")
    assert encode(Image(data), profile).size == (87, 1568)
    sent = [encode(part, profile, images=6) for part in tiles(Image(data), profile)]
    assert len(sent) == 6
    assert min(each.size[0] for each in sent) >= 490


def test_a_roll_stored_on_its_side_is_cut_upright() -> None:
    page, _ = pictures.roll()
    turned = pictures.saved(pictures.stored(page, 6), "PNG", exif=pictures.exif(6))
    profile = profile_of("claude-sonnet-4-5")
    upright = tiles(Image(roll()[0]), profile)
    assert [part.box for part in tiles(Image(turned), profile)] == [part.box for part in upright]


@pytest.mark.parametrize(
    "size", [(1000, 3000), (3000, 1000), (4000, 3000), (5000, 1700), (100, 900), (300, 1500), (1, 1)]
)
def test_what_is_no_roll_or_is_not_shrunk_stays_whole(size: tuple[int, int]) -> None:
    image = Image(pictures.saved(Pillow.new("L", size, 255), "PNG"))
    assert tiles(image, profile_of("claude-sonnet-4-5")) == [image]


def test_a_part_that_the_caller_chose_stays_whole() -> None:
    image = Image(roll()[0]).crop((0, 0, 500, 8000))
    assert tiles(image, profile_of("claude-sonnet-4-5")) == [image]


def test_a_roll_without_any_quiet_row_is_cut_all_the_same() -> None:
    size = (400, 8000)
    noise = Pillow.frombytes("L", size, bytes(range(250)) * (size[0] * size[1] // 250))
    found = spans(tiles(Image(pictures.saved(noise, "PNG")), profile_of("claude-sonnet-4-5")), across=False)
    assert (found[0][0], found[-1][1]) == (0, size[1])
    assert all(one[0] < two[0] < one[1] < two[1] for one, two in pairwise(found))


def test_an_endless_roll_has_a_most_of_parts() -> None:
    data = pictures.saved(Pillow.new("1", (40, 60_000), 1), "PNG")
    found = spans(tiles(Image(data), profile_of("claude-sonnet-4-5")), across=False)
    assert len(found) <= 40
    assert (found[0][0], found[-1][1]) == (0, 60_000)


# --- on the wire ---


def shown(body: dict[str, Any]) -> list[str | tuple[int, int]]:
    """What the last message holds, in order: texts, and pictures by their sizes."""
    told: list[str | tuple[int, int]] = []
    for part in body["messages"][-1]["content"]:
        if part["type"] == "text":
            told.append(part["text"])
        else:
            data = part["source"]["data"] if part["type"] == "image" else part["image_url"]["url"].partition(",")[2]
            told.append(Pillow.open(BytesIO(b64decode(data))).size)
    return told


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::typesight.images.encoding.encode.PictureWarning")
@pytest.mark.parametrize("way", ["create", "extract"])
@pytest.mark.parametrize("vendor", VENDORS)
def test_the_parts_reach_the_wire_labelled_and_in_order(
    vendor: str, way: str, sandbox: Callable[..., Sandbox], clients: Clients
) -> None:
    data, _ = roll()
    model = VENDORS[vendor]
    box = sandbox(GOOD, GOOD)
    client = clients.sync(vendor, box, model=model)
    ways: tuple[dict[str, Any], ...] = ({"turn": False}, {"tile": False, "turn": False})
    for tile in ways:
        if way == "create":
            messages = [{"role": "user", "content": ["Read it.", Image(data)]}]
            assert client.create(response_model=Receipt, messages=messages, **tile) == RECORD
        else:
            assert client.extract(Receipt, Image(data), **tile).record == RECORD
    cut, whole = (shown(request.body) for request in box.requests)
    parts = tiles(Image(data), profile_of(model))
    sizes = [encode(part, profile_of(model), images=len(parts)).size for part in parts]
    assert [each for each in cut if isinstance(each, tuple)] == sizes
    assert [each for each in whole if isinstance(each, tuple)] == [profile_of(model).fit((500, 9000))]
    labels = [each for each, after in pairwise(cut) if isinstance(after, tuple)]
    assert all(f"{number} of {len(parts)}" in str(label) for number, label in enumerate(labels, 1))
    assert "overlap" in json.dumps(cut)
    assert "overlap" not in json.dumps(whole)
