"""A table as lines of text: columns of equal width, numbers to the right, long names wrapped or cut in the middle."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from typesight.text.escapes import escape_unprintable

__all__ = ["MARK", "cut_middle", "wrap_text", "wrap_words", "write_columns"]

_GAP = "  "
MARK = "*"
"""Before a name: it stays on the line of the name's first word."""
_NARROWEST = 20  # letters of the first column; with fewer, most names of models would be cut


def write_columns(rows: Sequence[Sequence[str]], *, width: int) -> list[str]:
    """Lines of text for rows of cells, the heads first; the first column gets what the others leave of `width`.

    A name that is too long for it is wrapped at its spaces; the other cells of its row stand on its first line. If they
    leave too little, each name has a line of its own above them.
    """
    others = [max(map(len, column)) for column in list(zip(*rows, strict=True))[1:]]
    cells = [_GAP.join(cell.rjust(wide) for cell, wide in zip(row[1:], others, strict=True)) for row in rows]
    room = width - len(cells[0]) - len(_GAP)
    names = [wrap_words(escape_unprintable(row[0]), max(room, _NARROWEST)) for row in rows]
    first = max(len(line) for lines in names for line in lines)
    if room < min(first, _NARROWEST):
        named = (wrap_words(escape_unprintable(row[0]), width) for row in rows)
        return [line for name, numbers in zip(named, cells, strict=True) for line in (*name, numbers)]
    lines = []
    for (start, *rest), numbers in zip(names, cells, strict=True):
        lines += [f"{start.ljust(first)}{_GAP}{numbers}", *(f"{_GAP}{each}" for each in rest)]
    return lines


def wrap_text(text: str | None, width: int) -> list[str]:
    """Sentences in lines, none for no text; a word that is too long, as a path may be, stays whole."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) if text else []


def wrap_words(text: str, width: int) -> list[str]:
    """The text in lines, all but the first of which leave a gap; a word that is too long is cut in the middle."""
    lines: list[str] = []
    for word in text.split(" "):
        room = width - len(_GAP) if lines else width
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and (len(joined) <= (room if len(lines) > 1 else width) or lines == [MARK]):
            lines[-1] = cut_middle(joined, width)
        else:
            lines.append(cut_middle(word, room))
    return lines


def cut_middle(text: str, width: int) -> str:
    """The text, with `…` in place of its middle if it has more than `width` letters."""
    if len(text) <= width:
        return text
    start = width // 2
    return f"{text[:start]}…{text[len(text) - (width - start - 1) :]}"
