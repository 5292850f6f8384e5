"""Escapes characters of a text that do not print, or that UTF-8 does not have."""

from __future__ import annotations

import json

__all__ = ["escape_surrogates", "escape_unprintable"]


def escape_unprintable(text: str) -> str:
    r"""The text with every character that does not print, line breaks included, escaped as in JSON: `\u202e`, `\n`."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in text)


def escape_surrogates(text: str) -> str:
    r"""The text with its lone surrogates, which UTF-8 does not have, escaped: `\ud800`."""
    return text.encode("utf-8", "backslashreplace").decode()
