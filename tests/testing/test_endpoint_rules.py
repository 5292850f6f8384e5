"""The Sandbox as other endpoints than its wires' makers: each refuses what it is known to refuse."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from os import urandom
from typing import Any
from urllib.parse import urlsplit

import anthropic
import openai
import pytest
from PIL import Image as Pillow

from typesight.models.endpoint_rows import ENDPOINTS
from typesight.models.endpoint_type import EndpointRow
from typesight.models.modes import Mode
from typesight.testing import Sandbox

Start = Callable[[str, str], Sandbox]


@pytest.fixture
def playing() -> Iterator[Start]:
    """Start a Sandbox with an answer for every request, as an endpoint."""
    with ExitStack() as stack:
        yield lambda answer, plays: stack.enter_context(Sandbox(lambda _: answer, plays=plays))


def saved(kind: str, size: tuple[int, int] = (64, 64)) -> bytes:
    file = BytesIO()
    Pillow.new("RGB", size, "red").save(file, kind)
    return file.getvalue()


def noise(side: int) -> bytes:
    file = BytesIO()
    Pillow.frombytes("RGB", (side, side), urandom(3 * side * side)).save(file, "PNG")
    return file.getvalue()


def uri(kind: str) -> str:
    return f"data:image/{kind};base64,{b64encode(saved(kind)).decode()}"


WEB = "https://example.org/r.png"
TOOL: dict[str, Any] = {"type": "function", "function": {"name": "t", "parameters": {"type": "object"}}}
STRICT = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
STRICT_TOOL = {"type": "function", "function": {"name": "t", "parameters": STRICT, "strict": True}}
BY_NAME = {"type": "function", "function": {"name": "t"}}

# Rows: (endpoint, the URL of a picture, more options, what its refusal says; None where it is taken).
CHAT: list[tuple[str, str, dict[str, Any], str | None]] = [
    ("ollama", WEB, {}, "image URLs are not currently supported, please use base64 encoded data instead"),
    ("ollama", uri("gif"), {}, "invalid image input"),
    ("ollama", uri("webp"), {}, None),
    ("lmstudio", WEB, {}, "'url' field must be a base64 encoded image"),
    ("lmstudio", uri("webp"), {}, "'url' field must be a base64 encoded image"),
    ("lmstudio", uri("jpeg"), {"tools": [TOOL], "tool_choice": BY_NAME}, "Invalid tool_choice type: 'object'"),
    ("lmstudio", uri("jpeg"), {"tools": [TOOL], "tool_choice": "required"}, None),
    ("lmstudio", uri("jpeg"), {"response_format": {"type": "json_object"}}, "'response_format.type' must be"),
    ("gemini", WEB, {}, "Unsupported file URI type"),
    ("gemini", uri("gif"), {}, "Unsupported MIME type: image/gif"),
    ("gemini", uri("png"), {"tools": [TOOL], "parallel_tool_calls": False}, 'Unknown name "parallel_tool_calls"'),
    ("gemini", uri("png"), {"tools": [STRICT_TOOL]}, "at 'tools[0].function'"),
    ("infron", uri("gif"), {}, "Unsupported image format"),
    ("infron", WEB, {}, None),
    ("openrouter", WEB, {}, None),
    ("vllm", WEB, {}, None),
    ("llamacpp", uri("webp"), {}, "Failed to load image"),
    ("llamacpp", uri("png"), {"n": 2}, "Field 'n': Value must be between 1 <= value <= 1, but got 2"),
    ("llamacpp", uri("png"), {"tools": [TOOL], "tool_choice": BY_NAME}, None),
]


def ask(client: openai.OpenAI, url: str, times: int = 1, **more: Any) -> Any:
    picture: Any = {"type": "image_url", "image_url": {"url": url}}
    content: Any = [{"type": "text", "text": "As json."}, *[picture] * times]
    return client.chat.completions.create(model="any", messages=[{"role": "user", "content": content}], **more)


@pytest.mark.parametrize(("plays", "url", "more", "words"), CHAT)
def test_a_gateway_refuses_what_it_is_known_to_and_takes_the_rest(
    plays: str, url: str, more: dict[str, Any], words: str | None, playing: Start
) -> None:
    box = playing("yes", plays)
    with openai.OpenAI(base_url=box.openai_url, api_key="k", max_retries=0) as client:
        if words is None:
            assert ask(client, url, **more).choices
        else:
            with pytest.raises(openai.BadRequestError) as caught:
                ask(client, url, **more)
            assert words in caught.value.response.text.replace(chr(92), "")


def test_azure_takes_ten_pictures_and_a_key_of_its_own(playing: Start) -> None:
    box = playing("yes", "azure")
    with openai.AzureOpenAI(azure_endpoint=box.url, api_key="k", api_version="v", max_retries=0) as client:
        assert ask(client, WEB, times=10).choices
        assert box.requests[0].path == "/openai/deployments/any/chat/completions"
        with pytest.raises(openai.BadRequestError, match=r"Too many images in request\. Max is 10\."):
            ask(client, WEB, times=11)


def claude(box: Sandbox, plays: str) -> Any:
    if plays == "bedrock":
        return anthropic.AnthropicBedrock(base_url=box.url, api_key="k", aws_region="us-east-1", max_retries=0)
    return anthropic.AnthropicVertex(
        base_url=f"{box.url}/v1", access_token="k", region="us-east5", project_id="p", max_retries=0
    )


def show(client: Any, source: dict[str, Any], **more: Any) -> Any:
    content = [{"type": "image", "source": source}]
    return client.messages.create(
        model="claude-haiku-5-5", max_tokens=9, messages=[{"role": "user", "content": content}], **more
    )


def data(picture: bytes) -> dict[str, Any]:
    return {"type": "base64", "media_type": "image/png", "data": b64encode(picture).decode()}


@pytest.mark.parametrize("plays", ["bedrock", "vertex"])
def test_claude_in_a_cloud_takes_pictures_as_data_alone_and_smaller_ones(plays: str, playing: Start) -> None:
    box = playing("yes", plays)
    with claude(box, plays) as client:
        assert show(client, data(saved("png"))).content[0].text == "yes"
        with pytest.raises(anthropic.BadRequestError, match="only base64 sources are supported"):
            show(client, {"type": "url", "url": WEB})
        with pytest.raises(anthropic.BadRequestError, match="image exceeds 5 MB maximum"):
            show(client, data(noise(1200)))
    assert [request.status for request in box.requests] == [200, 400, 400]
    assert box.requests[0].body["model"] == "claude-haiku-5-5"


@pytest.mark.parametrize("plays", ["bedrock", "vertex"])
def test_claude_in_a_cloud_streams_in_the_cloud_s_own_frames(plays: str, playing: Start) -> None:
    box = playing("yes, indeed", plays)
    with claude(box, plays) as client:
        events = list(show(client, data(saved("png")), stream=True))
    assert [event.type for event in events][:2] == ["message_start", "content_block_start"]
    assert events[-1].type == "message_stop"
    assert "".join(event.delta.text for event in events if event.type == "content_block_delta") == "yes, indeed"


@pytest.mark.parametrize("plays", ["bedrock", "vertex", "ollama", "azure"])
def test_a_path_that_an_endpoint_has_not_is_not_found(plays: str, playing: Start) -> None:
    box = playing("yes", plays)
    with (
        anthropic.Anthropic(base_url=box.url, api_key="k", max_retries=0) as client,
        pytest.raises(anthropic.NotFoundError, match="the sandbox knows POST /"),
    ):
        show(client, data(saved("png")))


def test_an_endpoint_that_nobody_plays_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="plays='olama' is not one of azure, bedrock, vertex, openrouter"):
        Sandbox([], plays="olama")


def probe(box: Sandbox, url: str = uri("png"), times: int = 1, **more: Any) -> bool:
    """Whether an endpoint takes a request."""
    with openai.OpenAI(base_url=box.openai_url, api_key="k", max_retries=0) as client:
        try:
            return bool(ask(client, url, times, **more).choices)
        except openai.APIStatusError:
            return False


GATEWAYS = [row for row in ENDPOINTS.values() if row.gateway]


@pytest.mark.parametrize("row", GATEWAYS, ids=[row.name for row in GATEWAYS])
def test_what_a_gateway_s_row_allows_its_stand_in_takes_though_they_are_written_apart(
    row: EndpointRow, playing: Start
) -> None:
    assert row.gateway is not None
    box = playing("yes", row.name)
    tools: dict[str, Any] = {"tools": [TOOL]}
    assert all(probe(box, uri(kind.removeprefix("image/"))) for kind in row.formats)
    assert probe(box, times=row.max_images or 40)
    assert row.max_images is None or not probe(box, times=row.max_images + 1)
    allowed = {
        "a URL": row.urls and {"url": WEB},
        "JSON mode": Mode.JSON not in row.gateway.missing_modes and {"response_format": {"type": "json_object"}},
        "a tool": tools,
        "any tool": row.gateway.forced_tools and {**tools, "tool_choice": "required"},
        "a tool by name": row.gateway.named_tools and {**tools, "tool_choice": BY_NAME},
        "strict": "strict" not in row.gateway.unsent_parameters and {"tools": [STRICT_TOOL]},
        "one call": "parallel_tool_calls" not in row.gateway.unsent_parameters
        and {**tools, "parallel_tool_calls": False},
    }
    assert [name for name, options in allowed.items() if options and not probe(box, **options)] == []


@pytest.mark.parametrize("row", GATEWAYS, ids=[row.name for row in GATEWAYS])
def test_a_gateway_s_stand_in_is_also_at_the_path_of_its_own_address(row: EndpointRow, playing: Start) -> None:
    box = playing("yes", row.name)
    path = urlsplit(row.clients[0].base_url).path
    with openai.OpenAI(base_url=box.url + path, api_key="k", max_retries=0) as client:
        assert ask(client, uri("png")).choices
