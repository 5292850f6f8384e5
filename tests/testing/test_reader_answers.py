"""The answer of the local reader, with the reader itself where it is installed."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import openai
import pytest
from PIL import Image, ImageDraw, ImageFont

from typesight.testing import Sandbox

pytest.importorskip("rapidocr", reason="the reader needs the extra [local]")

SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Receipt",
    "properties": {"total": {"type": "string", "description": "the total amount"}},
    "required": ["total"],
    "additionalProperties": False,
}


def written(*lines: str) -> str:
    """A white picture with black lines of text, as a data URI."""
    picture = Image.new("RGB", (640, 80 * len(lines) + 40), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 30 + 80 * number), line, "black", ImageFont.load_default(40))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def asked(sandbox: Sandbox, *urls: str, **options: Any) -> str:
    parts: list[Any] = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    with openai.OpenAI(base_url=sandbox.openai_url, api_key="test", max_retries=0) as client:
        parts.append({"type": "text", "text": options.pop("text", "Extract.")})
        found = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": parts}], **options)
    return found.choices[0].message.content or ""


def test_the_reader_fills_the_requested_schema() -> None:
    form: Any = {"type": "json_schema", "json_schema": {"name": "Receipt", "schema": SCHEMA, "strict": True}}
    with Sandbox() as sandbox:
        record = json.loads(asked(sandbox, written("CORNER SHOP", "TOTAL 9.80"), response_format=form))
    assert "9.80" in record["total"]


def test_the_reader_fills_a_schema_that_stands_in_the_prompt() -> None:
    prompt = f"Answer as JSON after this schema: {json.dumps(SCHEMA)}."
    with Sandbox() as sandbox:
        record = json.loads(asked(sandbox, written("CORNER SHOP", "TOTAL 9.80"), text=prompt))
    assert "9.80" in record["total"]


@pytest.mark.slow
def test_without_a_schema_the_reader_says_what_it_read_on_all_pictures() -> None:
    with Sandbox() as sandbox:
        text = asked(sandbox, written("CORNER SHOP"), "https://example.com/far.png", written("TOTAL 9.80"))
    assert "CORNER" in text
    assert "9.80" in text
