"""The calls of instructor's page on multimodal input, with the import changed.

Source: python.useinstructor.com/concepts/multimodal, as of 2026-11; of 2024 for `from_openai` and `from_anthropic`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest
from pydantic import BaseModel

import typesight
from typesight import Image
from typesight import Image as ImageWithCacheControl
from typesight.testing import Sandbox

Serve = Callable[..., Sandbox]
URL = "https://example.com/image.jpg"
MARK = {"type": "ephemeral"}


class ImageDescription(BaseModel):
    description: str
    items: list[str]


SAID: dict[str, Any] = {"description": "A bush with berries.", "items": ["bush", "berries"]}
SEEN = ImageDescription(**SAID)

# The models of these pages are on their way out, and the SDK says so.
pytestmark = pytest.mark.filterwarnings("ignore:The model 'claude:DeprecationWarning")


def test_images_from_a_url_and_a_path(serve: Serve) -> None:
    box = serve(SAID)
    image1, image2 = Image.from_url(URL), Image.from_path("muffin.jpg")
    client = typesight.from_openai(openai.OpenAI())
    response = client.chat.completions.create(
        model="gpt-4o-mini",
        response_model=ImageDescription,
        messages=[{"role": "user", "content": ["What is in this two images?", image1, image2]}],
    )
    assert response == SEEN
    assert response.model_dump_json() == SEEN.model_dump_json()
    assert [picture.reference or picture.media_type for picture in box.requests[0].pictures] == [URL, "image/jpeg"]


def test_a_client_from_a_provider_s_name(serve: Serve) -> None:
    box = serve(SAID)
    client = typesight.from_provider("openai/gpt-4.1-mini")
    response = client.create(
        response_model=ImageDescription,
        messages=[{"role": "user", "content": ["What is in this image?", Image.from_url(URL)]}],
    )
    assert response == SEEN
    assert box.requests[0].pictures[0].reference == URL


async def test_an_asynchronous_client_from_a_provider_s_name(serve: Serve) -> None:
    box = serve(SAID)
    async with typesight.from_provider("openai/gpt-4.1-mini", async_client=True) as client:
        response = await client.create(
            response_model=ImageDescription,
            messages=[{"role": "user", "content": ["What is in this image?", Image.from_url(URL)]}],
        )
    assert response == SEEN
    assert len(box.requests) == 1


def test_paths_and_urls_as_plain_strings(serve: Serve) -> None:
    box = serve(SAID)
    client = typesight.from_openai(openai.OpenAI())
    response = client.chat.completions.create(
        model="gpt-4o-mini",
        response_model=ImageDescription,
        messages=[{"role": "user", "content": ["What is in this two images?", URL, "path/to/image.jpg"]}],
        autodetect_images=True,
    )
    assert response == SEEN
    assert [picture.reference or picture.media_type for picture in box.requests[0].pictures] == [URL, "image/jpeg"]


@pytest.mark.parametrize("mark", [True, MARK])
@pytest.mark.parametrize("wanted", [ImageDescription, None])
def test_prompt_caching_with_dicts(mark: Any, wanted: Any, serve: Serve) -> None:
    box = serve(SAID)
    client = typesight.from_anthropic(anthropic.Anthropic(), enable_prompt_caching=True)
    response = client.chat.completions.create(
        model="claude-3-haiku-20240307",
        response_model=wanted,
        max_tokens=1024,
        messages=[
            {
                "role": "user",
                "content": [
                    "What is in this two images?",
                    {"type": "image", "source": URL, "cache_control": mark},
                    {"type": "image", "source": "path/to/image.jpg", "cache_control": mark},
                ],
            }
        ],
        autodetect_images=True,
    )
    blocks = box.requests[0].body["messages"][0]["content"]
    assert [block.get("cache_control") for block in blocks] == [None, MARK, MARK]
    assert [block["source"]["type"] for block in blocks[1:]] == ["url", "base64"]
    if wanted:
        assert response == SEEN
    else:
        assert isinstance(response, anthropic.types.Message)
        assert response.usage.cache_creation_input_tokens == 0


def test_prompt_caching_on_an_image(serve: Serve) -> None:
    box = serve(SAID)
    client = typesight.from_anthropic(anthropic.Anthropic(), enable_prompt_caching=True)
    client.chat.completions.create(
        model="claude-3-haiku-20240307",
        response_model=ImageDescription,
        max_tokens=1024,
        messages=[
            {"role": "user", "content": ["What is this?", Image.from_path("path/to/image.jpg", cache_control=True)]}
        ],
    )
    assert box.requests[0].body["messages"][0]["content"][1]["cache_control"] == MARK


def test_prompt_caching_by_image_params_with_the_completion(serve: Serve) -> None:
    box = serve(SAID)
    client = typesight.from_provider("anthropic/claude-3-5-sonnet-20240620")
    response, completion = client.create_with_completion(
        response_model=ImageDescription,
        autodetect_images=True,
        messages=[
            {
                "role": "user",
                "content": [
                    "What is in this image?",
                    ImageWithCacheControl.from_image_params({"source": URL, "cache_control": MARK}),
                ],
            }
        ],
        max_tokens=1000,
    )
    assert response == SEEN
    assert completion.usage.cache_creation_input_tokens == 0
    assert box.requests[0].body["messages"][0]["content"][1]["cache_control"] == MARK


@pytest.mark.parametrize("make", [Image.autodetect, Image.from_path, Image])
def test_the_ways_to_make_an_image(make: Callable[[str], Image], serve: Serve) -> None:
    box = serve(SAID)
    client = typesight.from_provider("anthropic/claude-haiku-5-5")
    messages = [{"role": "user", "content": ["What is this?", make("image.jpg")]}]
    assert client.create(response_model=ImageDescription, messages=messages) == SEEN
    assert box.requests[0].pictures[0].media_type == "image/jpeg"
