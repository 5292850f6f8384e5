"""Join letters that are printed one by one in the boxes of a comb field into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import fmean, median

from typesight.ocr.lines import Line, around
from typesight.ocr.rows import rows

__all__ = ["combed"]

_LEAST = 3
"""Least number of letters in a comb."""

_WIDE = 2.0
"""Largest distance from letter to letter within a word, in letter heights."""

_EVEN = 0.18
"""How far a distance from letter to letter may differ from the usual one, as a share of it; per box left empty, too."""

_EMPTY = 2.6
"""Distance from which two words are two texts, in distances from letter to letter: one empty box is a space."""


def combed(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Join single letters at even distances into one line; other lines stay. An empty box or a gap is a space."""
    given = tuple(lines)
    joined = {part: line for row in rows(given) for parts, line in _combs(row.lines) for part in parts}
    return tuple(dict.fromkeys(joined.get(line, line) for line in given))


def _combs(row: Sequence[Line]) -> Iterator[tuple[tuple[Line, ...], Line]]:
    """The runs of single letters in a row, each with the joined line."""
    run: list[Line] = []
    for line in (*row, None):
        if line is not None and len(line.text) <= 2 and line.text.isalnum() and (not run or _is_near(run[-1], line)):
            run.append(line)
            continue
        if len(run) >= _LEAST and _is_even(run):
            yield from ((part, _spelled(part, _pitch(run))) for part in _parts(run) if len(part) > 1)
        run = [line] if line is not None and len(line.text) <= 2 and line.text.isalnum() else []


def _parts(run: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Split a run where the gap is wider than between two words."""
    pitch, first = _pitch(run), 0
    for at in range(1, len(run) + 1):
        if at == len(run) or _middle(run[at]) - _middle(run[at - 1]) > _EMPTY * pitch:
            yield tuple(run[first:at])
            first = at


def _is_near(one: Line, other: Line) -> bool:
    return _middle(other) - _middle(one) <= 8 * max(one.height, other.height)


def _middle(line: Line) -> float:
    return (line.box[0] + line.box[2]) / 2


def _pitch(run: Sequence[Line]) -> float:
    """The usual distance from one letter to the next, in pixels."""
    return median(_middle(right) - _middle(left) for left, right in pairwise(run))


def _is_even(run: Sequence[Line]) -> bool:
    """Whether most letters are one box apart, and the boxes are no wider than letters need."""
    pitch = _pitch(run)
    steps = [(_middle(right) - _middle(left)) / pitch for left, right in pairwise(run)]
    if pitch > _WIDE * max(line.height for line in run):
        return False
    return 2 * sum(abs(step - 1) <= _EVEN for step in steps) >= len(steps)


def _spelled(run: Sequence[Line], pitch: float) -> Line:
    text = run[0].text
    for left, right in pairwise(run):
        text += (" " if _middle(right) - _middle(left) > (1 + 1.5 * _EVEN) * pitch else "") + right.text
    told = " ".join(_of_one_kind(word) for word in text.split())
    return Line(told, fmean(line.score for line in run), around(run), run[0].image)


def _of_one_kind(word: str) -> str:
    """Read 0 as O in a word of letters, and O as 0 in a number: a single O and 0 look the same."""
    letters = sum(char.isalpha() and char not in "Oo" for char in word)
    digits = sum(char.isdigit() and char != "0" for char in word)
    return word.replace("0", "O") if letters > digits else word.replace("O", "0") if digits > letters else word
