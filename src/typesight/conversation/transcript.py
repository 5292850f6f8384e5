"""A conversation as plain messages, in which pictures are named instead of included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.exchange.request import Request
from typesight.exchange.turns import ContentPart, ImageWithKeys, Reask, ToolCall, ToolResult, Turn
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.image import Image

__all__ = ["write_transcript"]

_MAX_CHARACTERS = 2_000


def write_transcript(request: Request) -> list[dict[str, Any]]:
    """The turns as `{"role", "content"}` messages; a picture becomes `<image sha256:… 1176x1568 214 kB>`."""
    return [message for turn in request.turns for message in _write_messages(turn)]


def _write_messages(turn: Turn | Reask) -> list[dict[str, Any]]:
    if isinstance(turn, Reask):
        answers = [answer.text for answer in turn.completion.answers] or [turn.completion.text or ""]
        told: Any = [turn.complaint, *map(_describe_part, turn.attachments)] if turn.attachments else turn.complaint
        return [{"role": "assistant", "content": "\n".join(answers)}, {"role": "user", "content": told}]
    content = [*map(_describe_part, turn.content)] if isinstance(turn.content, tuple) else _drop_data(turn.content)
    return [{"role": turn.role, "content": content}]


def _describe_part(part: ContentPart) -> Any:
    if isinstance(part, PreparedPicture):
        return str(part)
    if isinstance(part, Image | ImageWithKeys):
        return f"<image {part.source if isinstance(part, Image) else part.image.source}>"
    if isinstance(part, ToolCall):
        return {"type": "tool_call", "id": part.id, "name": part.name, "arguments": _drop_data(part.arguments)}
    if isinstance(part, ToolResult):
        return {"type": "tool_result", "id": part.call_id, "content": [*map(_describe_part, part.parts)]}
    return _drop_data(part)


def _drop_data(node: Any) -> Any:
    """Replace texts in a dict part that are data URLs, or too long to be anything but data."""
    if isinstance(node, Mapping):
        return {key: _drop_data(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_drop_data(value) for value in node]
    if isinstance(node, str) and (len(node) > _MAX_CHARACTERS or node.startswith("data:")):
        return f"<{len(node)} characters>"
    return node if isinstance(node, str | int | float | bool | None) else f"<{type(node).__name__}>"
