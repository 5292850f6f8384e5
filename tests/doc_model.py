"""The model that answers in the tests of the docs: it knows the drawn receipt and fills any schema from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from typesight.testing import SandboxRequest

LINES = (
    "CORNER SHOP",
    "12 High Street, London",
    "Date: 20/11/2026",
    "",
    "COFFEE            3.50",
    "TEA               2.00",
    "CAKE             68.00",
    "",
    "TOTAL GBP        73.50",
)
FACTS: dict[str, Any] = {
    "company": "CORNER SHOP",
    "date": "2026-11-20",
    "issued": "2026-11-20",
    "total": "@73.50@",
    "subtotal": "@73.50@",
    "tax": "@0.00@",
    "currency": "GBP",
    "items": [
        {"name": "COFFEE", "price": "@3.50@"},
        {"name": "TEA", "price": "@2.00@"},
        {"name": "CAKE", "price": "@68.00@"},
    ],
    "text": "A receipt of CORNER SHOP.",
}


def draw_receipt(path: Path) -> None:
    """Draw the receipt as the picture or the PDF that the path's suffix names."""
    page = Pillow.new("RGB", (640, 620), "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=30)
    for row, text in enumerate(LINES):
        label, _, amount = text.rpartition("  ")
        pen.text((40, 40 + 60 * row), label.strip() or text, "black", font)
        if label:
            pen.text((600 - pen.textlength(amount, font), 40 + 60 * row), amount, "black", font)
    file = BytesIO()
    page.save(file, {".jpg": "JPEG", ".png": "PNG", ".pdf": "PDF"}[path.suffix])
    path.write_bytes(file.getvalue())


def answer(request: SandboxRequest) -> str:
    """The reply to any request: the schema that is asked for, filled with the receipt's facts; else a sentence."""
    schema = next(_find_schemas(request.body), None)
    if schema is None:
        return str(FACTS["text"])
    return re.sub(r'"@(.*?)@"', r"\1", json.dumps(_fill(schema, schema, FACTS)))


def _find_schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Each JSON Schema of an object, in a request's fields or in its texts."""
    if isinstance(value, str) and '"properties"' in value:
        yield from _find_schemas(json.JSONDecoder().raw_decode(value, value.index("{"))[0])
    elif isinstance(value, dict) and isinstance(value.get("properties"), dict):
        yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _find_schemas(each)


def _fill(schema: dict[str, Any], root: dict[str, Any], fact: Any) -> Any:
    """A value for a schema. A field that the receipt does not show is null."""
    if "$ref" in schema:
        return _fill(root["$defs"][schema["$ref"].rpartition("/")[2]], root, fact)
    if "anyOf" in schema:
        return None if fact is None else _fill(schema["anyOf"][0], root, fact)
    if "enum" in schema:
        return fact if isinstance(fact, str) and fact in schema["enum"] else schema["enum"][0]
    if "properties" in schema:
        facts = fact if isinstance(fact, dict) else {}
        rest = {"result": facts.get("items", facts) if _is_list(schema) else facts}
        return {name: _fill(kind, root, facts.get(name, rest.get(name))) for name, kind in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_fill(schema["items"], root, each) for each in fact or ()]
    return fact


def _is_list(schema: dict[str, Any]) -> bool:
    return bool(schema["properties"].get("result", {}).get("type") == "array")
