"""Turns: a conversation in no provider's words.

A caller's messages become Turns; a reply that did not validate becomes a Reask, which each provider spells in
its own form. Both are frozen, and a conversation only grows at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from typesight.errors import ImageError, UnsupportedImage
from typesight.images.autodetect import Autodetect
from typesight.images.image import Image
from typesight.images.parts import Picture, image_in
from typesight.providers import words
from typesight.providers.completion import Completion

__all__ = ["Part", "Reask", "Turn", "turns_of"]


Part = str | Image | Picture | Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """One message: its role, its content (text, parts or none) and whatever other keys it came with."""

    role: str
    content: str | tuple[Part, ...] | None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures that are not ready to be sent yet, in order."""
        return tuple(part for part in self.parts if isinstance(part, Image))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The content as parts, whatever it came as."""
        if self.content is None:
            return ()
        return (self.content,) if isinstance(self.content, str) else self.content

    def settled(self, ready: Mapping[Image, Sequence[Picture]]) -> Turn:
        """The same turn with those of its pictures that are ready to be sent, each in its parts."""
        if not self.images:
            return self
        parts = [each for part in self.parts for each in _settled(part, ready)]
        return replace(self, content=tuple(parts))


def _settled(part: Part, ready: Mapping[Image, Sequence[Picture]]) -> Sequence[Part]:
    pictures = ready.get(part, ()) if isinstance(part, Image) else ()
    if len(pictures) < 2:
        return pictures or (part,)
    return [
        each
        for number, picture in enumerate(pictures, start=1)
        for each in (words.part_label(number, len(pictures)), picture)
    ]


@dataclass(frozen=True)
class Reask:
    """A reply that was no record, and the complaint that answers it."""

    completion: Completion
    complaint: str


def turns_of(messages: Iterable[Mapping[str, Any]], autodetect: Autodetect | None = None) -> tuple[Turn, ...]:
    """A caller's messages as turns; the messages themselves are left as they are.

    With `autodetect`, strings in the content lists of user turns that are pictures become Images. What a model or
    a tool said is never looked up. Raises TypeError for what is no message, ImageError for an image where no
    endpoint takes one.
    """
    if isinstance(messages, str | Mapping):
        raise TypeError("messages is a list of {'role': ..., 'content': ...}")
    return tuple(_turn(message, number, autodetect) for number, message in enumerate(messages))


def _turn(message: Any, number: int, autodetect: Autodetect | None) -> Turn:
    if not isinstance(message, Mapping) or not isinstance(message.get("role"), str):
        raise TypeError(f"messages[{number}] is no message: it needs a 'role' and a 'content'")
    extra = {key: value for key, value in message.items() if key not in {"role", "content"}}
    content = message.get("content")
    if content is not None and not isinstance(content, str):
        given = [content] if isinstance(content, Image | Mapping) else content
        if not isinstance(given, Iterable):
            given = [given]
        detect = autodetect if message["role"] == "user" else None
        content = tuple(_part(part, f"messages[{number}]", detect) for part in given)
    turn = Turn(message["role"], content, extra)
    if turn.images and turn.role != "user":
        raise ImageError(f"messages[{number}] holds an image in a {turn.role!r} turn: images go into user turns")
    return turn


def _part(part: Any, where: str, autodetect: Autodetect | None) -> Part:
    if isinstance(part, Image):
        return part
    if isinstance(part, str):
        return (autodetect.image_in(part) if autodetect else None) or part
    if isinstance(part, Mapping):
        return image_in(part, autodetect) or part
    try:
        return Image(part)
    except (UnsupportedImage, TypeError) as error:
        raise TypeError(f"{where} holds a {type(part).__name__}: content is text, Images and dict parts") from error
