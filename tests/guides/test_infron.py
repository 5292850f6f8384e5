"""The calls of Infron's page "Images inputs", bare HTTP there, through the OpenAI SDK. Source: as of 2026-11."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import pytest

import typesight
from typesight.testing import Sandbox

Serve = Callable[..., Sandbox]
URL = "https://upload.wikimedia.org/wikipedia/commons/d/dd/Gfp-wisconsin-madison-the-nature-boardwalk.jpg"
MODEL = "google/gemini-3-flash"


@pytest.fixture
def box(serve: Serve) -> Sandbox:
    return serve("A boardwalk.", plays="infron")


@pytest.fixture(params=["from_openai", "from_provider"])
def client(box: Sandbox, request: pytest.FixtureRequest) -> Any:
    if request.param == "from_openai":
        # At its own address the client would be recognised; here the profile says whose it is.
        sdk = openai.OpenAI(base_url=box.openai_url, api_key="<API_KEY>")
        return typesight.from_openai(sdk, model=MODEL, profile=f"infron/{MODEL}")
    return typesight.from_provider(f"infron/{MODEL}", base_url=box.openai_url, api_key="<API_KEY>")


def encode_image_to_base64(image_path: str) -> str:
    return base64.b64encode(Path(image_path).read_bytes()).decode("utf-8")


def test_an_image_by_url(client: Any, box: Sandbox) -> None:
    messages = [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What's in this image?"},
                {"type": "image_url", "image_url": {"url": URL}},
            ],
        }
    ]
    response = client.chat.completions.create(messages=messages)
    assert response.choices[0].message.content == "A boardwalk."
    assert box.requests[0].body == {"model": MODEL, "messages": messages}


def test_a_base64_image(client: Any, box: Sandbox) -> None:
    data_url = f"data:image/jpeg;base64,{encode_image_to_base64('image.jpg')}"
    messages = [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What's in this image?"},
                {"type": "image_url", "image_url": {"url": data_url}},
            ],
        }
    ]
    response = client.chat.completions.create(messages=messages)
    assert response.choices[0].message.content == "A boardwalk."
    assert box.requests[0].body == {"model": MODEL, "messages": messages}
