"""A conversation as plain messages, in which pictures are named instead of included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.exchange.request import Request
from typesight.exchange.turns import Call, Marked, Part, Reask, Result, Turn
from typesight.images.encoding.content_parts import Picture
from typesight.images.image import Image

__all__ = ["transcript"]

_LONGEST = 2_000


def transcript(request: Request) -> list[dict[str, Any]]:
    """The turns as `{"role", "content"}` messages; a picture becomes `<image sha256:… 1176x1568 214 kB>`."""
    return [message for turn in request.turns for message in _spelled(turn)]


def _spelled(turn: Turn | Reask) -> list[dict[str, Any]]:
    if isinstance(turn, Reask):
        answers = [answer.text for answer in turn.completion.answers] or [turn.completion.said or ""]
        told: Any = [turn.complaint, *map(_part, turn.shown)] if turn.shown else turn.complaint
        return [{"role": "assistant", "content": "\n".join(answers)}, {"role": "user", "content": told}]
    content = [*map(_part, turn.content)] if isinstance(turn.content, tuple) else _without_data(turn.content)
    return [{"role": turn.role, "content": content}]


def _part(part: Part) -> Any:
    if isinstance(part, Picture):
        return str(part)
    if isinstance(part, Image | Marked):
        return f"<image {part.source if isinstance(part, Image) else part.image.source}>"
    if isinstance(part, Call):
        return {"type": "tool_call", "id": part.id, "name": part.name, "arguments": _without_data(part.arguments)}
    if isinstance(part, Result):
        return {"type": "tool_result", "id": part.call_id, "content": [*map(_part, part.parts)]}
    return _without_data(part)


def _without_data(node: Any) -> Any:
    """Replace texts in a dict part that are data URLs, or too long to be anything but data."""
    if isinstance(node, Mapping):
        return {key: _without_data(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_without_data(value) for value in node]
    if isinstance(node, str) and (len(node) > _LONGEST or node.startswith("data:")):
        return f"<{len(node)} characters>"
    return node if isinstance(node, str | int | float | bool | None) else f"<{type(node).__name__}>"
