"""Image: a picture as an inert value."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, get_args

from typesight.images.profiles import Detail
from typesight.images.sources import FileSource, Source, UrlSource, decode_base64, source_of

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["Image"]

_MARK = {"type": "ephemeral"}


class Image:
    """A picture to send: where its pixels are, and hints for sending it.

    `source` is a path, an http(s) URL, a data URI, base64, bytes, an open binary file, a Pillow picture, a
    uint8 array of shape (height, width, 3), `{"url": ...}`, or another Image. Nothing is read from disk or
    network until the picture is sent (an open file is read at once).

    `detail` is OpenAI's level ("low", "high", "original", "auto"); None lets the model's profile choose.
    `cache_control` marks the picture for Anthropic's prompt cache: True, or the mark as a dict.
    `download=True` fetches a URL here even where the endpoint would fetch it itself.

    Raises UnsupportedImage for what is no source of a picture.
    """

    __slots__ = ("_mark", "detail", "source")

    source: Source
    detail: Detail | None
    _mark: tuple[tuple[str, Any], ...] | None

    def __init__(
        self,
        source: Any = None,
        *,
        detail: Detail | None = None,
        cache_control: bool | Mapping[str, Any] | None = None,
        url: str | None = None,
        download: bool = False,
    ) -> None:
        if (source is None) == (url is None):
            raise TypeError("Image takes one source: a positional argument or url=")
        if detail is not None and detail not in get_args(Detail):
            raise ValueError(f"detail={detail!r} is none of {', '.join(get_args(Detail))}")
        given = url if source is None else source
        if isinstance(given, Image):
            detail, cache_control = detail or given.detail, cache_control or given.cache_control
            given = given.source
        mark = _MARK if cache_control is True else cache_control or None
        object.__setattr__(self, "source", source_of(given, download=download))
        object.__setattr__(self, "detail", detail)
        object.__setattr__(self, "_mark", tuple(sorted(mark.items())) if mark else None)

    @classmethod
    def from_path(cls, path: str | PathLike[str], **hints: Any) -> Image:
        """A picture file; a missing one is noticed when the picture is read."""
        return cls(FileSource(str(path)), **hints)

    @classmethod
    def from_url(cls, url: str, *, download: bool = False, **hints: Any) -> Image:
        """A picture behind an http(s) URL."""
        return cls(UrlSource(url, download), **hints)

    @classmethod
    def from_bytes(cls, data: bytes, **hints: Any) -> Image:
        """The bytes of a picture file."""
        return cls(bytes(data), **hints)

    @classmethod
    def from_base64(cls, text: str, **hints: Any) -> Image:
        """Standard base64 of a picture file."""
        return cls(decode_base64(text.encode("ascii", "replace")), **hints)

    @classmethod
    def from_pil(cls, picture: PilImage, **hints: Any) -> Image:
        """A Pillow picture; it is not copied, so leave it unchanged until it has been sent."""
        return cls(picture, **hints)

    @property
    def cache_control(self) -> dict[str, Any] | None:
        """The mark for Anthropic's prompt cache, or None."""
        return dict(self._mark) if self._mark else None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Image is frozen: make a new one, Image(image, {name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("an Image is frozen")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Image) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash((self.source, self.detail))

    def __repr__(self) -> str:
        hints = f", detail={self.detail!r}" if self.detail else ""
        return f"Image({self.source}{hints})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (self.source, self.detail, self.cache_control)

    def _identity(self) -> tuple[Any, ...]:
        return self.source, self.detail, self._mark


def _revive(source: Source, detail: Detail | None, cache_control: dict[str, Any] | None) -> Image:
    return Image(source, detail=detail, cache_control=cache_control)
