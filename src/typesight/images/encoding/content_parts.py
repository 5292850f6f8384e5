"""Write a picture as the content part of each wire, and read the picture from a part of any wire.

Shapes: openai.types.chat, openai.types.responses and anthropic.types of November 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from typesight.errors import UnsupportedImage
from typesight.images.autodetect import Autodetect
from typesight.images.encoding.encode import EncodedImage
from typesight.images.image import Image
from typesight.images.opening.sources import is_pillow, reference_of
from typesight.models.profiles import VisionProfile

__all__ = ["IMAGE_KEYS", "Picture", "anthropic_part", "chat_part", "image_in", "responses_part"]

# The keys of an image part, in all its forms, whose values the Image itself holds.
IMAGE_KEYS = frozenset({"type", "image_url", "detail", "source", "cache_control"})
# Keys of one vendor's image parts that the other refuses. Source: the parameter types of both SDKs, 2026-11.
_CLAUDE_ONLY = frozenset({"transformations"})
_OPENAI_ONLY = frozenset({"prompt_cache_breakpoint"})


@dataclass(frozen=True, slots=True)
class Picture:
    """An Image ready to be sent: its encoded bytes, or the URL that the endpoint will fetch.

    `keys` are other keys of the caller's image part, such as a cache breakpoint.
    """

    image: Image
    sent: EncodedImage | str
    keys: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def url(self) -> str:
        """A data URI, or the URL."""
        return self.sent.data_uri if isinstance(self.sent, EncodedImage) else self.sent

    def __str__(self) -> str:
        return str(self.sent) if isinstance(self.sent, EncodedImage) else f"<image {self.image.source}>"


def chat_part(picture: Picture, profile: VisionProfile) -> dict[str, Any]:
    """A picture as the content part of OpenAI Chat Completions."""
    detail = _detail(picture.image, profile)
    image_url = {"url": picture.url} | ({"detail": detail} if detail else {})
    return {"type": "image_url", "image_url": image_url, **_beside(picture, _CLAUDE_ONLY)}


def responses_part(picture: Picture, profile: VisionProfile) -> dict[str, Any]:
    """A picture as the content part of OpenAI Responses, which always requires a detail level."""
    detail = _detail(picture.image, profile) or "auto"
    return {"type": "input_image", "image_url": picture.url, "detail": detail, **_beside(picture, _CLAUDE_ONLY)}


def anthropic_part(picture: Picture) -> dict[str, Any]:
    """A picture as the content block of Anthropic Messages, with its `cache_control` if it has one."""
    mark = picture.image.cache_control
    marked = {"cache_control": mark} if mark else {}
    return {"type": "image", "source": _source(picture.sent), **marked, **_beside(picture, _OPENAI_ONLY)}


def _beside(picture: Picture, foreign: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in picture.keys.items() if key not in foreign}


def _source(sent: EncodedImage | str) -> dict[str, Any]:
    if isinstance(sent, EncodedImage):
        return {"type": "base64", "media_type": sent.media_type, "data": sent.base64}
    return {"type": "url", "url": sent}


def _detail(image: Image, profile: VisionProfile) -> str | None:
    """The detail level to send: the picture's own if the model has it or the profile has none, else the profile's."""
    if not profile.detail:
        return image.detail
    return image.detail if image.detail in profile.levels else profile.detail


def image_in(part: Mapping[str, Any], autodetect: Autodetect | None = None) -> Image | None:
    """The Image in an image part of any provider's form; None for other parts, and for files by id.

    The dict may come from someone untrusted: the `source` of `{"type": "image"}` may name a local file only if
    `autodetect` allows it. Raises ImageError.
    """
    reader = _IMAGE_PARTS.get(str(part.get("type")))
    return reader(part, autodetect) if reader else None


def _chat_image(part: Mapping[str, Any], autodetect: Autodetect | None) -> Image | None:
    del autodetect  # OpenAI's forms hold URLs, never paths
    held = part.get("image_url")
    url, detail = (held.get("url"), held.get("detail")) if isinstance(held, Mapping) else (held, part.get("detail"))
    if not isinstance(url, str):
        return None
    return _web_image(url, detail=detail, cache_control=part.get("cache_control"))


def _anthropic_image(part: Mapping[str, Any], autodetect: Autodetect | None) -> Image | None:
    source, mark = part.get("source"), part.get("cache_control")
    if isinstance(source, Mapping):
        if source.get("type") == "base64" and isinstance(source.get("data"), str):
            return Image.from_base64(source["data"], cache_control=mark)
        url = source.get("url") if source.get("type") == "url" else None
        return _web_image(url, cache_control=mark) if isinstance(url, str) else None
    if isinstance(source, Image | bytes | bytearray | memoryview | PathLike) or is_pillow(source):
        return Image(source, cache_control=mark)  # Python objects: forwarded JSON cannot hold one
    return _web_image(source, autodetect, cache_control=mark) if isinstance(source, str) else None


def _web_image(text: str, autodetect: Autodetect | None = None, **hints: Any) -> Image:
    """The Image that a URL, a data URI or base64 gives; or a path, if `autodetect` allows it."""
    source = reference_of(text) or (autodetect.file_in(text, sure=True) if autodetect else None)
    if source is None:
        raise UnsupportedImage(
            "an image part names neither a URL nor a data URI nor base64: to read a file, put "
            "Image.from_path(...) into the content"
        )
    return Image(source, **hints)


_IMAGE_PARTS: dict[str, Callable[[Mapping[str, Any], Autodetect | None], Image | None]] = {
    "image_url": _chat_image,
    "input_image": _chat_image,
    "image": _anthropic_image,
}
