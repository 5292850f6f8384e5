"""JSON objects that keep their original text, so that they are sent with every key and digit unchanged."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["VerbatimObject", "dump_verbatim"]


class VerbatimObject(dict[str, Any]):
    """A dict that keeps the JSON text it was parsed from in `text`."""

    def __init__(self, data: dict[str, Any], text: str) -> None:
        super().__init__(data)
        self.text = text


def dump_verbatim(data: Any) -> str:
    """Dump a value as JSON; objects that keep their text are written with that text."""
    if isinstance(data, VerbatimObject):
        return data.text
    if isinstance(data, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {dump_verbatim(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list | tuple):
        return "[" + ", ".join(map(dump_verbatim, data)) + "]"
    return json.dumps(data)
