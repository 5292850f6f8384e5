"""Verbatim: an object that goes over the wire as the text that it was given as, each key and digit of it."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["Verbatim", "dumped"]


class Verbatim(dict[str, Any]):
    """An object, and the JSON text that stands for it."""

    def __init__(self, data: dict[str, Any], text: str) -> None:
        super().__init__(data)
        self.text = text


def dumped(data: Any) -> str:
    """JSON text in which what is verbatim stands as it is."""
    if isinstance(data, Verbatim):
        return data.text
    if isinstance(data, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {dumped(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list | tuple):
        return "[" + ", ".join(map(dumped, data)) + "]"
    return json.dumps(data)
