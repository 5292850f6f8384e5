"""Turns: a conversation in no provider's words.

A caller's messages become Turns; a reply that did not validate becomes a Reask, which each provider spells in
its own form. Both are frozen, and a conversation only grows at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from typesight.errors import ImageError, UnsupportedImage
from typesight.images.encode import EncodedImage
from typesight.images.image import Image
from typesight.images.sources import FileSource
from typesight.providers.completion import Completion

__all__ = ["Part", "Picture", "Reask", "Turn", "turns_of"]


@dataclass(frozen=True, slots=True)
class Picture:
    """An Image made ready: its encoded bytes, or the URL that the endpoint will fetch."""

    image: Image
    sent: EncodedImage | str

    def __str__(self) -> str:
        return str(self.sent) if isinstance(self.sent, EncodedImage) else f"<image {self.image.source}>"


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

    def settled(self, ready: Mapping[Image, Picture]) -> Turn:
        """The same turn with those of its pictures that are ready to be sent."""
        if not self.images:
            return self
        parts = (ready.get(part, part) if isinstance(part, Image) else part for part in self.parts)
        return replace(self, content=tuple(parts))


@dataclass(frozen=True)
class Reask:
    """A reply that was no record, and the complaint that answers it."""

    completion: Completion
    complaint: str


def turns_of(messages: Iterable[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """A caller's messages as turns; the messages themselves are left as they are.

    Raises TypeError for what is no message, ImageError for an image where no endpoint takes one.
    """
    if isinstance(messages, str | Mapping):
        raise TypeError("messages is a list of {'role': ..., 'content': ...}")
    return tuple(_turn(message, number) for number, message in enumerate(messages))


def _turn(message: Any, number: int) -> Turn:
    if not isinstance(message, Mapping) or not isinstance(message.get("role"), str):
        raise TypeError(f"messages[{number}] is no message: it needs a 'role' and a 'content'")
    extra = {key: value for key, value in message.items() if key not in {"role", "content"}}
    content = message.get("content")
    if content is not None and not isinstance(content, str):
        given = [content] if isinstance(content, Image | Mapping) else content
        if not isinstance(given, Iterable):
            given = [given]
        content = tuple(_part(part, f"messages[{number}]") for part in given)
    turn = Turn(message["role"], content, extra)
    if turn.images and turn.role != "user":
        raise ImageError(f"messages[{number}] holds an image in a {turn.role!r} turn: images go into user turns")
    return turn


def _part(part: Any, where: str) -> Part:
    if isinstance(part, str | Image):
        return part
    if isinstance(part, Mapping):
        return image_in(part) or part
    try:
        return Image(part)
    except UnsupportedImage as error:
        raise TypeError(f"{where} holds a {type(part).__name__}: content is text, Images and dict parts") from error


def image_in(part: Mapping[str, Any]) -> Image | None:
    """The Image of a dict part of any provider's form; None for other dicts, and for files by id."""
    reader = _IMAGE_PARTS.get(str(part.get("type")))
    return reader(part) if reader else None


def _chat_image(part: Mapping[str, Any]) -> Image | None:
    held = part.get("image_url")
    url, detail = (held.get("url"), held.get("detail")) if isinstance(held, Mapping) else (held, part.get("detail"))
    return _web_image(url, detail=detail) if isinstance(url, str) else None


def _anthropic_image(part: Mapping[str, Any]) -> Image | None:
    source, mark = part.get("source"), part.get("cache_control")
    if isinstance(source, Mapping):
        if source.get("type") == "base64" and isinstance(source.get("data"), str):
            return Image.from_base64(source["data"], cache_control=mark)
        source = source.get("url") if source.get("type") == "url" else None
    return _web_image(source, cache_control=mark) if isinstance(source, str) else None


def _web_image(text: str, **hints: Any) -> Image:
    """An Image of a URL, a data URI or base64: a dict may have come from elsewhere and must not name files."""
    image = Image(text, **hints)
    if isinstance(image.source, FileSource):
        raise UnsupportedImage(
            "an image part names neither a URL nor a data URI nor base64: to read a file, put "
            "Image.from_path(...) into the content"
        )
    return image


_IMAGE_PARTS = {"image_url": _chat_image, "input_image": _chat_image, "image": _anthropic_image}
