"""A conversation in the same form for every provider.

A caller's messages become Turns (`read_messages.py` reads them); a reply that did not validate becomes a Reask, which
each wire encodes in its own form. Both are frozen, and a conversation only grows at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from typesight.exchange import sentences
from typesight.exchange.completion import Completion
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.image import Image

__all__ = [
    "SYSTEM_ROLES",
    "THINKING_TYPES",
    "ContentPart",
    "ImageWithKeys",
    "Reask",
    "ToolCall",
    "ToolResult",
    "Turn",
    "add_system_text",
    "flatten_reasks",
    "read_part_text",
]  # fmt: skip

# The roles of instructions, which come before the conversation.
SYSTEM_ROLES = frozenset({"system", "developer"})
# The types of thinking parts in Messages and in Responses; only the wire that they came from can use them.
THINKING_TYPES = frozenset({"thinking", "redacted_thinking", "reasoning"})
# The types of dict parts that hold text, and the key that it is under.
_TEXT_KEYS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}


@dataclass(frozen=True)
class ImageWithKeys:
    """An Image that came in a dict with other keys, such as a cache mark."""

    image: Image
    extra: Mapping[str, Any]


@dataclass(frozen=True)
class ToolCall:
    """A tool call in a caller's conversation; `arguments` is JSON text, `original` the dict that it was read from."""

    id: str | None
    name: str
    arguments: str
    original: Mapping[str, Any]


@dataclass(frozen=True)
class ToolResult:
    """A tool's result for a call; `extra` are the other keys of the dict that it was read from."""

    call_id: str | None
    content: str | tuple[ContentPart, ...] | None
    failed: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def parts(self) -> tuple[ContentPart, ...]:
        """The content as parts: text is one part, None is no part."""
        return (self.content,) if isinstance(self.content, str) else self.content or ()

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """Its pictures that are not encoded yet."""
        return tuple(_find_images(self.parts))


ContentPart = str | Image | ImageWithKeys | PreparedPicture | ToolCall | ToolResult | Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """One message: its role, its content (text, parts or None) and its other keys."""

    role: str
    content: str | tuple[ContentPart, ...] | None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """The pictures that are not encoded yet, in order, also those in tool results."""
        return tuple(_find_images(self.parts))

    @cached_property
    def pictures(self) -> tuple[PreparedPicture, ...]:
        """The encoded pictures, in order, also those in tool results."""
        return tuple(_find_pictures(self.parts))

    @cached_property
    def parts(self) -> tuple[ContentPart, ...]:
        """The content as parts: text is one part, None is no part."""
        return (self.content,) if isinstance(self.content, str) else self.content or ()

    def insert_pictures(self, ready: Mapping[Image, Sequence[PreparedPicture]]) -> Turn:
        """Replace each image of the turn that is in `ready` by its encoded pictures, one for each of its parts."""
        return replace(self, content=_insert_pictures(self.parts, ready))


@dataclass(frozen=True)
class Reask:
    """A reply that did not validate, the complaint about it, and the labels and pictures shown with the complaint.

    `failing_paths` are the paths that the complaint is about.
    """

    completion: Completion
    complaint: str
    attachments: tuple[ContentPart, ...] = ()
    failing_paths: tuple[str, ...] = ()

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """The pictures that are not encoded yet, in order."""
        return tuple(_find_images(self.attachments))

    @cached_property
    def pictures(self) -> tuple[PreparedPicture, ...]:
        """The pictures that are ready to be sent, in order."""
        return tuple(_find_pictures(self.attachments))

    def insert_pictures(self, ready: Mapping[Image, Sequence[PreparedPicture]]) -> Reask:
        """Replace each attached image that is in `ready` by its encoded pictures."""
        return replace(self, attachments=_insert_pictures(self.attachments, ready))


def read_part_text(part: ContentPart) -> str | None:
    """The text of a part, in any provider's form; None if it is not a text part."""
    if isinstance(part, str):
        return part
    key = _TEXT_KEYS.get(str(part.get("type"))) if isinstance(part, Mapping) else None
    return str(part.get(key) or "") if key and isinstance(part, Mapping) else None


def add_system_text(turns: tuple[Turn | Reask, ...], text: str) -> tuple[Turn | Reask, ...]:
    """The turns with `text` added at the end of the first system turn, or in a new one if there is none.

    Never in a second system turn: chat templates of local models refuse that (Qwen 3.5: "System message must be at the
    beginning", 2026).
    """
    first = turns[0] if turns else None
    if not isinstance(first, Turn) or first.role not in SYSTEM_ROLES:
        return (Turn("system", text), *turns)
    content = f"{first.content}\n\n{text}" if isinstance(first.content, str) else (*first.parts, text)
    return (replace(first, content=content), *turns[1:])


def flatten_reasks(turns: Sequence[Turn | Reask]) -> tuple[Turn, ...]:
    """The turns with each Reask as assistant and user turns without tool calls, which any wire and model accepts."""
    return tuple(each for turn in turns for each in ([turn] if isinstance(turn, Turn) else _flatten(turn)))


def _flatten(reask: Reask) -> list[Turn]:
    said = "\n".join(answer.text for answer in reask.completion.answers) or reask.completion.text or ""
    answered = (reask.complaint, *reask.attachments) if reask.attachments else reask.complaint
    return [*([Turn("assistant", said)] if said.strip() else []), Turn("user", answered)]


def _find_images(parts: Sequence[ContentPart]) -> Iterator[Image]:
    for part in parts:
        if isinstance(part, ToolResult):
            yield from part.images
        elif isinstance(part, Image | ImageWithKeys):
            yield part.image if isinstance(part, ImageWithKeys) else part


def _find_pictures(parts: Sequence[ContentPart]) -> Iterator[PreparedPicture]:
    for part in parts:
        if isinstance(part, ToolResult):
            yield from _find_pictures(part.parts)
        elif isinstance(part, PreparedPicture):
            yield part


def _insert_pictures(
    parts: Sequence[ContentPart], ready: Mapping[Image, Sequence[PreparedPicture]]
) -> tuple[ContentPart, ...]:
    return tuple(
        each for part in parts for each in ((part,) if isinstance(part, str) else _insert_picture(part, ready))
    )


def _insert_picture(part: ContentPart, ready: Mapping[Image, Sequence[PreparedPicture]]) -> Sequence[ContentPart]:
    if isinstance(part, ToolResult) and not isinstance(part.content, str):
        return [replace(part, content=_insert_pictures(part.parts, ready))]
    image, keys = (part.image, part.extra) if isinstance(part, ImageWithKeys) else (part, {})
    pictures = ready.get(image, ()) if isinstance(image, Image) else ()
    if not pictures:
        return (part,)
    *before, last = pictures  # a cache mark covers everything before it
    marked = [*before, replace(last, extra=keys) if keys else last]
    if not before:
        return marked
    return [
        each
        for number, picture in enumerate(marked, start=1)
        for each in (sentences.label_part(number, len(marked)), picture)
    ]
