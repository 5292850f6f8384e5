"""Image: a picture to send, as an immutable value; nothing is read before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from os import PathLike, fsdecode
from typing import TYPE_CHECKING, Any, Self, Unpack

from typesight.errors import UnsupportedImage
from typesight.images.image_hints import CropBox, HintArguments, Hints, check_box, make_hints
from typesight.images.image_json import JSON_SCHEMA, build_core_schema
from typesight.images.opening.check_file import check_bytes, check_file
from typesight.images.opening.pdf_pages import list_pdf_pages
from typesight.images.opening.sources import (
    BytesSource,
    FileSource,
    Source,
    UrlSource,
    decode_base64,
    find_base64_picture,
    make_source,
    parse_reference,
)
from typesight.images.picture_file import read_file, write_data_uri
from typesight.models.profiles import Detail

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["PART_BUILDERS", "Image", "drop_cache_mark"]

# Per wire, the function that builds a content part from an Image and a model's name or None. The encoder imports this
# module, so its functions cannot be imported here; `images/encoding/single_parts.py` fills in the table.
PART_BUILDERS: dict[str, Callable[[Image, str | None], dict[str, Any]]] = {}


class Image:
    """A picture to send: its source, and hints for sending it.

    `source` is a path, an http(s), gs or s3 URL, a data URI, base64, bytes, an open binary file, a Pillow picture,
    a uint8 array of shape (height, width, 3), `{"url": ...}`, or another Image, whose hints are kept. Nothing is
    read from disk or network until the picture is sent (an open file is read at once).

    `detail` is OpenAI's detail level ("low", "high", "original", "auto"); None leaves it to the model's profile.
    `cache_control` marks the picture for Anthropic's prompt cache: True, or the mark itself as a dict.
    `max_side` is the longest side to send, in pixels. `url` is another name for `source`.
    `download=True` downloads a URL on this machine even if the endpoint would fetch it itself.

    Two Images are equal when they have the same source and hints: the same bytes, path, URL or pixels. As a field
    of a Pydantic model it accepts Images, URLs and data URIs, never a path.

    Raises UnsupportedImage if the source is not one of these, ValueError or TypeError for an invalid hint.
    """

    __slots__ = ("_hints", "source")

    source: Source
    _hints: Hints

    def __init__(
        self,
        source: Any = None,
        *,
        detail: Detail | None = None,
        cache_control: bool | Mapping[str, Any] | None = None,
        max_side: int | None = None,
        url: str | None = None,
        download: bool = False,
    ) -> None:
        if (source is None) == (url is None):
            raise TypeError("Image takes one source: a positional argument or url=")
        given: Any = url if source is None else source
        hints = make_hints(detail, cache_control, max_side)
        if isinstance(given, Image):
            given, hints = given.source, hints.merge_defaults(given._hints)
        elif isinstance(given, Mapping):
            hints = hints.merge_defaults(
                make_hints(*(given.get(name) for name in ("detail", "cache_control", "max_side", "box")))
            )
            download = download or given.get("download") is True
        self._fill(make_source(given, download=download), hints)

    @classmethod
    def from_path(cls, path: str | PathLike[str], **hints: Unpack[HintArguments]) -> Self:
        """Make an Image of a picture file; a missing file raises only when the picture is read."""
        return cls(FileSource(fsdecode(path)), **hints)

    @classmethod
    def from_url(cls, url: str, download: bool = False, **hints: Unpack[HintArguments]) -> Self:
        """Make an Image of an http(s), gs or s3 URL or a data URI; `download` as in `Image`."""
        source = parse_reference(url, download=download)
        if source is None:
            raise UnsupportedImage("from_url takes an http(s), gs or s3 URL or a data URI: for a file use from_path")
        return cls(source, **hints)

    @classmethod
    def from_gs_url(cls, url: str, **hints: Unpack[HintArguments]) -> Self:
        """Make an Image of a picture in Google Cloud Storage, `gs://bucket/name`."""
        if not url.lower().startswith("gs://"):
            raise UnsupportedImage("from_gs_url takes gs://bucket/name: for other URLs use from_url")
        return cls.from_url(url, **hints)

    @classmethod
    def from_bytes(cls, data: bytes | bytearray | memoryview, **hints: Unpack[HintArguments]) -> Self:
        """Make an Image of the bytes of a picture file."""
        return cls(bytes(data), **hints)

    @classmethod
    def from_base64(cls, text: str, **hints: Unpack[HintArguments]) -> Self:
        """Make an Image of a picture file in base64, standard or URL-safe, or of a data URI."""
        return cls(decode_base64(text), **hints)

    @classmethod
    def from_raw_base64(cls, text: str) -> Self | None:
        """As `from_base64`, but return None if the text is not a picture in base64 (as in instructor)."""
        try:
            data = find_base64_picture(text)
        except UnsupportedImage:
            return None
        return None if data is None else cls(data)

    @classmethod
    def from_pil(cls, picture: PilImage, **hints: Unpack[HintArguments]) -> Self:
        """Make an Image of a Pillow picture; it is not copied, so leave it unchanged until it has been sent."""
        return cls(picture, **hints)

    @classmethod
    def from_array(cls, array: Any, **hints: Unpack[HintArguments]) -> Self:
        """Make an Image of a uint8 array of shape (height, width), (height, width, 3) or (height, width, 4); copied."""
        return cls(array, **hints)

    @classmethod
    def from_pdf(
        cls,
        path: str | PathLike[str] | bytes,
        pages: int | Iterable[int] | None = None,
        dpi: float = 200,
        **hints: Unpack[HintArguments],
    ) -> list[Self]:
        """Make an Image of each page of a PDF (a path or bytes), rendered at `dpi` dots per inch.

        This reads the file to count its pages. A page is rendered each time its picture is sent, so that a long list
        takes no memory; the file must not change until then. `pages` are page numbers, counted from 1: `pages=1`,
        `pages=[1, 3]`, `pages=range(2, 5)`; the default is all pages.

        Raises ImageError for a PDF that is missing, encrypted or damaged, has no such page, or whose page would take
        more than 100 million pixels; MissingExtra without the extra [pdf].
        """
        return [cls(page, **hints) for page in list_pdf_pages(path, pages, dpi)]

    @classmethod
    def autodetect(cls, source: Any, **hints: Unpack[HintArguments]) -> Self:
        """Make an Image of anything that `Image` takes, and check the first bytes of a file or of data.

        A URL is not checked. Raises ImageError if the file is missing or not a picture.
        """
        image = cls(source, **hints)
        if isinstance(image.source, FileSource):
            check_file(image.source.path)
        elif isinstance(image.source, BytesSource):
            check_bytes(image.source.data, "the data")
        return image

    @classmethod
    def from_image_params(cls, params: Mapping[str, Any]) -> Self:
        """Make an Image of `{"source": ..., "cache_control": ...}`, as instructor's ImageWithCacheControl."""
        return cls(params["source"], cache_control=params.get("cache_control"))

    @classmethod
    def from_file(cls, path: str | PathLike[str], **hints: Unpack[HintArguments]) -> Self:
        """`from_path` under dspy's name."""
        return cls.from_path(path, **hints)

    @classmethod
    def from_PIL(cls, picture: PilImage, **hints: Unpack[HintArguments]) -> Self:  # noqa: N802
        """`from_pil` under dspy's name."""
        return cls.from_pil(picture, **hints)

    def crop(self, box: Sequence[int]) -> Self:
        """The part inside `box`: (left, top, right, bottom) in pixels of the upright picture.

        Nothing is read; a box that reaches beyond the picture is cut off when the picture is sent. If this is already
        a part, the box counts from that part's top left corner. Raises ValueError for a box without pixels.
        """
        whole = Hints(box=check_box(box, self._hints.box))
        return type(self)._build(self.source, whole.merge_defaults(self._hints))

    def to_openai(self, model: str | None = None) -> dict[str, Any]:
        """Build the content part for OpenAI Chat Completions, as `model` (default: the newest models) takes it.

        This reads the picture, unless it is a URL that the endpoint fetches itself. Raises ImageError.
        """
        return PART_BUILDERS["chat"](self, model)

    def to_responses(self, model: str | None = None) -> dict[str, Any]:
        """As `to_openai`, but build the content part for OpenAI Responses."""
        return PART_BUILDERS["responses"](self, model)

    def to_anthropic(self, model: str | None = None) -> dict[str, Any]:
        """As `to_openai`, but build the content block for Anthropic Messages."""
        return PART_BUILDERS["anthropic"](self, model)

    @property
    def detail(self) -> Detail | None:
        """OpenAI's detail level, or None."""
        return self._hints.detail

    @property
    def cache_control(self) -> dict[str, Any] | None:
        """The mark for Anthropic's prompt cache, or None."""
        return dict(self._hints.cache_mark) if self._hints.cache_mark else None

    @property
    def max_side(self) -> int | None:
        """The longest side to send, in pixels, or None."""
        return self._hints.max_side

    @property
    def box(self) -> CropBox | None:
        """The part to send, (left, top, right, bottom) in pixels of the upright original; None for the whole."""
        return self._hints.box

    @property
    def url(self) -> str:
        """The URL, or the original file as a data URI, without the hints applied; this reads it. Raises ImageError."""
        if isinstance(self.source, UrlSource):
            return self.source.url
        return write_data_uri(read_file(self.source), str(self.source))

    @property
    def sha256(self) -> str:
        """SHA-256 of the picture's file, in hexadecimal; this reads it, and downloads a URL with default settings.

        Pixels in memory are hashed as a PNG file. Raises ImageError.
        """
        return sha256(read_file(self.source)).hexdigest()

    def format(self) -> str:
        """`url` under dspy's name."""
        return self.url

    @classmethod
    def _build(cls, source: Source, hints: Hints) -> Self:
        image = cls.__new__(cls)
        image._fill(source, hints)
        return image

    def _fill(self, source: Source, hints: Hints) -> None:
        object.__setattr__(self, "source", source)
        object.__setattr__(self, "_hints", hints)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        return build_core_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        del schema, handler
        return dict(JSON_SCHEMA)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Image is frozen: make a new one, Image(image, {name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("an Image is frozen")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Image) and (self.source, self._hints) == (other.source, other._hints)

    def __hash__(self) -> int:
        return hash((self.source, self._hints))

    def __repr__(self) -> str:
        named = {"detail": self.detail, "cache_control": self.cache_control, "max_side": self.max_side, "box": self.box}
        hints = "".join(f", {name}={value!r}" for name, value in named.items() if value is not None)
        return f"Image({self.source}{hints})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._build, (self.source, self._hints)


def drop_cache_mark(image: Image) -> Image:
    """The picture without its mark for the prompt cache."""
    hints = image._hints
    return image if hints.cache_mark is None else Image._build(image.source, replace(hints, cache_mark=None))
