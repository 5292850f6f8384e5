"""A conversation as plain messages names pictures and holds no data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from typesight import Image, Usage
from typesight.conversation.transcript import write_transcript
from typesight.exchange.completion import Answer, Completion, StopReason
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.exchange.turns import Reask, Turn
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage
from typesight.models.model_rows import find_profile

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 100
IMAGE = Image(PNG)


def told(messages: list[dict[str, Any]], *reasks: Reask) -> list[Any]:
    request = Request("gpt-4o", "openai", (*read_turns(messages), *reasks), find_profile("gpt-4o"))
    return write_transcript(request)


def test_text_is_kept() -> None:
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "Be exact."},
        {"role": "user", "content": ["Hello."]},
    ]
    assert told(messages) == messages


def test_a_picture_is_named_by_digest_size_and_weight() -> None:
    sent = EncodedImage("image/png", PNG, (1176, 1568), "ab" * 32)
    turn = Turn("user", (PreparedPicture(IMAGE, sent),))
    (message,) = write_transcript(Request("gpt-4o", "openai", (turn,), find_profile("gpt-4o")))
    assert message["content"] == ["<image sha256:abababababab 1176x1568 1 kB>"]


def test_a_url_is_named_without_its_query() -> None:
    content = told([{"role": "user", "content": [Image("https://a.example/r.png?key=SECRET")]}])[0]["content"]
    assert content == ["<image https://a.example/r.png>"]


def test_no_content_stays_none() -> None:
    assert told([{"role": "assistant", "content": None}]) == [{"role": "assistant", "content": None}]


def test_a_reask_is_the_reply_and_the_complaint() -> None:
    reply = Completion((Answer('{"a": 1}'),), StopReason.DONE, Usage(), {}, "m")
    assert told([], Reask(reply, "wrong")) == [
        {"role": "assistant", "content": '{"a": 1}'},
        {"role": "user", "content": "wrong"},
    ]


def test_a_reask_without_an_answer_is_what_was_said() -> None:
    reply = Completion((), StopReason.DONE, Usage(), {}, "m", text="Hm.")
    assert told([], Reask(reply, "wrong"))[0]["content"] == "Hm."


DATA = "data:image/png;base64," + "QUJD" * 40
PARTS: list[Any] = [
    {"type": "file", "file": {"file_data": DATA}},
    {"type": "input_audio", "input_audio": {"data": "QUJD" * 1_000}},
    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
    {"type": "image", "source": {"data": bytearray(PNG)}},
    {"type": "tool_result", "content": [{"type": "image", "source": {"data": "QUJD" * 1_000}}]},
    DATA,
]


@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")  # see test_forgotten_images.py
@pytest.mark.parametrize("part", PARTS, ids=["file", "audio", "bytes", "bytearray", "nested", "a data URI as text"])
def test_no_part_brings_its_data(part: Any) -> None:
    message = told([{"role": "user", "content": [part]}])
    assert "QUJDQUJDQUJD" not in json.dumps(message)
    assert "pixelspixels" not in json.dumps(message)
