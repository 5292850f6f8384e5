"""Pictures, and the real SDKs' clients on a sandbox that says the same record to everybody."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator

import anthropic
import openai
import pytest
from PIL import Image

from typesight.testing import Sandbox, SandboxRequest

Painter = Callable[..., str]

collect_ignore = ["sample_project"]  # a project of its own: test_plugin.py runs it


@pytest.fixture(scope="session")
def paint() -> Painter:
    """A painted picture as base64: kind, size and number of frames."""

    def base64_of(kind: str = "PNG", size: tuple[int, int] = (56, 32), frames: int = 1) -> str:
        pages = [Image.new("L", size, color=40 * number) for number in range(frames)]
        file = io.BytesIO()
        more = {"save_all": True, "append_images": pages[1:]} if frames > 1 else {}
        pages[0].save(file, kind, **more)
        return base64.b64encode(file.getvalue()).decode()

    return base64_of


def say_the_same(_request: SandboxRequest) -> object:
    return {"total": 9.8}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(say_the_same) as running:
        yield running


@pytest.fixture(scope="module")
def gpt(sandbox: Sandbox) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=sandbox.openai_url, api_key="test", max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def claude(sandbox: Sandbox) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=sandbox.anthropic_url, api_key="test", max_retries=0) as client:
        yield client
