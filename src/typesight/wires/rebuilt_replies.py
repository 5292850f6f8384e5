"""Rebuild an SDK's reply object from the JSON of its body, as the SDK itself makes it of a response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from typesight.wires.anthropic import messages
from typesight.wires.openai import chat, responses

__all__ = ["can_rebuild", "rebuild_reply"]

# Rows: the NAME of a wire -> where its SDK has the class of its replies. The local reader's are made anew.
_REPLY_CLASSES: Mapping[str, tuple[str, str]] = {
    chat.NAME: ("openai.types.chat", "ChatCompletion"),
    responses.NAME: ("openai.types.responses", "Response"),
    messages.NAME: ("anthropic.types", "Message"),
}


def can_rebuild(wire_name: str) -> bool:
    """Whether the replies of a wire, by its NAME, can be rebuilt."""
    return wire_name in _REPLY_CLASSES


def rebuild_reply(wire_name: str, body: str) -> Any:
    """Rebuild the SDK's own object from a reply's body. Raises ValueError for what is no JSON object."""
    data = json.loads(body)
    if not isinstance(data, dict):
        raise ValueError(f"a reply is a JSON object, not {type(data).__name__}")
    module, name = _REPLY_CLASSES[wire_name]
    return getattr(import_module(module), name).construct(**data)  # as the SDKs do, which do not validate either
