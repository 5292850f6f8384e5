"""The exact body of each provider x mode x (ask, reask), as reviewed JSON beside this file.

A change to the wire shows in the diff. To write the files anew: TYPESIGHT_REWRITE_WIRE=1 pytest tests/wire
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from support import Clients
from typesight import Image, Mode
from typesight.testing import Sandbox

# A 2x2 PNG: it needs no change, so its bytes are the same with every version of Pillow.
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEklEQVR42mP4z8DAAMIM/4EAAB/uBfvxq7p3AAAAAElFTkSuQmCC"


class Item(BaseModel):
    name: str = Field(description="as printed", min_length=1)
    price: float = Field(ge=0)


class Bill(BaseModel):
    """A bill."""

    shop: str
    items: list[Item] = Field(description="every line")
    note: str | None = None


GOOD = {"shop": "Corner Shop", "items": [{"name": "tea", "price": 2.5}], "note": None}
BAD = {"shop": "Corner Shop", "items": [{"name": "tea", "price": "2.5O"}], "note": None}
WIRES: dict[str, tuple[str, dict[str, Any]]] = {
    "openai": ("openai", {}),
    "responses": ("openai", {"model": "gpt-6-astra", "api": "responses"}),
    "anthropic": ("anthropic", {}),
}
CELLS = [(wire, mode) for wire in WIRES for mode in Mode]


@pytest.mark.filterwarnings("ignore:.*is only 2 x 2 pixels")
@pytest.mark.parametrize(("wire", "mode"), CELLS)
def test_the_wire_is_as_reviewed(wire: str, mode: Mode, sandbox: Callable[..., Sandbox], clients: Clients) -> None:
    box = sandbox(BAD, GOOD)
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "Be exact."},
        {"role": "user", "content": ["Read it.", Image(DOT, cache_control=True)]},
    ]
    vendor, options = WIRES[wire]
    clients.sync(vendor, box, **options).create(response_model=Bill, messages=messages, mode=mode, max_tokens=500)
    for step, request in zip(("ask", "reask"), box.requests, strict=True):
        _same(f"{wire}-{mode}-{step}.json", request.body)


def _same(name: str, body: dict[str, Any]) -> None:
    path = Path(__file__).parent / name
    text = json.dumps(body, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("TYPESIGHT_REWRITE_WIRE"):
        path.write_text(text, encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == body
