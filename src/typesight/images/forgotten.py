"""Forgotten: a text in a conversation that looks like nothing but a picture's path or data.

A model that is sent a file's name sees no picture, and invents a record from the name. Reads nothing: no file is looked
up here, so a sentence, or a name with blanks in it, is taken for what it is, a text.
"""

from __future__ import annotations

import re
import sys
import warnings

from typesight.errors import UnsupportedImage
from typesight.images.autodetect import is_sure_path, pictured
from typesight.images.encoding.encode import PictureWarning
from typesight.images.opening.sources import UrlSource, image_in_base64, is_url, printable

__all__ = ["warn_of_forgotten"]

_DATA = re.compile(r"data:(image/[\w.+-]+|application/pdf)[;,]\S*", re.IGNORECASE | re.ASCII)
# A PDF in base64: "%PDF-", and more than a word's length of the alphabet.
_PDF = re.compile(r"JVBERi0[\w+/=-]{60,}", re.ASCII)
_LONGEST_NAME = 200
_DO = "the model is sent these words and no picture: give Image.from_path(...), Image(...) or autodetect_images=True"


def warn_of_forgotten(text: str, where: str) -> None:
    """Warn, at the caller's line, of a text that looks like nothing but a picture's path, URL or data."""
    if looks := _looks_like(text.strip()):
        warnings.warn(f"{where} holds the text {looks}; {_DO}", PictureWarning, stacklevel=_callers_level())


def _looks_like(text: str) -> str:
    """A text that looks like a picture, named in words; empty for any other."""
    if is_url(text):
        shown = str(UrlSource(text))
        return f"{_named(shown)}, which looks like a picture's URL" if pictured(_path_of(text)) else ""
    if is_sure_path(text):
        return f"{_named(text)}, which looks like a picture's path"
    if uri := _DATA.fullmatch(text):
        return f"'data:{uri[1]},…' of {len(text):,} characters, which looks like a picture's data"
    if _PDF.fullmatch(text) or _is_base64(text):
        return f"'{text[:8]}…' of {len(text):,} characters, which looks like a picture's data"
    return ""


def _path_of(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0]


def _is_base64(text: str) -> bool:
    try:
        return image_in_base64(text) is not None
    except UnsupportedImage:  # of a picture, and damaged
        return True


def _named(text: str) -> str:
    shown = printable(text)
    return repr(shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 1]}…")


def _callers_level() -> int:
    """How far above `warn_of_forgotten` the code stands that is not ours."""
    level, frame = 0, sys._getframe(1)
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "typesight":
        level, frame = level + 1, frame.f_back  # type: ignore[assignment]  # None at the end
    return level + 1
