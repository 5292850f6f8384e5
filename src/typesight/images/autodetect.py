"""Autodetect: which strings of a content list are pictures, and which of them may name files.

This is the one place where a text can lead to a file, so every rule errs on the side of text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from typesight.errors import ImageError, UnsupportedImage
from typesight.images.image import Image
from typesight.images.opening.peek import check_file
from typesight.images.opening.sources import FileSource, UrlSource, image_in_base64, is_url, printable, reference_of

__all__ = ["Autodetect", "is_sure_path", "pictured"]

_LONGEST = 1_024  # characters; contract: strings under this are looked up
_SUFFIXES = tuple(
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
# A path that says so itself: /folder/…, ./…, ../…, ~/…, C:\…; blanks may follow.
_ANCHORED = re.compile(r"/[^/\s]+/|\.{1,2}[/\\]|~/|[A-Za-z]:[/\\]|\\\\")
# What a request begins with and a file's name seldom does, and what makes a sentence of words wherever it stands. A
# word that is missing here costs one look-up, no more.
_ASKING = frozenset({
    "see", "read", "look", "open", "extract", "describe", "transcribe", "summarize", "summarise", "analyze", "analyse",
    "parse", "compare", "tell", "give", "find", "show", "use", "get", "return", "what", "what's", "which", "who",
    "where", "when", "how", "why", "do", "did", "can", "could", "would", "this", "these", "here", "i", "we", "if",
})  # fmt: skip
_SAYING = frozenset(
    {"is", "are", "was", "were", "does", "has", "have", "should", "must", "please", "contains", "shows"}
)
_SPOKEN = re.compile(r"[?!:;]\s")
# What parts words: blanks, and the stops of Chinese and Japanese, which put no blank after them.
_PARTED = re.compile(r"[\s。，？！：；]")  # noqa: RUF001 - these very letters


@dataclass(frozen=True)
class Autodetect:
    r"""Which strings in the content of user turns become Images.

    A string becomes one when it is, *as a whole*, a URL (`urls`: http, https, gs, s3), a data URI or base64 of a
    picture (`base64`), or the path of a regular file that begins as a picture (`paths`). `paths=[folder, ...]`
    allows files inside these folders only, wherever links and `..` lead; `paths=False` allows none.

    Looked up as paths are strings of one line, under 1,024 characters, that end in a picture's suffix and do not
    read as a request. A string without blanks, or one that begins as a path (`/folder/`, `./`, `../`, `~/`, `C:\`),
    looks like nothing but a path: if no picture is there, it is an ImageError and not text for the model to invent
    a record from. Any other, such as `total on scan.png`, stays text unless it names a picture, whole. A file whose
    name reads as a request is spelled with its folder, `./read me.png`.
    """

    paths: bool | Sequence[str | os.PathLike[str]] = True
    urls: bool = True
    base64: bool = True

    def __post_init__(self) -> None:
        if isinstance(self.paths, bool):
            return
        given = [self.paths] if isinstance(self.paths, str | os.PathLike) else self.paths
        # Made absolute now: a later change of folder moves no fence.
        object.__setattr__(self, "paths", tuple(os.path.abspath(os.fsdecode(one)) for one in given))  # noqa: PTH100 - follows no link

    def image_in(self, text: str) -> Image | None:
        """The Image that a string is as a whole; None for text. Looks at files' first bytes, never at a network.

        Raises ImageError for what looks like nothing but a picture's path and is missing, no picture or not allowed,
        and for a picture whose base64 is damaged.
        """
        if is_url(text):
            return Image(UrlSource(text)) if self.urls else None
        if _DATA_URI.fullmatch(text):
            return Image(reference_of(text)) if self.base64 else None
        if data := image_in_base64(text):
            return Image(data) if self.base64 else None
        return self.file_in(text)

    def file_in(self, text: str, *, sure: bool = False) -> Image | None:
        """The Image of the file that a string names; None for text. `sure`: it stands where only a picture can.

        Raises ImageError.
        """
        if self.paths is False or not _may_be_path(text):
            return None
        certain = sure or bool(_ANCHORED.match(text)) or not _PARTED.search(text)
        if not certain and _is_request(text):
            return None
        try:
            path = self._allowed(text)
            check_file(path, follow=self.paths is True)
        except ImageError as error:
            # What is in doubt is a sentence, unless there is a file of just that name, which is then no picture.
            if certain or isinstance(error, UnsupportedImage):
                raise
            return None
        return Image(FileSource(path))

    def _allowed(self, text: str) -> str:
        """The path to read: as it was given or, within a fence, where it really leads. Raises ImageError."""
        if isinstance(self.paths, bool):
            return text
        real = PurePath(os.path.realpath(text))
        if any(real.is_relative_to(os.path.realpath(folder)) for folder in self.paths):
            return str(real)
        # Not a word on whether it exists: what lies outside is nobody's business.
        raise ImageError(
            f"{printable(text[:200])} is not inside a folder that autodetect_images allows: add its folder to "
            "Autodetect(paths=[...]), or give Image.from_path(...)"
        )


def pictured(name: str) -> bool:
    """Whether a name ends as those of pictures and PDFs do."""
    return PurePath(re.split(r"[/\\]", name)[-1]).suffix.lower() in {*_SUFFIXES, ".pdf"}


def is_sure_path(text: str) -> bool:
    """Whether a string looks like nothing but the path of a picture or a PDF. Reads nothing."""
    one_line = 0 < len(text) < _LONGEST and len(text.splitlines()) == 1
    return one_line and pictured(text) and (bool(_ANCHORED.match(text)) or not _PARTED.search(text))


def _may_be_path(text: str) -> bool:
    """Whether a string may be looked up at all. Reads nothing."""
    if not 0 < len(text) < _LONGEST or "\x00" in text or len(text.splitlines()) != 1:
        return False
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    name = re.split(r"[/\\]", text)[-1]
    return PurePath(name).suffix.lower() in _SUFFIXES and not is_url(text)


def _is_request(text: str) -> bool:
    """Whether a string with blanks reads as something said, not as a name."""
    words = [word.strip(",.") for word in text.lower().split()]
    return words[0] in _ASKING or not _SAYING.isdisjoint(words) or bool(_SPOKEN.search(text))
