"""The calls of OpenAI's guide "Images and vision", with the client wrapped. Source: the guide as of 2026-09."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

import typesight
from typesight.testing import Sandbox

Serve = Callable[..., Sandbox]
URL = "https://api.nga.gov/iiif/a2e6da57-3cd1-4235-b20e-95dcaefed6c8/full/!800,800/0/default.jpg"


def encode_image(image_path: str) -> str:
    return base64.b64encode(Path(image_path).read_bytes()).decode("utf-8")


@pytest.fixture
def box(serve: Serve) -> Sandbox:
    return serve("A boardwalk through green grass.")


@pytest.fixture
def client(box: Sandbox) -> typesight.Client[ChatCompletion]:
    return typesight.from_openai(OpenAI())


def test_responses_with_a_url(client: Any, box: Sandbox) -> None:
    response = client.responses.create(
        model="gpt-4.1-mini",
        input=[
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "what's in this image?"},
                    {"type": "input_image", "image_url": URL},
                ],
            }
        ],
    )
    assert isinstance(response, Response)
    assert response.output_text == "A boardwalk through green grass."
    assert box.requests[0].pictures[0].reference == URL


def test_responses_with_a_base64_image(client: Any, box: Sandbox) -> None:
    base64_image = encode_image("image.jpg")
    response = client.responses.create(
        model="gpt-4.1",
        input=[
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "what's in this image?"},
                    {"type": "input_image", "image_url": f"data:image/jpeg;base64,{base64_image}"},
                ],
            }
        ],
    )
    assert response.output_text == "A boardwalk through green grass."
    assert box.requests[0].pictures[0].media_type == "image/jpeg"


def test_responses_with_a_file_id(client: Any, box: Sandbox) -> None:
    response = client.responses.create(
        model="gpt-4.1-mini",
        input=[
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "what's in this image?"},
                    {"type": "input_image", "file_id": "file-abc123", "detail": "auto"},
                ],
            }
        ],
    )
    assert response.output_text == "A boardwalk through green grass."
    part = {"type": "input_image", "file_id": "file-abc123", "detail": "auto"}
    assert box.requests[0].body["input"][0]["content"][1] == part


@pytest.mark.parametrize("detail", ["low", "high", "original", "auto"])
def test_responses_with_a_level_of_detail(detail: str, client: Any, box: Sandbox) -> None:
    client.responses.create(
        model="gpt-5.6-sol",
        instructions="Answer in one sentence.",
        input=[
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "What is in this image?"},
                    {"type": "input_image", "image_url": URL, "detail": detail},
                ],
            }
        ],
    )
    body = box.requests[0].body
    assert body["input"][0]["content"][1]["detail"] == detail
    assert body["instructions"] == "Answer in one sentence."


def test_chat_with_a_url_and_a_limit(client: Any, box: Sandbox) -> None:
    response = client.chat.completions.create(
        model="gpt-4.1-mini",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What's in this image?"},
                    {"type": "image_url", "image_url": {"url": URL}},
                ],
            }
        ],
        max_tokens=300,
    )
    assert isinstance(response, ChatCompletion)
    assert response.choices[0].message.content == "A boardwalk through green grass."
    assert box.requests[0].path == "/v1/chat/completions"


def test_chat_with_a_base64_image_and_several(client: Any, box: Sandbox) -> None:
    base64_image = encode_image("image.jpg")
    completion = client.chat.completions.create(
        model="gpt-4.1",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is in these images? Is there any difference between them?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{base64_image}"}},
                    {"type": "image_url", "image_url": {"url": URL, "detail": "high"}},
                ],
            }
        ],
    )
    assert completion.choices[0].message.content
    parts = box.requests[0].body["messages"][0]["content"]
    assert [part["type"] for part in parts] == ["text", "image_url", "image_url"]
    assert parts[2]["image_url"] == {"url": URL, "detail": "high"}


def test_a_stream_of_either(client: Any, box: Sandbox) -> None:
    asked = [{"role": "user", "content": [{"type": "input_text", "text": "What is this?"}]}]
    events = list(client.responses.create(model="gpt-4.1", input=asked, stream=True))
    assert events[-1].type == "response.completed"


def test_chat_streams_too(client: Any, box: Sandbox) -> None:
    messages = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": URL}}]}]
    chunks = list(client.chat.completions.create(model="gpt-4.1", messages=messages, stream=True))
    said = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert said == "A boardwalk through green grass."
