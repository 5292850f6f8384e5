"""Write a picture as the content part of each wire, and read the picture from a part of any wire.

Shapes: openai.types.chat, openai.types.responses and anthropic.types of November 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from typesight.errors import UnsupportedImage
from typesight.images.autodetect import Autodetect, find_file
from typesight.images.encoding.encode import EncodedImage
from typesight.images.image import Image
from typesight.images.opening.sources import is_pillow, parse_reference
from typesight.models.profiles import VisionProfile

__all__ = [
    "IMAGE_KEYS",
    "PreparedPicture",
    "build_anthropic_part",
    "build_chat_part",
    "build_responses_part",
    "read_image_part",
]

# The keys of an image part, in all its forms, whose values the Image itself holds.
IMAGE_KEYS = frozenset({"type", "image_url", "detail", "source", "cache_control"})
# Keys of one vendor's image parts that the other refuses. Source: the parameter types of both SDKs, 2026-11.
_ANTHROPIC_ONLY = frozenset({"transformations"})
_OPENAI_ONLY = frozenset({"prompt_cache_breakpoint"})


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """An Image ready to be sent: its encoded bytes, or the URL that the endpoint will fetch.

    `extra` are other keys of the caller's image part, such as a cache breakpoint.
    """

    image: Image
    payload: EncodedImage | str
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def url(self) -> str:
        """A data URI, or the URL."""
        return self.payload.data_uri if isinstance(self.payload, EncodedImage) else self.payload

    def __str__(self) -> str:
        return str(self.payload) if isinstance(self.payload, EncodedImage) else f"<image {self.image.source}>"


def build_chat_part(picture: PreparedPicture, profile: VisionProfile) -> dict[str, Any]:
    """A picture as the content part of OpenAI Chat Completions."""
    detail = _choose_detail(picture.image, profile)
    image_url = {"url": picture.url} | ({"detail": detail} if detail else {})
    return {"type": "image_url", "image_url": image_url, **_select_keys(picture, _ANTHROPIC_ONLY)}


def build_responses_part(picture: PreparedPicture, profile: VisionProfile) -> dict[str, Any]:
    """A picture as the content part of OpenAI Responses, which always requires a detail level."""
    detail = _choose_detail(picture.image, profile) or "auto"
    return {"type": "input_image", "image_url": picture.url, "detail": detail, **_select_keys(picture, _ANTHROPIC_ONLY)}


def build_anthropic_part(picture: PreparedPicture) -> dict[str, Any]:
    """A picture as the content block of Anthropic Messages, with its `cache_control` if it has one."""
    mark = picture.image.cache_control
    marked = {"cache_control": mark} if mark else {}
    return {"type": "image", "source": _build_source(picture.payload), **marked, **_select_keys(picture, _OPENAI_ONLY)}


def _select_keys(picture: PreparedPicture, foreign: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in picture.extra.items() if key not in foreign}


def _build_source(sent: EncodedImage | str) -> dict[str, Any]:
    if isinstance(sent, EncodedImage):
        return {"type": "base64", "media_type": sent.media_type, "data": sent.base64}
    return {"type": "url", "url": sent}


def _choose_detail(image: Image, profile: VisionProfile) -> str | None:
    """The detail level to send: the picture's own if the model has it or the profile has none, else the profile's."""
    if not profile.detail:
        return image.detail
    return image.detail if image.detail in profile.levels else profile.detail


def read_image_part(part: Mapping[str, Any], autodetect: Autodetect | None = None) -> Image | None:
    """The Image in an image part of any provider's form; None for other parts, and for files by id.

    The dict may come from someone untrusted: the `source` of `{"type": "image"}` may name a local file only if
    `autodetect` allows it. Raises ImageError.
    """
    reader = _PART_READERS.get(str(part.get("type")))
    return reader(part, autodetect) if reader else None


def _read_openai_part(part: Mapping[str, Any], autodetect: Autodetect | None) -> Image | None:
    del autodetect  # OpenAI's forms hold URLs, never paths
    held = part.get("image_url")
    url, detail = (held.get("url"), held.get("detail")) if isinstance(held, Mapping) else (held, part.get("detail"))
    if not isinstance(url, str):
        return None
    return _make_image(url, detail=detail, cache_control=part.get("cache_control"))


def _read_anthropic_part(part: Mapping[str, Any], autodetect: Autodetect | None) -> Image | None:
    source, mark = part.get("source"), part.get("cache_control")
    if isinstance(source, Mapping):
        if source.get("type") == "base64" and isinstance(source.get("data"), str):
            return Image.from_base64(source["data"], cache_control=mark)
        url = source.get("url") if source.get("type") == "url" else None
        return _make_image(url, cache_control=mark) if isinstance(url, str) else None
    if isinstance(source, Image | bytes | bytearray | memoryview | PathLike) or is_pillow(source):
        return Image(source, cache_control=mark)  # Python objects: forwarded JSON cannot hold one
    return _make_image(source, autodetect, cache_control=mark) if isinstance(source, str) else None


def _make_image(text: str, autodetect: Autodetect | None = None, **hints: Any) -> Image:
    """The Image that a URL, a data URI or base64 gives; or a path, if `autodetect` allows it."""
    source = parse_reference(text) or (find_file(autodetect, text, sure=True) if autodetect else None)
    if source is None:
        raise UnsupportedImage(
            "an image part has no URL, data URI or base64 of a picture: to read a file, put "
            "Image.from_path(...) into the content"
        )
    return Image(source, **hints)


_PART_READERS: dict[str, Callable[[Mapping[str, Any], Autodetect | None], Image | None]] = {
    "image_url": _read_openai_part,
    "input_image": _read_openai_part,
    "image": _read_anthropic_part,
}
