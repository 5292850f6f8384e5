"""Warns about a picture that was given as text: its path, URL or data.

A model that is sent a file's name sees no picture, and invents a record from the name. No file is looked up here, so a
sentence, or a name with spaces in it, counts as text.
"""

from __future__ import annotations

import re
import sys
import warnings

from typesight.errors import UnsupportedImage
from typesight.images.autodetect import has_picture_suffix, is_sure_path
from typesight.images.encoding.picture_warnings import PictureWarning
from typesight.images.opening.sources import UrlSource, find_base64_picture, is_url, make_printable

__all__ = ["warn_of_unsent_picture"]

_DATA = re.compile(r"data:(image/[\w.+-]+|application/pdf)[;,]\S*", re.IGNORECASE | re.ASCII)
# A PDF in base64: "%PDF-", and more base64 characters than a word has letters.
_PDF = re.compile(r"JVBERi0[\w+/=-]{60,}", re.ASCII)
_LONGEST_NAME = 200
# Characters in which a sentence has a space; base64 that is broken into lines has none so early.
_LONGEST_WORD = 60
_LONGEST_SUFFIX = 8  # characters of a name's suffix, with the dot
_ADVICE = "the model gets this text, not the picture: give Image.from_path(...), Image(...) or autodetect_images=True"


def warn_of_unsent_picture(text: str, where: str) -> None:
    """Warn, at the caller's line, about a text that can only be a picture's path, URL or data."""
    text = text.strip()
    if " " in text[:_LONGEST_WORD] and "." not in text[-_LONGEST_SUFFIX:-1]:  # a sentence, as nearly all texts
        return
    if looks := _describe_picture_text(text):
        warnings.warn(f"{where} holds the text {looks}; {_ADVICE}", PictureWarning, stacklevel=_find_stack_level())


def _describe_picture_text(text: str) -> str:
    """Say what a text looks like if that is a picture; empty for any other text."""
    if is_url(text):
        shown = str(UrlSource(text))
        return f"{_quote(shown)}, which looks like a picture's URL" if has_picture_suffix(_strip_query(text)) else ""
    if is_sure_path(text):
        return f"{_quote(text)}, which looks like a picture's path"
    if uri := _DATA.fullmatch(text):
        return f"'data:{uri[1]},…' of {len(text):,} characters, which looks like a picture's data"
    if _PDF.fullmatch(text) or _is_base64_picture(text):
        return f"'{text[:8]}…' of {len(text):,} characters, which looks like a picture's data"
    return ""


def _strip_query(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0]


def _is_base64_picture(text: str) -> bool:
    try:
        return find_base64_picture(text) is not None
    except UnsupportedImage:  # damaged base64 of a picture
        return True


def _quote(text: str) -> str:
    shown = make_printable(text)
    return repr(shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 1]}…")


def _find_stack_level() -> int:
    """The `stacklevel`, for a warning raised by the calling function, of the nearest code outside typesight."""
    level, frame = 0, sys._getframe(1)
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "typesight":
        level, frame = level + 1, frame.f_back  # type: ignore[assignment]  # None at the end
    return level + 1
