"""Detects which strings of a content list are pictures, and which of them may name files.

Only here can a text name a file to read, so when in doubt a string stays text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from typesight.errors import ImageError, UnsupportedImage
from typesight.images.image import Image
from typesight.images.opening.check_file import check_file
from typesight.images.opening.sources import (
    FileSource,
    UrlSource,
    find_base64_picture,
    is_url,
    make_printable,
    parse_reference,
)

__all__ = ["Autodetect", "find_file", "find_image", "has_picture_suffix", "is_sure_path"]

_MAX_LENGTH = 1_024  # characters; contract: strings under this are looked up
_PICTURE_SUFFIXES = tuple(
    f".{kind}"
    for kind in (
        "jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "gif", "webp", "bmp", "dib", "tif", "tiff", "avif", "heic",
        "heif", "hif", "jp2", "j2k", "jpx", "ico", "ppm", "pgm", "pbm", "pnm", "pcx", "tga", "svg", "dds", "psd",
    )
)  # fmt: skip
# RFC 2397, with a media type or a parameter: "data: total 7, tax 3" is no data URI.
_DATA_URI = re.compile(
    r"data:(?=[^,\s]*[/;])[\w.+-]*(?:/[\w.+-]+)?(?:;[\w.+-]+(?:=[^;,\s]*)?)*,(?:(?<=;base64,)[\w+/=%\s-]*|\S*)",
    re.IGNORECASE | re.ASCII,
)
# The start of a string that is clearly a path: /folder/…, ./…, ../…, ~/…, C:\…; spaces may follow.
_PATH_START = re.compile(r"/[^/\s]+/|\.{1,2}[/\\]|~/|[A-Za-z]:[/\\]|\\\\")
# Words that often begin a request and seldom a file's name, and words that make a sentence wherever they stand. A
# word that is missing here only costs one look at the disk.
_REQUEST_STARTS = frozenset({
    "see", "read", "look", "open", "extract", "describe", "transcribe", "summarize", "summarise", "analyze", "analyse",
    "parse", "compare", "tell", "give", "find", "show", "use", "get", "return", "what", "what's", "which", "who",
    "where", "when", "how", "why", "do", "did", "can", "could", "would", "this", "these", "here", "i", "we", "if",
})  # fmt: skip
_SENTENCE_WORDS = frozenset(
    {"is", "are", "was", "were", "does", "has", "have", "should", "must", "please", "contains", "shows"}
)
_SENTENCE_PUNCTUATION = re.compile(r"[?!:;]\s")
# What separates words: whitespace, and Chinese and Japanese punctuation, which no space follows.
_SEPARATOR = re.compile(r"[\s。，？！：；]")  # noqa: RUF001 - full-width punctuation is meant


@dataclass(frozen=True)
class Autodetect:
    r"""Which strings in the content of user turns become Images.

    A string becomes one when it is, *as a whole*, a URL (`urls`: http, https, gs, s3), a data URI or base64 of a
    picture (`base64`), or the path of a regular file that begins as a picture (`paths`). `paths=[folder, ...]`
    allows only files inside these folders, after links and `..` are resolved; `paths=False` allows none.

    Only strings of one line, under 1,024 characters, that end in a picture's suffix and do not read like a request
    are looked up as paths. A string without spaces, or one that starts like a path (`/folder/`, `./`, `../`, `~/`,
    `C:\`), can only be a path: if no picture is there, it is an ImageError, and not text for the model to invent a
    record from. Any other, such as `total on scan.png`, stays text unless all of it is a picture's name. If a file's
    name reads like a request, give its folder too: `./read me.png`.
    """

    paths: bool | Sequence[str | os.PathLike[str]] = True
    urls: bool = True
    base64: bool = True

    def __post_init__(self) -> None:
        if isinstance(self.paths, bool):
            return
        given = [self.paths] if isinstance(self.paths, str | os.PathLike) else self.paths
        # Made absolute now, so that a later chdir does not change which folders are allowed.
        object.__setattr__(self, "paths", tuple(os.path.abspath(os.fsdecode(one)) for one in given))  # noqa: PTH100 - follows no link


def find_image(autodetect: Autodetect, text: str) -> Image | None:
    """The Image that the whole string stands for; None for text. Reads files' first bytes, and no URL.

    Raises ImageError for a string that can only be a picture's path and whose file is missing, not a picture or
    not allowed, and for a picture whose base64 is damaged.
    """
    if is_url(text):
        return Image(UrlSource(text)) if autodetect.urls else None
    if _DATA_URI.fullmatch(text):
        return Image(parse_reference(text)) if autodetect.base64 else None
    if data := find_base64_picture(text):
        return Image(data) if autodetect.base64 else None
    return find_file(autodetect, text)


def find_file(autodetect: Autodetect, text: str, *, sure: bool = False) -> Image | None:
    """The Image of the file that a string names; None for text. `sure`: only a picture can stand in its place.

    Raises ImageError.
    """
    if autodetect.paths is False or not _may_be_path(text):
        return None
    certain = sure or bool(_PATH_START.match(text)) or not _SEPARATOR.search(text)
    if not certain and _is_request(text):
        return None
    try:
        path = _check_allowed(autodetect, text)
        check_file(path, follow=autodetect.paths is True)
    except ImageError as error:
        # A doubtful string is a sentence, unless a file of exactly that name exists that is not a picture.
        if certain or isinstance(error, UnsupportedImage):
            raise
        return None
    return Image(FileSource(path))


def _check_allowed(autodetect: Autodetect, text: str) -> str:
    """The path to read: as given or, if only some folders are allowed, with links resolved. Raises ImageError."""
    if isinstance(autodetect.paths, bool):
        return text
    real = PurePath(os.path.realpath(text))
    if any(real.is_relative_to(os.path.realpath(folder)) for folder in autodetect.paths):
        return str(real)
    # Do not reveal whether the file exists: it is outside the allowed folders.
    raise ImageError(
        f"{make_printable(text[:200])} is not inside a folder that autodetect_images allows: add its folder to "
        "Autodetect(paths=[...]), or give Image.from_path(...)"
    )


def has_picture_suffix(name: str) -> bool:
    """Whether a name has the suffix of a picture or a PDF."""
    return PurePath(re.split(r"[/\\]", name)[-1]).suffix.lower() in {*_PICTURE_SUFFIXES, ".pdf"}


def is_sure_path(text: str) -> bool:
    """Whether a string can only be the path of a picture or a PDF. Reads no file."""
    one_line = 0 < len(text) < _MAX_LENGTH and len(text.splitlines()) == 1
    return one_line and has_picture_suffix(text) and (bool(_PATH_START.match(text)) or not _SEPARATOR.search(text))


def _may_be_path(text: str) -> bool:
    """Whether a string may be looked up as a path at all. Reads no file."""
    if not 0 < len(text) < _MAX_LENGTH or "\x00" in text or len(text.splitlines()) != 1:
        return False
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    name = re.split(r"[/\\]", text)[-1]
    return PurePath(name).suffix.lower() in _PICTURE_SUFFIXES and not is_url(text)


def _is_request(text: str) -> bool:
    """Whether a string with spaces reads like a request and not like a file's name."""
    words = [word.strip(",.") for word in text.lower().split()]
    return (
        words[0] in _REQUEST_STARTS or not _SENTENCE_WORDS.isdisjoint(words) or bool(_SENTENCE_PUNCTUATION.search(text))
    )
