"""A conversation's pictures become ready in their places, and more is said at the end of its one system turn."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image as Pillow

from typesight import Image
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.exchange.turns import ToolResult, Turn, add_system_text, read_part_text
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage
from typesight.models.model_rows import find_profile


def _png() -> bytes:
    file = BytesIO()
    Pillow.new("RGB", (2, 2), "white").save(file, "PNG")
    return file.getvalue()


PNG = _png()


def request(*messages: dict[str, Any]) -> Request:
    return Request("gpt-4o", "openai", read_turns(messages), find_profile("gpt-4o"))


def test_a_settled_request_has_its_pictures_ready_and_its_text_unchanged() -> None:
    image = Image(PNG)
    picture = PreparedPicture(image, EncodedImage("image/png", PNG, (2, 2), "ab" * 32))
    asked = request({"role": "user", "content": ["a", image]}, {"role": "user", "content": "b"})
    settled = asked.insert_pictures({image: (picture,)})
    assert settled.turns == (Turn("user", ("a", picture)), Turn("user", "b"))
    assert settled.images == ()
    assert asked.images == (image,)


def test_the_parts_of_a_long_picture_are_labelled_in_order() -> None:
    image = Image(PNG)
    parts = [PreparedPicture(image, EncodedImage("image/png", PNG, (2, 2), digit * 64)) for digit in "ab"]
    (settled,) = request({"role": "user", "content": [image]}).insert_pictures({image: parts}).turns
    assert isinstance(settled, Turn)
    first, one, second, two = settled.parts
    assert [one, two] == parts
    assert (str(first)[-12:], second) == ("Part 1 of 2:", "Part 2 of 2:")


def test_a_picture_used_twice_is_listed_twice() -> None:
    image = Image(PNG)
    assert request({"role": "user", "content": [image, image]}).images == (image, image)


def test_a_picture_in_a_tool_s_result_is_listed_and_settled() -> None:
    image = Image(PNG)
    picture = PreparedPicture(image, EncodedImage("image/png", PNG, (2, 2), "ab" * 32))
    asked = request({"role": "tool", "tool_call_id": "c", "content": [image]})
    assert asked.images == (image,)
    assert asked.insert_pictures({image: (picture,)}).turns == (Turn("tool", (ToolResult("c", (picture,)),)),)


def test_keys_beside_an_image_stay_with_the_last_of_its_parts() -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.org/r.png"}, "prompt_cache_breakpoint": {}}
    asked = request({"role": "user", "content": [part]})
    (image,) = asked.images
    pictures = [PreparedPicture(image, EncodedImage("image/png", PNG, (2, 2), digit * 64)) for digit in "ab"]
    (settled,) = asked.insert_pictures({image: pictures}).turns
    assert isinstance(settled, Turn)
    assert [picture.extra for picture in settled.pictures] == [{}, {"prompt_cache_breakpoint": {}}]


SYSTEMS: list[tuple[tuple[Turn, ...], tuple[Turn, ...]]] = [
    ((Turn("user", "x"),), (Turn("system", "More."), Turn("user", "x"))),
    ((Turn("system", "Be exact."), Turn("user", "x")), (Turn("system", "Be exact.\n\nMore."), Turn("user", "x"))),
    ((Turn("developer", ("a", "b")),), (Turn("developer", ("a", "b", "More.")),)),
    ((Turn("system", None),), (Turn("system", ("More.",)),)),
    ((), (Turn("system", "More."),)),
]


@pytest.mark.parametrize(("turns", "expected"), SYSTEMS)
def test_more_is_said_in_the_one_system_turn(turns: tuple[Turn, ...], expected: tuple[Turn, ...]) -> None:
    assert add_system_text(turns, "More.") == expected


TEXTS: list[tuple[Any, str | None]] = [
    ("a", "a"), ({"type": "text", "text": "a"}, "a"), ({"type": "input_text", "text": "a"}, "a"),
    ({"type": "output_text", "text": "a"}, "a"), ({"type": "refusal", "refusal": "No."}, "No."),
    ({"type": "image_url"}, None), (Image(PNG), None),
]  # fmt: skip


@pytest.mark.parametrize(("part", "text"), TEXTS, ids=str)
def test_text_of_any_form_is_text(part: Any, text: str | None) -> None:
    assert read_part_text(part) == text
