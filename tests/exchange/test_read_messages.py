"""A caller's messages, whatever their spelling, become turns and are left as they are."""

from __future__ import annotations

import base64
import copy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from anthropic.types import ToolUseBlock
from openai.types.chat import ChatCompletionMessage
from openai.types.responses import ResponseFunctionToolCall
from PIL import Image as Pillow

from typesight import Image, ImageError, UnsupportedImage
from typesight.exchange.read_messages import turns_of
from typesight.exchange.turns import Call, Marked, Result, Turn
from typesight.images.opening.sources import BytesSource, FileSource, PixelSource, UrlSource


def _png() -> bytes:
    file = BytesIO()
    Pillow.new("RGB", (2, 2), "white").save(file, "PNG")
    return file.getvalue()


PNG = _png()
BASE64 = base64.b64encode(PNG).decode()
URI = f"data:image/png;base64,{BASE64}"
URL = "https://example.org/r.png"


def turn(content: Any, role: str = "user", **extra: Any) -> Turn:
    (made,) = turns_of([{"role": role, "content": content, **extra}])
    return made


def test_text_stays_text() -> None:
    assert turn("Hello.") == Turn("user", "Hello.")


def test_a_list_of_texts_stays_a_list() -> None:
    assert turn(["a", "b"]).content == ("a", "b")


def test_no_content_stays_none() -> None:
    assert turn(None, "assistant").content is None
    assert turns_of([{"role": "assistant"}])[0].content is None


@pytest.mark.parametrize("role", ["system", "developer", "user", "assistant", "tool", "function"])
def test_every_role_is_kept(role: str) -> None:
    assert turn("x", role).role == role


def test_unknown_keys_are_kept() -> None:
    assert turn("x", name="bob", reasoning_content="hm").extra == {"name": "bob", "reasoning_content": "hm"}


def test_a_tool_turn_keeps_its_id_and_an_assistant_turn_its_calls() -> None:
    calls = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    assert turn(None, "assistant", tool_calls=calls).content == (Call("c", "f", "{}", calls[0]),)
    assert turn("So.", "assistant", tool_calls=calls).content == ("So.", Call("c", "f", "{}", calls[0]))
    assert turn("42", "tool", tool_call_id="c", name="f") == Turn("tool", (Result("c", "42"),), {"name": "f"})


def test_an_image_is_a_part() -> None:
    image = Image(PNG)
    assert turn(["a", image, "b"]).content == ("a", image, "b")
    assert turn(["a", image]).images == (image,)


def test_a_single_image_or_dict_is_a_content_of_one() -> None:
    assert turn(Image(PNG)).content == (Image(PNG),)
    assert turn({"type": "text", "text": "a"}).content == ({"type": "text", "text": "a"},)


@pytest.mark.parametrize("given", [PNG, bytearray(PNG), BytesIO(PNG)], ids=["bytes", "bytearray", "file"])
def test_bytes_in_a_list_are_an_image(given: Any) -> None:
    assert turn([given]).images == (Image(PNG),)


def test_a_pillow_picture_is_an_image() -> None:
    (image,) = turn([Pillow.new("RGB", (2, 2))]).images
    assert isinstance(image.source, PixelSource)


def test_a_path_object_is_an_image_that_is_not_read_yet() -> None:
    (image,) = turn([Path("no-such-file.png")]).images
    assert isinstance(image.source, FileSource)


@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")  # see test_forgotten_images.py
@pytest.mark.parametrize("text", ["r.jpg", "/etc/passwd", URL, URI, BASE64])
def test_a_string_of_a_content_list_stays_text_by_itself(text: str) -> None:
    assert turn([text]).content == (text,)


