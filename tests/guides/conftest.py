"""What the guides take for granted: keys, endpoints and a picture in the folder where the code runs."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest
from PIL import Image as Pillow

from typesight.testing import Sandbox

Serve = Callable[..., Sandbox]


@pytest.fixture
def serve(sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Start a Sandbox where the SDKs look for their endpoints when they are told nothing."""

    def start(*answers: Any, **options: Any) -> Sandbox:
        box = sandbox(*answers, **options)
        monkeypatch.setenv("OPENAI_BASE_URL", box.openai_url)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", box.anthropic_url)
        for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
            monkeypatch.setenv(name, "test-key")
        return box

    return start


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close the SDKs' clients, which no guide does: their sockets would be found open in a later test."""
    yield
    made = [each for each in gc.get_objects() if type(each) in {openai.OpenAI, anthropic.Anthropic}]
    for client in made:
        client.close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a photo, which is the current one."""
    monkeypatch.chdir(tmp_path)
    file = BytesIO()
    Pillow.effect_noise((320, 240), 60).convert("RGB").save(file, "JPEG")
    for name in ("image.jpg", "muffin.jpg", "path/to/image.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(file.getvalue())
    yield tmp_path
