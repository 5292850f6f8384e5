"""Split ticks that were read as text, as in `[x] Yes [ ] No`, off into separate lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from typesight.ocr.lines import OFF, ON, Box, Line, is_tick

__all__ = ["marked"]

_MARK = re.compile(
    r"(?<!\S)(?:(?P<on>[☑☒■✓✔●◉]|\[\s?[xX✓✔v]\s?\]|\(\s?[xX✓✔•●]\s?\))|(?P<off>[☐□▢○◯]|\[\s{0,2}\]|\(\s{1,2}\)))(?=\s|[^\W\d_]|$)"
)
"""A box or a circle, with or without a mark in it, before or after words."""

_DOTS = "●○◉"
"""Circles that may be bullets: they are ticks only if the line has another kind of tick too."""


def marked(lines: Iterable[Line]) -> Iterator[Line]:
    """Split lines with ticks in their text into the ticks and the pieces between them; other lines stay."""
    for line in lines:
        found = [] if is_tick(line) else list(_MARK.finditer(line.text))
        if not found or line.text[found[0].start() :].strip() == "" or _are_bullets(found):
            yield line
            continue
        yield from _pieces(line, found)


def _are_bullets(found: list[re.Match[str]]) -> bool:
    kinds = {match[0] for match in found}
    return len(kinds) == 1 and kinds <= set(_DOTS)


def _pieces(line: Line, found: list[re.Match[str]]) -> Iterator[Line]:
    at = 0
    for match in found:
        yield from _piece(line, at, match.start())
        yield Line(ON if match["on"] else OFF, line.score, _box(line, match.start(), match.end()), line.image)
        at = match.end()
    yield from _piece(line, at, len(line.text))


def _piece(line: Line, start: int, end: int) -> Iterator[Line]:
    text = line.text[start:end]
    if text.strip():
        start += len(text) - len(text.lstrip())
        yield Line(text.strip(), line.score, _box(line, start, start + len(text.strip())), line.image)


def _box(line: Line, start: int, end: int) -> Box:
    """The box of some characters of a line, as if all had the same width."""
    left, top, right, bottom = line.box
    width = (right - left) / max(1, len(line.text))
    return round(left + start * width), top, round(left + end * width), bottom
