"""Normalise text to compare it: letters without accents and case, words without punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["COLONS", "bare", "plain", "words"]

COLONS = (":", "\uff1a")
"""The colon, and the full-width colon that OCR often reads instead."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def plain(text: str) -> str:
    """The text in folded case and without accents: `März` -> `marz`."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(char for char in split if not unicodedata.combining(char)).casefold()


@lru_cache(maxsize=16384)
def words(name: str) -> tuple[str, ...]:
    """The words of an identifier or a title: `grandTotal`, `grand_total` and `Grand total` -> `("grand", "total")`."""
    return tuple(_WORD.findall(plain(_CAMEL.sub(" ", name))))


def bare(text: str) -> str:
    """The letters and digits of a text, without accents and case."""
    return "".join(char for char in plain(text) if char.isalnum())