MARK = {"type": "ephemeral", "ttl": "1h"}
DICTS: list[tuple[dict[str, Any], Image]] = [
    ({"type": "image_url", "image_url": {"url": URL}}, Image(URL)),
    ({"type": "image_url", "image_url": {"url": URL, "detail": "low"}}, Image(URL, detail="low")),
    ({"type": "image_url", "image_url": {"url": URI}}, Image(PNG)),
    ({"type": "image_url", "image_url": URL}, Image(URL)),
    ({"type": "input_image", "image_url": URL, "detail": "high"}, Image(URL, detail="high")),
    ({"type": "input_image", "image_url": URI}, Image(PNG)),
    ({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": BASE64}}, Image(PNG)),
    ({"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": BASE64}}, Image(PNG)),
    ({"type": "image", "source": {"type": "url", "url": URL}}, Image(URL)),
    ({"type": "image", "source": {"type": "url", "url": URL}, "cache_control": MARK}, Image(URL, cache_control=MARK)),
    ({"type": "image", "source": URL}, Image(URL)),
    ({"type": "image", "source": URI, "cache_control": True}, Image(PNG, cache_control=True)),
    ({"type": "image", "source": BASE64}, Image(PNG)),
]  # fmt: skip


@pytest.mark.parametrize(("part", "image"), DICTS, ids=[str(place) for place in range(len(DICTS))])
def test_an_image_dict_of_any_provider_is_an_image(part: dict[str, Any], image: Image) -> None:
    assert turn(["Read it.", part]).content == ("Read it.", image)


def test_null_hints_in_an_image_dict_are_none() -> None:
    part = {"type": "image_url", "image_url": {"url": URL, "detail": None}}
    assert turn([part]).content == (Image(URL),)


OTHER: list[dict[str, Any]] = [
    {"type": "text", "text": "a", "cache_control": MARK},
    {"type": "image", "source": {"type": "file", "file_id": "file-1"}},
    {"type": "input_image", "file_id": "file-1"},
    {"type": "file", "file": {"file_id": "file-1"}},
    {"type": "thinking", "thinking": "hm", "signature": "s"},
    {"anything": 1},
]


@pytest.mark.parametrize("part", OTHER, ids=lambda part: str(part.get("type")))
def test_another_dict_passes_as_it_is(part: dict[str, Any]) -> None:
    assert turn([part]).content == (part,)


PATHS: list[dict[str, Any]] = [
    {"type": "image_url", "image_url": {"url": "/etc/passwd"}},
    {"type": "image_url", "image_url": "r.jpg"},
    {"type": "input_image", "image_url": "file:///etc/passwd"},
    {"type": "image", "source": "r.jpg"},
    {"type": "image", "source": {"type": "url", "url": "../r.jpg"}},
]


@pytest.mark.parametrize("part", PATHS, ids=str)
def test_a_path_in_a_dict_is_refused_since_forwarded_json_must_not_read_files(part: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedImage, match=r"Image\.from_path"):
        turn([part])


def test_base64_that_is_damaged_is_refused_as_an_image_error() -> None:
    with pytest.raises(ImageError, match="base64"):
        turn([{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "%%%"}}])


@pytest.mark.parametrize("role", ["system", "developer", "assistant"])
@pytest.mark.parametrize("part", [Image(PNG), DICTS[0][0], DICTS[6][0]], ids=["Image", "openai dict", "claude dict"])
def test_an_image_outside_a_user_turn_is_refused_with_where_images_go(role: str, part: Any) -> None:
    with pytest.raises(ImageError, match=rf"messages\[0\].*'{role}' turn: images go into user turns"):
        turn([part], role)


@pytest.mark.parametrize("message", ["text", None, {}, {"content": "x"}, {"role": 1, "content": "x"}, ["user", "x"]])
def test_what_is_no_message_is_refused_with_its_place(message: Any) -> None:
    messages: list[Any] = [{"role": "user", "content": "x"}, message]
    with pytest.raises(TypeError, match=r"messages\[1\] is not a message"):
        turns_of(messages)


@pytest.mark.parametrize("messages", ["Read it.", {"role": "user", "content": "x"}])
def test_messages_that_are_no_list_are_refused(messages: Any) -> None:
    with pytest.raises(TypeError, match="messages must be a list"):
        turns_of(messages)


