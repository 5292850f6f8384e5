"""The calls of Anthropic's guides to vision and to prompt caching, with the client wrapped. Source: 2026-09-20."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import pytest
from anthropic.types import Message

import typesight
from typesight.testing import Sandbox

Serve = Callable[..., Sandbox]
IMAGE1_URL = "https://upload.wikimedia.org/wikipedia/commons/a/a7/Camponotus_flavomarginatus_ant.jpg"
IMAGE2_URL = "https://upload.wikimedia.org/wikipedia/commons/b/b5/Iridescent.green.sweat.bee1.jpg"
MARK = {"type": "ephemeral"}


@pytest.fixture
def image1_data() -> str:
    return base64.standard_b64encode(Path("image.jpg").read_bytes()).decode("utf-8")


@pytest.fixture
def box(serve: Serve) -> Sandbox:
    return serve("An ant.", "A bee.")


@pytest.fixture
def client(box: Sandbox) -> typesight.Client[Message]:
    return typesight.from_anthropic(anthropic.Anthropic())


def blocks(box: Sandbox, place: int = 0) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = box.requests[-1].body["messages"][place]["content"]
    return content


def test_a_base64_image(client: Any, box: Sandbox, image1_data: str) -> None:
    message = client.messages.create(
        model="claude-opus-5-5",
        max_tokens=1024,
        messages=[
            {
                "role": "user",
                "content": [
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/jpeg", "data": image1_data},
                    },
                    {"type": "text", "text": "Describe this image."},
                ],
            }
        ],
    )
    assert type(message) is Message
    assert [block.text for block in message.content if block.type == "text"] == ["An ant."]
    assert blocks(box)[0]["source"]["data"] == image1_data


def test_an_image_by_url(client: Any, box: Sandbox) -> None:
    client.messages.create(
        model="claude-opus-5-5",
        max_tokens=1024,
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": {"type": "url", "url": IMAGE1_URL}},
                    {"type": "text", "text": "Describe this image."},
                ],
            }
        ],
    )
    assert blocks(box)[0] == {"type": "image", "source": {"type": "url", "url": IMAGE1_URL}}


def test_an_image_of_the_files_api(client: Any, box: Sandbox) -> None:
    source = {"type": "file", "file_id": "file_abc123"}
    client.messages.create(
        model="claude-opus-5-5",
        max_tokens=1024,
        messages=[
            {"role": "user", "content": [{"type": "image", "source": source}, {"type": "text", "text": "What?"}]}
        ],
    )
    assert blocks(box)[0] == {"type": "image", "source": source}


def test_several_images_with_labels_and_a_system_prompt(client: Any, box: Sandbox) -> None:
    client.messages.create(
        model="claude-opus-5-5",
        max_tokens=1024,
        system="Respond only in Spanish.",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Image 1:"},
                    {"type": "image", "source": {"type": "url", "url": IMAGE1_URL}},
                    {"type": "text", "text": "Image 2:"},
                    {"type": "image", "source": {"type": "url", "url": IMAGE2_URL}},
                    {"type": "text", "text": "How are these images different?"},
                ],
            }
        ],
    )
    assert [block["type"] for block in blocks(box)] == ["text", "image", "text", "image", "text"]
    assert box.requests[0].body["system"] == [{"type": "text", "text": "Respond only in Spanish."}]


def test_a_conversation_that_goes_on(client: Any, box: Sandbox) -> None:
    messages: list[Any] = [
        {
            "role": "user",
            "content": [
                {"type": "image", "source": {"type": "url", "url": IMAGE1_URL}},
                {"type": "text", "text": "What is this?"},
            ],
        }
    ]
    first = client.messages.create(model="claude-opus-5-5", max_tokens=1024, messages=messages)
    messages += [
        {"role": "assistant", "content": first.content},
        {
            "role": "user",
            "content": [
                {"type": "image", "source": {"type": "url", "url": IMAGE2_URL}},
                {"type": "text", "text": "And this?"},
            ],
        },
    ]
    second = client.messages.create(model="claude-opus-5-5", max_tokens=1024, messages=messages)
    assert second.content[0].text == "A bee."
    assert [message["role"] for message in box.requests[1].body["messages"]] == ["user", "assistant", "user"]
    assert blocks(box, 1) == [{"type": "text", "text": "An ant."}]


def test_cache_marks_on_system_blocks_images_tools_and_the_call(client: Any, box: Sandbox) -> None:
    tools = [{"name": "look_up", "input_schema": {"type": "object"}, "cache_control": MARK}]
    client.messages.create(
        model="claude-opus-5-5",
        max_tokens=1024,
        tools=tools,
        system=[{"type": "text", "text": "You read insects.", "cache_control": MARK}],
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "image", "source": {"type": "url", "url": IMAGE1_URL}, "cache_control": MARK},
                    {"type": "text", "text": "What is this?"},
                ],
            }
        ],
    )
    body = box.requests[0].body
    marked = [body["tools"][0], body["system"][0], blocks(box)[0]]
    assert [block["cache_control"] for block in marked] == [MARK] * 3
    client.messages.create(
        model="claude-opus-5-5",
        max_tokens=1024,
        cache_control=MARK,
        messages=[{"role": "user", "content": "What is an ant?"}],
    )
    assert box.requests[1].body["cache_control"] == MARK


def test_a_stream(client: Any, box: Sandbox) -> None:
    events = list(
        client.messages.create(
            model="claude-opus-5-5",
            max_tokens=1024,
            stream=True,
            messages=[{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": IMAGE1_URL}}]}],
        )
    )
    assert events[-1].type == "message_stop"
