"""JSON objects that keep their original text, so that they are sent with every key and digit unchanged."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["Verbatim", "dumped"]


class Verbatim(dict[str, Any]):
    """A dict that keeps the JSON text it was parsed from in `text`."""

    def __init__(self, data: dict[str, Any], text: str) -> None:
        super().__init__(data)
        self.text = text


def dumped(data: Any) -> str:
    """Dump a value as JSON; objects that keep their text are written with that text."""
    if isinstance(data, Verbatim):
        return data.text
    if isinstance(data, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {dumped(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list | tuple):
        return "[" + ", ".join(map(dumped, data)) + "]"
    return json.dumps(data)
