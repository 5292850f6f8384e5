"""A table as lines of text: columns of equal width, numbers to the right, long names wrapped or cut in the middle."""

from __future__ import annotations

from collections.abc import Sequence

from typesight.text.escapes import escape_unprintable

__all__ = ["write_columns", "cut_middle", "wrap_words"]

_GAP = "  "


def write_columns(rows: Sequence[Sequence[str]], *, width: int) -> list[str]:
    """Lines of text for rows of cells, the heads first; the first column gets what the others leave of `width`.

    A name that is too long for it is wrapped at its spaces; the other cells of its row stand on its first line.
    """
    others = [max(map(len, column)) for column in list(zip(*rows, strict=True))[1:]]
    room = max(_NARROWEST, width - sum(others) - len(_GAP) * len(others))
    names = [wrap_words(escape_unprintable(row[0]), room) for row in rows]
    first = max(len(line) for lines in names for line in lines)
    lines = []
    for (start, *rest), row in zip(names, rows, strict=True):
        cells = (cell.rjust(wide) for cell, wide in zip(row[1:], others, strict=True))
        lines += [_GAP.join([start.ljust(first), *cells]).rstrip(), *(f"{_GAP}{each}"[:room] for each in rest)]
    return lines


_NARROWEST = 16  # letters of the first column, however narrow the table shall be


def wrap_words(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` letters; a word that is longer is cut in the middle."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(cut_middle(word, width - len(_GAP) if lines else width))
    return lines


def cut_middle(text: str, width: int) -> str:
    """The text, with `…` in place of its middle if it has more than `width` letters."""
    if len(text) <= width:
        return text
    start = width // 2
    return f"{text[:start]}…{text[len(text) - (width - start - 1) :]}"