@pytest.mark.parametrize("part", [5, object(), None, ["nested"]], ids=["int", "object", "None", "list"])
def test_a_part_that_is_nothing_known_is_refused_by_its_type(part: Any) -> None:
    with pytest.raises(TypeError, match=rf"messages\[0\] holds a {type(part).__name__}"):
        turn([part])


def test_the_caller_s_messages_are_left_as_they_are() -> None:
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": ["a", DICTS[1][0], {"type": "text", "text": "b"}]},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "c"}]},
    ]
    before = copy.deepcopy(messages)
    turns_of(messages)
    assert messages == before


def test_a_generator_of_messages_and_of_parts_is_read_once() -> None:
    content = (part for part in ("a", Image(PNG)))
    (made,) = turns_of(message for message in [{"role": "user", "content": content}])
    assert made.content == ("a", Image(PNG))


def test_a_url_in_a_dict_is_not_fetched_here_unless_asked() -> None:
    (image,) = turn([DICTS[0][0]]).images
    assert image.source == UrlSource(URL, download=False)


def test_bytes_in_a_dict_are_held_by_digest() -> None:
    (image,) = turn([DICTS[2][0]]).images
    assert isinstance(image.source, BytesSource)


def test_keys_beside_an_image_are_kept() -> None:
    part = {**DICTS[0][0], "prompt_cache_breakpoint": {"mode": "explicit"}}
    assert turn([part]).content == (Marked(Image(URL), {"prompt_cache_breakpoint": {"mode": "explicit"}}),)
    assert turn([part]).images == (Image(URL),)


def test_a_cache_mark_on_an_image_of_any_form_is_the_image_s() -> None:
    (image,) = turn([{**DICTS[0][0], "cache_control": MARK}]).images
    assert image.cache_control == MARK


def test_a_result_of_claude_s_is_a_result_and_its_images_are_images() -> None:
    see, image = {"type": "text", "text": "see"}, Image(URL, cache_control=MARK)
    block = {
        "type": "tool_result",
        "tool_use_id": "t",
        "content": [DICTS[9][0], see],
        "is_error": True,
        "cache_control": MARK,
    }
    made = turn([block])
    assert made.content == (Result("t", (image, see), failed=True, keys={"cache_control": MARK}),)
    assert made.images == (image,)


def test_an_image_in_a_tool_s_turn_is_its_result_s() -> None:
    assert turn([Image(PNG)], "tool", tool_call_id="c").images == (Image(PNG),)


CALL = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "id": "fc_1"}
REASONING = {"type": "reasoning", "id": "r", "summary": []}
ITEMS: list[tuple[dict[str, Any], Turn]] = [
    (CALL, Turn("assistant", (Call("c", "f", "{}", CALL),))),
    ({"type": "function_call_output", "call_id": "c", "output": "42"}, Turn("tool", (Result("c", "42"),))),
    (REASONING, Turn("assistant", (REASONING,))),
]


@pytest.mark.parametrize(("item", "expected"), ITEMS, ids=["call", "output", "reasoning"])
def test_an_item_of_responses_is_a_turn(item: dict[str, Any], expected: Turn) -> None:
    assert turns_of([item]) == (expected,)


def test_the_sdks_own_objects_are_read_as_what_their_apis_take_back() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = ChatCompletionMessage.model_validate({"role": "assistant", "content": None, "tool_calls": [call]})
    item = ResponseFunctionToolCall(arguments="{}", call_id="d", name="g", type="function_call", status="completed")
    block = ToolUseBlock(id="t", name="h", input={"a": 1}, type="tool_use")
    made = turns_of([message, item, {"role": "assistant", "content": [block]}])
    calls = [part for each in made for part in each.parts]
    assert [(call.id, call.name, call.arguments) for call in calls if isinstance(call, Call)] == [
        ("c", "f", "{}"), ("d", "g", "{}"), ("t", "h", '{"a": 1}'),
    ]  # fmt: skip
    assert isinstance(calls[1], Call)
    assert "status" not in calls[1].given
