"""A conversation in the same form for every provider.

A caller's messages become Turns (`read_messages.py` reads them); a reply that did not validate becomes a Reask, which
each wire encodes in its own form. Both are frozen, and a conversation only grows at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from typesight.exchange import sentences
from typesight.exchange.completion import Completion
from typesight.images.encoding.content_parts import Picture
from typesight.images.image import Image

__all__ = ["SYSTEM", "THOUGHTS", "Call", "Marked", "Part", "Reask", "Result", "Turn", "in_plain_text", "text_in",
           "with_system"]  # fmt: skip

# The roles of instructions, which come before the conversation.
SYSTEM = frozenset({"system", "developer"})
# The types of thinking parts in Messages and in Responses; only the wire that they came from can use them.
THOUGHTS = frozenset({"thinking", "redacted_thinking", "reasoning"})
# The types of dict parts that hold text, and the key that it is under.
_TEXTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}


@dataclass(frozen=True)
class Marked:
    """An Image that came in a dict with other keys, such as a cache mark."""

    image: Image
    keys: Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """A tool call in a caller's conversation; `arguments` is JSON text, `given` the dict that it was read from."""

    id: str | None
    name: str
    arguments: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """A tool's result for a call; `keys` are the other keys of the dict that it was read from."""

    call_id: str | None
    content: str | tuple[Part, ...] | None
    failed: bool = False
    keys: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The content as parts: text is one part, None is no part."""
        return _parts(self.content)

    @property
    def images(self) -> tuple[Image, ...]:
        """Its pictures that are not encoded yet."""
        return tuple(_images(self.parts))


Part = str | Image | Marked | Picture | Call | Result | Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """One message: its role, its content (text, parts or None) and its other keys."""

    role: str
    content: str | tuple[Part, ...] | None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures that are not encoded yet, in order, also those in tool results."""
        return tuple(_images(self.parts))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The encoded pictures, in order, also those in tool results."""
        return tuple(_pictures(self.parts))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The content as parts: text is one part, None is no part."""
        return _parts(self.content)

    def settled(self, ready: Mapping[Image, Sequence[Picture]]) -> Turn:
        """The same turn with each image in `ready` replaced by its encoded pictures, one for each of its parts."""
        return replace(self, content=_all_settled(self.parts, ready)) if self.images else self


@dataclass(frozen=True)
class Reask:
    """A reply that did not validate, the complaint about it, and the labels and pictures shown with the complaint.

    `failing` are the paths that the complaint is about.
    """

    completion: Completion
    complaint: str
    shown: tuple[Part, ...] = ()
    failing: tuple[str, ...] = ()

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures that are not encoded yet, in order."""
        return tuple(_images(self.shown))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that are ready to be sent, in order."""
        return tuple(_pictures(self.shown))

    def settled(self, ready: Mapping[Image, Sequence[Picture]]) -> Reask:
        """The same reask with each image in `ready` replaced by its encoded pictures."""
        return replace(self, shown=_all_settled(self.shown, ready)) if self.images else self


def text_in(part: Part) -> str | None:
    """The text of a part, in any provider's form; None if it is not a text part."""
    if isinstance(part, str):
        return part
    key = _TEXTS.get(str(part.get("type"))) if isinstance(part, Mapping) else None
    return str(part.get(key) or "") if key and isinstance(part, Mapping) else None


def with_system(turns: tuple[Turn | Reask, ...], text: str) -> tuple[Turn | Reask, ...]:
    """The turns with `text` added at the end of the first system turn, or in a new one if there is none.

    Never in a second system turn: chat templates of local models refuse that (Qwen 3.5: "System message must be at the
    beginning", 2026).
    """
    first = turns[0] if turns else None
    if not isinstance(first, Turn) or first.role not in SYSTEM:
        return (Turn("system", text), *turns)
    content = f"{first.content}\n\n{text}" if isinstance(first.content, str) else (*first.parts, text)
    return (replace(first, content=content), *turns[1:])


def in_plain_text(turns: Sequence[Turn | Reask]) -> tuple[Turn, ...]:
    """The turns with each Reask as assistant and user turns without tool calls, which any wire and model accepts."""
    return tuple(each for turn in turns for each in ([turn] if isinstance(turn, Turn) else _plain(turn)))


def _plain(reask: Reask) -> list[Turn]:
    said = "\n".join(answer.text for answer in reask.completion.answers) or reask.completion.said or ""
    answered = (reask.complaint, *reask.shown) if reask.shown else reask.complaint
    return [*([Turn("assistant", said)] if said.strip() else []), Turn("user", answered)]


def _parts(content: str | tuple[Part, ...] | None) -> tuple[Part, ...]:
    if content is None:
        return ()
    return (content,) if isinstance(content, str) else content


def _images(parts: Sequence[Part]) -> Iterator[Image]:
    for part in parts:
        if isinstance(part, Result):
            yield from part.images
        elif isinstance(part, Image | Marked):
            yield part.image if isinstance(part, Marked) else part


def _pictures(parts: Sequence[Part]) -> Iterator[Picture]:
    for part in parts:
        if isinstance(part, Result):
            yield from _pictures(part.parts)
        elif isinstance(part, Picture):
            yield part


def _all_settled(parts: Sequence[Part], ready: Mapping[Image, Sequence[Picture]]) -> tuple[Part, ...]:
    return tuple(each for part in parts for each in _settled(part, ready))


def _settled(part: Part, ready: Mapping[Image, Sequence[Picture]]) -> Sequence[Part]:
    if isinstance(part, Result) and not isinstance(part.content, str):
        return [replace(part, content=_all_settled(part.parts, ready))]
    image, keys = (part.image, part.keys) if isinstance(part, Marked) else (part, {})
    pictures = ready.get(image, ()) if isinstance(image, Image) else ()
    if not pictures:
        return (part,)
    *before, last = pictures  # a cache mark covers everything before it
    marked = [*before, replace(last, keys=keys) if keys else last]
    if not before:
        return marked
    return [
        each
        for number, picture in enumerate(marked, start=1)
        for each in (sentences.part_label(number, len(marked)), picture)
    ]
